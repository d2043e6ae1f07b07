"""A consent receipt: what one person consented to, and what became of it (Art. 7(1))."""

import msgspec

from ropa.domain.activity.events import ActivityDeclared
from ropa.domain.controller.events import ControllerDeclared
from ropa.domain.notice.events import NoticePublished
from ropa.domain.person.events import NoticeVersion
from ropa.domain.recipient.events import RecipientDeclared
from ropa.kernel.ids import ActivityId, Language, PersonId
from ropa.kernel.law import LegalBasis
from ropa.kernel.problem import Code, Problem
from ropa.reports.cell import Head
from ropa.reports.entry import entry_of, expect_activity, head, unknown_activity
from ropa.reports.rights import RIGHTS, Right
from ropa.reports.sources import Sources
from ropa.views.consents import Act, consent_at, of_person
from ropa.views.register import REGISTER, Entry, fold, wording

NAME = "consent-receipt"
"""The name under which a receipt is recorded as a paper that was made."""


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What a receipt tells of a consent.

    Attributes:
        head: The head of the paper; its document number is the receipt's own.
        person: The pseudonymous id of the person.
        source: The application that reported the consent.
        id: That application's own id for it; with the source unique in the register.
        given: The latest consent to the activity.
        denied: The withdrawal or objection that ended it; None where it is in force.
        acts: All that the person did about this consent, by when it occurred.
        wording: The wording that was shown; None where the register has it no more.
        notice: The privacy notice that was shown beside it; None where none was.
        activity: The activity as the register declared it when the consent was recorded.
        recipients: The recipients that it declared then, as they were declared then.
        controller: The controller as the register declares it now: whom to turn to.
        rights: The rights that the consent gives.
    """

    head: Head
    person: PersonId
    source: str
    id: str
    given: Act
    denied: Act | None
    acts: tuple[Act, ...]
    wording: NoticePublished | None
    notice: NoticePublished | None
    activity: ActivityDeclared
    recipients: tuple[RecipientDeclared, ...]
    controller: ControllerDeclared | None
    rights: tuple[Right, ...]


def language_of(sources: Sources, person: PersonId, activity: ActivityId) -> Language:
    """Give the language in which a person consented to an activity.

    Raises:
        Problem: `unknown-activity`, or `not-found` where no consent is recorded.
    """
    language = _consent(sources, person, activity)[0].language
    return language or sources.language


def build(sources: Sources, person: PersonId, activity: ActivityId) -> Receipt:
    """Build the receipt of a person's latest consent to an activity.

    Raises:
        Problem: `unknown-activity`, or `not-found` where no consent is recorded.
    """
    given, denied, acts = _consent(sources, person, activity)
    event = sources.at(given.position)
    entry = _then(sources, f"activity/{activity}", given.position)
    declared = entry.activity if entry else None
    if declared is None:
        raise unknown_activity()
    controller = entry_of(sources.rows, "controller")
    rights = set(RIGHTS[LegalBasis.CONSENT])
    if declared.direct_marketing:
        rights.add(Right.OBJECTION)  # on whatever basis it rests (Art. 21(2))
    found = (_then(sources, f"recipient/{one}", given.position) for one in declared.recipients)
    return Receipt(
        head=head(NAME, sources, document=sources.document),
        person=person,
        source=event.source,
        id=event.id,
        given=given,
        denied=denied,
        acts=acts,
        wording=_published(sources, given.wording, given.language),
        notice=_published(sources, given.notice, given.language),
        activity=declared,
        recipients=tuple(one.recipient for one in found if one and one.recipient),
        controller=controller.controller if controller else None,
        rights=tuple(right for right in Right if right in rights),
    )


def _consent(
    sources: Sources, person: PersonId, activity: ActivityId
) -> tuple[Act, Act | None, tuple[Act, ...]]:
    expect_activity(sources.rows, activity)
    row = of_person(sources.rows, person)
    found = consent_at(row, activity, sources.printed_at)
    if found.given is None:
        raise Problem(
            Code.NOT_FOUND,
            "No consent of this person to this activity is recorded.",
            advice="`ropa consent list` shows what is.",
        )
    acts = sorted(row.acts[activity], key=lambda act: (act.occurred_at, act.position))
    return found.given, found.denied, tuple(acts)


def _then(sources: Sources, stream: str, position: int) -> Entry | None:
    """Give an entry of the register as it stood when an event was recorded."""
    row: Entry | None = None
    for event in sources.register_events():
        if event.stream == stream and event.position < position:
            row = fold(row, event)
    return row


def _published(
    sources: Sources, version: NoticeVersion | None, language: Language | None
) -> NoticePublished | None:
    if version is None or language is None:
        return None
    entry = sources.rows.get(REGISTER, f"notice/{version.notice}")
    found = wording(entry, version.version, language)
    return found.notice if found else None
