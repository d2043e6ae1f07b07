"""The fact does not go with what is recorded."""

import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

from ropa.app import Register
from ropa.domain.staff.events import StaffDetails, StaffErasureDecided, StaffRegistered
from ropa.kernel.erasing import ErasureGround, Unit
from ropa.kernel.fact import Fact
from ropa.kernel.ids import Role
from ropa.kernel.problem import Code
from tests.app.shop import NOW, lines, sent
from tests.cli.running import Ran, ropa
from tests.contract.world import (
    ASCII_CANARY,
    CANARY,
    CLOSED,
    CONSENT,
    CONTACT,
    DISCLOSED,
    NOBODY,
    NUMBER,
    OF,
    REQUEST,
    Call,
    Case,
    activity,
    always,
    call,
    changed,
    facts,
    send,
    sign,
)


def _id_reused(shop: Path) -> list[Call]:
    assert send(changed()).made(shop, verbose=False).code == 0
    other = {"name": f"{CANARY}-2"}
    return [
        send(changed(personal=other)),
        send(
            {
                **changed(),
                "type": "person.objected.v1",
                "data": {"activity": "marketing", "channel": "phone"},
            }
        ),
        send({**changed(), "subject": "K-2"}),
        send({**changed(), "time": "2024-03-02T09:14:03Z"}),
    ]


def _already_exists(_shop: Path) -> list[Call]:
    request = {"request": REQUEST, "kinds": ["access"], "channel": "phone"}
    return [
        send(sent("activity.declared", activity("contract", reason=CANARY))),
        send(sent("request.received", request)),
        send(sent("controller.declared", {"name": CANARY, "country": "SE", "reason": CANARY})),
        send(sent("breach.discovered", {"breach": "mix-up", "natures": ["integrity"]})),
    ]


def _erased(shop: Path) -> list[Call]:
    """Let a member of staff leave, and the name go."""
    eva = StaffRegistered(roles=(Role.SUPPORT,), activities=("staff-access",), reason="New")
    gone = StaffErasureDecided(
        ground=ErasureGround.RETENTION_ENDED, erased=(Unit(activity="staff-access"),)
    )
    staff = "0d9b1a55-6a5f-4b6a-9d5c-3f0a6f2b7c11"
    with Register.open(shop, clock=lambda: NOW) as register:
        named = StaffDetails(name=CANARY)
        register.append([Fact(data=eva, personal=named, subject=staff, source="officer")])
        register.dispose([Fact(data=gone, subject=staff, source="retention")])
    asked = ("--request", REQUEST, "--ground", "needed-for-rights")
    return [call("staff", "name", staff, *asked)]


def _while_read(*arguments: object, **options: Any) -> Ran:
    """Run ropa on a copy of the register named after `-r`, while another program reads its log."""
    at = arguments.index("-r") + 1
    with TemporaryDirectory() as folder:
        shop = shutil.copytree(str(arguments[at]), Path(folder) / "shop")
        with closing(sqlite3.connect(shop / "log.db", isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM events").fetchone()
            return ropa(*arguments[:at], shop, *arguments[at + 1 :], **options)


def _already_done(shop: Path) -> list[Call]:
    sign(shop)
    for signed in (shop / "checkpoints").glob("*.txt"):
        signed.with_suffix(".tsr").write_text(CANARY)
    extended = {"request": REQUEST, "reason": "complexity", "channel": "phone"}
    return [
        send(sent("request.extended", extended)),
        call("log", "stamp", f"https://{ASCII_CANARY}.example"),
    ]


def _extension_too_late(shop: Path) -> list[Call]:
    received = {"request": NOBODY, "kinds": ["access"], "channel": "phone"}
    assert send(sent("request.received", received, id="late")).made(shop, verbose=False).code == 0
    extended = {"request": NOBODY, "reason": "complexity", "channel": "phone"}
    return [
        # The month ends on 2 April 2024; where no time is given, it is told of today.
        send(sent("request.extended", extended, time="2024-04-02T22:00:00Z")),
        call("request", "extend", NOBODY, "--reason", "complexity"),
    ]


def _on_hold(shop: Path) -> list[Call]:
    held = call("person", "hold", "webshop/K-1", "-a", "contract", "--ground", "dispute")
    assert held.made(shop, verbose=False).code == 0
    return [call("person", "erase", "webshop/K-1", "--yes")]


def _no_controller(shop: Path) -> list[Call]:
    empty = f"{shop}-empty"
    Register.create(empty)
    return [
        call(
            "-r", empty, "controller", "amend", "-", stdin=lines({"name": CANARY, "reason": CANARY})
        )
    ]


OVERRIDDEN = {"activity": "web-analytics", "outcome": "overridden", "ground": "legal-claims"}

CASES: Mapping[Code, Case] = MappingProxyType(
    {
        Code.ID_REUSED: _id_reused,
        Code.STALE_VERSION: always(
            send({**changed(), "expectedversion": 99}),
            send({**changed(), "expectedversion": NUMBER}),
        ),
        Code.UNKNOWN_SOURCE: always(send({**changed(), "source": ASCII_CANARY, "subject": CANARY})),
        Code.UNKNOWN_SUBJECT: always(
            send({**changed(), "subject": CANARY}),
            send({**changed(), "source": "tool", "subject": f"{CANARY}/{CANARY}"}),
            send({**changed(), "source": "tool", "subject": NOBODY}),
            call("person", "show", f"webshop/{CANARY}"),
            call("person", "history", CANARY),
            call("report", "access", "--person", CANARY),
            call("consent", "list", f"{CANARY}/{CANARY}"),
        ),
        Code.UNKNOWN_ACTIVITY: always(
            send(changed(activities=["contract", ASCII_CANARY])),
            send(sent("person.objected", {"activity": ASCII_CANARY, "channel": "phone"}, **OF)),
            call("consent", "withdraw", "webshop/K-1", ASCII_CANARY, "--channel", "phone"),
        ),
        Code.UNKNOWN_RECIPIENT: facts(
            ("person.disclosed", {**DISCLOSED, "recipient": ASCII_CANARY}),
            ("activity.declared", activity("club", recipients=[ASCII_CANARY])),
        ),
        Code.UNKNOWN_NOTICE: facts(
            (
                "person.consent-given",
                {**CONSENT, "wording": {"notice": ASCII_CANARY, "version": "1"}},
            ),
            (
                "person.consent-given",
                {**CONSENT, "notice": {"notice": "privacy-policy", "version": ASCII_CANARY}},
            ),
        ),
        Code.UNKNOWN_REQUEST: always(
            call("request", "show", CANARY),
            call("request", "withdraw", NOBODY),
        ),
        Code.UNKNOWN_BREACH: facts(("breach.assessed", {"breach": ASCII_CANARY, "risk": "risk"})),
        Code.UNKNOWN_STAFF: always(call("staff", "leave", CANARY, "--reason", CANARY)),
        Code.UNKNOWN_CONTROLLER: _no_controller,
        Code.ALREADY_EXISTS: _already_exists,
        Code.RETIRED: facts(
            ("person.contact-changed", {**CONTACT, "activities": ["lottery"]}),
            ("activity.amended", {"activity": "lottery", "reason": CANARY}),
        ),
        Code.NO_ACTIVITY_FOR_VALUE: facts(
            ("person.contact-changed", {**CONTACT, "activities": ["web-analytics"]}),
            ("person.contact-changed", {**CONTACT, "activities": ["bookkeeping"]}),
        ),
        Code.BASIS_NOT_DECLARED: facts(
            ("person.activity-started", {"activity": "contract", "basis": "public-task"}),
            ("person.activity-started", {"activity": "bookkeeping", "basis": "legal-obligation"}),
        ),
        Code.CONSENT_NEEDED: facts(
            ("person.activity-started", {"activity": "marketing", "basis": "consent"})
        ),
        Code.OBJECTED: facts(
            ("person.activity-started", {"activity": "marketing", "basis": "legitimate-interest"}),
            ("person.objection-weighed", {**OVERRIDDEN, "activity": "marketing"}),
        ),
        Code.NO_RIGHT_TO_OBJECT: facts(
            ("person.objected", {"activity": "bookkeeping", "channel": "phone"})
        ),
        Code.NOT_OBJECTED: always(
            send(sent("person.objection-weighed", OVERRIDDEN, **OF)),
            call("person", "weigh", "webshop/K-1", "web-analytics", "upheld"),
        ),
        Code.ON_HOLD: _on_hold,
        Code.ERASED: _erased,
        Code.ERASURE_PENDING: always(
            Call(("person", "erase", "webshop/K-1", "--yes"), run=_while_read)
        ),
        Code.NOT_ON_HOLD: always(
            send(
                sent("person.hold-lifted", {"activities": ["contract"], "reason": "settled"}, **OF)
            ),
            call("person", "release", "webshop/K-1", "-a", "contract", "--reason", "settled"),
        ),
        Code.NOT_RESTRICTED: facts(
            ("person.restriction-lifted", {"activities": ["contract"], "informed_on": "2024-01-01"})
        ),
        Code.SAME_PERSON: always(
            call("person", "merge", "webshop/K-1", "webshop/K-1", "--ground", "same-account")
        ),
        Code.NOT_MERGED: always(call("person", "part", "webshop/K-1", "webshop/K-2")),
        Code.REQUEST_CLOSED: facts(
            ("request.extended", {"request": CLOSED, "reason": "complexity", "channel": "phone"})
        ),
        Code.REQUEST_KIND_NOT_ASKED: facts(
            ("request.decided", {"request": REQUEST, "kind": "portability", "outcome": "granted"})
        ),
        Code.REQUEST_NOT_DECIDED: facts(
            ("request.answered", {"request": REQUEST, "channel": "e-mail"})
        ),
        Code.EXTENSION_TOO_LATE: _extension_too_late,
        Code.ALREADY_DONE: _already_done,
        Code.BREACH_CLOSED: facts(("breach.assessed", {"breach": "mix-up", "risk": "risk"})),
    }
)
