"""Events as CloudEvents: what is in them, who may have them, and that another register takes them.

The round trip is made with the demo's year: what is left out of it is told in docs/how-to.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from ropa.app import Reading, Register
from ropa.app.cloudevents import recorded_event, source_reference
from ropa.app.exporting import Exported, Opened, Range, clear
from ropa.catalogue import NOUNS
from ropa.cli.demo import cases, officer, stories
from ropa.cli.demo.feeds import FEEDS, corrected, path
from ropa.cli.publish import files
from ropa.domain.person.events import (
    ConsentGiven,
    LookUpPurpose,
    NoticeVersion,
    PersonMerged,
    Restricted,
)
from ropa.kernel.fact import Fact, Number, Recorded
from ropa.kernel.ids import ENVELOPE_TEXT, Channel, Language, Role
from ropa.kernel.problem import Code, Problem
from ropa.views.people import PEOPLE
from ropa.views.registry import VIEWS
from ropa.views.requests import Request
from tests import standards
from tests.strategies import events_of, personal_values, recorded

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@cache
def _schema(kind: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(_published()[f"{kind}.schema.json"]))


@cache
def _published() -> dict[str, str]:
    return dict(files())


def is_restricted_still(fact: Fact[Any]) -> bool:
    return isinstance(fact.data, Restricted) and fact.subject == Number("webshop", stories.OSKAR)


def _year(directory: Path) -> None:
    """Take in the demo's year, but for merging and what stays restricted."""
    Register.create(directory, sources={name: name for name in FEEDS})
    with Register.open(directory, clock=lambda: NOW) as register:
        register.append(officer.before())
        texts = [path(name).read_text(encoding="utf-8") for name in FEEDS[:-1]]
        for text in (*texts, corrected()):
            register.append([register.read_event(line.encode()) for line in text.splitlines()])
        after = cases.after(lambda number: register.find(number) or "")
        register.append(
            [
                fact
                for fact in after
                if not isinstance(fact.data, PersonMerged) and not is_restricted_still(fact)
            ]
        )


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("year") / "register"
    _year(directory)
    return directory


def opened(register: Register, role: Role | None, *, actor: str = officer.OFFICER) -> Opened:
    return Opened(
        register=register,
        which=Range(),
        role=role,
        purpose=LookUpPurpose.SUPERVISION,
        actor=actor,
    )


def lines(found: Iterator[bytes]) -> list[Any]:
    return [json.loads(line) for line in found]


def everything(directory: Path) -> list[Any]:
    with Reading.open(directory) as reading:
        return lines(clear(reading, Range(), Exported()))


def test_each_event_is_there_as_it_was_recorded_and_without_any_value(year: Path) -> None:
    found = everything(year)
    assert len(found) > 2_500
    with Reading.open(year) as reading:
        for line, event in zip(found, reading.events(), strict=True):
            assert (line["position"], line["id"]) == (event.position, event.id)
            assert line["type"] == event.type
            assert line["stream"] == event.stream
            assert line["streamversion"] == event.version
            assert datetime.fromisoformat(line["recordedtime"]) == event.recorded_at
            assert datetime.fromisoformat(line["time"]) == event.occurred_at
            assert line["data"] == json.loads(msgspec.json.encode(event.data))
    assert not [line for line in found if "personal" in line["data"]]


def test_data_holds_by_the_schema_that_an_event_names(year: Path) -> None:
    found = everything(year)
    named = [line for line in found if "dataschema" in line]
    assert len(named) > 1_000
    for line in named:
        schema: Any = _schema(line["type"]).schema
        assert line["dataschema"] == schema["$id"]
        assert _schema(line["type"]).is_valid(line["data"]), line["id"]


@standards.needs(standards.CLOUDEVENTS)
def test_each_line_is_a_cloudevent(year: Path, tmp_path: Path) -> None:
    validator = standards.validator(standards.CLOUDEVENTS)
    copy = _copied(year, tmp_path)
    with Register.open(copy, clock=lambda: NOW) as register:
        for found in (
            clear(register, Range(), Exported()),
            opened(register, Role.SUPPORT, actor=officer.SUPPORT).lines(),
            opened(register, None).lines(),
        ):
            for line in lines(found):
                assert validator.is_valid(line), line["id"]


_TOKEN = st.from_regex(rf"\A{ENVELOPE_TEXT}\Z")
_MOMENT = st.integers(0, 7_000_000_000_000_000).map(
    lambda microseconds: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
)


@standards.needs(standards.CLOUDEVENTS)
@given(
    id=_TOKEN,
    source=_TOKEN,
    actor=_TOKEN,
    cause=st.none() | _TOKEN,
    at=_MOMENT,
    position=st.integers(1, 2**31 - 1),
    subject=st.none() | st.uuids(version=4).map(str),
)
def test_whatever_is_recorded_is_a_cloudevent(
    id: str,  # noqa: A002 - the attribute's own name
    source: str,
    actor: str,
    cause: str | None,
    at: datetime,
    position: int,
    subject: str | None,
) -> None:
    event = Recorded[Any](
        position=position,
        id=id,
        type="person.consent-given.v1",
        source=source,
        subject=subject,
        stream=f"person/{subject}",
        version=1,
        recorded_at=at,
        occurred_at=at,
        actor=actor,
        cause=cause,
        data=ConsentGiven(
            activity="marketing",
            wording=NoticeVersion(notice="news", version="1"),
            language=Language.SV,
            channel=Channel.WEB_FORM,
        ),
    )
    line = json.loads(recorded_event(event))
    validator = standards.validator(standards.CLOUDEVENTS)
    assert validator.is_valid(line)
    assert line["id"] == id
    assert line["source"].removeprefix("./") in {source, source.removeprefix("./")}
    # CloudEvents names its attributes with lower-case letters and digits, at most twenty.
    assert all(name.isalnum() and name == name.lower() and len(name) <= 20 for name in line)


@standards.needs(standards.CLOUDEVENTS)
@pytest.mark.parametrize("noun", NOUNS)
@given(data=st.data())
def test_whatever_an_event_says_it_holds_by_both_schemas(noun: str, data: st.DataObject) -> None:
    event = data.draw(recorded(events_of(noun)))
    given = json.loads(msgspec.json.encode(data.draw(personal_values(type(event.data))) or {}))
    known = {name: value for name, value in given.items() if value is not None}
    line = json.loads(recorded_event(event, known))
    validator = standards.validator(standards.CLOUDEVENTS)
    assert validator.is_valid(line)
    if "dataschema" in line:
        assert _schema(event.type).is_valid(line["data"])
    else:
        assert not known


@pytest.mark.parametrize(
    ("source", "reference"),
    [
        ("webshop", "webshop"),
        ("https://shop.example/orders", "https://shop.example/orders"),
        ("urn:shop", "urn:shop"),
        ("shop/a:b", "shop/a:b"),
        ("//shop.example:8080/a", "//shop.example:8080/a"),
        ("1:b", "./1:b"),
        (":", "./:"),
        ("a://shop:x", "./a://shop:x"),
        ("_a:b/c", "./_a:b/c"),
    ],
)
def test_a_source_is_a_uri_reference(source: str, reference: str) -> None:
    assert source_reference(source) == reference


def _copied(directory: Path, where: Path) -> Path:
    import shutil  # noqa: PLC0415 - nothing else here copies

    shutil.copytree(directory, where / "copy")
    return where / "copy"


def test_another_register_that_takes_an_opened_export_in_has_equal_views(
    year: Path, tmp_path: Path
) -> None:
    first = _copied(year, tmp_path)
    with Register.open(first, clock=lambda: NOW) as register:
        before = register.head
        export = opened(register, None)
        sent = list(export.lines())
        # What the register itself has recorded is decided anew there.
        made = [one for one in register.events(upto=before) if one.source == "ropa"]
        assert export.done.left_out == len(made) > 0
        assert export.done.lines == len(sent) == before - len(made)
    Register.create(tmp_path / "second")
    with (
        Register.open(tmp_path / "second", clock=lambda: NOW) as second,
        Reading.open(first, clock=lambda: NOW) as reading,
    ):
        second.append([second.read_event(line) for line in sent])
        assert second.head == before
        renamed = {
            old.subject: new.subject
            for old, new in zip(reading.events(upto=before), second.events(), strict=True)
        }
        with Reading.open(year, clock=lambda: NOW) as untouched:
            old_rows, new_rows = untouched.rows(), second.rows()
            for view in VIEWS:
                old = _renamed(map(_alike, old_rows.all(view)), renamed)
                assert old == _renamed(map(_alike, new_rows.all(view)), {}), view.name
                if view is PEOPLE:
                    assert len(old) > 200
        assert list(opened(second, None).lines()) == sent


def _alike(item: tuple[str, Any]) -> tuple[str, Any]:
    """Leave out by which event it was said once more whose a request is."""
    key, row = item
    return key, replace(row, person_by=None) if isinstance(row, Request) else row


def _renamed(rows: Iterator[tuple[str, Any]], names: dict[str | None, str | None]) -> Any:
    text = msgspec.json.encode(dict(rows)).decode()
    for old, new in names.items():
        text = text.replace(old or "\0", new or "")
    return json.loads(text)


def test_values_come_back_as_they_were_given(year: Path, tmp_path: Path) -> None:
    with Register.open(_copied(year, tmp_path), clock=lambda: NOW) as register:
        sent = lines(opened(register, None).lines())
    given = {
        (one["source"], one["id"]): one["data"]["personal"]
        for name in FEEDS[:-1]
        for one in map(json.loads, path(name).read_text(encoding="utf-8").splitlines())
        if "personal" in one["data"] and one["type"] == "person.contact-changed.v1"
    }
    came = {(one["source"], one["id"]): one["data"].get("personal") for one in sent}
    assert len(given) > 100
    for key, values in given.items():
        known = came[key] or {}
        # What no activity was to have is nowhere, and what was sealed is as it was.
        assert {name: values[name] for name in known if name != "address"} == {
            name: value for name, value in known.items() if name != "address"
        }
    assert sum(bool(came[key]) for key in given) > len(given) / 2
    assert not [one for one in sent if "position" in one or "recordedtime" in one]


def test_a_role_is_shown_what_its_activities_hold_and_each_person_learns_of_it(
    year: Path, tmp_path: Path
) -> None:
    with Register.open(_copied(year, tmp_path), clock=lambda: NOW) as register:
        before = register.head
        export = opened(register, Role.MARKETING, actor=officer.SUPPORT)
        found = lines(export.lines())
        looks = list(register.events(after=before))
    assert len(found) == before
    shown = [line for line in found if "personal" in line["data"]]
    assert {name for line in shown for name in line["data"]["personal"]} <= {"name", "email"}
    for line in shown:
        assert "marketing" in line["data"]["activities"]
    assert {look.type for look in looks} == {"person.looked-up.v1"}
    assert {look.subject for look in looks} >= {line["subject"] for line in shown}
    assert len(looks) == export.done.persons == len({look.subject for look in looks})
    assert {look.actor for look in looks} == {officer.SUPPORT}
    assert {look.data.role for look in looks} == {Role.MARKETING}
    assert {name for look in looks for name in look.data.activities} <= {
        "marketing",
        "web-analytics",
    }


def test_what_is_restricted_is_opened_for_nobody(year: Path, tmp_path: Path) -> None:
    with Register.open(_copied(year, tmp_path), clock=lambda: NOW) as register:
        restriction = next(
            filter(is_restricted_still, cases.after(lambda _number: officer.OFFICER))
        )
        register.append([restriction])
        person = register.find(Number("webshop", stories.OSKAR))
        before = register.head
        found = lines(opened(register, Role.SUPPORT, actor=officer.SUPPORT).lines())
        looks = [event.subject for event in register.events(after=before)]
    assert person not in looks
    assert len(looks) > 100
    assert not [one for one in found if one.get("subject") == person and "personal" in one["data"]]


def test_another_register_takes_in_what_is_left_beside_something_restricted(
    year: Path, tmp_path: Path
) -> None:
    with Register.open(_copied(year, tmp_path), clock=lambda: NOW) as register:
        register.append(
            list(filter(is_restricted_still, cases.after(lambda _number: officer.OFFICER)))
        )
        sent = list(opened(register, None).lines())
    Register.create(tmp_path / "second")
    with Register.open(tmp_path / "second", clock=lambda: NOW) as second:
        second.append([second.read_event(line) for line in sent])
        assert second.find(Number("webshop", stories.OSKAR)) is not None


def test_an_auditor_is_shown_no_value(year: Path, tmp_path: Path) -> None:
    with Register.open(_copied(year, tmp_path), clock=lambda: NOW) as register:
        before = register.head
        found = lines(opened(register, Role.AUDITOR, actor="auditors").lines())
        assert register.head == before
    assert found == everything(year)


def test_only_an_officer_has_all_of_it_opened(year: Path, tmp_path: Path) -> None:
    with Register.open(_copied(year, tmp_path), clock=lambda: NOW) as register:
        before = register.head
        with pytest.raises(Problem) as refused:
            next(opened(register, None, actor=officer.BILLING).lines())
        assert refused.value.code is Code.NOT_PERMITTED
        assert register.head == before


def test_a_register_that_knows_the_source_by_numbers_of_its_own_records_nothing(
    year: Path, tmp_path: Path
) -> None:
    with Register.open(_copied(year, tmp_path), clock=lambda: NOW) as register:
        sent = list(opened(register, None).lines())
    Register.create(tmp_path / "second", sources={"webshop": "webshop"})
    with Register.open(tmp_path / "second", clock=lambda: NOW) as second:
        with pytest.raises(Problem):
            second.append([second.read_event(line) for line in sent])
        assert second.head == 0


@pytest.mark.parametrize("which", [Range(first=9_999), Range(last=9_999), Range(first=9, last=7)])
def test_a_range_that_the_log_does_not_have_is_refused(year: Path, which: Range) -> None:
    with Reading.open(year) as reading, pytest.raises(Problem) as refused:
        next(clear(reading, which, Exported()))
    assert refused.value.code is Code.NOT_IN_HISTORY


def test_a_range_has_its_events_and_no_others(year: Path) -> None:
    with Reading.open(year) as reading:
        found = lines(clear(reading, Range(first=7, last=9), Exported()))
    assert [line["position"] for line in found] == [7, 8, 9]
