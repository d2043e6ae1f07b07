"""`ropa request letter`: from the register's events to a letter, and what is recorded of it."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from ropa.app import Reading, Register
from ropa.reports.letters.model import Addressee, LetterKind
from tests.app.shop import NOW, append, customer
from tests.cli.running import Ran, ropa

NAME = "Åsa Öberg"
EMAIL = "asa@exempel.example"


@pytest.fixture
def shop(shop: Path) -> Path:
    with Register.open(shop, clock=lambda: NOW) as register:
        append(register, customer("K-1", name=NAME, email=EMAIL))
    return shop


def receive(shop: Path, *more: str) -> str:
    kinds = ("--kind", "access", "--kind", "erasure")
    return ropa("-r", shop, "request", "receive", *kinds, *more).done().text.strip()


@pytest.fixture
def request_id(shop: Path) -> str:
    return receive(shop, "--person", "webshop/K-1")


def letter(shop: Path, *arguments: object) -> Ran:
    return ropa("-r", shop, "request", "letter", *arguments)


def record(shop: Path, *arguments: object) -> None:
    ropa("-r", shop, "request", *arguments).done()


def papers(shop: Path) -> list[dict[str, str]]:
    with Reading.open(shop) as reading:
        return [
            {"subject": event.subject or "", "report": event.data.report, "sha": event.data.sha256}
            for event in reading.events()
            if event.type == "person.report-made.v1"
        ]


def test_the_letters_of_a_request_from_receipt_to_answer(shop: Path, request_id: str) -> None:
    receipt = letter(shop, request_id, "receipt", "-l", "sv").done().text
    for part in (NAME, EMAIL, request_id, "True Fiction Production AB", "(artikel 15)"):
        assert part in receipt
    assert "Vi har tagit emot din begäran" in receipt
    record(shop, "extend", request_id, "--reason", "complexity")
    assert "Skälet är att begäran är komplicerad." in letter(
        shop, request_id, "extension", "-l", "sv"
    ).text.replace("\n", " ")
    record(shop, "decide", request_id, "access", "granted")
    letter(shop, request_id, "answer").refused("request-not-decided")
    ground = ("--ground", "legal-obligation")
    record(shop, "decide", request_id, "erasure", "partly-granted", *ground)
    report = ("report", "access", "--person", "webshop/K-1")
    ropa("-r", shop, *report).done()
    answer = letter(shop, request_id, "answer", "-l", "en").done().text.replace("\n", " ")
    assert "We enclose the report of your data" in answer
    assert "the law obliges us to keep data" in answer
    assert "imy@imy.se" in answer
    assert [one["report"] for one in papers(shop)] == [
        *("letter-receipt", "letter-extension", "access", "letter-answer"),
    ]


def test_a_letter_to_a_known_person_is_recorded_by_the_hash_of_its_bytes(
    shop: Path, request_id: str, tmp_path: Path
) -> None:
    file = tmp_path / "receipt.html"
    told = letter(shop, request_id, "receipt", "-f", "html", "-o", file).done()
    assert told.out == b""
    assert told.told.endswith(f"wrote {file}\n")
    printed = letter(shop, request_id, "receipt", "-o", "-").done().out
    assert [one["sha"] for one in papers(shop)] == [
        sha256(content).hexdigest() for content in (file.read_bytes(), printed)
    ]
    shown = json.loads(ropa("-r", shop, "request", "show", request_id).done().text)
    assert {one["subject"] for one in papers(shop)} == {shown["person"]}
    report = ropa(
        "-r", shop, "report", "access", "--person", "webshop/K-1", "-l", "sv", "-f", "html"
    )
    assert "Brev: begäran mottagen" in report.done().text


def test_a_letter_to_somebody_unknown_is_recorded_of_nobody(shop: Path) -> None:
    stranger = receive(shop, "--name", "Nils Okänd", "--email", "nils@exempel.example")
    made = letter(shop, stranger, "receipt", "-l", "sv").done().text
    assert "Hej Nils Okänd," in made
    assert "nils@exempel.example" in made
    nameless = letter(shop, receive(shop), "receipt", "-l", "sv").done().text
    assert "\nHej,\n" in nameless
    assert papers(shop) == []


def test_who_is_in_doubt_is_asked_and_told_nothing(shop: Path, request_id: str) -> None:
    letter(shop, request_id, "identity").refused("not-found")
    record(shop, "ask-identity", request_id)
    for kind in ("identity", "receipt"):
        made = letter(shop, request_id, kind).done().text
        assert NAME not in made
        assert EMAIL not in made


@pytest.mark.parametrize("asked", [True, False])
def test_who_never_showed_who_they_are_is_told_nothing_with_the_refusal(
    shop: Path, request_id: str, *, asked: bool
) -> None:
    if asked:
        record(shop, "ask-identity", request_id)
    record(shop, "refuse", request_id, "--ground", "excessive" if asked else "not-identifiable")
    made = letter(shop, request_id, "refusal").done().text
    assert NAME not in made
    assert EMAIL not in made


def test_a_refused_request_has_a_refusal_and_no_answer(shop: Path, request_id: str) -> None:
    letter(shop, request_id, "refusal").refused("not-found")
    record(shop, "refuse", request_id, "--ground", "manifestly-unfounded")
    made = letter(shop, request_id, "refusal", "-l", "sv").done().text.replace("\n", " ")
    assert "det är vi som ska visa att den är uppenbart ogrundad" in made
    letter(shop, request_id, "answer").refused("request-closed")


@pytest.mark.parametrize("kind", LetterKind)
def test_there_is_no_letter_about_an_unknown_request(shop: Path, kind: str) -> None:
    ran = letter(shop, "no-such-request", kind)
    ran.refused("unknown-request")
    assert ran.code == 3
    assert "no-such-request" not in ran.told


def test_a_refusal_leaves_no_trace(shop: Path, request_id: str, tmp_path: Path) -> None:
    file = tmp_path / "answer.txt"
    letter(shop, request_id, "answer", "-o", file).refused("request-not-decided")
    assert not file.exists()
    assert papers(shop) == []


def test_only_an_officer_of_the_staff_makes_letters_about_a_person(
    shop: Path, request_id: str
) -> None:
    hire = ("staff", "register", "--name", "Eva", "--role", "support", "--reason", "Employed")
    member = ropa("-r", shop, *hire).done().text.strip()
    ran = ropa("-r", shop, "--actor", member, "request", "letter", request_id, "receipt")
    ran.refused("not-permitted")
    assert NAME not in ran.text


def test_a_file_that_cannot_be_written_is_a_problem(shop: Path, request_id: str) -> None:
    letter(shop, request_id, "receipt", "-o", shop / "none" / "x.txt").refused("file-unreadable")


def test_without_keys_a_letter_names_nobody(shop: Path, request_id: str) -> None:
    with Reading.open(shop) as reading:
        model = reading.letter(request_id, LetterKind.RECEIPT)
    assert model.addressee == Addressee()
    assert model.person is not None
