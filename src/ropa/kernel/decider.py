"""Deciders: the three members that each noun with a history answers with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, TypeVar

import msgspec

from ropa.kernel.categories import Category
from ropa.kernel.deadline import Calendar
from ropa.kernel.fact import Recorded
from ropa.kernel.ids import (
    ActivityId,
    Language,
    NoticeId,
    PersonId,
    RecipientId,
    RequestId,
    Role,
    Version,
)
from ropa.kernel.law import Basis

E = TypeVar("E")
S = TypeVar("S")


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityPolicy:
    """What the register declares of an activity, as far as decisions and sealing need it."""

    activity: ActivityId
    categories: frozenset[Category]
    bases: tuple[Basis, ...]
    direct_marketing: bool = False
    retired: bool = False

    def rests_on(self, duty: str) -> bool:
        """Tell whether the activity rests on a duty, so that facts of that duty are its basis."""
        return any(basis.duty == duty for basis in self.bases)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a decision may look at beside the history of its own stream; looked up beforehand.

    Attributes:
        activities: The policy by activity, retired ones too.
        recipients: The recipients that are declared, retired ones too.
        wordings: What has been published, as (notice, version, language), and from which day on
            it was shown.
        persons: Those of the persons named by the fact that exist.
        requests: Those of the requests named by the fact that exist.
        number_of: Whose number it is that the fact gives; None where nobody has it yet.
        merged: The states of the records that were found to be the same person's.
        suppressed: By the marketing that an address given is shut out from, the day of the
            objection that somebody made who had it, and was erased since.
        roles: The roles of the member of staff who is the actor, where the fact asks for one.
        calendar: How days are counted.
    """

    activities: Mapping[ActivityId, ActivityPolicy] = field(default_factory=dict)
    recipients: frozenset[RecipientId] = frozenset()
    wordings: Mapping[tuple[NoticeId, Version, Language], date] = field(default_factory=dict)
    persons: frozenset[PersonId] = frozenset()
    requests: frozenset[RequestId] = frozenset()
    number_of: PersonId | None = None
    merged: tuple[Any, ...] = ()
    suppressed: Mapping[ActivityId, date] = field(default_factory=dict)
    roles: frozenset[Role] = frozenset()
    calendar: Calendar = field(default_factory=Calendar)


class Proposed(msgspec.Struct, Generic[E], frozen=True, gc=False, kw_only=True):
    """A fact as a decision sees it: never a personal value, only which categories are given."""

    data: E
    subject: PersonId | None
    occurred_at: datetime
    recorded_at: datetime
    given: frozenset[Category] = frozenset()


class Draft(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """An event that is to be recorded: the fact itself, or a consequence of it.

    Attributes:
        data: The clear fields.
        subject: Whom it is about, where that is another person than the fact's.
    """

    data: Any
    subject: PersonId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decider(Generic[S, E]):
    """How the histories of one noun are decided and folded.

    Attributes:
        initial: The state of a history without events.
        decide: Gives what is to be recorded: nothing where the fact changes nothing, the fact as
            the first draft, and its consequences. Raises `Problem` where the fact is refused.
        evolve: Gives the state after an event; total, and never raises.
    """

    initial: S
    decide: Callable[[Proposed[E], S, Context], tuple[Draft, ...]]
    evolve: Callable[[S, Recorded[E]], S]
