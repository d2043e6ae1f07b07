"""The people of the demo whose stories the tutorial tells, each under a number that stays."""

from datetime import datetime, timedelta
from typing import Final

from ropa.cli.demo.feed import Person
from ropa.cli.demo.programs import LOCAL, Programs

ANNA: Final = "K-20417"
"""Known to all four programs; moved house; a late telephone number; an access request is open."""
KARIN: Final = "K-20431"
LARS: Final = "K-20432"
"""Karin and Lars share an address and an e-mail address, and are two persons."""
JOHAN: Final = "K-20455"
"""His withdrawal of consent arrives before the consent."""
FATIMA: Final = "K-20466"
"""Objects to marketing, and later changes her e-mail address."""
ERIK: Final = "K-20478"
"""Closes his account and asks for erasure; bookkeeping is kept."""
MAJA: Final = "K-20489"
"""Contests her address: the contract is restricted, and lifted again."""
OSKAR: Final = "K-20491"
"""Disputes a claim: the contract is restricted still."""
SOFIA: Final = "K-20503"
"""Her address was disclosed to a recipient that marketing does not declare."""
ELIN: Final = "K-20509"
ELIN_NEWSLETTER: Final = "N-5190"
"""Elin subscribed before she became a customer: two records, found to be one person's."""
WALK_IN: Final = "F-9401"
"""Pere bought by telephone: only the invoicing program knows him."""
DEVICE: Final = "dev-7c41f0a2"
"""A visitor's browser: consent to analytics given, withdrawn and given again."""

MISFILED: Final = ("F-8830", "2026-10-08")
"""Anna's last invoice: the one bad line, filed for the contract instead of for bookkeeping."""


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


def _home(street: str, postal_code: str, city: str) -> dict[str, str]:
    return {"street": street, "postal_code": postal_code, "city": city}


def tell(programs: Programs) -> tuple[Person, ...]:
    """Tell the stories, and give the people in them."""
    return (
        _anna(programs),
        *_couple(programs),
        _johan(programs),
        _fatima(programs),
        _erik(programs),
        *_disputes(programs),
        _sofia(programs),
        *_elin(programs),
        _walk_in(programs),
        _visitor(programs),
    )


def _anna(programs: Programs) -> Person:
    anna = Person(
        name="Anna Lindqvist",
        email="anna.lindqvist@postlada.example",
        phone="070-174 06 35",
        address=_home("Björkvägen 12", "753 28", "Uppsala"),
        shop=ANNA,
        invoicing="F-8830",
        newsletter="N-5102",
        device="dev-19b3e6d4",
        personal_number="811218-9876",  # the specimen number of the standard works
    )
    programs.opens_account(anna, _at("2025-11-03T09:14:02"))
    programs.orders(anna, _at("2025-11-03T09:31:40"), 1249, exception=True, card=False)
    programs.known_as(anna, "newsletter", anna.newsletter, _at("2026-01-12T20:03:11"))
    programs.subscribes(anna, _at("2026-01-12T20:04:55"), details=False)
    programs.known_as(anna, "banner", anna.device, _at("2026-01-12T20:05:30"))
    programs.allows_cookies(anna, _at("2026-01-12T20:02:08"))
    programs.orders(anna, _at("2026-02-02T18:22:19"), 498, exception=True, card=False)
    # The change made by telephone in February is entered in March, after a later one.
    programs.changes(
        anna,
        _at("2026-02-11T10:05:00"),
        channel="phone",
        activities=("contract",),
        sent=_at("2026-03-09T16:40:00"),
        phone="070-174 06 71",
    )
    programs.changes(
        anna, _at("2026-03-04T21:17:44"), activities=("contract",), phone="08-465 004 12"
    )
    programs.moves(anna, _at("2026-06-14T12:00:26"), _home("Älvgatan 3 B", "652 25", "Karlstad"))
    programs.orders(anna, _at("2026-07-20T08:45:51"), 2190, exception=True, card=False)
    programs.forbids_cookies(anna, _at("2026-08-30T19:12:37"))
    programs.changes(anna, _at("2026-09-21T07:58:13"), email="anna.lindqvist@brevduvan.example")
    programs.orders(anna, _at("2026-10-08T17:36:05"), 349, exception=True, card=False)
    return anna


def _couple(programs: Programs) -> tuple[Person, Person]:
    home = _home("Trädgårdsgatan 8", "582 33", "Linköping")
    shared = "familjen.bergstrom@hemmaposten.example"
    karin = Person(
        name="Karin Bergström",
        email=shared,
        phone="070-174 06 41",
        address=home,
        shop=KARIN,
        invoicing="F-8841",
    )
    lars = Person(
        name="Lars Bergström",
        email=shared,
        address=home,
        shop=LARS,
        invoicing="F-8842",
        newsletter="N-5117",
    )
    programs.opens_account(karin, _at("2025-11-08T11:20:00"))
    programs.orders(karin, _at("2025-11-08T11:26:30"), 899, exception=True)
    programs.opens_account(lars, _at("2025-11-08T11:52:10"))
    programs.orders(lars, _at("2025-11-15T13:02:45"), 320, exception=False)
    programs.known_as(lars, "newsletter", lars.newsletter, _at("2025-12-01T18:30:00"))
    programs.subscribes(lars, _at("2025-12-01T18:31:12"), details=False)
    programs.unsubscribes(lars, _at("2026-04-17T06:55:03"))
    programs.orders(karin, _at("2026-05-22T10:10:10"), 1450, exception=True)
    return karin, lars


def _johan(programs: Programs) -> Person:
    johan = Person(
        name="Johan Öberg",
        email="johan.oberg@snabbrev.example",
        phone="070-174 06 48",
        address=_home("Nygatan 21", "903 27", "Umeå"),
        shop=JOHAN,
        invoicing="F-8850",
        newsletter="N-5124",
    )
    programs.opens_account(johan, _at("2025-11-17T15:40:00"))
    programs.orders(johan, _at("2025-11-17T15:48:21"), 640, exception=False)
    programs.known_as(johan, "newsletter", johan.newsletter, _at("2026-03-02T08:10:00"))
    # The tool could not send for two days: what was waiting came after what was new.
    programs.subscribes(
        johan, _at("2026-03-02T08:11:30"), sent=_at("2026-03-05T09:00:00"), details=False
    )
    programs.unsubscribes(johan, _at("2026-03-04T22:47:19"))
    return johan


def _fatima(programs: Programs) -> Person:
    fatima = Person(
        name="Fatima Haddad",
        email="fatima.haddad@postlada.example",
        phone="070-174 06 52",
        address=_home("Parkgatan 40", "411 38", "Göteborg"),
        shop=FATIMA,
        invoicing="F-8857",
    )
    programs.opens_account(fatima, _at("2025-11-21T19:05:00"))
    programs.orders(fatima, _at("2025-11-21T19:11:08"), 1120, exception=True)
    programs.objects(fatima, _at("2026-04-09T07:30:44"))
    programs.changes(fatima, _at("2026-05-18T20:41:16"), email="fatima.haddad@snabbrev.example")
    return fatima


def _erik(programs: Programs) -> Person:
    erik = Person(
        name="Erik Sandström",
        email="erik.sandstrom@brevduvan.example",
        phone="070-174 06 57",
        address=_home("Sjövägen 5", "392 36", "Kalmar"),
        shop=ERIK,
        invoicing="F-8863",
    )
    programs.opens_account(erik, _at("2025-11-25T08:00:00"))
    programs.orders(erik, _at("2025-11-25T08:09:54"), 2480, exception=True)
    programs.orders(erik, _at("2026-01-30T12:15:20"), 760, exception=True)
    programs.closes_account(erik, _at("2026-08-10T09:20:00"), exception=True)
    return erik


def _disputes(programs: Programs) -> tuple[Person, Person]:
    maja = Person(
        name="Maja Nyström",
        email="maja.nystrom@hemmaposten.example",
        phone="070-174 06 60",
        address=_home("Klockarvägen 17", "852 31", "Sundsvall"),
        shop=MAJA,
        invoicing="F-8866",
    )
    oskar = Person(
        name="Oskar Hedlund",
        email="oskar.hedlund@snabbrev.example",
        phone="070-174 06 63",
        address=_home("Granitvägen 9", "632 20", "Eskilstuna"),
        shop=OSKAR,
        invoicing="F-8869",
    )
    programs.opens_account(maja, _at("2025-11-28T17:00:00"))
    programs.orders(maja, _at("2025-11-28T17:06:12"), 415, exception=True)
    programs.opens_account(oskar, _at("2025-11-29T10:30:00"))
    programs.orders(oskar, _at("2026-06-02T14:44:00"), 3290, exception=False)
    programs.moves(
        maja, _at("2026-07-06T16:25:00"), _home("Klockarvägen 71", "852 31", "Sundsvall")
    )
    return maja, oskar


def _sofia(programs: Programs) -> Person:
    sofia = Person(
        name="Sofia Ekdahl",
        email="sofia.ekdahl@postlada.example",
        phone="070-174 06 66",
        address=_home("Ringvägen 88", "118 61", "Stockholm"),
        shop=SOFIA,
        invoicing="F-8872",
    )
    programs.opens_account(sofia, _at("2025-12-02T12:12:12"))
    programs.orders(sofia, _at("2025-12-02T12:20:38"), 530, exception=True)
    # The slip that `ropa check` finds: marketing declares that it discloses to nobody.
    programs.discloses(
        sofia,
        _at("2026-09-24T11:05:00"),
        "print-house",
        ["contact.name", "contact.email"],
        activity="marketing",
    )
    return sofia


def _elin(programs: Programs) -> tuple[Person, Person]:
    reader = Person(
        name="Elin Wikström",
        email="elin@brevduvan.example",
        newsletter=ELIN_NEWSLETTER,
    )
    customer = Person(
        name="Elin Wikström",
        email="elin.wikstrom@postlada.example",
        phone="070-174 06 69",
        address=_home("Syrenvägen 2", "222 20", "Lund"),
        shop=ELIN,
        invoicing="F-8875",
    )
    programs.subscribes(reader, _at("2025-11-19T21:30:00"))
    programs.opens_account(customer, _at("2026-02-20T09:00:00"))
    programs.orders(customer, _at("2026-02-20T09:07:41"), 980, exception=False)
    return reader, customer


def _walk_in(programs: Programs) -> Person:
    pere = Person(
        name="Pere Lundmark",
        email="pere.lundmark@hemmaposten.example",
        address=_home("Hantverkargatan 30", "803 24", "Gävle"),
        invoicing=WALK_IN,
    )
    programs.invoices(pere, _at("2025-12-30T10:15:00"), 5600)
    programs.files(pere, _at("2026-01-15T09:00:00"), "credit-note", -1400)
    return pere


def _visitor(programs: Programs) -> Person:
    visitor = Person(name="", email="", device=DEVICE)
    programs.allows_cookies(visitor, _at("2026-02-14T20:00:00"))
    programs.forbids_cookies(visitor, _at("2026-02-21T20:00:00"))
    again = programs.allows_cookies(visitor, _at("2026-06-01T20:00:00"))
    again.repeated = again.at + timedelta(minutes=3)
    return visitor
