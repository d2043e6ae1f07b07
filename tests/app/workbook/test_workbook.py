"""Workbooks read again: nothing changes by itself, everything comes back, and errors say where."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from ropa.app.workbook import Import, asked, read_workbook
from ropa.app.workbook.grid import MAX_UNPACKED
from ropa.domain.activity.events import (
    ActivityAmended,
    ActivityDeclared,
    ActivityRetired,
    ActivityReviewed,
    Client,
    Cookie,
    CookieKind,
    DataSubjects,
    Retention,
    RetentionStart,
)
from ropa.domain.recipient.events import RecipientAmended, RecipientDeclared, RecipientRetired
from ropa.kernel.categories import Category
from ropa.kernel.ids import Language
from ropa.kernel.law import Basis, LegalBasis, LocalText
from ropa.kernel.problem import Code, Problem
from ropa.render import Format, render_bytes
from ropa.reports.article30 import build as article30
from ropa.views import register
from tests import strategies
from tests.histories import Log, log

REASON = "Read from a workbook"


def text(line: str, english: str | None = None) -> LocalText:
    return LocalText(sv=line, en=english or line)


CARRIER = RecipientDeclared(
    recipient="carrier", category=text("Transport", "Carriage"), country="NO", reason="x"
)
SHOP = ActivityDeclared(
    activity="shop",
    title=text("Försäljning", "Sales"),
    purposes=(text("Leverera", "Deliver"), text("Fakturera", "Invoice")),
    bases=(Basis(basis=LegalBasis.CONTRACT, source=text("Avtalet", "The agreement")),),
    subjects=(DataSubjects.CUSTOMERS,),
    categories=(Category.CONTACT_NAME, Category.CONTACT_EMAIL),
    recipients=("carrier",),
    retention=Retention(start=RetentionStart.RELATION_ENDED, years=3),
    cookies=(
        Cookie(
            name="_ga", kind=CookieKind.PERSISTENT, lifetime_days=30, purpose=text("Räkna", "Count")
        ),
    ),
    review_due=date(2027, 1, 31),
    reason="x",
)
NEWS = ActivityDeclared(
    activity="news", title=text("Nyhetsbrev", "Newsletter"), no_recipients=True, reason="x"
)
EMPTY = Log()
BEGUN = log([(CARRIER,), (SHOP,), (NEWS,)])


def exported(made: Log, language: Language = Language.EN) -> bytes:
    return render_bytes(article30.build(made.sources()), Format.XLSX, language)


def read(content: bytes, made: Log) -> Import:
    return read_workbook(content, article30.build(made.sources()), made.rows(), REASON)


def edited(change: Callable[[Workbook], Any], language: Language = Language.EN) -> bytes:
    """Give the export after somebody edited it."""
    workbook = load_workbook(BytesIO(exported(BEGUN, language)))
    change(workbook)
    content = BytesIO()
    workbook.save(content)
    return content.getvalue()


def after(made: Log, found: Import) -> Log:
    """Give the log with what is imported at its end."""
    return log([*((one.data,) for one in made.events), *((fact,) for fact in found.facts)])


def refused(content: bytes, made: Log = BEGUN) -> tuple[Code, str | None]:
    with pytest.raises(Problem) as problem:
        read(content, made)
    return problem.value.code, problem.value.where.field


# What comes back.

recipients = strategies.events(RecipientDeclared)


@st.composite
def registers(draw: st.DrawFn) -> Log:
    """Give any register: recipients and activities, some of them at their end."""
    to = draw(st.lists(recipients, max_size=3, unique_by=lambda one: one.recipient))
    names = st.lists(st.sampled_from([one.recipient for one in to]), unique=True)
    activity = strategies.events(
        ActivityDeclared, recipients=names.map(tuple) if to else st.just(())
    )
    activities = draw(st.lists(activity, max_size=4, unique_by=lambda one: one.activity))
    ended = [ActivityRetired(activity=one.activity, reason="x") for one in activities[:1]]
    over = [RecipientRetired(recipient=one.recipient, reason="x") for one in to[:1]]
    return log([(one,) for one in (*to, *activities, *ended, *over)])


@given(made=registers(), language=st.sampled_from(Language))
@settings(max_examples=40, phases=[Phase.generate])
def test_what_was_exported_changes_nothing(made: Log, language: Language) -> None:
    found = read(exported(made, language), made)
    assert (found.facts, found.steps, found.left, found.absent) == ((), (), (), ())


def as_written(one: ActivityDeclared) -> ActivityDeclared:
    """Give an entry without what no workbook tells: what contradicts or repeats itself."""
    once: dict[str, Any] = {
        name: tuple(dict.fromkeys(getattr(one, name)))
        for name in (
            *("subjects", "categories", "sources", "roles"),
            *("purposes", "bases", "cookies"),
        )
    }
    gap = None if one.retention or one.client else one.retention_gap
    nobody = one.no_recipients and not one.recipients
    if one.client and not one.recipients:
        nobody = False
    return replace(one, **once, retention_gap=gap, no_recipients=nobody, reason=REASON)


def declared(made: Log) -> dict[str, Any]:
    rows = made.rows()
    return {
        one.activity: (as_written(one), row.retired is None)
        for row, one in register.activities(rows)
    } | {
        f"recipient/{one.recipient}": (
            replace(one, transfers=tuple(dict.fromkeys(one.transfers)), reason=REASON),
            row.retired is None,
        )
        for row, one in register.recipients(rows)
    }


@given(made=registers(), language=st.sampled_from(Language))
@settings(max_examples=40, phases=[Phase.generate])
def test_an_empty_register_becomes_an_equal_one(made: Log, language: Language) -> None:
    found = read(exported(made, language), EMPTY)
    again = after(EMPTY, found)
    assert declared(again) == declared(made)
    assert read(exported(made, language), again).facts == ()


# What people change.


REVIEWED = log(
    [
        (CARRIER,),
        (SHOP,),
        (NEWS,),
        (ActivityReviewed(activity="shop", version=1, review_due=date(2027, 3, 31)),),
    ]
)


@pytest.mark.parametrize("language", Language)
def test_a_workbook_tells_of_approvals_and_makes_none(language: Language) -> None:
    content = exported(REVIEWED, language)
    sheets = load_workbook(BytesIO(content)).worksheets
    approved = [cell.value for cell in sheets[1][2]]
    assert {1, date(2027, 3, 31)} <= {
        getattr(one, "date", lambda one=one: one)() for one in approved
    }
    assert any(
        "ranskad" in str(row[1].value) or "reviewed" in str(row[1].value) for row in sheets[-1]
    )
    assert read(content, REVIEWED).facts == ()
    found = read(content, EMPTY)
    assert [type(one) for one in found.facts] == [
        RecipientDeclared,
        ActivityDeclared,
        ActivityDeclared,
    ]
    assert found.facts[1].review_due == date(2027, 3, 31)


def test_what_stands_in_the_columns_on_reviews_is_not_read() -> None:
    def change(book: Workbook) -> None:
        sheet = book["Activities"]
        heads = [cell.value for cell in sheet[1]]
        sheet.cell(3, heads.index("Approved version") + 1, 7)
        sheet.cell(3, heads.index("Approved by") + 1, "somebody")

    assert read(edited(change), BEGUN).facts == ()


def test_it_tells_that_what_was_approved_has_to_be_reviewed_again() -> None:
    workbook = load_workbook(BytesIO(exported(REVIEWED)))
    workbook["Purposes"]["B2"] = "Leverera hem"
    content = BytesIO()
    workbook.save(content)
    found = read(content.getvalue(), REVIEWED)
    assert (found.approved, found.behind) == (("activity/shop",), ())
    assert "approved as it is: activity/shop" in " ".join(asked(found))
    again = read(content.getvalue(), BEGUN)
    assert again.approved == ()


def test_a_changed_cell_amends_that_field_and_no_other() -> None:
    found = read(edited(lambda book: book["Activities"].__setitem__("C2", "Selling")), BEGUN)
    wanted = text("Försäljning", "Selling")
    assert found.facts == (ActivityAmended(activity="shop", title=wanted, reason=REASON),)
    (step,) = found.steps
    assert (step.event, step.entry, step.field) == (
        "activity.amended.v1",
        "activity/shop",
        "title",
    )
    assert (step.old, step.new) == (SHOP.title, wanted)


def test_an_emptied_cell_clears_its_field() -> None:
    found = read(edited(lambda book: book["Activities"].__setitem__("L2", None)), BEGUN)
    assert found.facts == (
        ActivityAmended(activity="shop", cleared=("review_due",), reason=REASON),
    )
    assert (found.steps[0].old, found.steps[0].new) == (date(2027, 1, 31), None)


def test_rows_are_added_in_either_language_or_by_code() -> None:
    def change(book: Workbook) -> None:
        book["Behandlingar"].append(["survey", "Enkät", "Survey"])
        book["Kategorier"].append(["survey", "Categories of personal data", "E-POSTADRESS "])
        book["Kategorier"].append(["survey", "Kategorier av personuppgifter", "contact.name"])
        book["Rättsliga grunder"].append(["survey", "Legitimate interests (Art. 6(1)(f))"])
        book["Rättsliga grunder"].append(["survey", "consent"])
        book["Mottagare per behandling"].append(["survey", "carrier"])

    found = read(edited(change, Language.SV), BEGUN)
    (fact,) = found.facts
    assert isinstance(fact, ActivityDeclared)
    assert fact.categories == (Category.CONTACT_EMAIL, Category.CONTACT_NAME)
    assert [one.basis for one in fact.bases] == [LegalBasis.LEGITIMATE_INTEREST, LegalBasis.CONSENT]
    assert (fact.title, fact.recipients) == (text("Enkät", "Survey"), ("carrier",))


def test_columns_and_rows_may_stand_in_any_order_and_others_are_left_aside() -> None:
    def change(book: Workbook) -> None:
        sheet = book["Activities"]
        rows = [list(row) for row in sheet.iter_rows(values_only=True)]
        rows = [[*reversed(row), "?"] for row in (rows[0], *reversed(rows[1:]))]
        rows[0][-1] = "Our own remarks"
        sheet.delete_rows(1, sheet.max_row)
        for row in rows:
            sheet.append(row)
        purposes = book["Purposes"]
        cells = [[cell.value for cell in purposes[number]] for number in (3, 2)]
        for number, values in zip((2, 3), cells, strict=True):
            for column, value in enumerate(values, 1):
                purposes.cell(number, column, value)
        book.create_sheet("Scribbles")

    found = read(edited(change), BEGUN)
    assert found.facts == ()
    assert found.left == ("Activities!X1", "a sheet by another name")


def test_headings_of_the_other_language_are_known() -> None:
    def change(book: Workbook) -> None:
        book["Purposes"].title = "Ändamål"
        book["Activities"]["B1"] = "  namn på SVENSKA"

    assert read(edited(change), BEGUN).facts == ()


def test_who_is_not_in_the_workbook_stays_and_is_told() -> None:
    found = read(exported(log([(NEWS,)])), BEGUN)
    assert found.facts == ()
    assert found.absent == ("recipient/carrier", "activity/shop")


def test_what_ended_is_retired_last_and_cannot_be_begun_again() -> None:
    found = read(edited(lambda book: book["Activities"].__setitem__("M3", "Yes")), BEGUN)
    assert found.facts == (ActivityRetired(activity="news", reason=REASON),)
    ended = after(BEGUN, found)
    assert refused(exported(BEGUN), ended) == (Code.RETIRED, "Activities!M3")


def test_a_recipient_and_its_transfers_are_amended() -> None:
    def change(book: Workbook) -> None:
        book["Recipients"]["F2"] = "USA"
        book["Transfers"].append(["carrier", "US", "Adequacy decision (Art. 45)"])

    found = read(edited(change), BEGUN)
    (fact,) = found.facts
    assert isinstance(fact, RecipientAmended)
    assert (fact.country, [one.country for one in fact.transfers or ()]) == ("US", ["US"])


def test_it_tells_what_was_changed_since_the_workbook_was_made() -> None:
    content = edited(lambda book: book["Activities"].__setitem__("C2", "Selling"))
    later = log(
        [
            *((one.data,) for one in BEGUN.events),
            (ActivityAmended(activity="shop", system="Rack 7", reason="x"),),
        ]
    )
    found = read(content, later)
    assert found.behind == ("activity/shop",)
    assert {step.field for step in found.steps} == {"title", "system"}


@pytest.mark.parametrize(
    "name",
    ["=1+1", "+46", "@SUM(A1)", "-2", "سجل العملاء", "\u202eabc", "📦 Leverans 🎉", "å" * 300,
     "_x0041_", "1e5", "TRUE", "https://ropa.example", "'quoted"],
)  # fmt: skip
def test_any_line_comes_back_as_the_text_that_it_is(name: str) -> None:
    odd = log([(replace(NEWS, title=text(name), system=name),)])
    content = exported(odd)
    sheet = load_workbook(BytesIO(content))["Activities"]
    assert [sheet[place].data_type for place in ("B2", "C2", "J2")] == ["s", "s", "s"]
    (fact,) = read(content, EMPTY).facts
    assert (fact.title, fact.system) == (text(name), name)


# What is wrong is told by its place.


def set_to(sheet: str, cell: str, value: Any) -> Callable[[Workbook], None]:
    return lambda book: book[sheet].__setitem__(cell, value)


def appended(sheet: str, *values: Any) -> Callable[[Workbook], None]:
    return lambda book: book[sheet].append(values)


WRONG: Mapping[str, tuple[Callable[[Workbook], Any], Code, str | None]] = {
    "formula": (set_to("Activities", "C2", "=A2"), Code.MALFORMED_VALUE, "Activities!C2"),
    "error": (set_to("Activities", "C2", "#REF!"), Code.MALFORMED_VALUE, "Activities!C2"),
    "merged": (
        lambda book: book["Purposes"].merge_cells("A2:A3"),
        Code.MALFORMED_VALUE,
        "Purposes!A2",
    ),
    "a sheet gone": (lambda book: book.remove(book["Cookies"]), Code.MISSING_FIELD, None),
    "a column gone": (
        lambda book: book["Purposes"].delete_cols(2),
        Code.MISSING_FIELD,
        "Purposes!A1",
    ),
    "a heading twice": (
        set_to("Purposes", "D1", "Ändamål på svenska"),
        Code.MALFORMED_VALUE,
        "Purposes!D1",
    ),
    "unknown code": (set_to("Categories", "C2", "shoes"), Code.MALFORMED_VALUE, "Categories!C2"),
    "unknown list": (set_to("Categories", "B2", "shoes"), Code.MALFORMED_VALUE, "Categories!B2"),
    "unknown activity": (appended("Purposes", "x", "y", "z"), Code.UNKNOWN_ACTIVITY, "Purposes!A5"),
    "unknown recipient": (
        appended("Recipients by activity", "news", "x"),
        Code.UNKNOWN_RECIPIENT,
        "Recipients by activity!B3",
    ),
    "twice": (appended("Activities", "shop", "a", "b"), Code.MALFORMED_VALUE, "Activities!A4"),
    "no name": (appended("Activities", None, "a", "b"), Code.MISSING_FIELD, "Activities!A4"),
    "bad name": (
        appended("Activities", "My Shop!", "a", "b"),
        Code.MALFORMED_VALUE,
        "Activities!A4",
    ),
    "no title": (appended("Activities", "survey"), Code.MISSING_FIELD, "Activities!B4"),
    "one language": (set_to("Purposes", "C3", None), Code.MISSING_FIELD, "Purposes!C3"),
    "too long": (set_to("Purposes", "C3", "x" * 401), Code.MALFORMED_VALUE, "Purposes!C3"),
    "two lines": (set_to("Purposes", "B3", "a\nb"), Code.MALFORMED_VALUE, "Purposes!B3"),
    "no flag": (set_to("Activities", "I2", "maybe"), Code.MALFORMED_VALUE, "Activities!I2"),
    "no day": (set_to("Activities", "L2", "soon"), Code.MALFORMED_VALUE, "Activities!L2"),
    "no number": (set_to("Retention", "C2", "three"), Code.MALFORMED_VALUE, "Retention!C2"),
    "too many years": (set_to("Retention", "C2", 101), Code.MALFORMED_VALUE, "Retention!C2"),
    "no start": (set_to("Retention", "B2", None), Code.MISSING_FIELD, "Retention!B2"),
    "a second rule": (appended("Retention", "shop"), Code.MALFORMED_VALUE, "Retention!A4"),
    "no country": (set_to("Recipients", "F2", "Atlantis"), Code.MALFORMED_VALUE, "Recipients!F2"),
    "no cookie kind": (set_to("Cookies", "D2", None), Code.MISSING_FIELD, "Cookies!D2"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_with_sheet_column_and_row(name: str) -> None:
    change, code, place = WRONG[name]
    assert refused(edited(change)) == (code, place)


def test_a_place_is_told_in_the_language_of_the_file() -> None:
    content = edited(set_to("Ändamål", "C3", None), Language.SV)
    assert refused(content) == (Code.MISSING_FIELD, "Ändamål!C3")


def test_no_problem_echoes_what_stands_in_the_workbook() -> None:
    for change, _, _ in WRONG.values():
        with pytest.raises(Problem) as problem:
            read(edited(change), BEGUN)
        assert not any(word in str(problem.value) for word in ("shoes", "Atlantis", "My Shop"))


def archive(**parts: bytes) -> bytes:
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as made:
        for name, part in parts.items():
            made.writestr(f"xl/{name}.xml", part)
    return content.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"activity,title\r\n",
        exported(BEGUN)[:2000],
        archive(workbook=b"<workbook/>"),
        archive(workbook=b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"),
        archive(workbook=b" " * (MAX_UNPACKED + 1)),
        b"\0" * 10_000_001,
    ],
    ids=["nothing", "csv", "cut short", "no workbook", "entities", "bomb", "too large"],
)
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    assert refused(content) == (Code.FILE_UNREADABLE, None)


def test_an_organisation_that_one_processes_for_comes_back() -> None:
    found = log([(replace(NEWS, client=Client(name="Kund AB", contact="Box 1")),)])
    (fact,) = read(exported(found), EMPTY).facts
    assert fact.client == Client(name="Kund AB", contact="Box 1")


def patched(part: str, old: bytes, new: bytes) -> bytes:
    """Give an exported workbook with a part of the file changed as no library would."""
    content = BytesIO()
    with ZipFile(BytesIO(exported(BEGUN))) as found, ZipFile(content, "w", ZIP_DEFLATED) as made:
        for name in found.namelist():
            before = found.read(name)
            if name == f"xl/{part}.xml":
                assert before.count(old) == 1
                made.writestr(name, before.replace(old, new))
            else:
                made.writestr(name, before)
    return content.getvalue()


def with_rows(rows: bytes) -> bytes:
    return patched("worksheets/sheet2", b"</sheetData>", rows + b"</sheetData>")


EMPTY_ROWS = {
    "the last row of a spreadsheet": b'<row r="1048576"><c r="A1048576" s="1"/></row>',
    "very many rows": b"".join(b'<row r="%d"/>' % number for number in range(10, 60_000)),
}


@pytest.mark.parametrize("name", EMPTY_ROWS)
def test_rows_that_hold_nothing_say_nothing(name: str) -> None:
    assert read(with_rows(EMPTY_ROWS[name]), BEGUN).steps == ()


def test_a_row_is_told_by_its_number_however_far_down_it_stands() -> None:
    row = b'<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>far</t></is></c></row>'
    assert refused(with_rows(row)) == (Code.MISSING_FIELD, "Activities!B1048576")


def test_a_row_that_no_spreadsheet_has_is_refused() -> None:
    row = b'<row r="99999999999"><c r="A99999999999" t="inlineStr"><is><t>x</t></is></c></row>'
    assert refused(with_rows(row)) == (Code.FILE_UNREADABLE, "Activities")


def test_more_rows_than_a_register_has_are_refused() -> None:
    rows = b"".join(
        b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (number, number)
        for number in range(100, 50_200)
    )
    assert refused(with_rows(rows)) == (Code.FILE_UNREADABLE, "Activities")


def test_merged_cells_are_found_however_they_are_written() -> None:
    merged = b"</sheetData><mergeCells count='1'><mergeCell ref='A2:A3'/></mergeCells>"
    content = patched("worksheets/sheet2", b"</sheetData>", merged)
    assert refused(content) == (Code.MALFORMED_VALUE, "Activities!A2")


def test_entities_are_found_in_every_encoding() -> None:
    sheet = "<!DOCTYPE x [<!ENTITY a 'b'>]><worksheet/>".encode("utf-16")
    assert refused(archive(sheet=sheet)) == (Code.FILE_UNREADABLE, None)


def test_a_part_under_a_password_is_no_workbook() -> None:
    content = bytearray(exported(BEGUN))
    for sign, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(sign)
        while at >= 0:
            content[at + flags] |= 1
            at = content.find(sign, at + 4)
    assert refused(bytes(content)) == (Code.FILE_UNREADABLE, None)


@pytest.mark.parametrize("sheet", ["Purposes", "Legal bases", "Categories", "Cookies"])
def test_the_same_row_once_more_says_nothing_more(sheet: str) -> None:
    def twice(book: Workbook) -> None:
        book[sheet].append([cell.value for cell in book[sheet][2]])

    assert read(edited(twice), BEGUN).steps == ()


def test_a_sheet_in_each_language_is_one_too_many() -> None:
    content = edited(lambda book: book.create_sheet("Behandlingar"))
    assert refused(content) == (Code.MALFORMED_VALUE, "Behandlingar")


def test_headings_of_a_third_language_are_told_what_is_missing() -> None:
    content = edited(set_to("Purposes", "A1", "Verarbeitung"))
    assert refused(content) == (Code.MISSING_FIELD, "Purposes!A1")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "The file is empty."),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 1000, "under a password, or an older one"),
        (b"activity;title", "neither a workbook of the register, nor JSON or CSV"),
    ],
)
def test_what_the_file_is_instead_is_told(content: bytes, told: str) -> None:
    with pytest.raises(Problem) as problem:
        read(content, BEGUN)
    assert told in problem.value.detail
