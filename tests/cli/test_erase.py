"""`ropa person erase`: what it warns of before, and by what it says to go on after."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from ropa.app import Register
from tests.app.shop import NOW, append, customer, sent
from tests.cli.running import Ran, ropa

PERSON = "webshop/K-1"
ERASURE = "3f0d7c52-8f0e-4c5b-9a55-0d7a3c1b9e21"
OTHER = "5b2a9d17-61c4-4f08-8e3d-7c90b1f4a625"


@pytest.fixture
def shop(shop: Path) -> Path:
    went = {"activity": "contract", "categories": ["contact.name"], "recipient": "payment-service"}
    of = {"subject": "K-1"}
    with Register.open(shop, clock=lambda: NOW) as register:
        append(register, customer("K-1", name="Åsa Öberg", email="asa@exempel.example"))
        append(
            register,
            [
                sent("person.disclosed", went, id="d", **of),
                _asked(ERASURE, "erasure"),
                _asked(OTHER, "access", "portability", "objection"),
            ],
        )
    return shop


def _asked(request: str, *kinds: str) -> dict[str, object]:
    data = {"request": request, "kinds": kinds, "channel": "phone"}
    return sent("request.received", data, id=request, subject="K-1")


def erase(shop: Path, *arguments: str) -> Ran:
    return ropa("-r", shop, "person", "erase", PERSON, "--request", ERASURE, *arguments)


@pytest.mark.parametrize("how", ["--dry-run", "--yes"])
def test_an_open_request_that_needs_the_data_is_warned_of(shop: Path, how: str) -> None:
    told = erase(shop, how).done().told
    assert f"warning: request {OTHER} is open" in told
    assert ": access, portability. Answer it first." in told
    assert f"warning: request {ERASURE}" not in told


def test_what_else_the_same_request_asks_for_is_warned_of_until_it_is_decided(shop: Path) -> None:
    both = "c81e4b60-93f5-4d2a-b7a8-2e6f05d1c934"
    with Register.open(shop) as register:
        append(register, [_asked(both, "erasure", "access")])
    own = ("person", "erase", PERSON, "--request", both, "--dry-run")
    assert f"warning: request {both} is open" in ropa("-r", shop, *own).done().told
    ropa("-r", shop, "request", "decide", both, "access", "granted").done()
    assert f"warning: request {both}" not in ropa("-r", shop, *own).done().told


def test_a_closed_request_is_not_warned_of(shop: Path) -> None:
    ropa("-r", shop, "request", "withdraw", OTHER).done()
    assert "warning" not in erase(shop, "--dry-run").done().told


def test_what_is_on_hold_is_told_with_what_to_do(shop: Path) -> None:
    held = ("--activity", "contract", "--ground", "dispute")
    ropa("-r", shop, "person", "hold", PERSON, *held).done()
    assert "on hold: contract." in erase(shop, "--dry-run").done().told
    kept = erase(shop, "--dry-run", "--withhold", "contract=legal-claims").done()
    assert "on hold" not in kept.told + kept.text


def test_the_officer_is_told_how_to_go_on(shop: Path) -> None:
    told = erase(shop, "--yes").done().told
    assert f"next: ropa request decide {ERASURE} erasure granted|partly-granted\n" in told
    assert f"next: ropa request answer {ERASURE}\n" in told
    assert f"next: ropa request letter {ERASURE} answer\n" in told
    assert "to be told of it (Art. 19): payment-service; see `ropa recipient tasks`\n" in told


def test_a_refusal_of_what_was_given_by_hand_names_no_line(shop: Path) -> None:
    told = ropa("-r", shop, "request", "decide", OTHER, "erasure", "granted")
    assert told.refused("request-kind-not-asked").told.startswith("error: field data.kind: ")


def test_what_is_gone_is_told_to_whom_it_concerns_and_found_no_more(shop: Path) -> None:
    (person,) = _found(shop, "--number", PERSON)
    assert (person["namespaces"], person["activities"]) == (
        ["webshop"],
        ["accountability", "contract"],
    )
    erase(shop, "--yes").done()
    told = ropa("-r", shop, "person", "show", person["person"], "--as", "support").done().told
    assert re.search(r"^contract: erased on \d{4}-\d\d-\d\d, requested$", told, re.MULTILINE)
    assert "accountability" not in told
    assert ropa("-r", shop, "person", "find", "--number", PERSON).code == 3


def _found(shop: Path, *by: str) -> list[dict[str, Any]]:
    ran = ropa("-r", shop, "person", "find", *by, "--json").done()
    return [json.loads(line) for line in ran.text.splitlines()]
