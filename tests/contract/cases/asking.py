"""What was asked for."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from ropa.app import Register
from ropa.domain.staff.events import StaffDetails
from ropa.domain.staff.examples import REGISTERED as EMPLOYED
from ropa.kernel.fact import Fact
from ropa.kernel.problem import Code
from tests.app.shop import NOW, VERSION, append, sent
from tests.contract.world import (
    ASCII_CANARY,
    CANARY,
    NOBODY,
    REQUEST,
    Call,
    Case,
    always,
    call,
    sign,
)


def _not_in_history(shop: Path) -> list[Call]:
    sign(shop)
    return [
        call("replay", "--at", "99999", "people", CANARY),
        call("log", "bundle", "--to", "99999", "-o", "{shop}/audit.zip"),
    ]


def _usage(shop: Path) -> list[Call]:
    sign(shop)
    return [
        call(CANARY),
        call(f"--{CANARY}"),
        call("person", CANARY),
        call("person", "show"),
        call("person", "show", "webshop/K-1", CANARY),
        call("person", "show", "webshop/K-1", f"--{ASCII_CANARY}={CANARY}"),
        call("person", "show", "webshop/K-1", "--as", CANARY),
        call("person", "find"),
        call("report", CANARY),
        call("report", "access", "--as-of", CANARY),
        call("replay", "--at", CANARY),
        call("replay", "--at", "-1"),
        call("replay", "--at", "1", "--as-of", "2024-01-01"),
        call("request", "receive", "--kind", "access", "--on", CANARY),
        call("activity", "declare", CANARY),
        call("request", "answer", REQUEST, "--document", CANARY),
        call("init", "--template", CANARY),
        Call(("report", "article30"), env={"ROPA_LANGUAGE": CANARY}),
        call("log", CANARY),
        call("log", "verify", "--policy", CANARY),
        call("log", "verify", "--against", CANARY),
        call("log", "verify", "--authority", CANARY),
        call("log", "proof", CANARY),
        call("log", "check-proof", CANARY, CANARY),
        call("log", "stamp", CANARY),
        call("log", "stamp", f"http://[{CANARY}"),
        call("log", "bundle", "--from", CANARY, "-o", "{shop}/audit.zip"),
        call("log", "bundle", "--verify", CANARY),
        call("log", "bundle"),
    ]


def _not_permitted(shop: Path) -> list[Call]:
    with Register.open(shop, clock=lambda: NOW) as register:
        name = StaffDetails(name=CANARY)
        register.append([Fact(data=EMPLOYED, subject=NOBODY, personal=name, source="cli")])
    asked = ("person", "show", "webshop/K-1", "--as")
    return [
        call("--actor", NOBODY, *asked, "billing"),
        call("--actor", NOBODY, *asked, "auditor"),
        call("person", "show", "webshop/K-1", ROPA_ACTOR=NOBODY),
    ]


def _not_declared(shop: Path) -> list[Call]:
    consent = {
        "activity": "marketing",
        "wording": {"notice": "newsletter-wording", "version": VERSION},
        "language": "sv",
        "channel": "web-form",
    }
    with Register.open(shop, clock=lambda: NOW) as register:
        append(register, [sent("person.consent-given", consent, id="given", subject="K-2")])
    return [call("consent", "receipt", "webshop/K-2", "--activity", "marketing")]


CASES: Mapping[Code, Case] = MappingProxyType(
    {
        Code.NOT_PERMITTED: _not_permitted,
        Code.NOT_FOUND: always(
            call("person", "find", "--email", CANARY),
            call("person", "find", "--phone", CANARY),
            call("person", "find", "--number", CANARY),
            call("activity", "show", CANARY),
            call("replay", "people", CANARY),
            call("log", "proof", "99999"),
            call("log", "proof", "1"),
            call("log", "export", "{shop}/tiles"),
            call("log", "stamp", f"https://{ASCII_CANARY}.example"),
        ),
        Code.NOT_DECLARED: _not_declared,
        Code.NOT_IN_HISTORY: _not_in_history,
        Code.USAGE: _usage,
    }
)
