"""Pictures of what happened month by month."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from ropa.kernel.deadline import add_months
from ropa.render.document import Columns, Mark
from ropa.render.words import Words

_MOST = timedelta(days=3 * 365)
"""For how long a time a picture has room; what was earlier stands in its table alone."""


def by_month(
    words: Words,
    key: str,
    series: Sequence[tuple[str, Mark]],
    figures: Mapping[date, tuple[int, ...]],
    *,
    stacked: bool,
) -> Columns | None:
    """Give the picture of figures by month, also of those in between in which there was nothing.

    Args:
        words: The words.
        key: Where the catalogue has `picture` and `picture-lead`.
        series: What the figures of a month are, and how they are marked.
        figures: One for each of the series, by the first day of the month.
        stacked: Whether the series are parts of a whole.

    Returns:
        The picture; None where there is but one month, which the table shows as well.
    """
    if len(figures) < 2:  # noqa: PLR2004 - one is none
        return None
    last = max(figures)
    month = first = max(min(figures), (last - min(_MOST, last - date.min)).replace(day=1))
    months = []
    while month <= last:
        months.append(month)
        month = add_months(month, 1)
    nothing = (0,) * len(series)
    ends = {"first": words.month(first), "last": words.month(last)}
    return Columns(
        title=words(f"{key}/picture"),
        description=words(f"{key}/picture-lead", **ends),
        series=tuple(series),
        columns=tuple((words.short_month(one), figures.get(one, nothing)) for one in months),
        stacked=stacked,
    )
