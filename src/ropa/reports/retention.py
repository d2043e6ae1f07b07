"""How long something is kept: the rules of retention (Art. 5(1)(e), 15(1)(d), 17(1), 30(1)(f)).

A rule of the register is a start event and a period. Two provisions go before any rule, since
they leave no ground to keep the data on: a withdrawal where consent was the only basis (Art.
17(1)(b)), and an objection to direct marketing (Art. 17(1)(c), 21(3)). Whichever comes first
counts; neither touches what rests on a duty (Art. 17(3)(b)).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, assert_never

from ropa.domain.activity.events import ActivityDeclared, CookieKind, Retention, RetentionStart
from ropa.kernel.deadline import Calendar, add_months
from ropa.kernel.erasing import Bucket, ErasureGround
from ropa.kernel.law import LegalBasis
from ropa.reports.standing import Standing
from ropa.views.register import Entry
from ropa.views.requests import Request


class Waiting(StrEnum):
    """Why nobody knows yet until when something is kept."""

    RELATION_RUNS = "relation-runs"
    REQUEST_OPEN = "request-open"
    STILL_EMPLOYED = "still-employed"
    NO_START = "no-start"
    """Nothing of what is stored tells when the rule's start event was, or will be."""
    NO_LIMIT = "no-limit"
    """The register declares no time limit, or cookies whose lifetime it does not state."""


class Term(NamedTuple):
    """Until when something is kept.

    Attributes:
        through: The last day; it is due on the day after. None where that is not known.
        started: The day from which it is counted.
        ground: On which ground it is erased then.
        waiting: Why the last day is not known; None where it is.
        evidence: The events behind it, apart from what was stored.
    """

    through: date | None
    started: date | None = None
    ground: ErasureGround = ErasureGround.RETENTION_ENDED
    waiting: Waiting | None = None
    evidence: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What is stored as one unit, and what a rule may count from.

    Attributes:
        collected: When the latest of it came in.
        bucket: Its bucket.
        standing: How the person stands to the activity, whichever record it is stored under.
        request: The request that it belongs to.
        staff: The entry of the member of staff whom it is about.
    """

    collected: datetime
    bucket: Bucket = ""
    standing: Standing | None = None
    request: Request | None = None
    staff: Entry | None = None


class _Start(NamedTuple):
    day: date | None
    behind: tuple[int, ...] = ()
    waiting: Waiting = Waiting.NO_START


def kept_through(rule: Retention, started: date) -> date:
    """Give the last day on which something is kept.

    A period of months ends on the day of the last month that has the same number as the day from
    which it is counted, or on the last day of that month where it has no such day (Regulation
    1182/71, art. 3(2)(c)). Financial years that ended on 2026-01-31, 2026-06-30 and 2026-12-31
    are all kept through 2033-12-31.

    Args:
        rule: The rule.
        started: The local day of the rule's start event.
    """
    if rule.from_end_of_calendar_year:
        started = date(started.year, 12, 31)
    return add_months(started, 12 * rule.years + rule.months)


def rests_on_duty(declared: ActivityDeclared) -> bool:
    """Tell whether an activity rests on a duty: then no wish of the person shortens its time."""
    return any(basis.duty is not None for basis in declared.bases)


def term_of(entry: Entry | None, stored: Stored, calendar: Calendar) -> Term:
    """Give until when a unit is kept: by the activity's rule, or by what goes before any rule.

    Args:
        entry: The activity's entry; None where the register declares no such activity.
        stored: The unit.
        calendar: How days are counted.
    """
    declared = entry.activity if entry else None
    if entry is None or declared is None:
        return Term(None, waiting=Waiting.NO_LIMIT)
    by_rule = _by_rule(entry, declared, stored, calendar)
    if stored.standing is None or rests_on_duty(declared):
        return by_rule
    evidence = _sorted(by_rule.evidence, stored.standing.evidence, entry.behind("bases"))
    terms = [
        Term(calendar.day(at), calendar.day(at), ground, None, evidence)
        for at, ground in _denied(stored.standing, marketing=declared.direct_marketing)
    ]
    return min((*terms, by_rule._replace(evidence=evidence)), key=_day)


def _day(term: Term) -> date:
    return term.through or date.max


def _denied(standing: Standing, *, marketing: bool) -> Iterator[tuple[datetime, ErasureGround]]:
    """Give when the person took the only ground away; nothing where there is another one."""
    used = standing.used()
    if any(standing.live(basis) for basis in used):
        return
    withdrawn = standing.withdrawn()
    if withdrawn is not None and (marketing or used == (LegalBasis.CONSENT,)):
        yield withdrawn, ErasureGround.CONSENT_WITHDRAWN
    objected, consented = standing.objected(), standing.since(LegalBasis.CONSENT)
    if objected is not None and marketing and (consented is None or objected >= consented):
        yield objected, ErasureGround.OBJECTED


def _by_rule(entry: Entry, declared: ActivityDeclared, stored: Stored, calendar: Calendar) -> Term:
    rule = declared.retention
    behind = _sorted(entry.behind("retention"), entry.behind("retention_gap"))
    if rule is None:
        return Term(None, waiting=Waiting.NO_LIMIT, evidence=behind)
    start = _start(rule.start, entry, declared, stored, calendar)
    evidence = _sorted(behind, start.behind)
    if start.day is None:
        return Term(None, waiting=start.waiting, evidence=evidence)
    return Term(kept_through(rule, start.day), start.day, evidence=evidence)


def _start(
    start: RetentionStart,
    entry: Entry,
    declared: ActivityDeclared,
    stored: Stored,
    calendar: Calendar,
) -> _Start:
    match start:
        case RetentionStart.RELATION_ENDED | RetentionStart.OBJECTION_OR_WITHDRAWAL:
            return _relation_ended(entry, stored.standing, calendar)
        case RetentionStart.FINANCIAL_YEAR_ENDED:
            return _Start(_financial_year_end(stored.bucket))
        case RetentionStart.COLLECTED:
            return _Start(calendar.day(stored.collected))
        case RetentionStart.COOKIE_LIFETIME:
            days = longest_lifetime(declared)
            behind = entry.behind("cookies")
            if days is None:
                return _Start(None, behind, Waiting.NO_LIMIT)
            return _Start(calendar.day(stored.collected) + timedelta(days=days), behind)
        case RetentionStart.REQUEST_CLOSED:
            return _request_closed(stored.request, calendar)
        case RetentionStart.EMPLOYMENT_ENDED:
            return _employment_ended(stored.staff, calendar)
        case _:
            assert_never(start)


def _relation_ended(entry: Entry, standing: Standing | None, calendar: Calendar) -> _Start:
    """Give the end of every basis; the activity's own end is one too, for everybody."""
    ended = standing.ended_at() if standing else None
    behind = standing.evidence if standing else ()
    ends = [ended] if ended is not None else []
    if entry.retired is not None:
        ends.append(entry.change(entry.retired).occurred_at)
        behind = _sorted(behind, (entry.retired,))
    if ends:
        return _Start(calendar.day(min(ends)), behind)
    begun = standing is not None and bool(standing.used())
    return _Start(None, behind, Waiting.RELATION_RUNS if begun else Waiting.NO_START)


def _financial_year_end(bucket: Bucket) -> date | None:
    try:
        return date.fromisoformat(bucket)
    except ValueError:
        return None


def longest_lifetime(declared: ActivityDeclared) -> int | None:
    """Give for how many days the longest-lived of an activity's cookies lives.

    A session cookie ends with the session, taken to be on the day of collection. None where a
    persistent cookie states no lifetime, or where the register lists no cookie.
    """
    if not declared.cookies:
        return None
    longest = 0
    for cookie in declared.cookies:
        if cookie.kind is CookieKind.PERSISTENT:
            if cookie.lifetime_days is None:
                return None
            longest = max(longest, cookie.lifetime_days)
    return longest


def _request_closed(request: Request | None, calendar: Calendar) -> _Start:
    if request is None:
        return _Start(None)
    if request.closed is None:
        return _Start(None, waiting=Waiting.REQUEST_OPEN)
    return _Start(calendar.day(request.closed.at), (request.closed.position,))


def _employment_ended(entry: Entry | None, calendar: Calendar) -> _Start:
    if entry is None:
        return _Start(None)
    # Who was registered again after having left is employed again.
    if entry.retired is None or entry.retired < entry.declared:
        return _Start(None, waiting=Waiting.STILL_EMPLOYED)
    return _Start(calendar.day(entry.change(entry.retired).occurred_at), (entry.retired,))


def _sorted(*evidence: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted({position for one in evidence for position in one}))
