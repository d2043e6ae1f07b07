"""Pictures by month: no month is left out between two, and there is room for so many."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from ropa.kernel.ids import Language
from ropa.render.document import Mark
from ropa.render.outlines.months import by_month
from ropa.render.words import Words

WORDS = Words(Language.EN)
SERIES = [("Given", Mark.PLAIN), ("Withdrawn", Mark.GAP)]


def test_a_month_without_anything_has_its_place() -> None:
    figures = {date(2026, 1, 1): (2, 0), date(2025, 11, 1): (1, 3)}
    picture = by_month(WORDS, "ledger", SERIES, figures, stacked=True)
    assert picture is not None
    assert picture.columns == (("Nov 2025", (1, 3)), ("Dec 2025", (0, 0)), ("Jan 2026", (2, 0)))
    assert "from November 2025 to January 2026" in picture.description


def test_one_month_is_no_picture() -> None:
    assert by_month(WORDS, "ledger", SERIES, {date(2026, 1, 1): (2, 0)}, stacked=True) is None


@given(st.lists(st.dates().map(lambda day: day.replace(day=1)), min_size=2, unique=True))
def test_only_the_latest_three_years_are_drawn(months: list[date]) -> None:
    picture = by_month(WORDS, "ledger", SERIES, dict.fromkeys(months, (1, 0)), stacked=True)
    assert picture is not None
    assert 1 <= len(picture.columns) <= 37
    assert picture.columns[-1] == (WORDS.short_month(max(months)), (1, 0))
