"""What the officer and the staff of the demo record of the persons: cases, requests, a breach."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any, Final

from ropa.cli.demo import stories
from ropa.cli.demo.officer import BILLING, OFFICER, SUPPORT, Desk
from ropa.domain.breach.events import (
    AuthorityNotified,
    BreachAssessed,
    BreachClosed,
    BreachDescribed,
    BreachDiscovered,
    BreachNature,
    BreachText,
    IncidentAccount,
    PersonsTold,
    Risk,
)
from ropa.domain.person.events import (
    LookedUp,
    LookUpPurpose,
    MergeGround,
    PersonMerged,
    Restricted,
    RestrictionGround,
    RestrictionLifted,
)
from ropa.domain.request.events import (
    ExtensionReason,
    IdentityAsked,
    IdentityConfirmed,
    IdentityMethod,
    Outcome,
    RefusalGround,
    RequestAnswered,
    RequestDecided,
    RequestExtended,
    RequestKind,
    RequestReceived,
    RequestRefused,
    RequestText,
    RequestWithdrawn,
)
from ropa.kernel.categories import Category
from ropa.kernel.fact import Fact, Number
from ropa.kernel.ids import Channel, PersonId, Role

PersonOf = Callable[[Number], PersonId]
_ACCESS: Final = "4d1f9b60-2c87-4a3e-9f05-b8e6170c53da"
ERASURE: Final = "9a36e5c2-08fd-4b71-8c4a-3f50d7219eb6"
_RECTIFICATION: Final = "e80b7d14-6a29-4f5c-b3d8-92c1460fa7e5"
_PORTABILITY: Final = "17c5a9f3-d4e0-4862-a1b7-5b0e83f62c9d"
_EXCESSIVE: Final = "6f92d08b-1e4c-4d7a-9b35-c07a8e51f243"
_TAKEN_BACK: Final = "b34e8c71-5f0a-4296-8dce-71f9a02b6d58"
_STRANGER: Final = "28d7f0e5-c93b-4e14-b60a-ae4c85d1379f"
_OVERDUE: Final = "fc501a6e-7b82-4c9d-8f43-06d29eb7a1c4"

_BREACH: Final = "delivery-notes-2026-04"


def _shop(number: str) -> Number:
    return Number("webshop", number)


def after(person_of: PersonOf) -> tuple[Fact[Any], ...]:
    """Give what the officer and the staff recorded of the persons that the programs told of.

    Args:
        person_of: Gives the register's own id of the person whom a program knows by a number.
    """
    desk = Desk("desk")
    return (
        *_restrictions(desk),
        *_breach(desk),
        *_lookups(desk),
        *_merge(desk, person_of),
        *_answered(desk, person_of),
        *_closed_otherwise(desk),
        *_open(desk, person_of),
    )


def _restrictions(desk: Desk) -> Iterator[Fact[Any]]:
    yield desk.fact(
        "2026-06-29T09:10",
        Restricted(activities=("contract",), ground=RestrictionGround.ACCURACY_CONTESTED),
        subject=_shop(stories.MAJA),
    )
    yield desk.fact(
        "2026-07-09T15:00",
        RestrictionLifted(activities=("contract",), informed_on=date(2026, 7, 8)),
        subject=_shop(stories.MAJA),
    )
    yield desk.fact(
        "2026-09-17T11:30",
        Restricted(activities=("contract",), ground=RestrictionGround.NEEDED_FOR_CLAIMS),
        subject=_shop(stories.OSKAR),
    )


def _breach(desk: Desk) -> Iterator[Fact[Any]]:
    account = IncidentAccount(
        facts="Två kunders följesedlar låg i varandras paket.",
        effects="Kunderna fick se varandras namn och adress.",
    )
    yield desk.fact(
        "2026-04-21T08:35",
        BreachDiscovered(
            breach=_BREACH,
            natures=(BreachNature.CONFIDENTIALITY,),
            affected=("contract",),
            categories=(Category.CONTACT_NAME, Category.CONTACT_ADDRESS),
            activities=("accountability",),
        ),
        BreachText(account=account),
    )
    yield desk.fact("2026-04-21T16:10", BreachAssessed(breach=_BREACH, risk=Risk.RISK))
    yield desk.fact("2026-04-22T10:00", AuthorityNotified(breach=_BREACH))
    yield desk.fact(
        "2026-04-23T13:00",
        BreachDescribed(breach=_BREACH, persons=2, records=2, activities=("accountability",)),
        BreachText(account=replace(account, remedy="Två personer packar nu tillsammans.")),
    )
    yield desk.fact(
        "2026-04-23T14:20", PersonsTold(breach=_BREACH, channel=Channel.PHONE, persons=2)
    )
    yield desk.fact(
        "2026-05-06T09:00",
        BreachClosed(breach=_BREACH, reason="Packningen kontrolleras nu av ytterligare en person"),
    )


def _lookups(desk: Desk) -> Iterator[Fact[Any]]:
    for at, number, actor, role, purpose, activity in (
        ("2026-02-11T10:02", stories.ANNA, SUPPORT, Role.SUPPORT, "support-case", "contract"),
        ("2026-07-28T14:40", stories.ANNA, BILLING, Role.BILLING, "billing-matter", "bookkeeping"),
        ("2026-06-29T09:04", stories.MAJA, SUPPORT, Role.SUPPORT, "support-case", "contract"),
        ("2026-08-25T13:15", stories.ERIK, OFFICER, Role.OFFICER, "request", "accountability"),
        ("2026-09-16T09:50", stories.OSKAR, BILLING, Role.BILLING, "billing-matter", "contract"),
    ):
        yield desk.fact(
            at,
            LookedUp(role=role, purpose=LookUpPurpose(purpose), activities=(activity,)),
            subject=_shop(number),
            actor=actor,
        )


def _merge(desk: Desk, person_of: PersonOf) -> Iterator[Fact[Any]]:
    reader = person_of(Number("newsletter", stories.ELIN_NEWSLETTER))
    yield desk.fact(
        "2026-03-13T11:00",
        PersonMerged(other=reader, ground=MergeGround.CONFIRMED_BY_PERSON),
        subject=_shop(stories.ELIN),
    )


def _received(
    desk: Desk,
    at: str,
    request: str,
    *kinds: RequestKind,
    text: RequestText,
    channel: Channel = Channel.E_MAIL,
    subject: Number | None = None,
) -> Fact[Any]:
    data = RequestReceived(request=request, kinds=kinds, channel=channel, activities=("rights",))
    return desk.fact(at, data, text, subject)


def _answered(desk: Desk, person_of: PersonOf) -> Iterator[Fact[Any]]:
    """Erasure with what law keeps, a rectification, and a stranger of whom nothing is held."""
    erik, maja = _shop(stories.ERIK), _shop(stories.MAJA)
    yield _received(
        desk,
        "2026-08-24T20:15",
        ERASURE,
        RequestKind.ERASURE,
        text=RequestText(
            name="Erik Sandström",
            email="erik.sandstrom@brevduvan.example",
            text="Jag har avslutat mitt konto. Radera allt ni har om mig.",
        ),
        subject=erik,
    )
    for at, data in (
        (
            "2026-08-25T13:30",
            IdentityConfirmed(
                request=ERASURE, method=IdentityMethod.KNOWN_ADDRESS, person=person_of(erik)
            ),
        ),
        (
            "2026-09-02T10:00",
            RequestDecided(
                request=ERASURE,
                kind=RequestKind.ERASURE,
                outcome=Outcome.PARTLY_GRANTED,
                ground=RefusalGround.LEGAL_OBLIGATION,
            ),
        ),
        ("2026-09-03T09:15", RequestAnswered(request=ERASURE, channel=Channel.E_MAIL)),
    ):
        yield desk.fact(at, data, subject=erik)
    yield _received(
        desk,
        "2026-06-28T18:00",
        _RECTIFICATION,
        RequestKind.RECTIFICATION,
        RequestKind.RESTRICTION,
        text=RequestText(
            name="Maja Nyström", text="Gatunumret är fel. Använd det inte förrän det är rättat."
        ),
        subject=maja,
    )
    for at, data in (
        (
            "2026-06-29T09:00",
            IdentityConfirmed(
                request=_RECTIFICATION, method=IdentityMethod.LOGGED_IN, person=person_of(maja)
            ),
        ),
        (
            "2026-06-29T09:12",
            RequestDecided(
                request=_RECTIFICATION, kind=RequestKind.RESTRICTION, outcome=Outcome.GRANTED
            ),
        ),
        (
            "2026-07-06T16:30",
            RequestDecided(
                request=_RECTIFICATION, kind=RequestKind.RECTIFICATION, outcome=Outcome.GRANTED
            ),
        ),
        ("2026-07-08T10:00", RequestAnswered(request=_RECTIFICATION, channel=Channel.E_MAIL)),
    ):
        yield desk.fact(at, data, subject=maja)
    yield _received(
        desk,
        "2026-05-11T12:00",
        _STRANGER,
        RequestKind.ACCESS,
        text=RequestText(
            name="Rune Alvin",
            email="rune.alvin@snabbrev.example",
            text="Finns jag hos er? Jag tror inte att jag har handlat.",
        ),
    )
    for at, data in (
        (
            "2026-05-13T08:30",
            IdentityConfirmed(request=_STRANGER, method=IdentityMethod.CALLED_BACK),
        ),
        (
            "2026-05-13T08:45",
            RequestDecided(request=_STRANGER, kind=RequestKind.ACCESS, outcome=Outcome.GRANTED),
        ),
        ("2026-05-13T09:00", RequestAnswered(request=_STRANGER, channel=Channel.E_MAIL)),
    ):
        yield desk.fact(at, data)


def _closed_otherwise(desk: Desk) -> Iterator[Fact[Any]]:
    """One request that was refused, and one that was taken back."""
    lars, johan = _shop(stories.LARS), _shop(stories.JOHAN)
    yield _received(
        desk,
        "2026-09-07T07:00",
        _EXCESSIVE,
        RequestKind.ACCESS,
        text=RequestText(text="Skicka allt igen, för nionde veckan i rad."),
        subject=lars,
    )
    yield desk.fact(
        "2026-09-18T15:30",
        RequestRefused(request=_EXCESSIVE, ground=RefusalGround.EXCESSIVE, channel=Channel.E_MAIL),
        subject=lars,
    )
    yield _received(
        desk,
        "2026-03-06T10:00",
        _TAKEN_BACK,
        RequestKind.CONSENT_WITHDRAWAL,
        text=RequestText(text="Jag får fortfarande brev fast jag sagt nej."),
        subject=johan,
        channel=Channel.PHONE,
    )
    yield desk.fact(
        "2026-03-09T11:00",
        RequestWithdrawn(request=_TAKEN_BACK, channel=Channel.PHONE),
        subject=johan,
    )


def _open(desk: Desk, person_of: PersonOf) -> Iterator[Fact[Any]]:
    """Three that wait: one overdue, one extended, and Anna's access request."""
    anna, sofia, fatima = map(_shop, (stories.ANNA, stories.SOFIA, stories.FATIMA))
    yield _received(
        desk,
        "2026-10-12T09:30",
        _OVERDUE,
        RequestKind.ACCESS,
        text=RequestText(text="Vem har fått min e-postadress?"),
        subject=sofia,
    )
    yield desk.fact(
        "2026-10-14T10:00",
        IdentityAsked(request=_OVERDUE, channel=Channel.E_MAIL),
        subject=sofia,
    )
    yield _received(
        desk,
        "2026-10-26T21:40",
        _PORTABILITY,
        RequestKind.ACCESS,
        RequestKind.PORTABILITY,
        text=RequestText(text="Jag vill ha ut mina uppgifter i en fil som jag kan ta med mig."),
        subject=fatima,
    )
    yield desk.fact(
        "2026-10-27T08:20",
        IdentityConfirmed(
            request=_PORTABILITY, method=IdentityMethod.ELECTRONIC_ID, person=person_of(fatima)
        ),
        subject=fatima,
    )
    yield desk.fact(
        "2026-11-16T13:00",
        RequestExtended(
            request=_PORTABILITY, reason=ExtensionReason.COMPLEXITY, channel=Channel.E_MAIL
        ),
        subject=fatima,
    )
    yield _received(
        desk,
        "2026-11-02T19:25",
        _ACCESS,
        RequestKind.ACCESS,
        text=RequestText(
            name="Anna Lindqvist",
            email="anna.lindqvist@brevduvan.example",
            text="Jag vill veta vilka uppgifter ni har om mig och vilka som har fått dem.",
        ),
        subject=anna,
    )
    yield desk.fact(
        "2026-11-03T08:10",
        IdentityConfirmed(request=_ACCESS, method=IdentityMethod.LOGGED_IN, person=person_of(anna)),
        subject=anna,
    )
