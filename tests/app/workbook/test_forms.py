"""The register read again from JSON and CSV: as from its workbook, and errors say where."""

import csv
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from ropa.app.workbook import Import
from ropa.app.workbook.words import SHEET_OF
from ropa.domain.activity.events import ActivityAmended, ActivityRetired
from ropa.kernel.ids import Language
from ropa.kernel.problem import Code, Problem
from ropa.render import Format, render_bytes
from ropa.render.books.article30 import COLUMNS
from ropa.reports.article30 import build as article30
from tests.app.workbook.test_workbook import (
    BEGUN,
    EMPTY,
    NEWS,
    REASON,
    after,
    declared,
    edited,
    exported,
    read,
    refused,
    registers,
    text,
)
from tests.histories import Log, log

FORMS = (Format.JSON, Format.CSV)


def exported_as(fmt: Format, made: Log, language: Language = Language.EN) -> bytes:
    return render_bytes(article30.build(made.sources()), fmt, language)


def saved(
    sheet: str,
    made: Log = BEGUN,
    *,
    sign: str = ",",
    encoding: str = "utf-8",
    change: Callable[[list[list[str]]], Any] = lambda _rows: None,
    language: Language = Language.EN,
) -> bytes:
    """Give a sheet of the workbook as a spreadsheet saves it as CSV, after somebody edited it."""
    page = load_workbook(BytesIO(exported(made, language)))[sheet]
    rows = [[_shown(value) for value in row] for row in page.iter_rows(values_only=True)]
    change(rows)
    content = StringIO()
    csv.writer(content, delimiter=sign).writerows(rows)
    return content.getvalue().encode(encoding)


def _shown(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()[:10]
    return "" if value is None else str(value)


def in_json(change: Callable[[Any], Any], made: Log = BEGUN) -> bytes:
    whole = json.loads(exported_as(Format.JSON, made))
    change(whole)
    return json.dumps(whole).encode()


def in_csv(change: Callable[[list[dict[str, str]]], Any], made: Log = BEGUN) -> bytes:
    found = csv.DictReader(StringIO(exported_as(Format.CSV, made).decode(), newline=""))
    rows = list(found)
    change(rows)
    content = StringIO()
    writer = csv.DictWriter(content, found.fieldnames or ())
    writer.writeheader()
    writer.writerows(rows)
    return content.getvalue().encode()


# What comes back.


@given(made=registers(), language=st.sampled_from(Language), fmt=st.sampled_from(FORMS))
@settings(max_examples=80, phases=[Phase.generate])
def test_what_was_exported_changes_nothing(made: Log, language: Language, fmt: Format) -> None:
    found = read(exported_as(fmt, made, language), made)
    assert (found.facts, found.steps, found.left, found.absent) == ((), (), (), ())


@given(made=registers(), language=st.sampled_from(Language), fmt=st.sampled_from(FORMS))
@settings(max_examples=80, phases=[Phase.generate])
def test_an_empty_register_becomes_an_equal_one(made: Log, language: Language, fmt: Format) -> None:
    again = after(EMPTY, read(exported_as(fmt, made, language), EMPTY))
    assert declared(again) == declared(made)
    assert read(exported_as(fmt, made, language), again).facts == ()


@given(made=registers(), language=st.sampled_from(Language), sign=st.sampled_from(",;\t"))
@settings(max_examples=15, phases=[Phase.generate])
def test_a_sheet_that_was_saved_alone_changes_nothing(
    made: Log, language: Language, sign: str
) -> None:
    for title in load_workbook(BytesIO(exported(made, language))).sheetnames:
        if SHEET_OF[title.casefold()] in COLUMNS:
            found = read(saved(title, made, sign=sign, language=language), made)
            assert (found.facts, found.left, found.absent) == ((), (), ())


@pytest.mark.parametrize("line", ['"', '"a" b', "{", "{}", "=1+1", "@x", "-2", "a,b;c"])
@pytest.mark.parametrize("fmt", FORMS)
def test_any_line_comes_back_as_the_text_that_it_is(line: str, fmt: Format) -> None:
    odd = log([(replace(NEWS, title=text(line), system=line),)])
    (fact,) = read(exported_as(fmt, odd), EMPTY).facts
    assert (fact.title, fact.system) == (text(line), line)


# The same edit in each form.


def activity(whole: Any, number: int = 0) -> Any:
    return whole["paper"]["activities"][number]


def row(rows: list[dict[str, str]], sheet: str, number: int = 0) -> dict[str, str]:
    return [one for one in rows if one["sheet"] == sheet][number]


def changed_cell(sheet: str, cell: str, value: Any) -> Callable[[Any], None]:
    return lambda book: book[sheet].__setitem__(cell, value)


def retired(whole: Any) -> None:
    activity(whole, 1)["retired"]["value"] = activity(whole, 1)["last_change"]["value"]


SAME: Mapping[str, tuple[Callable[[Any], Any], ...]] = {
    "a title": (
        changed_cell("Activities", "C2", "Selling"),
        lambda whole: activity(whole)["title"]["value"].update(en="Selling"),
        lambda rows: row(rows, "activities").update(title_en="Selling"),
    ),
    "what was not stated": (
        changed_cell("Activities", "J2", "Rack 7"),
        lambda whole: activity(whole)["system"].update(value="Rack 7"),
        lambda rows: row(rows, "activities").update(system="Rack 7"),
    ),
    "a day taken out": (
        changed_cell("Activities", "L2", None),
        lambda whole: activity(whole)["review_due"].update(value=None),
        lambda rows: row(rows, "activities").update(review_due=""),
    ),
    "an item less": (
        lambda book: book["Purposes"].delete_rows(2),
        lambda whole: activity(whole)["purposes"]["value"].pop(0),
        lambda rows: rows.remove(row(rows, "purposes")),
    ),
    "an item more": (
        lambda book: book["Categories"].append(["shop", "Roles", "marketing"]),
        lambda whole: activity(whole)["roles"].update(value=["marketing"]),
        lambda rows: rows.append(
            {"sheet": "categories", "activity": "shop", "list": "roles", "member": "marketing"}
        ),
    ),
    "a country": (
        changed_cell("Recipients", "F2", "USA"),
        lambda whole: whole["paper"]["recipients"][0]["country"].update(value="US"),
        lambda rows: row(rows, "recipients").update(country="US"),
    ),
    "another rule": (
        changed_cell("Retention", "C2", 4),
        lambda whole: activity(whole)["retention"]["value"].update(years=4),
        lambda rows: row(rows, "retention").update(years="4"),
    ),
    "how long a cookie lives": (
        changed_cell("Cookies", "E2", 60),
        lambda whole: activity(whole)["cookies"][0]["cookie"]["value"].update(lifetime_days=60),
        lambda rows: row(rows, "cookies").update(lifetime_days="60"),
    ),
    "an end": (
        changed_cell("Activities", "M3", "Yes"),
        retired,
        lambda rows: row(rows, "activities", 1).update(ended="TRUE"),
    ),
}


@pytest.mark.parametrize("name", SAME)
def test_the_same_edit_in_each_form_comes_to_the_same(name: str) -> None:
    book, whole, rows = SAME[name]
    wanted = read(edited(book), BEGUN)
    assert len(wanted.steps) == 1
    assert read(in_json(whole), BEGUN) == wanted
    assert read(in_csv(rows), BEGUN) == wanted


def test_a_sheet_alone_leaves_what_it_does_not_name() -> None:
    def change(rows: list[list[str]]) -> None:
        rows[1:] = [["news", "Berätta", "Tell"]]

    found = read(saved("Purposes", change=change), BEGUN)
    wanted = ActivityAmended(activity="news", purposes=(text("Berätta", "Tell"),), reason=REASON)
    assert (found.facts, found.absent) == ((wanted,), ())


def test_the_sheet_of_activities_alone_ends_one_and_keeps_its_lists() -> None:
    found = read(saved("Activities", change=lambda rows: rows[2].__setitem__(12, "Yes")), BEGUN)
    assert found.facts == (ActivityRetired(activity="news", reason=REASON),)


def test_a_sheet_alone_knows_whether_the_register_has_moved_on() -> None:
    content = saved("Activities", change=lambda rows: rows[1].__setitem__(2, "Selling"))
    later = log(
        [
            *((one.data,) for one in BEGUN.events),
            (ActivityAmended(activity="shop", system="Rack 7", reason="x"),),
        ]
    )
    assert read(content, later).behind == ("activity/shop",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_it_is_read_as_spreadsheets_save_it(encoding: str, sign: str) -> None:
    content = saved(
        "Ändamål",
        sign=sign,
        encoding=encoding,
        language=Language.SV,
        change=lambda rows: rows[1].__setitem__(2, 'Deliver; home, "now"'),
    )
    (step,) = read(content, BEGUN).steps
    assert step.new[0] == text("Leverera", 'Deliver; home, "now"')


def test_rows_that_are_empty_or_end_early_are_read() -> None:
    lines = saved("Activities").decode().splitlines()
    content = "\r\n".join([lines[0], "", lines[1], ",,,", lines[2].rstrip(","), ""]).encode()
    assert read(content, BEGUN).steps == ()


# What is wrong is told by its place.


WRONG_JSON: Mapping[str, tuple[Callable[[Any], Any], Code, str | None]] = {
    "a field gone": (
        lambda whole: activity(whole).pop("purposes"),
        Code.MISSING_FIELD,
        "paper.activities.0.purposes",
    ),
    "a part of a cell gone": (
        lambda whole: activity(whole)["title"].pop("evidence"),
        Code.MISSING_FIELD,
        "paper.activities.0.title.evidence",
    ),
    "a field more": (
        lambda whole: activity(whole, 1).update(shoes=1),
        Code.UNKNOWN_FIELD,
        "paper.activities.1",
    ),
    "a field more in a value": (
        lambda whole: activity(whole)["title"]["value"].update(shoes=1),
        Code.UNKNOWN_FIELD,
        "paper.activities.0.title.value",
    ),
    "another kind": (
        lambda whole: activity(whole)["title"]["value"].update(sv=7),
        Code.MALFORMED_VALUE,
        "paper.activities.0.title.value.sv",
    ),
    "another code": (
        lambda whole: activity(whole)["categories"]["value"].append("shoes"),
        Code.MALFORMED_VALUE,
        "paper.activities.0.categories.value.2",
    ),
    "no title": (
        lambda whole: activity(whole)["title"].update(value=None),
        Code.MISSING_FIELD,
        "paper.activities.0.title",
    ),
    "two lines": (
        lambda whole: activity(whole)["purposes"]["value"][0].update(sv="a\nb"),
        Code.MALFORMED_VALUE,
        "paper.activities.0.purposes",
    ),
    "a bad name": (
        lambda whole: activity(whole, 1).update(activity="My Shop!"),
        Code.MALFORMED_VALUE,
        "paper.activities.1.activity",
    ),
    "the same name": (
        lambda whole: activity(whole, 1).update(activity="shop"),
        Code.MALFORMED_VALUE,
        "paper.activities.1.activity",
    ),
    "an unknown recipient": (
        lambda whole: activity(whole, 1)["recipients"].update(value=["shoes"]),
        Code.UNKNOWN_RECIPIENT,
        "paper.activities.1.recipients",
    ),
    "no country": (
        lambda whole: whole["paper"]["recipients"][0]["country"].update(value="Atlantis"),
        Code.MALFORMED_VALUE,
        "paper.recipients.0.country",
    ),
    "half a character": (
        lambda whole: activity(whole)["title"]["value"].update(sv="\ud83d"),
        Code.MALFORMED_VALUE,
        "paper.activities.0.title.value.sv",
    ),
    "another version": (
        lambda whole: whole.update(version=2),
        Code.MALFORMED_VALUE,
        "version",
    ),
    "another paper": (
        lambda whole: whole.update(report="notice"),
        Code.FILE_UNREADABLE,
        None,
    ),
    "no paper": (lambda whole: whole.pop("paper"), Code.MISSING_FIELD, "paper"),
}


@pytest.mark.parametrize("name", WRONG_JSON)
def test_what_is_wrong_in_json_is_told_by_its_path(name: str) -> None:
    change, code, place = WRONG_JSON[name]
    assert refused(in_json(change)) == (code, place)


def replaced(old: str, new: str) -> bytes:
    whole = exported_as(Format.JSON, BEGUN).decode()
    assert old in whole
    return whole.replace(old, new, 1).encode()


NO_JSON = {
    "a name twice": (
        replaced('"activity": "shop",', '"activity": "shop", "activity": "shop",'),
        Code.MALFORMED_VALUE,
        "paper.activities.0",
    ),
    "no number": (
        replaced('"years": 3', '"years": NaN'),
        Code.MALFORMED_VALUE,
        "paper.activities.0.retention.value.years",
    ),
    "no end of a number": (
        replaced('"years": 3', '"years": 1e999'),
        Code.MALFORMED_VALUE,
        "paper.activities.0.retention.value.years",
    ),
    "very many digits": (
        replaced('"years": 3', f'"years": {"3" * 5_000}'),
        Code.MALFORMED_JSON,
        None,
    ),
    "deep": (
        replaced('"years": 3', f'"years": {"[" * 50}{"]" * 50}'),
        Code.MALFORMED_VALUE,
        "paper.activities.0.retention.value.years." + ".".join("0" * 15),
    ),
    "very deep": (b"[" * 100_000, Code.MALFORMED_JSON, None),
    "half a file": (exported_as(Format.JSON, BEGUN)[:2000], Code.MALFORMED_JSON, None),
    "a list": (b"[]", Code.FILE_UNREADABLE, None),
    "another object": (b"{}", Code.FILE_UNREADABLE, None),
}


@pytest.mark.parametrize("name", NO_JSON)
def test_what_is_no_json_of_the_record_is_refused(name: str) -> None:
    content, code, place = NO_JSON[name]
    assert refused(content) == (code, place)


def test_where_json_ends_to_be_some_is_told_by_line_and_column() -> None:
    with pytest.raises(Problem) as problem:
        read(b'{"report": "article30",\n "version": }', BEGUN)
    assert (problem.value.where.line, problem.value.where.column) == (2, 13)


WRONG_CSV: Mapping[str, tuple[Callable[[list[dict[str, str]]], Any], Code, str]] = {
    "no such sheet": (
        lambda rows: rows[0].update(sheet="shoes"),
        Code.MALFORMED_VALUE,
        "A2",
    ),
    "a cell of another sheet": (
        lambda rows: row(rows, "purposes").update(title_en="shoes"),
        Code.MALFORMED_VALUE,
        "E2",
    ),
    "an unknown code": (
        lambda rows: row(rows, "bases").update(basis="shoes"),
        Code.MALFORMED_VALUE,
        "R5",
    ),
    "no JSON": (
        lambda rows: row(rows, "purposes").update(purpose_sv='"shoes" x'),
        Code.MALFORMED_VALUE,
        "P2",
    ),
}


@pytest.mark.parametrize("name", WRONG_CSV)
def test_what_is_wrong_in_csv_is_told_by_column_and_row(name: str) -> None:
    change, code, place = WRONG_CSV[name]
    assert refused(in_csv(change)) == (code, place)


def renamed(old: str, new: str) -> bytes:
    head, rest = exported_as(Format.CSV, BEGUN).split(b"\r\n", 1)
    names = [new if name == old else name for name in head.decode().split(",")]
    return ",".join(names).encode() + b"\r\n" + rest


def test_a_file_of_every_sheet_has_each_column_once() -> None:
    assert refused(renamed("purpose_sv", "shoes")) == (Code.MISSING_FIELD, "A1")
    assert refused(renamed("title_en", "title_sv")) == (Code.MALFORMED_VALUE, "E1")
    assert refused(renamed("sheet", "shoes"))[0] is Code.FILE_UNREADABLE
    found = read(renamed("reason", "Our own remarks"), BEGUN)
    assert (found.facts, found.left) == ((), ("BB1",))


def cell_set(line: int, column: int, value: str) -> Callable[[list[list[str]]], Any]:
    return lambda rows: rows[line].__setitem__(column, value)


def without(column: int) -> Callable[[list[list[str]]], Any]:
    return lambda rows: [one.pop(column) for one in rows]


def with_twice(rows: list[list[str]]) -> None:
    for one in rows:
        one.append(one[1])


WRONG_SAVED: Mapping[str, tuple[str, Callable[[list[list[str]]], Any], Code, str]] = {
    "an error": ("Activities", cell_set(1, 2, "#REF!"), Code.MALFORMED_VALUE, "Activities!C2"),
    "no day": ("Activities", cell_set(1, 11, "soon"), Code.MALFORMED_VALUE, "Activities!L2"),
    "a column gone": ("Cookies", without(3), Code.MISSING_FIELD, "Cookies!A1"),
    "a heading twice": (
        "Purposes",
        with_twice,
        Code.MALFORMED_VALUE,
        "Purposes!D1",
    ),
    "a cell too many": (
        "Purposes",
        lambda rows: rows[1].append("shoes"),
        Code.MALFORMED_VALUE,
        "Purposes!A2",
    ),
    "an unknown activity": (
        "Purposes",
        cell_set(2, 0, "shoes"),
        Code.UNKNOWN_ACTIVITY,
        "Purposes!A3",
    ),
    "no name": ("Purposes", cell_set(2, 0, ""), Code.MISSING_FIELD, "Purposes!A3"),
}


@pytest.mark.parametrize("name", WRONG_SAVED)
def test_what_is_wrong_in_a_saved_sheet_is_told_as_in_the_workbook(name: str) -> None:
    sheet, change, code, place = WRONG_SAVED[name]
    assert refused(saved(sheet, change=change)) == (code, place)


def test_no_problem_echoes_what_stands_in_the_file() -> None:
    contents = [
        *(in_json(change) for change, _, _ in WRONG_JSON.values()),
        *(in_csv(change) for change, _, _ in WRONG_CSV.values()),
        *(saved(sheet, change=change) for sheet, change, _, _ in WRONG_SAVED.values()),
    ]
    for content in contents:
        with pytest.raises(Problem) as problem:
            read(content, BEGUN)
        assert not any(word in str(problem.value) for word in ("shoes", "Atlantis", "My Shop"))


@pytest.mark.parametrize("fmt", FORMS)
def test_wherever_a_file_is_cut_nothing_is_taken_for_emptied(fmt: Format) -> None:
    content = exported_as(fmt, BEGUN)
    for end in {*range(0, len(content) - 2, 97), *ends_of_lines(content)}:
        try:
            found: Import | None = read(content[:end], BEGUN)
        except Problem:
            found = None
        assert found is None or found.facts == ()


def ends_of_lines(content: bytes) -> list[int]:
    return [number + 1 for number, sign in enumerate(content[:-1]) if sign == ord("\n")]


OTHERS = {
    "nothing": (b"", Code.FILE_UNREADABLE),
    "a mark and no more": (b"\xef\xbb\xbf", Code.FILE_UNREADABLE),
    "line ends": (b"\r\n\r\n", Code.FILE_UNREADABLE),
    "prose": ("Våra behandlingar, kort\n".encode(), Code.FILE_UNREADABLE),
    "another table": (b"name,email\r\na,b\r\n", Code.FILE_UNREADABLE),
    "the ledger": (b"person,activity,act\r\n", Code.FILE_UNREADABLE),
    "a sheet for reading": (saved("History"), Code.FILE_UNREADABLE),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0", Code.NOT_UTF8),
    "nul": (b"sheet,activity\0\r\n", Code.NOT_UTF8),
    "an encoding of long ago": (
        saved("Ändamål", encoding="cp1252", language=Language.SV),
        Code.NOT_UTF8,
    ),
    "two bytes a character, untold": (
        saved("Purposes", encoding="utf-16-le"),
        Code.NOT_UTF8,
    ),
    "half a character": (saved("Purposes", encoding="utf-16")[:-1], Code.NOT_UTF8),
    "quotation marks": (
        saved("Purposes").replace(b"Leverera", b'"Leve"rera'),
        Code.MALFORMED_VALUE,
    ),
    "half a row": (saved("Purposes")[:-3], Code.TRUNCATED_FILE),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_none_of_the_three_is_refused(name: str) -> None:
    content, code = OTHERS[name]
    assert refused(content)[0] is code


def test_every_sheet_is_told_by_its_headings() -> None:
    for language in Language:
        for title in load_workbook(BytesIO(exported(BEGUN, language))).sheetnames:
            if SHEET_OF[title.casefold()] in COLUMNS:
                heads = saved(title, language=language).splitlines()[0]
                assert refused(heads + b"\r\n,x\r\n") == (Code.MISSING_FIELD, f"{title}!A2")
