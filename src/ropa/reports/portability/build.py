"""Builds the file that a person takes along, out of what the access report is built of."""

from collections import defaultdict
from dataclasses import replace
from typing import Any, assert_never

from ropa.domain.person.events import ContactChanged, DetailsCarried
from ropa.domain.request.events import RequestKind
from ropa.kernel.categories import Category
from ropa.kernel.fact import Recorded
from ropa.kernel.ids import ActivityId, Channel
from ropa.kernel.law import LegalBasis
from ropa.kernel.opening import Erased, NotPermitted, Opened, Restricted
from ropa.reports.access.acts import requests
from ropa.reports.access.found import NOBODY, Found, find
from ropa.reports.access.items import items
from ropa.reports.access.model import Item, Plain, Share
from ropa.reports.access.shares import shares
from ropa.reports.cell import Cell
from ropa.reports.entry import cell, entry_of, head, required
from ropa.reports.portability.model import LeftOut, LeftOutReason, Portability, Ported, Provided
from ropa.reports.rights import RIGHTS, Right
from ropa.reports.sources import Sources

NAME = "portability"


def build(sources: Sources) -> Portability:
    """Build the file, which also says properly that nothing falls under the right."""
    found = NOBODY if sources.person is None else find(sources, sources.person)
    controller = entry_of(sources.rows, "controller")
    held = bool(found.events)
    return Portability(
        head=head(NAME, sources, document=sources.document),
        person=sources.person,
        held=Cell(value=held, evidence=(found.events[0].position,) if held else ()),
        records=Cell(value=found.group.persons, evidence=found.group.evidence),
        activities=_Porting(sources, found).activities(),
        contact=cell(controller, "email", required("13(1)(a)")),
        complaint_authority=cell(controller, "complaint_authority", required("13(2)(d)")),
    )


def portable(share: Share) -> tuple[LegalBasis, ...]:
    """Give the bases by which an activity's values are portable; none where they are not.

    As with every right that the access report tells of, what counts is the bases that hold; where
    none does any longer, those that held.
    """
    live = [used for used in share.bases if used.live.value]
    return tuple(
        used.basis.value
        for used in live or share.bases
        if used.basis.value is not None and Right.PORTABILITY in RIGHTS[used.basis.value]
    )


def by_the_person(channel: Channel) -> bool:
    """Tell whether what came by a channel was provided by the person."""
    match channel:
        case Channel.IMPORT:
            return False  # nobody can tell from an import where its values came from
        case (
            Channel.REGISTRATION_FORM
            | Channel.ACCOUNT_PAGE
            | Channel.WEB_FORM
            | Channel.CONSENT_BANNER
            | Channel.CHECKOUT
            | Channel.E_MAIL
            | Channel.UNSUBSCRIBE_LINK
            | Channel.PHONE
            | Channel.LETTER
            | Channel.IN_PERSON
        ):
            return True
        case _:
            assert_never(channel)


class _Porting:
    """Divides what is recorded of one person into what they take along and what they do not."""

    def __init__(self, sources: Sources, found: Found) -> None:
        self._sources = sources
        self._events = {event.position: event for event in found.events}
        self._shares = shares(found, {})
        asked = [
            one
            for one in requests(found, sources.calendar)
            if any(part.kind is RequestKind.PORTABILITY for part in one.kinds)
        ]
        # Who asks for the file consents to what is restricted being taken out for it (Art. 18(2)).
        self._asked = any(one.closed.value is None for one in asked)
        self._asking = _all(*(one.received.evidence + one.closed.evidence for one in asked))
        self._open = {one.activity for one in self._shares if self._barred(one) is None}
        self._items = items(replace(sources, open=self._opening), found)

    def activities(self) -> tuple[Ported, ...]:
        """Give what each activity gives to the file; first those that give something."""
        ported = [self._ported(share) for share in self._shares]
        return tuple(sorted(ported, key=lambda one: not one.values))

    def _opening(self, event: Recorded[Any], activity: ActivityId) -> Opened:
        """Open only what may go into the file."""
        return self._sources.open(event, activity) if activity in self._open else NotPermitted()

    def _barred(self, share: Share) -> LeftOutReason | None:
        """Give why nothing of an activity is in the file."""
        if not portable(share):
            return LeftOutReason.BASIS
        return LeftOutReason.RESTRICTED if share.restricted.value and not self._asked else None

    def _ported(self, share: Share) -> Ported:
        recorded = self._items.get(share.activity, ())
        behind = _all(
            *(
                stated.evidence
                for used in share.bases
                for stated in (used.basis, used.since, used.live, used.ended)
            )
        )
        barred = _all(behind, share.restricted.evidence, self._asking)
        values: list[Provided] = []
        left_out: defaultdict[LeftOutReason, set[Category]] = defaultdict(set)
        for item in recorded:
            if item.ended.value is not None:
                continue
            origin = self._origin(item)
            reason = self._barred(share) or _reason(item, origin)
            if reason is None and origin is not None and isinstance(item.value.value, Plain):
                values.append(self._provided(item, origin, barred))
            elif reason is not None:
                left_out[reason].add(item.category)
        every = _all(barred, *(one.value.evidence + one.ended.evidence for one in recorded))
        return Ported(
            activity=share.activity,
            title=share.title,
            bases=Cell(value=portable(share), evidence=behind),
            restricted=share.restricted,
            values=tuple(values),
            left_out=tuple(
                LeftOut(
                    reason=reason,
                    categories=Cell(value=tuple(sorted(left_out[reason])), evidence=every),
                )
                for reason in LeftOutReason
                if reason in left_out
            ),
        )

    def _provided(
        self, item: Item, origin: Recorded[ContactChanged], barred: tuple[int, ...]
    ) -> Provided:
        shown = item.value.value
        return Provided(
            value=shown.value if isinstance(shown, Plain) else None,
            evidence=_all(item.value.evidence, item.ended.evidence, barred),
            position=item.position,
            category=item.category,
            since=self._sources.day(item.occurred_at),
            channel=origin.data.channel,
            source=origin.source,
        )

    def _origin(self, item: Item) -> Recorded[ContactChanged] | None:
        """Give the event by which a value came to the company, also where it was copied since."""
        event = self._events.get(item.position)
        while event is not None and isinstance(event.data, DetailsCarried):
            copied = (one for one in event.data.values if one.category is item.category)
            before = next((one.position for one in copied if one.position < event.position), None)
            event = None if before is None else self._events.get(before)
        return event if event is not None and isinstance(event.data, ContactChanged) else None


def _reason(item: Item, origin: Recorded[ContactChanged] | None) -> LeftOutReason | None:
    """Give why a value of an activity that is portable is not; None where it is."""
    if origin is None or not by_the_person(origin.data.channel):
        return LeftOutReason.NOT_PROVIDED
    match item.value.value:
        case Plain():
            return None
        case Erased():
            return LeftOutReason.ERASED
        case Restricted():
            return LeftOutReason.RESTRICTED
        case _:
            return LeftOutReason.UNREADABLE


def _all(*evidence: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted({position for one in evidence for position in one}))
