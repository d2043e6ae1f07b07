"""How an access report reads: a row for each voucher, and what all rows share said once."""

from datetime import date
from typing import Any

import msgspec

from ropa.kernel.categories import Category
from ropa.kernel.erasing import ErasureGround
from ropa.kernel.ids import Language
from ropa.kernel.opening import Erased, NotPermitted
from ropa.render import outline
from ropa.render.document import Facts, Section, Table, all_sections
from ropa.reports.access import model as acc
from ropa.reports.cell import Cell
from tests.render.papers import (
    BOOKKEEPING,
    BOOKS,
    LAST_YEAR,
    MARKETING,
    RULE_BOOKS,
    RULE_MARKETING,
    access,
    at,
    c,
    gap,
    item,
    share,
)

NAME, NUMBER, AMOUNT = (
    Category.CONTACT_NAME,
    Category.FINANCIAL_VOUCHER,
    Category.FINANCIAL_AMOUNT,
)


def section(name: str, *shares: acc.Share, **fields: Any) -> Section:
    paper = access(Language.EN)
    paper = msgspec.structs.replace(
        paper, accounts=(), **({"shares": shares} if shares else {}), **fields
    )
    found = all_sections(outline(paper, Language.EN).sections)
    return next(one for one in found if one.id == name)


def books(*items: acc.Item) -> acc.Share:
    return share("bookkeeping", BOOKKEEPING, RULE_BOOKS, items=items)


def table(found: Section) -> Table:
    (only,) = (block for block in found.blocks if isinstance(block, Table))
    return only


def texts(found: Table) -> list[list[str]]:
    return [["; ".join(cell.lines) for cell in row] for row in found.rows]


def facts(found: Section) -> dict[str, tuple[str, ...]]:
    return {
        label: cell.lines
        for block in found.blocks
        if isinstance(block, Facts)
        for label, cell in block.rows
    }


def test_a_voucher_is_a_row_with_all_that_stands_on_it() -> None:
    found = section(
        "share-bookkeeping",
        books(
            item(70, NUMBER, "A-1", **BOOKS),
            item(70, AMOUNT, {"total": "100.00", "vat": "20.00", "currency": "SEK"}, **BOOKS),
            item(70, NAME, "Anna Exempel", **BOOKS),
            item(70, Category.IDENTITY_NUMBER, "811228-9874", **BOOKS),
            item(80, NUMBER, "A-2", **BOOKS | {"occurred_at": at("2026-01-01")}),
        ),
    )
    rows = table(found)
    assert rows.head == ("Voucher number", "Amount", "Who it names")
    assert texts(rows) == [
        ["A-2; 1 January 2026", "None", "None"],
        [
            "A-1; 2 March 2025",
            "SEK\N{NO-BREAK SPACE}100.00; of which VAT SEK\N{NO-BREAK SPACE}20.00",
            "Anna Exempel; Personal identity number: 811228-9874",
        ],
    ]
    assert rows.rows[1][0].evidence == (70,)
    assert rows.caption.endswith("Source of all of it: Accounting record filed (invoicing).")


def test_a_voucher_that_is_closed_says_why_and_of_what_once() -> None:
    found = section(
        "share-bookkeeping",
        books(
            item(70, NUMBER, "A-1", **BOOKS),
            item(70, NAME, NotPermitted(), **BOOKS),
            item(70, Category.CONTACT_EMAIL, NotPermitted(), **BOOKS),
        ),
    )
    ((_, _, names, *_),) = texts(table(found))
    assert names.startswith("Name and E-mail address: Not opened")
    assert names.count("Not opened") == 1


def test_a_voucher_that_was_erased_tells_from_when_to_when_it_was_held() -> None:
    gone = Erased(position=90, ground=ErasureGround.REQUESTED, on=date(2026, 3, 2))
    found = section(
        "share-bookkeeping",
        books(item(70, NUMBER, gone, **BOOKS), item(74, NUMBER, "A-2", **BOOKS)),
    )
    there, erased = table(found).rows
    assert there[0].lines == ("A-2", "2 March 2025")
    assert erased[0].lines[0].startswith("Erased on 2 March 2026")
    assert erased[0].lines[1] == "2 March 2025 to 2 March 2026"
    assert erased[0].evidence == (70, 90)
    assert facts(found)["Kept"] == ("Through 31 December 2033, counted from 31 December 2026",)


def test_how_long_all_is_kept_is_said_once() -> None:
    found = section(
        "share-bookkeeping",
        books(item(70, NUMBER, "A-1", **BOOKS), item(74, NUMBER, "A-2", **BOOKS)),
    )
    assert "Kept" not in table(found).head
    assert facts(found)["Kept"] == ("Through 31 December 2033, counted from 31 December 2026",)


def test_where_values_are_kept_for_different_times_each_row_says_its_own() -> None:
    found = section(
        "share-bookkeeping",
        books(item(70, NUMBER, "A-1", **BOOKS), item(74, NUMBER, "A-2", **LAST_YEAR)),
    )
    assert [row[-1] for row in texts(table(found))] == [
        "Through 31 December 2032",
        "Through 31 December 2033",
    ]
    assert facts(found)["Kept"] == (
        "Through 31 December 2033, counted from 31 December 2026",
        "Through 31 December 2032, counted from 31 December 2025",
    )


def test_a_gap_that_the_activity_tells_of_is_not_told_for_each_value() -> None:
    missing: Cell[acc.Kept] = gap("30(1)(f)")
    found = section(
        "share-marketing",
        msgspec.structs.replace(
            share("marketing", MARKETING, RULE_MARKETING),
            rule=gap("30(1)(f)"),
            items=(item(60, NAME, "Anna", kept=missing), item(61, NAME, "Eva", kept=missing)),
        ),
    )
    assert "Kept" not in table(found).head
    assert "Kept" not in facts(found)
    assert facts(found)["How long we keep it"][0].startswith("Not declared")


def given_anew(value: str) -> tuple[acc.Item, acc.Item]:
    ended = acc.Ending(kind=acc.EndingKind.REPLACED, at=at("2025-09-01"))
    return (
        item(60, NAME, "Anna", occurred_at=at("2025-09-01")),
        item(52, NAME, value, ended=c(ended, 52, 60)),
    )


def test_a_value_that_was_given_anew_as_it_stood_went_on_holding() -> None:
    found = section(
        "share-marketing",
        share("marketing", MARKETING, RULE_MARKETING, items=given_anew("Anna")),
    )
    ((_, value, _, since, *_),) = table(found).rows
    assert (value.lines, value.evidence) == (("Anna",), (52, 60))
    assert since.lines == ("2 March 2025",)


def test_another_value_is_an_earlier_one() -> None:
    found = section(
        "share-marketing",
        share("marketing", MARKETING, RULE_MARKETING, items=given_anew("Eva")),
    )
    captions = [block.caption for block in found.blocks if isinstance(block, Table)]
    assert captions == ["What we hold now", "What we held before"]


def test_what_went_to_a_recipient_more_than_once_is_one_row_with_all_its_days() -> None:
    first, other = access(Language.EN).disclosures
    again = msgspec.structs.replace(first, position=99, occurred_at=at("2026-02-03"))
    rows = table(section("disclosures", disclosures=(first, other, again)))
    assert [row[-1].lines for row in rows.rows] == [
        ("12 January 2026", "3 February 2026"),
        ("12 January 2026",),
    ]
    assert rows.rows[0][-1].evidence == (72, 99)
    assert rows.caption.endswith("All of it for: Contracts for goods and services.")


def test_a_right_that_holds_for_all_is_said_to_do_so() -> None:
    paper = access(Language.EN)
    everything = tuple(found.activity for found in paper.shares)
    right, *others = paper.rights
    given = msgspec.structs.replace(right, activities=c(everything, 4))
    rows = texts(table(section("rights", rights=(given, *others))))
    assert rows[0][1] == "All purposes in this report"
    assert rows[1][1] == "Contracts for goods and services, Newsletters by e-mail"


def test_an_account_stands_once() -> None:
    found = all_sections(outline(access(Language.EN), Language.EN).sections)
    tables = [block for one in found for block in one.blocks if isinstance(block, Table)]
    assert sum("K-20417" in cell.lines for one in tables for row in one.rows for cell in row) == 1
