"""How each problem of ropa is brought about: at least one call for each code."""

import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from ropa.app import MAX_LINE, Register
from ropa.kernel.problem import Code
from tests.app.shop import lines, sent
from tests.cli.running import ROPA, Ran, environ
from tests.contract.world import (
    ASCII_CANARY,
    CANARY,
    CLOSED,
    CONSENT,
    CONTACT,
    DISCLOSED,
    NOBODY,
    NUMBER,
    REQUEST,
    Call,
    activity,
    call,
    later,
    send,
)

Case = Callable[[Path], list[Call]]
"""Brings the register into the state that a problem needs, and gives the calls that meet it."""

_OF: Any = {"subject": "K-1"}


def _changed(**changes: Any) -> dict[str, Any]:
    return sent("person.contact-changed", {**CONTACT, **changes}, **_OF)


def _always(*calls: Call) -> Case:
    return lambda _shop: list(calls)


def _facts(*facts: tuple[str, Any]) -> Case:
    """Send each fact, about the customer with the canary's name."""
    return _always(
        *(
            send(sent(kind, data, **(_OF if kind.startswith("person.") else {})))
            for kind, data in facts
        )
    )


# What came in could not be read.


def _malformed_json(_shop: Path) -> list[Call]:
    whole = msgspec.json.encode(_changed())
    nested = b"[" * 100_000 + b"]" * 100_000
    return [
        send(whole[:-9]),
        send(CANARY.encode()),
        send(f'["{CANARY}"]'.encode()),
        send(f'"{CANARY}"'.encode()),
        send(b"\xef\xbb\xbf" + whole),
        send(whole + whole),
        send(f'{{"{CANARY}": NaN}}'.encode()),
        send(f'{{"{CANARY}": "\\ud800"'.encode()),
        send(f'{{"{CANARY}\\ud800": 1}}'.encode()),
        send(f'{{"{CANARY}": '.encode() + b"[" * 100_000 + b"]" * 100_000 + b"}"),
        send(whole.replace(b'"data":{', b'"data":{"a":' + nested + b",")),
        send(whole.replace(b'"name":"', b'"name":"\\ud800')),
        send(whole.replace(b'"name"', b'"name\\ud800"')),
    ]


def _malformed_envelope(_shop: Path) -> list[Call]:
    event = _changed()
    wrong: list[dict[str, Any]] = [
        {"id": CANARY},
        {"id": 7},
        {"id": "a" * 65},
        {"source": CANARY},
        {"source": "ropa", "subject": "webshop/K-1"},
        {"actor": CANARY},
        {"cause": CANARY},
        {"time": CANARY},
        {"time": "2024-03-02T09:14:02"},
        {"time": "0001-01-01T00:00:00+14:00"},
        {"time": "9999-12-31T23:59:59-12:00"},
        {"time": 1_767_000_000},
        {"specversion": CANARY},
        {"specversion": "0.3"},
        {"expectedversion": CANARY},
        {"expectedversion": -1},
        {"expectedversion": 1.5},
        {"subject": [CANARY]},
        {"subject": CANARY * 20},
        {"type": [CANARY]},
        {"datacontenttype": {CANARY: CANARY}},
    ]
    calls = [call("append", "-", stdin=_json({**event, **change})) for change in wrong]
    about_nobody = sent("activity.declared", activity("club"), subject=f"webshop/{CANARY}")
    return [*calls, send(about_nobody)]


def _json(event: Any) -> bytes:
    import json  # noqa: PLC0415 - msgspec writes no number as large as some tests need

    return json.dumps(event).encode() + b"\n"


def _malformed_value(_shop: Path) -> list[Call]:
    def data(text: str) -> Call:
        event = msgspec.json.encode({**_changed(), "data": 1})
        return send(event.replace(b'"data":1', b'"data":' + text.encode()))

    return [
        send(_changed(channel=CANARY)),
        send(_changed(activities=CANARY)),
        send(_changed(activities=[CANARY])),
        send(_changed(activities=[])),
        send(_changed(removed=[CANARY])),
        send(_changed(personal=CANARY)),
        send(_changed(personal=[CANARY])),
        send(_changed(personal={"name": 7})),
        send(_changed(personal={"name": {CANARY: CANARY}})),
        send(_changed(personal={"name": CANARY * 100})),
        send(_changed(personal={"address": CANARY})),
        data(f'"{CANARY}"'),
        data("null"),
        data(f'["{CANARY}"]'),
        call("person", "register", CANARY),
        call("consent", "give", "webshop/K-1", "marketing", "--wording", CANARY, "--channel=phone"),
        call("activity", "declare", "-", stdin=_json(activity(CANARY))),
        call("activity", "declare", "-", stdin=f'{{"{CANARY}": '.encode()),
        call("activity", "declare", "-", stdin=CANARY.encode("utf-16")),
        call("activity", "declare", "-", stdin=f'{{"{CANARY}'.encode() + b'\xff": 1}'),
        call("activity", "declare", "-", stdin=b"[" * 60_000),
        call("activity", "retire", CANARY, "--reason", CANARY),
        call("activity", "retire", "contract", "--reason", f" {CANARY}"),
    ]


def _unknown_field(_shop: Path) -> list[Call]:
    address = {"street": CANARY, "postal_code": "1", "city": CANARY, CANARY: CANARY}
    return [
        send({**_changed(), CANARY: CANARY}),
        send({**_changed(), ASCII_CANARY: 1}),
        send(_changed(**{CANARY: CANARY})),
        send(_changed(**{ASCII_CANARY: 1})),
        send(_changed(personal={CANARY: CANARY})),
        send(_changed(personal={"address": address})),
        send(sent("person.objected", {"personal": {CANARY: CANARY}}, **_OF)),
        send(sent("activity.declared", activity("club", bases=[{"basis": "contract", CANARY: 1}]))),
        call("activity", "declare", "-", stdin=_json(activity("club", **{CANARY: CANARY}))),
    ]


def _missing_field(shop: Path) -> list[Call]:
    event = _changed()
    calls = [
        send({name: value for name, value in event.items() if name != left_out})
        for left_out in ("id", "source", "type", "specversion", "data", "subject")
    ]
    filed = {"kind": "invoice", "financial_year_end": "2024-12-31", "activities": ["bookkeeping"]}
    undecided = {"request": REQUEST, "kind": "access", "outcome": "not-granted"}
    return [
        *calls,
        send(sent("person.contact-changed", {"personal": {"name": CANARY}}, **_OF)),
        send(
            sent("person.accounting-record-filed", {**filed, "personal": {"name": CANARY}}, **_OF)
        ),
        send(sent("request.decided", undecided)),
        send(sent("staff.left", {"reason": "Employment ended"})),
        call("activity", "declare", "-", stdin=_json({"reason": CANARY})),
        call("init", f"{shop}-2", "--email", CANARY),
    ]


def _too_long(_shop: Path) -> list[Call]:
    long = (CANARY * (MAX_LINE // len(CANARY) + 1)).encode()
    return [
        send(long),
        send(_changed(personal={"name": long.decode()})),
        call("activity", "declare", "-", stdin=long),
    ]


def _in_clear(_shop: Path) -> list[Call]:
    personal = {"name": ASCII_CANARY, "email": "a@b.example"}
    plain = sent("person.contact-changed", {**CONTACT, "personal": personal}, **_OF)
    number = {"activities": ["accountability"]}
    return [
        send({**plain, "id": f"form-{ASCII_CANARY}"}),
        send({**plain, "actor": ASCII_CANARY.upper()}),
        send({**plain, "cause": ASCII_CANARY.replace("-", "_")}),
        send(sent("person.registered", number, id=ASCII_CANARY, subject=ASCII_CANARY)),
        send({**plain, "source": ASCII_CANARY, "subject": "webshop/K-1"}),
    ]


# The fact does not go with what is recorded.


def _id_reused(shop: Path) -> list[Call]:
    assert send(_changed()).made(shop, verbose=False).code == 0
    other = {"name": f"{CANARY}-2"}
    return [
        send(_changed(personal=other)),
        send(
            {
                **_changed(),
                "type": "person.objected.v1",
                "data": {"activity": "marketing", "channel": "phone"},
            }
        ),
        send({**_changed(), "subject": "K-2"}),
        send({**_changed(), "time": "2024-03-02T09:14:03Z"}),
    ]


def _too_large(_shop: Path) -> list[Call]:
    line = {"sv": CANARY * 25, "en": CANARY * 25}
    return [send(sent("activity.declared", activity("club", purposes=[line] * 100)))]


def _already_exists(_shop: Path) -> list[Call]:
    request = {"request": REQUEST, "kinds": ["access"], "channel": "phone"}
    return [
        send(sent("activity.declared", activity("contract", reason=CANARY))),
        send(sent("request.received", request)),
        send(sent("controller.declared", {"name": CANARY, "country": "SE", "reason": CANARY})),
        send(sent("breach.discovered", {"breach": "mix-up", "natures": ["integrity"]})),
    ]


def _no_controller(shop: Path) -> list[Call]:
    empty = f"{shop}-empty"
    Register.create(empty)
    return [
        call(
            "-r", empty, "controller", "amend", "-", stdin=_json({"name": CANARY, "reason": CANARY})
        )
    ]


# The register as a whole.


def _files(change: Callable[[Path], Any], *more: Call) -> Case:
    """Change the files of the register, and ask for somebody."""

    def case(shop: Path) -> list[Call]:
        change(shop)
        return [call("person", "find", "--email", CANARY), send(_changed()), *more]

    return case


def _run_sql(file: str, *statements: str) -> Callable[[Path], None]:
    def change(shop: Path) -> None:
        with sqlite3.connect(shop / file) as db:
            for statement in statements:
                db.execute(statement)
        db.close()

    return change


def _another_vault(shop: Path) -> None:
    other = shop.with_name("other")
    Register.create(other)
    shutil.rmtree(shop / "vault")
    shutil.copytree(other / "vault", shop / "vault")


def _another_key(shop: Path) -> None:
    (shop / "vault" / "root.key").write_text("7f" * 32)


def _write(name: str, content: str) -> Callable[[Path], object]:
    return lambda shop: (shop / name).write_text(content, encoding="utf-8")


def _open_to_all(shop: Path) -> None:
    (shop / "vault" / "root.key").chmod(0o644)


def _disk_full(shop: Path) -> list[Call]:
    with sqlite3.connect(shop / "log.db") as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    many = [_changed(personal={"name": CANARY * 15}) | {"id": f"d{n}"} for n in range(700)]
    return [Call(("append", "-"), lines(*many), run=_in_little_room)]


def _in_little_room(*arguments: object, stdin: bytes, env: Mapping[str, str]) -> Ran:
    """Run ropa where no file may become larger than some 128 KiB: as on a disk that is full."""
    ran = subprocess.run(
        ["/bin/sh", "-c", 'ulimit -f 256; exec "$0" "$@"', ROPA, *map(str, arguments)],
        input=stdin,
        capture_output=True,
        env=environ(env),
        check=False,
        timeout=120,
    )
    return Ran(ran.returncode, ran.stdout, ran.stderr)


def _busy(_shop: Path) -> list[Call]:
    def run(*arguments: object, stdin: bytes, env: Mapping[str, str]) -> Ran:
        from tests.cli.running import ropa  # noqa: PLC0415

        shop = Path(str(arguments[arguments.index("-r") + 1]))
        with locked(shop / "vault" / "keys.db"):
            return ropa(*arguments, stdin=stdin, env=env)

    return [Call(("append", "-"), lines(_changed()), run=run)]


@contextmanager
def locked(path: Path) -> Any:
    """Keep the write lock of a database."""
    with sqlite3.connect(path, isolation_level=None) as db:
        db.execute("BEGIN IMMEDIATE")
        yield
        db.execute("ROLLBACK")
    db.close()


def _clock(shop: Path) -> list[Call]:
    later(shop, timedelta(days=36_500))
    return [send(_changed())]


def _directory(shop: Path) -> list[Call]:
    folder = shop.with_name("folder")
    folder.mkdir()
    return [
        call("append", str(shop.with_name("missing.ndjson"))),
        call("append", str(folder)),
        call("report", "article30", "-o", str(folder / "no" / "paper.txt")),
    ]


CASES: Mapping[Code, Case] = MappingProxyType(
    {
        Code.MALFORMED_JSON: _malformed_json,
        Code.LINE_TOO_LONG: _too_long,
        Code.NOT_UTF8: _always(
            send(f'{{"{CANARY}'.encode() + b'\xff": 1}'), send(CANARY.encode("utf-16"))
        ),
        Code.TRUNCATED_FILE: _always(
            call("append", "-", stdin=msgspec.json.encode(_changed())[:-9]),
            call("append", "-", stdin=lines(_changed()) + f'{{"{CANARY}'.encode()[:-1]),
        ),
        Code.MALFORMED_ENVELOPE: _malformed_envelope,
        Code.UNKNOWN_EVENT_TYPE: _always(
            send({**_changed(), "type": f"person.{ASCII_CANARY}.v1"}),
            send({**_changed(), "type": CANARY}),
        ),
        Code.UNKNOWN_FIELD: _unknown_field,
        Code.MISSING_FIELD: _missing_field,
        Code.MALFORMED_VALUE: _malformed_value,
        Code.NOTHING_GIVEN: _always(send(_changed(personal={}))),
        Code.OCCURRED_IN_FUTURE: _always(send({**_changed(), "time": "9999-12-31T23:59:59Z"})),
        Code.PERSONAL_VALUE_IN_CLEAR: _in_clear,
        Code.INTERNAL_EVENT_TYPE: _facts(("person.details-carried", {CANARY: CANARY})),
        Code.ID_REUSED: _id_reused,
        Code.STALE_VERSION: _always(
            send({**_changed(), "expectedversion": 99}),
            send({**_changed(), "expectedversion": NUMBER}),
        ),
        Code.UNKNOWN_SOURCE: _always(
            send({**_changed(), "source": ASCII_CANARY, "subject": CANARY})
        ),
        Code.UNKNOWN_SUBJECT: _always(
            send({**_changed(), "subject": CANARY}),
            send({**_changed(), "source": "tool", "subject": f"{CANARY}/{CANARY}"}),
            send({**_changed(), "source": "tool", "subject": NOBODY}),
            call("person", "show", f"webshop/{CANARY}"),
            call("person", "history", CANARY),
            call("report", "access", "--person", CANARY),
            call("consent", "list", f"{CANARY}/{CANARY}"),
        ),
        Code.UNKNOWN_ACTIVITY: _always(
            send(_changed(activities=["contract", ASCII_CANARY])),
            send(sent("person.objected", {"activity": ASCII_CANARY, "channel": "phone"}, **_OF)),
            call("consent", "withdraw", "webshop/K-1", ASCII_CANARY, "--channel", "phone"),
        ),
        Code.UNKNOWN_RECIPIENT: _facts(
            ("person.disclosed", {**DISCLOSED, "recipient": ASCII_CANARY}),
            ("activity.declared", activity("club", recipients=[ASCII_CANARY])),
        ),
        Code.UNKNOWN_NOTICE: _facts(
            (
                "person.consent-given",
                {**CONSENT, "wording": {"notice": ASCII_CANARY, "version": "1"}},
            ),
            (
                "person.consent-given",
                {**CONSENT, "notice": {"notice": "privacy-policy", "version": ASCII_CANARY}},
            ),
        ),
        Code.UNKNOWN_REQUEST: _always(
            call("request", "show", CANARY),
            call("request", "withdraw", NOBODY),
        ),
        Code.UNKNOWN_BREACH: _facts(("breach.assessed", {"breach": ASCII_CANARY, "risk": "risk"})),
        Code.UNKNOWN_STAFF: _always(call("staff", "leave", CANARY, "--reason", CANARY)),
        Code.UNKNOWN_CONTROLLER: _no_controller,
        Code.ALREADY_EXISTS: _already_exists,
        Code.RETIRED: _facts(
            ("person.contact-changed", {**CONTACT, "activities": ["lottery"]}),
            ("activity.amended", {"activity": "lottery", "reason": CANARY}),
        ),
        Code.NO_ACTIVITY_FOR_VALUE: _facts(
            ("person.contact-changed", {**CONTACT, "activities": ["web-analytics"]}),
            ("person.contact-changed", {**CONTACT, "activities": ["bookkeeping"]}),
        ),
        Code.BASIS_NOT_DECLARED: _facts(
            ("person.activity-started", {"activity": "contract", "basis": "public-task"}),
            ("person.activity-started", {"activity": "bookkeeping", "basis": "legal-obligation"}),
        ),
        Code.CONSENT_NEEDED: _facts(
            ("person.activity-started", {"activity": "marketing", "basis": "consent"})
        ),
        Code.OBJECTED: _facts(
            ("person.activity-started", {"activity": "marketing", "basis": "legitimate-interest"})
        ),
        Code.NO_RIGHT_TO_OBJECT: _facts(
            ("person.objected", {"activity": "bookkeeping", "channel": "phone"})
        ),
        Code.NOT_RESTRICTED: _facts(
            ("person.restriction-lifted", {"activities": ["contract"], "informed_on": "2024-01-01"})
        ),
        Code.SAME_PERSON: _always(
            call("person", "merge", "webshop/K-1", "webshop/K-1", "--ground", "same-account")
        ),
        Code.NOT_MERGED: _always(call("person", "part", "webshop/K-1", "webshop/K-2")),
        Code.REQUEST_CLOSED: _facts(
            ("request.extended", {"request": CLOSED, "reason": "complexity", "channel": "phone"})
        ),
        Code.REQUEST_KIND_NOT_ASKED: _facts(
            ("request.decided", {"request": REQUEST, "kind": "portability", "outcome": "granted"})
        ),
        Code.REQUEST_NOT_DECIDED: _facts(
            ("request.answered", {"request": REQUEST, "channel": "e-mail"})
        ),
        Code.ALREADY_DONE: _facts(
            ("request.extended", {"request": REQUEST, "reason": "complexity", "channel": "phone"})
        ),
        Code.BREACH_CLOSED: _facts(("breach.assessed", {"breach": "mix-up", "risk": "risk"})),
        Code.NOT_A_REGISTER: _always(
            call("-r", "{shop}/nowhere", "person", "find", "--email", CANARY),
            call("-r", "{shop}/log.db", "person", "find", "--email", CANARY),
        ),
        Code.REGISTER_EXISTS: _always(call("init", "{shop}", "--name", CANARY)),
        Code.SETTINGS_UNREADABLE: _files(_write("ropa.toml", f"{CANARY} = [")),
        Code.CLOCK_BEHIND: _clock,
        Code.EVENT_TOO_LARGE: _too_large,
        Code.DISK_FULL: _disk_full,
        Code.LOG_BUSY: _busy,
        Code.LOG_VERSION: _files(
            _run_sql("log.db", "UPDATE meta SET value = '0' WHERE name = 'format'")
        ),
        Code.LOG_DAMAGED: _files(
            _run_sql("log.db", "UPDATE meta SET value = 'Kanariefågel' WHERE name = 'register'")
        ),
        Code.VAULT_VERSION: _files(_run_sql("vault/keys.db", "PRAGMA user_version = 99")),
        Code.VAULT_OF_ANOTHER_REGISTER: _files(_another_vault),
        Code.VAULT_DAMAGED: _files(_write("vault/keys.db", CANARY * 1_000)),
        Code.ROOT_KEY_MISSING: _files(lambda shop: (shop / "vault" / "root.key").unlink()),
        Code.ROOT_KEY_UNREADABLE: _files(
            _open_to_all, Call(("person", "find", "--email", CANARY), env={"ROPA_ROOT_KEY": CANARY})
        ),
        Code.ROOT_KEY_WRONG: _files(_another_key),
        Code.FILE_UNREADABLE: _directory,
        Code.NOT_FOUND: _always(
            call("person", "find", "--email", CANARY),
            call("person", "find", "--phone", CANARY),
            call("person", "find", "--number", CANARY),
            call("activity", "show", CANARY),
            call("replay", "people", CANARY),
        ),
        Code.NOT_IN_HISTORY: _always(call("replay", "--at", "99999", "people", CANARY)),
        Code.USAGE: _always(
            call(CANARY),
            call(f"--{CANARY}"),
            call("person", CANARY),
            call("person", "show"),
            call("person", "show", "webshop/K-1", CANARY),
            call("person", "show", "webshop/K-1", f"--{ASCII_CANARY}={CANARY}"),
            call("person", "show", "webshop/K-1", "--role", CANARY),
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
        ),
    }
)
