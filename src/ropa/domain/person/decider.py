"""A person: what is recorded of what applications say."""

from datetime import date, datetime, timedelta
from typing import assert_never

from msgspec.structs import replace

from ropa.domain.person.carrying import carried
from ropa.domain.person.erasure import decide_forgetting, remembered
from ropa.domain.person.events import (
    AccountingRecordFiled,
    ActivityEnded,
    ActivityStarted,
    ConsentGiven,
    ConsentWithdrawn,
    ContactChanged,
    DetailsCarried,
    Disclosed,
    EndReason,
    LookedUp,
    NoticeVersion,
    Objected,
    ObjectionWeighed,
    PersonEvent,
    PersonIdentified,
    PersonMerged,
    PersonParted,
    PersonRegistered,
    ReportMade,
    Restricted,
    RestrictionLifted,
)
from ropa.domain.person.forgetting import (
    ErasureCompleted,
    ErasureDecided,
    HoldLifted,
    HoldPlaced,
    ObjectionRemembered,
    RecipientInformed,
)
from ropa.domain.person.state import (
    PersonState,
    evolve,
    may_object,
    objection,
    with_denials,
    with_latest,
)
from ropa.domain.person.weighing import decide_weighing
from ropa.kernel.decider import ActivityPolicy, Context, Decider, Draft, Proposed
from ropa.kernel.ids import Language
from ropa.kernel.law import LegalBasis
from ropa.kernel.problem import Code, Problem, Where
from ropa.kernel.sealing import declared_activity, known_activity


def decide(
    proposed: Proposed[PersonEvent], state: PersonState, context: Context
) -> tuple[Draft, ...]:
    """Decide what a fact about a person records."""
    data = proposed.data
    state = with_denials(state, context.merged)
    at = proposed.occurred_at
    record = (Draft(data=data),)
    if isinstance(data, PersonRegistered):
        return () if state.registered else record
    if not state.registered and proposed.subject not in context.persons:
        raise Problem(
            Code.UNKNOWN_SUBJECT,
            "The subject is nobody that the register knows.",
            advice="Only person.registered.v1 makes a person: send it first.",
            where=Where(field="subject"),
        )
    match data:
        case PersonIdentified():
            if context.number_of is None:
                return record
            if context.number_of == proposed.subject:
                return ()
            raise Problem(
                Code.ALREADY_EXISTS,
                "The number is known already, as another record's.",
                advice="Where both records are one person's, send person.merged.v1.",
                where=Where(field="data.personal.number"),
            )
        case AccountingRecordFiled() | DetailsCarried():
            return record
        case LookedUp() | ReportMade():
            return record
        case ObjectionWeighed():
            return decide_weighing(data, at, state, context)
        case ContactChanged():
            return _contact_changed(data, proposed, context, record) + remembered(state, context)
        case (
            HoldPlaced()
            | HoldLifted()
            | ErasureDecided()
            | ErasureCompleted()
            | ObjectionRemembered()
            | RecipientInformed()
        ):
            return decide_forgetting(data, state, context)
        case ActivityStarted():
            return _started(data, at, state, context, record)
        case ActivityEnded():
            declared_activity(context.activities, data.activity)
            if data.reason is not EndReason.RELATION_ENDED:
                raise Problem(
                    Code.MALFORMED_VALUE,
                    "An end for this reason is recorded by the register itself.",
                    advice="Send person.objected.v1 or person.consent-withdrawn.v1.",
                    where=Where(field="data.reason"),
                )
            known = state.ended.get(data.activity)
            return () if known is not None and known >= at else record
        case ConsentGiven():
            return _given(data, at, state, context, record)
        case ConsentWithdrawn():
            policy = declared_activity(context.activities, data.activity)
            if state.withdrawn.get(data.activity) == at:
                return ()
            return record + _marketing_ends(state, policy, at, EndReason.CONSENT_WITHDRAWN)
        case Objected():
            return _objected(data, at, state, context, record)
        case Restricted():
            for activity in data.activities:
                declared_activity(context.activities, activity)
            known_at = [state.restricted_at.get(activity) for activity in data.activities]
            return () if all(known and known >= at for known in known_at) else record
        case RestrictionLifted():
            return _lifted(data, at, state, record)
        case Disclosed():
            declared_activity(context.activities, data.activity)
            if data.recipient not in context.recipients:
                raise Problem(
                    Code.UNKNOWN_RECIPIENT,
                    "No recipient that may be disclosed to is declared by this name.",
                    advice="Declare the recipient first: recipient.declared.v1.",
                    where=Where(field="data.recipient"),
                )
            return record
        case PersonMerged():
            _require_other(data.other, proposed, context)
            if data.other in state.merged:
                return ()
            mirrored = PersonMerged(other=proposed.subject or "", ground=data.ground)
            return (*record, Draft(data=mirrored, subject=data.other))
        case PersonParted():
            if data.other not in state.merged:
                raise Problem(
                    Code.NOT_MERGED,
                    "The two records are not taken for one person's.",
                    where=Where(field="data.other"),
                )
            parted = PersonParted(other=proposed.subject or "")
            return (*record, Draft(data=parted, subject=data.other))
        case _:
            assert_never(data)


def _contact_changed(
    data: ContactChanged,
    proposed: Proposed[PersonEvent],
    context: Context,
    record: tuple[Draft, ...],
) -> tuple[Draft, ...]:
    if not proposed.given and not data.removed:
        raise Problem(
            Code.NOTHING_GIVEN,
            "The event gives no contact details, and removes none.",
            where=Where(field="data.personal"),
        )
    for activity in data.activities:
        known_activity(context.activities, activity, "data.activities")
    return record


def _started(
    data: ActivityStarted,
    at: datetime,
    state: PersonState,
    context: Context,
    record: tuple[Draft, ...],
) -> tuple[Draft, ...]:
    policy = known_activity(context.activities, data.activity, "data.activity")
    if data.basis is LegalBasis.CONSENT:
        raise Problem(
            Code.CONSENT_NEEDED,
            "An activity does not start on consent by itself.",
            advice="Send person.consent-given.v1 with the wording that was shown.",
            where=Where(field="data.basis"),
        )
    _require_basis(policy, data.basis)
    objected = objection(state, data.activity)
    if objected is not None and at >= objected and may_object(policy, data.basis):
        raise Problem(
            Code.OBJECTED,
            f"The person has objected to {data.activity}.",
            advice="Only a new consent can begin it again.",
            where=Where(field="data.activity"),
        )
    key = (data.activity, data.basis)
    known = state.started.get(key)
    if known is not None and known >= at:
        return ()
    after = replace(state, started=with_latest(state.started, key, at))
    return record + carried(after, policy, context)


def _given(
    data: ConsentGiven,
    at: datetime,
    state: PersonState,
    context: Context,
    record: tuple[Draft, ...],
) -> tuple[Draft, ...]:
    policy = known_activity(context.activities, data.activity, "data.activity")
    _require_basis(policy, LegalBasis.CONSENT)
    _require_shown(data.wording, data.language, at, context, "data.wording")
    if data.notice is not None:
        _require_shown(data.notice, data.language, at, context, "data.notice")
    if state.given.get(data.activity) == at:
        return ()
    after = replace(state, given=with_latest(state.given, data.activity, at))
    return record + carried(after, policy, context)


def _require_basis(policy: ActivityPolicy, basis: LegalBasis) -> None:
    declared = [entry.basis for entry in policy.bases if entry.duty is None]
    if basis not in declared:
        raise Problem(
            Code.BASIS_NOT_DECLARED,
            f"The activity {policy.activity} does not declare the basis {basis}.",
            advice=f"It declares: {', '.join(declared) or 'a duty, which starts by itself'}.",
            where=Where(field="data.basis"),
        )


def _require_shown(
    shown: NoticeVersion, language: Language, at: datetime, context: Context, field: str
) -> None:
    effective = context.wordings.get((shown.notice, shown.version, language))
    if effective is None:
        raise Problem(
            Code.UNKNOWN_NOTICE,
            f"This version of the notice was never published in the language {language}.",
            advice="Publish it first: notice.published.v1.",
            where=Where(field=field),
        )
    if effective > _latest_day(at):
        raise Problem(
            Code.UNKNOWN_NOTICE,
            "This version of the notice was not shown yet when the consent is said to be given.",
            advice="Look at the day from which it was shown, and at the event's time.",
            where=Where(field=field),
        )


def _latest_day(at: datetime) -> date:
    """Give the latest local day that a moment can fall on: none is ahead by more than 14 hours."""
    return (at + timedelta(hours=14)).date()


def _objected(
    data: Objected,
    at: datetime,
    state: PersonState,
    context: Context,
    record: tuple[Draft, ...],
) -> tuple[Draft, ...]:
    policy = declared_activity(context.activities, data.activity)
    if not policy.direct_marketing and not any(
        may_object(policy, entry.basis) for entry in policy.bases
    ):
        raise Problem(
            Code.NO_RIGHT_TO_OBJECT,
            f"The activity {data.activity} rests on no basis that one can object to (Art. 21).",
            advice="Record a request for erasure or restriction instead.",
            where=Where(field="data.activity"),
        )
    if state.objected.get(data.activity) == at:
        return ()
    return record + _marketing_ends(state, policy, at, EndReason.OBJECTION)


def _marketing_ends(
    state: PersonState, policy: ActivityPolicy, at: datetime, reason: EndReason
) -> tuple[Draft, ...]:
    """Give the end of direct marketing on every other basis (Art. 21(3)).

    A withdrawal ends what had begun by then, an objection also what began after it.
    """
    ended = state.ended.get(policy.activity)
    running = any(
        activity == policy.activity
        and (ended is None or begun > ended)
        and (begun <= at or reason is EndReason.OBJECTION)
        for (activity, _), begun in state.started.items()
    )
    if not policy.direct_marketing or not running:
        return ()
    return (Draft(data=ActivityEnded(activity=policy.activity, reason=reason)),)


def _lifted(
    data: RestrictionLifted, at: datetime, state: PersonState, record: tuple[Draft, ...]
) -> tuple[Draft, ...]:
    if not state.restricted.issuperset(data.activities):
        raise Problem(
            Code.NOT_RESTRICTED,
            "Not all of these activities are restricted for the person.",
            where=Where(field="data.activities"),
        )
    if data.informed_on > _latest_day(at):
        raise Problem(
            Code.MALFORMED_VALUE,
            "The person has to be informed before the restriction is lifted (Art. 18(3)).",
            where=Where(field="data.informed_on"),
        )
    # What one record's restriction was lifted for holds for those that are the same person's.
    return record + tuple(Draft(data=data, subject=other) for other in sorted(state.merged))


def _require_other(other: str, proposed: Proposed[PersonEvent], context: Context) -> None:
    if other == proposed.subject:
        raise Problem(
            Code.SAME_PERSON,
            "A record cannot be merged with itself.",
            where=Where(field="data.other"),
        )
    if other not in context.persons:
        raise Problem(
            Code.UNKNOWN_SUBJECT,
            "The other record is nobody that the register knows.",
            where=Where(field="data.other"),
        )


DECIDER: Decider[PersonState, PersonEvent] = Decider(
    initial=PersonState(), decide=decide, evolve=evolve
)
