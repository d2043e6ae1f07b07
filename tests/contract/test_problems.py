"""Each problem code: what brings it about, what is said, and what is never said."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ropa.app import Register
from ropa.cli.publish import files
from ropa.kernel.problem import Code, Problem
from ropa.problems import MEANINGS
from tests.app.shop import NOW, append, stored
from tests.contract.problems import CASES
from tests.contract.world import ASCII_CANARY, CANARY, STEM, Call, leaks, registered

_SLOW = frozenset({Code.LOG_BUSY, Code.DISK_FULL})
"""What cannot be brought about twice in a short time."""
_DAMAGED = frozenset(
    {
        Code.SETTINGS_UNREADABLE,
        Code.VAULT_DAMAGED,
        Code.VAULT_OF_ANOTHER_REGISTER,
    }
)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return registered(tmp_path / "shop")


def test_each_code_has_a_case_and_a_meaning() -> None:
    assert set(CASES) == set(Code)
    assert set(MEANINGS) == set(Code)


@pytest.mark.parametrize("code", CASES)
def test_what_is_said(code: Code, shop: Path, golden: Any) -> None:
    told = []
    for call in CASES[code](shop):
        before = {} if code in _DAMAGED else stored(shop)
        plain = call.made(shop, verbose=False)
        loud = plain if code in _SLOW else call.made(shop, verbose=True)
        for ran in (plain, loud):
            assert not leaks(ran), call
            assert f"[{code}]" in ran.told, (str(call), ran.told)
            assert ran.code == MEANINGS[code].exit
            assert ran.out == b""
        assert loud.told.startswith(plain.told)
        if code not in _DAMAGED:
            assert stored(shop) == before, call
        told.append(f"$ {_shown(call)}\n{plain.told}")
    golden(f"{code}.txt", "\n".join(told).replace(str(shop.parent), "..."))


def _shown(call: Call) -> str:
    """Show a call without what came by standard input, which may be long."""
    return str(call).replace("{shop}", ".../shop") + (" < ..." if call.stdin else "")


def _examples() -> list[Any]:
    return [
        pytest.param(event, id=name)
        for name, text in files()
        if name.endswith(".example.json")
        for event in [msgspec.json.decode(text)]
    ]


@pytest.mark.parametrize("example", _examples())
def test_no_place_in_an_event_is_echoed(example: Any, shop: Path) -> None:
    """The canary as value, as key and as a key more, at each place of each type of event."""
    tried = 0
    with Register.open(shop, clock=lambda: NOW) as register:
        for event in (*_spoilt(example, CANARY), *_spoilt(example, ASCII_CANARY)):
            tried += 1
            told = _refusal(register, event)
            assert STEM.decode() not in told.lower(), event
    assert tried > 30


def _refusal(register: Register, event: Any) -> str:
    try:
        append(register, [event])
    except Problem as problem:
        return str(problem)
    return ""


def _spoilt(part: Any, canary: str) -> Iterator[Any]:
    """Give a JSON value again and again, each time with the canary at another place."""
    yield canary
    match part:
        case dict():
            yield {**part, canary: canary}
            for name, value in part.items():
                rest = {other: kept for other, kept in part.items() if other != name}
                yield {**rest, canary: value}
                for spoilt in _spoilt(value, canary):
                    yield {**part, name: spoilt}
        case list():
            yield [*part, canary]
            for place, value in enumerate(part):
                for spoilt in _spoilt(value, canary):
                    yield [*part[:place], spoilt, *part[place + 1 :]]
        case _:
            yield [canary]
            yield {canary: canary}
