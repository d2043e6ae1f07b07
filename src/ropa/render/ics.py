"""The calendar of the open requests, in iCalendar (RFC 5545)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from ropa.kernel.ids import Language
from ropa.render.words import Words
from ropa.views.requests import Queued


def write_calendar(
    found: Iterable[Queued], *, register: str, now: datetime, language: Language
) -> bytes:
    """Give one all-day event for each request, at its safe date; nothing of the person.

    An event keeps its UID for the life of the request, so that importing it again moves it.

    Args:
        found: The open requests.
        register: The id of the register, which makes the UIDs the world's only ones.
        now: The moment at which the calendar is made.
        language: The language of what people read in it.
    """
    # Loading it takes a tenth of a second, which no other command needs.
    from icalendar import TRANSP, Calendar, Event  # noqa: PLC0415

    words = Words(language)
    events = [
        Event.new(
            uid=f"{one.request}@{register}",
            stamp=now.replace(microsecond=0),
            sequence=int(one.row.extended is not None),
            start=one.limit.safe,
            end=one.limit.safe + timedelta(days=1),
            summary=words(
                "calendar/summary", kinds="; ".join(words.label(kind) for kind in one.row.kinds)
            ),
            description=_description(words, one),
            transparency=TRANSP.TRANSPARENT,
        )
        for one in found
    ]
    made = Calendar.new(
        uid=register,
        name=words("calendar/name"),
        prodid="-//ropa//requests//EN",
        method="PUBLISH",
        subcomponents=events,
    )
    written: bytes = made.to_ical()
    return written


def _description(words: Words, one: Queued) -> str:
    lines = [
        words("calendar/request", request=one.request),
        words("calendar/received", day=words.date(one.received)),
        words("calendar/safe", day=words.date(one.limit.safe)),
        words("calendar/due", day=words.date(one.limit.due)),
    ]
    if one.row.extended is not None:
        lines.append(words("calendar/extended"))
    if one.row.waiting_for_identity:
        lines.append(words("calendar/waiting"))
    return "\n".join(lines)
