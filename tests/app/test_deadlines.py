"""The time limit of a request as the register counts it: Sweden's days and holidays."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ropa.app import Register
from ropa.app.calendar import swedish_calendar
from ropa.kernel.problem import Problem
from tests.app.shop import append, sent
from tests.contract.world import activity

REQUEST = "3f0d7c52-8f0e-4c5b-9a55-0d7a3c1b9e21"
RECEIVED = "2024-02-28T23:30:00Z"
"""In Stockholm it is 29 February; the month ends on Good Friday, and with Easter on 2 April."""
LAST, AFTER = "2024-04-02T21:59:59Z", "2024-04-02T22:00:00Z"


def received() -> dict[str, Any]:
    data = {"request": REQUEST, "kinds": ["access"], "channel": "e-mail"}
    return sent("request.received", data, id="received", time=RECEIVED)


def extended(time: str, **changes: Any) -> dict[str, Any]:
    data = {"request": REQUEST, "reason": "complexity", "channel": "e-mail", **changes}
    given = {name: value for name, value in data.items() if value is not None}
    return sent("request.extended", given, id="extended", time=time)


def code(register: Register, *events: dict[str, Any]) -> str:
    with pytest.raises(Problem) as problem:
        append(register, events)
    return problem.value.code


def test_an_extension_is_told_of_until_the_first_month_ends_in_stockholm(
    register: Register,
) -> None:
    append(register, [received()])
    assert code(register, extended(AFTER)) == "extension-too-late"
    append(register, [extended(LAST)])


def test_it_holds_in_one_batch_too_whatever_the_register_declares_in_between(
    register: Register,
) -> None:
    declared = sent("activity.declared", activity("club"), id="declared")
    assert code(register, received(), declared, extended(AFTER)) == "extension-too-late"
    append(register, [received(), declared, extended(LAST)])


def test_an_extension_without_a_reason_is_refused(register: Register) -> None:
    append(register, [received()])
    assert code(register, extended(LAST, reason=None)) == "missing-field"


def test_an_identity_question_does_not_make_the_month_longer(register: Register) -> None:
    asked = {"request": REQUEST, "channel": "e-mail"}
    shown = {"request": REQUEST, "method": "logged-in"}
    append(
        register,
        [
            received(),
            sent("request.identity-asked", asked, id="asked", time="2024-03-04T10:00:00Z"),
            sent("request.identity-confirmed", shown, id="shown", time="2024-03-28T10:00:00Z"),
        ],
    )
    assert code(register, extended(AFTER)) == "extension-too-late"


def test_the_clocks_of_the_settings_count(register: Register) -> None:
    limit = swedish_calendar(register.zone).limit(
        datetime.fromisoformat(RECEIVED).astimezone(UTC), extended=False
    )
    assert (limit.safe.isoformat(), limit.due.isoformat()) == ("2024-03-29", "2024-04-02")
