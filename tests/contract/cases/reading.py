"""What came in could not be read."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from ropa.app import MAX_LINE
from ropa.kernel.problem import Code
from tests.app.shop import lines, sent
from tests.contract.world import (
    ASCII_CANARY,
    CANARY,
    CONTACT,
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
)


def _malformed_json(_shop: Path) -> list[Call]:
    whole = msgspec.json.encode(changed())
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
    event = changed()
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
    # With escapes, as many programs write it; `lines` writes the signs themselves.
    return json.dumps(event).encode() + b"\n"


def _malformed_value(_shop: Path) -> list[Call]:
    def data(text: str) -> Call:
        event = msgspec.json.encode({**changed(), "data": 1})
        return send(event.replace(b'"data":1', b'"data":' + text.encode()))

    return [
        call("request", "withdraw", CANARY),
        call("breach", "notify", CANARY),
        send(changed(channel=CANARY)),
        send(changed(activities=CANARY)),
        send(changed(activities=[CANARY])),
        send(changed(activities=[])),
        send(changed(removed=[CANARY])),
        send(changed(personal=CANARY)),
        send(changed(personal=[CANARY])),
        send(changed(personal={"name": 7})),
        send(changed(personal={"name": {CANARY: CANARY}})),
        send(changed(personal={"name": CANARY * 100})),
        send(changed(personal={"address": CANARY})),
        data(f'"{CANARY}"'),
        data("null"),
        data(f'["{CANARY}"]'),
        call("person", "register", CANARY),
        call("restore", "{shop}", "{shop}/restored", "--journal", _nonsense(_shop)),
        call("consent", "give", "webshop/K-1", "marketing", "--wording", CANARY, "--channel=phone"),
        call("activity", "declare", "-", stdin=_json(activity(CANARY))),
        call("activity", "declare", "-", stdin=f'{{"{CANARY}": '.encode()),
        call("activity", "declare", "-", stdin=CANARY.encode("utf-16")),
        call("activity", "declare", "-", stdin=f'{{"{CANARY}'.encode() + b'\xff": 1}'),
        call("activity", "declare", "-", stdin=b"[" * 60_000),
        call("activity", "retire", CANARY, "--reason", CANARY),
        call("activity", "retire", "contract", "--reason", f" {CANARY}"),
    ]


def _nonsense(shop: Path) -> str:
    """Write a journal of erasures that is none, and give how a call names it."""
    (shop / "journal").write_text(f'{{"position":1,"stream":"{CANARY}"}}\n', encoding="utf-8")
    return "{shop}/journal"


def _unknown_field(_shop: Path) -> list[Call]:
    address = {"street": CANARY, "postal_code": "1", "city": CANARY, CANARY: CANARY}
    return [
        send({**changed(), CANARY: CANARY}),
        send({**changed(), ASCII_CANARY: 1}),
        send(changed(**{CANARY: CANARY})),
        send(changed(**{ASCII_CANARY: 1})),
        send(changed(personal={CANARY: CANARY})),
        send(changed(personal={"address": address})),
        send(sent("person.objected", {"personal": {CANARY: CANARY}}, **OF)),
        send(sent("activity.declared", activity("club", bases=[{"basis": "contract", CANARY: 1}]))),
        call("activity", "declare", "-", stdin=_json(activity("club", **{CANARY: CANARY}))),
    ]


def _missing_field(shop: Path) -> list[Call]:
    event = changed()
    calls = [
        send({name: value for name, value in event.items() if name != left_out})
        for left_out in ("id", "source", "type", "specversion", "data", "subject")
    ]
    filed = {"kind": "invoice", "financial_year_end": "2024-12-31", "activities": ["bookkeeping"]}
    undecided = {"request": REQUEST, "kind": "access", "outcome": "not-granted"}
    return [
        *calls,
        send(sent("person.contact-changed", {"personal": {"name": CANARY}}, **OF)),
        send(sent("person.accounting-record-filed", {**filed, "personal": {"name": CANARY}}, **OF)),
        send(sent("request.decided", undecided)),
        send(sent("staff.left", {"reason": "Employment ended"})),
        call("activity", "declare", "-", stdin=_json({"reason": CANARY})),
        call("init", f"{shop}-2", "--email", CANARY),
    ]


def _too_long(_shop: Path) -> list[Call]:
    long = (CANARY * (MAX_LINE // len(CANARY) + 1)).encode()
    return [
        send(long),
        send(changed(personal={"name": long.decode()})),
        call("activity", "declare", "-", stdin=long),
    ]


def _in_clear(_shop: Path) -> list[Call]:
    personal = {"name": ASCII_CANARY, "email": "a@b.example"}
    plain = sent("person.contact-changed", {**CONTACT, "personal": personal}, **OF)
    number = {"activities": ["accountability"]}
    return [
        send({**plain, "id": f"form-{ASCII_CANARY}"}),
        send({**plain, "actor": ASCII_CANARY.upper()}),
        send({**plain, "cause": ASCII_CANARY.replace("-", "_")}),
        send(sent("person.registered", number, id=ASCII_CANARY, subject=ASCII_CANARY)),
        send({**plain, "source": ASCII_CANARY, "subject": "webshop/K-1"}),
    ]


CASES: Mapping[Code, Case] = MappingProxyType(
    {
        Code.MALFORMED_JSON: _malformed_json,
        Code.LINE_TOO_LONG: _too_long,
        Code.NOT_UTF8: always(
            send(f'{{"{CANARY}'.encode() + b'\xff": 1}'), send(CANARY.encode("utf-16"))
        ),
        Code.TRUNCATED_FILE: always(
            call("append", "-", stdin=msgspec.json.encode(changed())[:-9]),
            call("append", "-", stdin=lines(changed()) + f'{{"{CANARY}'.encode()[:-1]),
        ),
        Code.MALFORMED_ENVELOPE: _malformed_envelope,
        Code.UNKNOWN_EVENT_TYPE: always(
            send({**changed(), "type": f"person.{ASCII_CANARY}.v1"}),
            send({**changed(), "type": CANARY}),
        ),
        Code.UNKNOWN_FIELD: _unknown_field,
        Code.MISSING_FIELD: _missing_field,
        Code.MALFORMED_VALUE: _malformed_value,
        Code.NOTHING_GIVEN: always(send(changed(personal={}))),
        Code.OCCURRED_IN_FUTURE: always(send({**changed(), "time": "9999-12-31T23:59:59Z"})),
        Code.PERSONAL_VALUE_IN_CLEAR: _in_clear,
        Code.INTERNAL_EVENT_TYPE: facts(("person.details-carried", {CANARY: CANARY})),
    }
)
