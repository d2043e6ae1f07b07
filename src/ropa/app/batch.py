"""A batch: facts decided one after the other, each on what the one before came to."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from ropa.app.policy import REGISTER_NOUNS, context_of, noun_of
from ropa.app.proposing import OWN_SOURCE, Proposal
from ropa.app.receipt import Receipt, Status
from ropa.app.subjects import Subjects
from ropa.catalogue import NOUNS, decode, encode
from ropa.domain.activity.events import ActivityReviewed
from ropa.domain.person.events import (
    ContactChanged,
    DetailsCarried,
    LookedUp,
    PersonMerged,
    PersonParted,
    ReportMade,
)
from ropa.domain.person.forgetting import ErasureCompleted, ErasureDecided
from ropa.domain.person.state import PersonState, denied, has_basis, with_denials
from ropa.domain.person.values import AccountNumber
from ropa.domain.request.events import (
    IdentityConfirmed,
    RequestErasureCompleted,
    RequestErasureDecided,
)
from ropa.domain.staff.events import (
    StaffErasureCompleted,
    StaffErasureDecided,
    StaffNameGivenOut,
)
from ropa.kernel.categories import Category
from ropa.kernel.decider import Context, Draft, Proposed
from ropa.kernel.erasing import ErasureGround
from ropa.kernel.fact import Box, Number, Recorded, fact_type
from ropa.kernel.ids import ActivityId, consequence_id
from ropa.kernel.problem import Code, Problem, Where
from ropa.kernel.sealing import Plan, known_activity, plan_sealing
from ropa.log import Entry, Head, Seen, Writing
from ropa.vault import Held, Sealing, lookups_of

TOLERANCE = timedelta(minutes=5)
"""How far the clocks of applications and register may be apart."""

_NOTHING = Plan({}, ())
_NAMING_PERSONS = frozenset({PersonMerged, PersonParted, LookedUp, ReportMade, IdentityConfirmed})
"""The event classes that name a person, whose existence the decision asks for."""

Decision = ErasureDecided | RequestErasureDecided | StaffErasureDecided
"""The events that decide on an erasure."""
Completion = ErasureCompleted | RequestErasureCompleted | StaffErasureCompleted
"""The events that tell that an erasure has been carried out."""


class History(NamedTuple):
    """How far a stream has come."""

    version: int
    state: Any


class Batch:
    """Facts that are recorded together or not at all; it lives as long as the log's lock."""

    def __init__(
        self,
        *,
        writing: Writing,
        head: Head,
        sealing: Sealing,
        now: datetime,
        context: Context,
        histories: dict[str, History],
    ) -> None:
        self._writing = writing
        self._sealing = sealing
        self._now = now
        self._known = histories
        self._recorded: dict[int, tuple[Recorded[Any], dict[str, bytes]]] = {}
        self.start = self._next = head.position + 1
        self._subjects = Subjects(sealing, self._is_registered)
        self._plans: dict[Any, Plan] = {}
        self.context = context
        self.histories: dict[str, History] = {}
        self.entries: list[Entry] = []
        self.finished: list[int] = []
        self.seen: dict[tuple[str, str], Seen] = {}

    def add(self, proposal: Proposal, content: bytes) -> Receipt:
        """Decide a fact that has not come before, and stage what is to be recorded."""
        occurred_at = proposal.occurred_at or self._now
        if occurred_at > self._now + TOLERANCE:
            raise Problem(
                Code.OCCURRED_IN_FUTURE,
                "The event is said to have occurred more than five minutes from now.",
                advice="Look at the sender's clock and time zone.",
                where=Where(field="time"),
            )
        subject = self._subjects.of(proposal)
        stream = proposal.kind.stream_of(proposal.fact.data, subject)
        before = self._history(stream)
        expected = proposal.fact.expected_version
        if expected is not None and expected != before.version:
            raise Problem(
                Code.STALE_VERSION,
                f"The history is at version {before.version}, and not at the one that was"
                " expected.",
                advice="Read it again, and decide again.",
            )
        proposed = Proposed(
            data=proposal.fact.data,
            subject=subject,
            occurred_at=occurred_at,
            recorded_at=self._now,
            given=frozenset(proposal.given.values()),
        )
        decider = NOUNS[proposal.kind.noun].decider
        context = self._context_for(proposal, subject)
        drafts = decider.decide(proposed, before.state, context)
        plan = self._plan(proposal, before.state, context) if drafts else _NOTHING
        first = self._next
        for ordinal, draft in enumerate(drafts):
            self._record(proposal, subject, occurred_at, plan, draft, ordinal, first)
        count = self._next - first
        key = (proposal.source, proposal.id)
        self.seen[key] = (
            Seen(*key, first, count, content) if count else Seen(*key, None, 0, content, subject)
        )
        return Receipt(
            status=Status.RECORDED if count else Status.UNCHANGED,
            source=proposal.source,
            id=proposal.id,
            position=first if count else None,
            type=proposal.kind.name,
            stream=stream,
            version=before.version + 1 if count else None,
            subject=subject,
            skipped=plan.skipped,
            consequences=tuple(range(first + 1, self._next)),
        )

    def recorded(self, position: int) -> Recorded[Any]:
        """Give an event, of this batch or from the log."""
        if position in self._recorded:
            return self._recorded[position][0]
        row = self._writing.event(position)
        return decode(row.type, row.state)

    def _is_registered(self, person: str) -> bool:
        return bool(self._history(f"person/{person}").state.registered)

    # What it is decided on.

    def _history(self, stream: str) -> History:
        found = self.histories.get(stream) or self._known.get(stream)
        if found is None:
            decider = NOUNS[noun_of(stream)].decider
            state, version = decider.initial, 0
            for row in self._writing.stream(stream):
                state, version = decider.evolve(state, decode(row.type, row.state)), row.version
            found = self.histories[stream] = History(version, state)
        return found

    def _context_for(self, proposal: Proposal, subject: str | None) -> Context:
        kind = proposal.kind
        if isinstance(proposal.fact.data, StaffNameGivenOut):
            request = proposal.fact.data.request
            received = self._history(f"request/{request}").state.received
            return replace(self.context, requests=frozenset({request} if received else ()))
        if kind.data is ActivityReviewed:
            member = self._history(f"staff/{proposal.actor}").state
            return replace(self.context, roles=member.roles or frozenset())
        merged = self._merged(subject) if kind.noun == "person" and subject else ()
        suppressed = self._suppressed(proposal) if kind.data is ContactChanged else {}
        naming = kind.data in _NAMING_PERSONS or kind.personal is AccountNumber
        if not (merged or suppressed or naming):
            return self.context
        data = proposal.fact.data
        named = {getattr(data, "other", None), getattr(data, "person", None)}
        if kind.prefix == "lookup/":
            named.add(subject)
        number = proposal.values.get(Category.IDENTIFIER_ACCOUNT)
        return replace(
            self.context,
            persons=frozenset(name for name in named if name and self._is_registered(name)),
            number_of=self._subjects.find(Number(data.namespace, number)) if number else None,
            merged=merged,
            suppressed=suppressed,
        )

    def _suppressed(self, proposal: Proposal) -> dict[ActivityId, date]:
        """Give what somebody objected to who had one of the addresses, and was erased since."""
        found: dict[ActivityId, date] = {}
        for kind, value in lookups_of(proposal.values):
            for activity, since in self._sealing.suppressed(kind, value).items():
                found[activity] = max(since, found.get(activity, since))
        return found

    def _merged(self, person: str) -> tuple[PersonState, ...]:
        """Give the states of all records that were found to be the same person's."""
        found: dict[str, PersonState] = {}
        todo = [person]
        while todo:
            state = self._history(f"person/{todo.pop()}").state
            for other in state.merged - found.keys() - {person}:
                found[other] = self._history(f"person/{other}").state
                todo.append(other)
        return tuple(found.values())

    # What is recorded.

    def _plan(self, proposal: Proposal, state: Any, context: Context) -> Plan:
        if proposal.kind.personal is None:
            return _NOTHING
        duty = proposal.kind.duty
        named = proposal.fact.data.activities
        if not proposal.given:
            for activity in named:
                known_activity(context.activities, activity, "data.activities")
            return _NOTHING
        if context.merged or context.suppressed:
            state = with_denials(state, (*context.merged, denied(context.suppressed)))
        policies = [self.context.activities.get(activity) for activity in named]
        live = {
            policy.activity
            for policy in policies
            if policy is not None
            and (policy.rests_on(duty) if duty is not None else has_basis(state, policy))
        }
        if isinstance(state, PersonState) and state.erased:
            _require_open(state, live, proposal)
        # Facts of a kind are much alike, and a plan takes longer than to look it up.
        key = (proposal.kind.name, tuple(proposal.given), named, tuple(sorted(live)))
        plan = self._plans.get(key)
        if plan is None:
            plan = plan_sealing(
                proposal.given,
                named,
                self.context.activities,
                lambda policy: policy.activity in live,
            )
            self._plans[key] = plan
        return plan

    def _record(
        self,
        proposal: Proposal,
        subject: str | None,
        occurred_at: datetime,
        plan: Plan,
        draft: Draft,
        ordinal: int,
        first: int,
    ) -> None:
        about = draft.subject or subject
        kind = fact_type(draft.data)
        stream = kind.stream_of(draft.data, about)
        source, identity, actor, cause = proposal.source, proposal.id, proposal.actor, None
        if ordinal:
            identity = consequence_id(source, identity, ordinal)
            source, actor, cause = OWN_SOURCE, OWN_SOURCE, f"position/{first}"
        else:
            cause = proposal.fact.cause
        data = draft.data
        if isinstance(data, ErasureDecided) and data.ground is ErasureGround.CATEGORY_DROPPED:
            # What is carried over, by the facts that follow, must outlive the key that goes.
            for unit in data.erased:
                self._sealing.renew(about or "", unit.activity, unit.bucket)
        sealed: dict[str, tuple[Box, bytes]] = {}
        if isinstance(data, DetailsCarried):
            carried = self._carry(data, about or "", source, identity)
            if carried is None:
                return
            data, sealed = carried
        elif not ordinal and plan.boxes:
            sealed = self._seal(proposal, about or stream.partition("/")[2], plan)
        before = self.histories.get(stream) or self._history(stream)
        recorded = Recorded(
            position=self._next,
            id=identity,
            type=kind.name,
            source=source,
            subject=about,
            stream=stream,
            version=before.version + 1,
            recorded_at=self._now,
            occurred_at=occurred_at,
            actor=actor,
            cause=cause,
            data=data,
            sealed={activity: box for activity, (box, _) in sealed.items()},
        )
        stored = {activity: box for activity, (_, box) in sealed.items()}
        self._stage(recorded, before, stored)

    def _stage(self, recorded: Recorded[Any], before: History, stored: dict[str, bytes]) -> None:
        self.entries.append(
            Entry(
                position=recorded.position,
                stream=recorded.stream,
                version=recorded.version,
                type=recorded.type,
                subject=recorded.subject,
                state=encode(recorded),
                boxes=tuple(stored.items()),
                erases=isinstance(recorded.data, Decision),
            )
        )
        if isinstance(recorded.data, Completion):
            self.finished.append(recorded.data.decision)
        self._recorded[recorded.position] = (recorded, stored)
        self._next += 1
        noun = noun_of(recorded.stream)
        state = NOUNS[noun].decider.evolve(before.state, recorded)
        self.histories[recorded.stream] = History(recorded.version, state)
        if noun in REGISTER_NOUNS:
            self._plans.clear()
            entries = (
                history.state
                for stream, history in (self._known | self.histories).items()
                if noun_of(stream) in REGISTER_NOUNS
            )
            self.context = replace(context_of(entries), calendar=self.context.calendar)

    def _seal(self, proposal: Proposal, owner: str, plan: Plan) -> dict[str, tuple[Box, bytes]]:
        bucket = proposal.kind.bucket_of(proposal.fact.data)
        namespace = getattr(proposal.fact.data, "namespace", "")
        values = proposal.values
        sealed = {}
        for activity, categories in plan.boxes.items():
            kept = values if len(categories) == len(values) else {c: values[c] for c in categories}
            sealed[activity] = self._sealing.seal(
                owner=owner,
                activity=activity,
                bucket=bucket,
                source=proposal.source,
                event=proposal.id,
                values=kept,
            )
            for kind, value in lookups_of(kept, namespace):
                self._sealing.lookup(owner, activity, bucket, kind, value)
        return sealed

    def _carry(
        self, data: DetailsCarried, owner: str, source: str, identity: str
    ) -> tuple[DetailsCarried, dict[str, tuple[Box, bytes]]] | None:
        held = []
        for position in sorted({item.position for item in data.values}):
            event = self.recorded(position)
            held.append(
                Held(
                    box=event.sealed[data.origin],
                    stored=self._stored(position, data.origin),
                    owner=owner,
                    activity=data.origin,
                    source=event.source,
                    event=event.id,
                    categories=frozenset(
                        item.category for item in data.values if item.position == position
                    ),
                )
            )
        made = self._sealing.carry(
            held, owner=owner, activity=data.target, bucket="", source=source, event=identity
        )
        if made is None:
            return None
        kept = tuple(item for item in data.values if item.category in made[0].categories)
        return replace(data, values=kept), {data.target: made}

    def _stored(self, position: int, activity: str) -> bytes | None:
        if position in self._recorded:
            return self._recorded[position][1].get(activity)
        return self._writing.boxes([position]).get((position, activity))


def _require_open(state: PersonState, live: set[ActivityId], proposal: Proposal) -> None:
    """Refuse a value for a unit that was erased, and that nothing has opened again."""
    bucket = proposal.kind.bucket_of(proposal.fact.data)
    for activity in sorted(live):
        fence = state.erased.get((activity, bucket))
        if fence is None:
            continue
        if not fence.done:
            raise Problem(
                Code.ERASURE_PENDING,
                f"An erasure of what {activity} held is not finished, and lets nothing in.",
                advice="Send it again later; `ropa check --keys` finishes it once nobody reads.",
                where=Where(position=fence.position),
            )
        if proposal.kind.duty is not None:
            raise Problem(
                Code.ERASED,
                f"What {activity} held here was erased, and nothing more is recorded for it.",
                advice="Somebody who comes back is registered anew: person.registered.v1.",
                where=Where(position=fence.position),
            )
