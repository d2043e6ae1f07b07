"""Given a history, when a fact comes in, then this is recorded: deciders tested in sentences.

`given(REGISTERED, at(3, OBJECTED)).when(CONSENT_GIVEN).then(CONSENT_GIVEN)`

Each fact happens a day after the latest one before it, unless `at` says on which day. What is
given is recorded as it stands; what is sealed for whom is planned by the product's own rule.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from ropa.catalogue import NOUNS
from ropa.domain.person.events import DetailsCarried
from ropa.domain.person.state import has_basis
from ropa.kernel.categories import Category
from ropa.kernel.decider import ActivityPolicy, Context, Decider, Draft, Proposed
from ropa.kernel.fact import Box, Recorded, categories_of, fact_type
from ropa.kernel.ids import Language
from ropa.kernel.law import Basis, Duty, LegalBasis
from ropa.kernel.problem import Problem
from ropa.kernel.sealing import plan_sealing

ME = "6f0c1c1e-52a4-4b3f-8d0e-6a4b8f0c2d11"
OTHER = "b7c8b6a2-7a7d-4c5e-9c1d-2f1f3a5e7d90"


def policy(
    activity: str,
    *categories: Category,
    bases: tuple[LegalBasis | Duty, ...],
    direct_marketing: bool = False,
    retired: bool = False,
) -> ActivityPolicy:
    """Declare an activity in short: a duty stands for the legal obligation that it is."""
    return ActivityPolicy(
        activity=activity,
        categories=frozenset(categories),
        bases=tuple(
            Basis(basis=LegalBasis.LEGAL_OBLIGATION, duty=basis)
            if isinstance(basis, Duty)
            else Basis(basis=basis)
            for basis in bases
        ),
        direct_marketing=direct_marketing,
        retired=retired,
    )


def world(*policies: ActivityPolicy) -> Context:
    """Make what deciders may look at: these activities, beside one of each other thing."""
    return Context(
        activities={found.activity: found for found in policies},
        recipients=frozenset({"parcel-carrier"}),
        wordings={
            (notice, "2026-01", Language.SV): date.min
            for notice in ("newsletter-wording", "privacy-policy")
        },
        persons=frozenset({OTHER}),
    )


_NAME, _EMAIL, _ADDRESS = Category.CONTACT_NAME, Category.CONTACT_EMAIL, Category.CONTACT_ADDRESS
_CONTACT = (_NAME, _EMAIL, Category.CONTACT_PHONE, _ADDRESS)
_VOUCHER = (Category.FINANCIAL_VOUCHER, Category.FINANCIAL_AMOUNT, Category.IDENTITY_NUMBER)
_CONSENT, _CONTRACT = LegalBasis.CONSENT, LegalBasis.CONTRACT
_INTEREST = LegalBasis.LEGITIMATE_INTEREST

SHOP = world(
    policy("contract", *_CONTACT, bases=(_CONTRACT,)),
    policy("bookkeeping", *_CONTACT, *_VOUCHER, bases=(Duty.ACCOUNTING,)),
    policy("marketing", _EMAIL, _NAME, bases=(_INTEREST, _CONSENT), direct_marketing=True),
    policy("club", *_CONTACT, bases=(_CONTRACT, _INTEREST, _CONSENT)),
    policy("web-analytics", Category.ONLINE_USAGE, bases=(_CONSENT,)),
    policy("accountability", Category.IDENTIFIER_ACCOUNT, bases=(Duty.ACCOUNTABILITY,)),
    policy("rights", _NAME, _EMAIL, Category.REQUEST_TEXT, bases=(Duty.DATA_SUBJECT_RIGHTS,)),
    policy("lottery", *_CONTACT, bases=(_CONTRACT, _INTEREST, _CONSENT), retired=True),
)
"""A shop's register; the lottery has been given up."""


@dataclass(frozen=True)
class Told:
    """A fact with what a test says of it."""

    data: Any
    personal: Any = None
    day: int | None = None


def at(day: int, data: Any, personal: Any = None) -> Told:
    """Say on which day a fact happened."""
    return Told(data, personal, day)


def telling(data: Any, personal: Any) -> Told:
    """Say which personal values a fact carries."""
    return Told(data, personal)


def told(fact: Any) -> Told:
    return fact if isinstance(fact, Told) else Told(fact)


def moment(day: int) -> datetime:
    """Give noon of a day, counted from the first of January 2026."""
    return datetime.combine(date(2026, 1, 1), datetime.min.time(), UTC) + timedelta(
        days=day - 1, hours=12
    )


@dataclass
class History:
    """One stream as it grows: what is recorded, and the state that it comes to."""

    decider: Decider[Any, Any]
    context: Context = SHOP
    events: list[Recorded[Any]] = field(default_factory=list)
    state: Any = None
    day: int = 0

    def __post_init__(self) -> None:
        self.state = self.decider.initial

    def decide(self, fact: Any) -> tuple[Draft, ...]:
        """Decide a fact, and record nothing."""
        new = told(fact)
        return self.decider.decide(
            Proposed(
                data=new.data,
                subject=ME,
                occurred_at=moment(self._day(new)),
                recorded_at=moment(1000),
                given=frozenset(given_by(new.personal).values()),
            ),
            self.state,
            self.context,
        )

    def append(self, fact: Any) -> tuple[Draft, ...]:
        """Decide a fact, and record what is decided, as the register does."""
        new = told(fact)
        drafts, day = self.decide(new), self._day(new)
        for ordinal, draft in enumerate(drafts):
            if draft.subject is None:
                self.record(at(day, draft.data, None if ordinal else new.personal))
        return drafts

    def tell(self, fact: Any) -> bool:
        """Append a fact that may be refused; tell whether it was not."""
        return refusal(lambda: self.append(fact)) is None

    def record(self, fact: Any) -> None:
        """Record a fact as it stands."""
        new = told(fact)
        self.day = max(self.day, day := self._day(new))
        kind = fact_type(new.data)
        recorded = Recorded(
            position=len(self.events) + 1,
            id=f"test-{len(self.events) + 1}",
            type=kind.name,
            source="test",
            subject=ME,
            stream=kind.stream_of(new.data, ME),
            version=len(self.events) + 1,
            recorded_at=moment(1000),
            occurred_at=moment(day),
            actor="test",
            cause=None,
            data=new.data,
            sealed={
                activity: Box(f"key-of-{activity}", "0" * 64, categories)
                for activity, categories in self._boxes(new).items()
            },
        )
        self.events.append(recorded)
        self.state = self.decider.evolve(self.state, recorded)

    def _day(self, fact: Told) -> int:
        return self.day + 1 if fact.day is None else fact.day

    def _boxes(self, fact: Told) -> dict[str, tuple[Category, ...]]:
        if isinstance(fact.data, DetailsCarried):
            return {fact.data.target: tuple(item.category for item in fact.data.values)}
        if fact.personal is None:
            return {}
        named = fact.data.activities
        live = basis_for(fact.data, self.state)
        return dict(
            plan_sealing(given_by(fact.personal), named, self.context.activities, live).boxes
        )


def given_by(personal: Any) -> dict[str, Category]:
    """Give the category of each personal value that is there, by field."""
    if personal is None:
        return {}
    categories = categories_of(personal.__class__)
    return {name: found for name, found in categories.items() if getattr(personal, name)}


def basis_for(data: Any, state: Any) -> Callable[[ActivityPolicy], bool]:
    """Tell where a fact finds a live basis: its duty's activities, or else the person's own."""
    duty = fact_type(data).duty
    if duty is not None:
        return lambda found: found.rests_on(duty)
    return lambda found: has_basis(state, found)


def history_of(noun: str, *facts: Any, context: Context = SHOP) -> History:
    """Record facts as they stand, in the order in which they are given."""
    history = History(NOUNS[noun].decider, context)
    for fact in facts:
        history.record(fact)
    return history


def refusal(call: Callable[[], Any]) -> Problem | None:
    """Give the problem with which something is refused, or None where it is not."""
    try:
        call()
    except Problem as problem:
        return problem
    return None


@dataclass(frozen=True)
class Given:
    """What has been recorded, and what the register declares."""

    facts: tuple[Any, ...]
    context: Context = SHOP

    def within(self, context: Context) -> "Given":
        """Say what the register declares, where it is not the shop's."""
        return replace(self, context=context)

    def when(self, data: Any, personal: Any = None, *, day: int | None = None) -> "When":
        """Propose a fact."""
        new = data if isinstance(data, Told) else Told(data, personal, day)
        noun = fact_type(new.data).noun
        return When(history_of(noun, *self.facts, context=self.context), new)


def given(*facts: Any) -> Given:
    """Say what has been recorded."""
    return Given(facts)


@dataclass(frozen=True)
class When:
    """A fact that comes into a history."""

    history: History
    fact: Told

    def then(self, *expected: Any) -> None:
        """Expect exactly this to be recorded; a `Draft` where it is about another person."""
        drafts = tuple(one if isinstance(one, Draft) else Draft(data=one) for one in expected)
        assert self.history.decide(self.fact) == drafts

    def then_nothing(self) -> None:
        """Expect that the fact changes nothing."""
        self.then()

    def refused(self, code: str, field: str | None = None) -> None:
        """Expect a refusal with this code, that names this field."""
        problem = refusal(lambda: self.history.decide(self.fact))
        assert problem is not None, "not refused"
        assert (problem.code, problem.where.field) == (code, field)
