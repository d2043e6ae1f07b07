"""`ropa consent receipt`: what a person takes along, and the record of a consent."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from ropa.app import Reading, Register
from tests import standards
from tests.app.shop import NOW, VERSION, append, customer, lines, new, sent
from tests.cli.running import Ran, ropa

WHOLE = {
    "address": "Exempelgatan 1, 111 22 Stockholm",
    "phone": "08-000 00 00",
    "reason": "The entry was not whole",
}
NAME, EMAIL = "Åsa Öberg", "asa@exempel.example"
WORDING = {"notice": "newsletter-wording", "version": VERSION}


def consent(**more: Any) -> dict[str, Any]:
    data = {"activity": "marketing", "wording": WORDING, "language": "sv", "channel": "web-form"}
    given = {**data, "notice": {"notice": "privacy-policy", "version": VERSION}, **more}
    return sent("person.consent-given", given, id=f"g.{new()}", subject="K-1")


@pytest.fixture
def shop(shop: Path) -> Path:
    with Register.open(shop, clock=lambda: NOW) as register:
        append(register, [*customer("K-1", name=NAME, email=EMAIL), consent()])
    return shop


@pytest.fixture
def whole(shop: Path) -> Path:
    ropa("-r", shop, "controller", "amend", "-", stdin=json.dumps(WHOLE).encode()).done()
    return shop


def receipt(shop: Path, *more: object, activity: str = "marketing") -> Ran:
    return ropa("-r", shop, "consent", "receipt", "webshop/K-1", "--activity", activity, *more)


def made(shop: Path, *more: object, **asked: Any) -> Any:
    return json.loads(receipt(shop, *more, **asked).done().text)


def end(shop: Path, verb: str) -> None:
    kind = {"withdraw": "person.consent-withdrawn", "object": "person.objected"}[verb]
    data = {"activity": "marketing", "channel": "phone"}
    event = sent(kind, data, id=f"w.{new()}", subject="K-1", time="2024-05-02T10:00:00Z")
    ropa("-r", shop, "append", "-", stdin=lines(event)).done()


def is_valid(found: Any) -> bool:
    return standards.validator(standards.KANTARA).is_valid(found)


def test_a_receipt_holds_what_the_register_and_the_log_say(whole: Path) -> None:
    found = made(whole)
    assert found["version"] == "KI-CR-v1.1.0"
    assert found["jurisdiction"] == "SE"
    assert found["consentTimestamp"] == 1709370842
    assert found["collectionMethod"] == "Webbformulär"
    assert found["language"] == "sv"
    (controller,) = found["piiControllers"]
    assert controller["piiController"] == "True Fiction Production AB"
    assert controller["address"]["postalAddress"] == WHOLE["address"]
    assert controller["phone"] == WHOLE["phone"]
    (service,) = found["services"]
    assert service["service"] == "Utskick med e-post"
    (purpose,) = service["purposes"]
    assert purpose["piiCategory"] == ["E-postadress", "Namn"]
    assert purpose["thirdPartyDisclosure"] is False
    assert purpose["termination"].startswith("Du kan när som helst återkalla ditt samtycke")
    assert (found["sensitive"], found["spiCat"]) == (False, [])
    assert "consentTerminated" not in found


@standards.needs(standards.KANTARA)
def test_receipts_are_valid(whole: Path) -> None:
    analytics = {"notice": "analytics-wording", "version": VERSION}
    ropa(
        "-r",
        whole,
        "append",
        "-",
        stdin=lines(consent(activity="web-analytics", wording=analytics, language="en")),
    ).done()
    shared = made(whole, activity="web-analytics")
    assert shared["services"][0]["purposes"][0]["thirdPartyDisclosure"] is True
    assert len(shared["services"][0]["purposes"]) == 3
    for found in (made(whole), made(whole, "-l", "en"), shared):
        assert is_valid(found)
        assert not is_valid({**found, "policyUrl": None})
    end(whole, "withdraw")
    assert is_valid(made(whole))


def test_no_value_of_the_person_is_in_it(whole: Path) -> None:
    with Reading.open(whole) as reading:
        (person,) = {event.subject for event in reading.events() if event.subject}
    for form in ("kantara", "record"):
        text = receipt(whole, "-f", form).done().text
        assert NAME not in text
        assert EMAIL not in text
        assert "K-1" not in text
        assert person is not None
        assert person in text


@pytest.mark.parametrize("form", ["kantara", "record"])
def test_the_language_is_that_of_the_consent_unless_another_is_asked_for(
    whole: Path, form: str
) -> None:
    ropa(
        "-r",
        whole,
        "append",
        "-",
        stdin=lines(consent(language="en") | {"time": "2024-04-01T00:00:00Z"}),
    ).done()
    assert "Marketing by e-mail" in receipt(whole, "-f", form).done().text
    swedish = receipt(whole, "-f", form, "-l", "sv").done().text
    assert "Utskick med e-post" in swedish
    assert "Marketing by e-mail" not in swedish


def test_what_is_not_declared_is_named_and_not_made_up(shop: Path) -> None:
    refused = receipt(shop).refused("not-declared")
    assert "controller.address, controller.phone" in refused.told
    assert refused.out == b""
    with Reading.open(shop) as reading:
        assert "person.report-made.v1" not in {event.type for event in reading.events()}
    found = made(shop, "-f", "record")
    assert found["gaps"] == ["parties.controller.address"]
    assert found["parties"][0]["address"] is None


def test_a_record_has_each_field_that_the_specification_makes_mandatory(whole: Path) -> None:
    found = made(whole, "-f", "record")
    assert found["gaps"] == []
    assert found["schema_version"] == "urn:ropa:consent-record.v1"
    assert found["record_id"].startswith("webshop/g.")
    assert found["subject"]
    assert found["notice"]["wording"] == WORDING
    assert found["notice"]["language"] == "sv"
    assert sha256(found["notice"]["text"].encode()).hexdigest() == found["notice"]["sha256"]
    processing = found["processing"]
    assert processing["process"] == "marketing"
    mandatory = ("purposes", "personal_data", "storage", "controller", "withdrawal", "rights")
    assert all(processing[name] for name in mandatory)
    assert processing["jurisdiction"] == "SE"
    assert processing["recipients"] == []
    rights = [one["article"] for one in processing["rights"]]
    assert rights[0] == "7(3)"
    assert "21" in rights
    for party in found["parties"]:
        assert all(party[name] for name in ("id", "role", "name", "contact", "address"))
    (event,) = found["events"]
    assert (event["type"], event["state"], event["by"]) == ("explicit", "given", found["subject"])
    assert (event["time"], event["duration"]) == ("2024-03-02T09:14:02Z", "until-withdrawn")


@pytest.mark.parametrize(
    ("verb", "state", "told"),
    [
        ("withdraw", "withdrawn", "The consent was withdrawn on 2 May 2024."),
        ("object", "objected", "The consent ended on 2 May 2024, when you objected"),
    ],
)
def test_a_consent_that_has_ended_is_told_as_one(
    whole: Path, verb: str, state: str, told: str
) -> None:
    end(whole, verb)
    found = made(whole, "-l", "en")
    assert found["consentTerminated"] == 1714644000
    assert found["services"][0]["purposes"][0]["termination"].startswith(told)
    record = made(whole, "-f", "record")
    assert record["state"] == state
    assert [one["state"] for one in record["events"]] == ["given", state]


def test_a_receipt_tells_the_activity_as_it_was_when_the_consent_was_recorded(whole: Path) -> None:
    amended = {"activity": "marketing", "categories": ["contact.phone"], "reason": "Calls now"}
    ropa("-r", whole, "activity", "amend", "-", stdin=json.dumps(amended).encode()).done()
    (purpose,) = made(whole)["services"][0]["purposes"]
    assert purpose["piiCategory"] == ["E-postadress", "Namn"]


@pytest.mark.parametrize("form", ["kantara", "record"])
def test_a_receipt_is_recorded_by_the_hash_of_its_bytes(
    whole: Path, form: str, tmp_path: Path
) -> None:
    file = tmp_path / "receipt.json"
    written = receipt(whole, "-f", form, "-o", file).done()
    assert (written.out, written.told) == (b"", f"wrote {file}\n")
    printed = receipt(whole, "-f", form, "-o", "-").done().out
    with Reading.open(whole) as reading:
        papers = [one.data for one in reading.events() if one.type == "person.report-made.v1"]
    assert [one.report for one in papers] == ["consent-receipt"] * 2
    hashes = [sha256(content).hexdigest() for content in (file.read_bytes(), printed)]
    assert [one.sha256 for one in papers] == hashes
    assert hashes[0] != hashes[1]  # each has a number of its own
    access = ropa("-r", whole, "report", "access", "--person", "webshop/K-1", "-l", "sv").done()
    assert "Samtyckeskvitto" in access.text


def test_where_there_is_no_consent_there_is_no_receipt(whole: Path) -> None:
    receipt(whole, activity="web-analytics").refused("not-found")
    receipt(whole, activity="raffle").refused("unknown-activity")
    ropa("-r", whole, "consent", "receipt", "webshop/K-9", "--activity", "marketing").refused(
        "unknown-subject"
    )
    receipt(whole, "-f", "pdf").refused("usage")
