"""How a person stands to an activity, where several records may be one person's: deny wins."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property, lru_cache

from ropa.domain.person.state import has_basis, may_object, with_denials
from ropa.kernel.decider import ActivityPolicy
from ropa.kernel.ids import ActivityId
from ropa.kernel.law import Basis, LegalBasis
from ropa.views.people import At, Ended, Hold, Part, Restriction
from ropa.views.register import Entry


class Standing:
    """The parts that an activity has of each record of a person, read together.

    Which basis holds is told by the rules by which facts are decided: withdrawal, objection and
    restriction on one record hold for the others too.
    """

    def __init__(self, activity: ActivityId, parts: tuple[Part, ...], entry: Entry | None) -> None:
        """Take the parts, and what the register declares of the activity."""
        declared = entry.activity if entry else None
        states = [part.state(activity) for part in parts]
        self._activity = activity
        self._parts = parts
        # What the only record denies, it denies already.
        alone = len(states) == 1
        self._states = states if alone else [with_denials(state, states) for state in states]
        self._live: dict[LegalBasis, bool] = {}
        self._marketing = declared.direct_marketing if declared else False
        self._behind = entry.behind("direct_marketing") if entry else ()

    @cached_property
    def evidence(self) -> tuple[int, ...]:
        """The events that beginning, end, consent and objection rest on."""
        return _sorted(self._behind, *(part.positions() for part in self._parts))

    @cached_property
    def restriction_evidence(self) -> tuple[int, ...]:
        """The events that restriction rests on."""
        return _positions((one.restriction, one.lifted) for one in self._parts)

    @cached_property
    def hold_evidence(self) -> tuple[int, ...]:
        """The events that a hold rests on."""
        return _positions((one.hold, one.released) for one in self._parts)

    def live(self, basis: LegalBasis) -> bool:
        """Tell whether the activity runs for the person on a basis that is no duty."""
        if basis not in self._live:
            policy = _policy(self._activity, basis, marketing=self._marketing)
            self._live[basis] = any(has_basis(state, policy) for state in self._states)
        return self._live[basis]

    def used(self) -> tuple[LegalBasis, ...]:
        """Give the bases that the person's history names."""
        found = {basis for part in self._parts for basis in part.started}
        if any(part.given for part in self._parts):
            found.add(LegalBasis.CONSENT)
        return tuple(sorted(found))

    def since(self, basis: LegalBasis) -> datetime | None:
        """Give since when a basis has been used; None where it never was."""
        consent = basis is LegalBasis.CONSENT
        begun = (part.given if consent else part.started.get(basis) for part in self._parts)
        return max((one.at for one in begun if one is not None), default=None)

    def basis_ended_at(self, basis: LegalBasis) -> datetime | None:
        """Give when one basis ended; None while it holds."""
        if self.live(basis):
            return None
        return max(self._ends(basis), default=None)

    def ended_at(self) -> datetime | None:
        """Give when the activity ended for the person; None while it runs, or never began."""
        used = self.used()
        if any(self.live(basis) for basis in used):
            return None
        # Where no basis is known, an objection alone is an end too.
        ends = (at for basis in used or tuple(LegalBasis) for at in self._ends(basis))
        return max(ends, default=None)

    def objected(self) -> datetime | None:
        """Give when the person objected; None where not, or where a later consent holds."""
        if self.live(LegalBasis.CONSENT):
            return None
        objections = (part.objection() for part in self._parts)
        return max((one.at for one in objections if one), default=None)

    def withdrawn(self) -> datetime | None:
        """Give when the consent was withdrawn; None where not, or where something began later."""
        begun = [at for basis in self.used() if (at := self.since(basis)) is not None]
        last = max((part.withdrawn.at for part in self._parts if part.withdrawn), default=None)
        return last if last is not None and all(last >= at for at in begun) else None

    def ended(self) -> Ended | None:
        """Give the latest end that still holds."""
        ends = (
            part.ended
            for part in self._parts
            if part.ended and not any(one.at > part.ended.at for one in part.started.values())
        )
        return max(ends, default=None, key=lambda one: (one.at, one.position))

    def restriction(self) -> Restriction | None:
        """Give the latest restriction, where it holds."""
        if not any(self._activity in state.restricted for state in self._states):
            return None
        found = (part.restriction for part in self._parts if part.restriction)
        return max(found, default=None, key=lambda one: (one.at, -one.position))

    def denied_at(self) -> datetime | None:
        """Give when the person last said no, by objection or withdrawal; None where it runs."""
        if any(self.live(basis) for basis in self.used()):
            return None
        said = (one.at for part in self._parts for one in (part.objection(), part.withdrawn) if one)
        return max(said, default=None)

    def hold(self) -> Hold | None:
        """Give the latest hold, where one stands on any record."""
        if not any(self._activity in state.on_hold for state in self._states):
            return None
        found = (part.hold for part in self._parts if part.hold)
        return max(found, default=None, key=lambda one: (one.at, -one.position))

    def _ends(self, basis: LegalBasis) -> Iterator[datetime]:
        consent = basis is LegalBasis.CONSENT
        for part in self._parts:
            if fence := part.gone.get(""):
                yield fence.at
            if part.ended and not consent:
                yield part.ended.at
            if part.withdrawn and (consent or self._marketing):
                yield part.withdrawn.at
            objection = part.objection()
            policy = _policy(self._activity, basis, marketing=self._marketing)
            if objection and (consent or may_object(policy, basis)):
                yield objection.at


@lru_cache(maxsize=256)
def _policy(activity: ActivityId, basis: LegalBasis, *, marketing: bool) -> ActivityPolicy:
    # Much alike for very many persons, and validated when it is made.
    return ActivityPolicy(
        activity=activity,
        categories=frozenset(),
        bases=(Basis(basis=basis),),
        direct_marketing=marketing,
    )


def _positions(stamps: Iterable[Iterable[At | Restriction | Hold | None]]) -> tuple[int, ...]:
    return tuple(sorted(one.position for pair in stamps for one in pair if one is not None))


def _sorted(*evidence: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted({position for one in evidence for position in one}))
