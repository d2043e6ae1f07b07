"""A real register that any policy can be declared in and any history told to."""

import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Self

import msgspec
from hypothesis import Phase

from ropa.app import Receipt, Register
from ropa.domain.activity.events import ActivityDeclared, ActivityRetired, DataSubjects
from ropa.domain.notice.examples import PUBLISHED
from ropa.domain.person.examples import CONSENT_GIVEN, NUMBER, REGISTERED
from ropa.domain.person.values import AccountNumber
from ropa.kernel.categories import Category
from ropa.kernel.decider import ActivityPolicy
from ropa.kernel.fact import Fact, Number, Recorded
from ropa.kernel.law import Basis, Duty, LegalBasis, LocalText
from ropa.kernel.problem import Problem
from tests.given import SHOP, Told, moment

NAMES = ("contract", "marketing", "bookkeeping", "club", "lottery")
"""The activities that a policy may declare."""

UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
"""A counterexample is shown as it was found: to shrink it takes minutes on real registers."""

_fresh = count(1)


class Trial:
    """A register under trial; its clock stands still, long after all that is told."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory / f"register-{next(_fresh)}"
        shutil.copytree(_empty(), self.directory)
        self.register = Register.open(self.directory, clock=lambda: moment(1000))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.register.close()

    def declare(self, policies: Iterable[ActivityPolicy]) -> None:
        """Declare activities; a retired one is declared and then retired."""
        for policy in policies:
            self.record(declared(policy))
            if policy.retired:
                self.record(ActivityRetired(activity=policy.activity, reason="It is over"))

    def record(self, data: Any) -> None:
        self.register.append([Fact(data=data, source="officer")])

    def tell(self, fact: Fact[Any]) -> Receipt | Problem:
        """Append one fact, that may be refused."""
        try:
            (receipt,) = self.register.append([fact])
        except Problem as problem:
            return problem
        return receipt

    def events(self, upto: int | None = None) -> list[Recorded[Any]]:
        return list(self.register.events(upto=upto))


def declared(policy: ActivityPolicy) -> ActivityDeclared:
    line = LocalText(sv="En rad", en="A line")
    return ActivityDeclared(
        activity=policy.activity,
        title=line,
        purposes=(line,),
        bases=policy.bases,
        subjects=(DataSubjects.CUSTOMERS,),
        categories=tuple(sorted(policy.categories)),
        direct_marketing=policy.direct_marketing,
        reason="It begins",
    )


def facts_of(person: int, history: Sequence[Told]) -> list[Fact[Any]]:
    """Make facts of what is told of a person, each with an id of its own."""
    return [
        Fact(
            data=told.data,
            personal=AccountNumber(number=number_of(person))
            if told.personal == NUMBER
            else told.personal,
            subject=Number("webshop", number_of(person)),
            source="webshop",
            id=f"{'abcdefghij'[person]}.{place:04}.zzzzzzzz",
            occurred_at=moment(told.day or 1),
        )
        for place, told in enumerate(history)
    ]


def number_of(person: int) -> str:
    return f"KUND{person:04}"


def shop_policies() -> list[ActivityPolicy]:
    """Give the policies of the shop that deciders are tested in."""
    return [policy for policy in SHOP.activities.values() if policy.activity != "accountability"]


@cache
def _empty() -> Path:
    """Make a register that knows how to hold numbers, and two notices."""
    directory = Path(mkdtemp()) / "empty"
    Register.create(directory, sources={"webshop": "webshop"})
    accountability = ActivityPolicy(
        activity="accountability",
        categories=frozenset({Category.IDENTIFIER_ACCOUNT}),
        bases=(Basis(basis=LegalBasis.LEGAL_OBLIGATION, duty=Duty.ACCOUNTABILITY),),
    )
    policy_shown = CONSENT_GIVEN.notice
    assert policy_shown is not None
    assert REGISTERED.activities == ("accountability",)
    wording = replace(PUBLISHED, effective=date(2000, 1, 1))
    shown = replace(wording, notice=policy_shown.notice, version=policy_shown.version)
    with Register.open(directory, clock=lambda: moment(1)) as register:
        register.append(
            [
                Fact(data=data, source="officer")
                for data in (declared(accountability), wording, shown)
            ]
        )
    return directory


_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DRAWN = re.compile(r'"(?:key|sha256)":"[^"]*"')


def plain(events: Iterable[Recorded[Any]]) -> list[str]:
    """Give events as text in which nothing depends on chance: ids by the order of their coming."""
    known: dict[str, str] = {}

    def numbered(found: re.Match[str]) -> str:
        return known.setdefault(found[0], f"id-{len(known)}")

    texts = (msgspec.json.encode(event).decode() for event in events)
    return [_UUID.sub(numbered, _DRAWN.sub("", text)) for text in texts]
