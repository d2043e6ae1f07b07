"""How values of the register are put into words, whatever paper they stand in."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, assert_never

import msgspec

from ropa.domain.activity.events import Client, Cookie, CookieKind, Retention
from ropa.domain.controller.events import ContactPoint
from ropa.domain.notice.events import NoticePublished
from ropa.domain.person.events import Carried, NoticeVersion
from ropa.domain.person.forgetting import Suppressed
from ropa.domain.recipient.events import Safeguard, Transfer
from ropa.kernel.erasing import Bucket, Unit, Withheld
from ropa.kernel.law import Basis, LocalText
from ropa.kernel.opening import Damaged, Erased, NotPermitted, Restricted
from ropa.render.words import Words

Lines = tuple[str, ...]

_POSITIONS = frozenset({"about", "as_of", "decision"})
"""The fields that hold the position of an event."""


def retention(words: Words, rule: Retention) -> Lines:
    """Give a retention rule: the period, its source, and whether it is only suggested."""
    lines = [_period(words, rule)]
    if rule.source is not None:
        lines.append(words("words/source", source=words.local(rule.source)))
    if not rule.confirmed:
        lines.append(words("words/unconfirmed"))
    return tuple(lines)


def _period(words: Words, rule: Retention) -> str:
    if not rule.years and not rule.months:
        ends = "end-of-year" if rule.from_end_of_calendar_year else "until"
        return words(f"retention/{ends}/{rule.start}")
    months = words.count("month", rule.months)
    if not rule.years:
        period = months
    else:
        period = words.count("year", rule.years)
        if rule.months:
            period = words("retention/and-months", years=period, months=months)
    begins = "year-of" if rule.from_end_of_calendar_year else "from"
    return words(f"retention/{begins}/{rule.start}", period=period)


def contact_point(point: ContactPoint) -> str:
    """Give how a function is reached, in one line."""
    parts = (point.name, point.address, point.email, point.phone)
    return ", ".join(part for part in parts if part)


def client(words: Words, found: Client) -> Lines:
    """Give on whose behalf something is processed."""
    more = (
        ("contact", found.contact),
        ("representative", found.representative),
        ("data_protection_officer", found.data_protection_officer),
    )
    pairs = (words("words/pair", one=words.field(key), other=said) for key, said in more if said)
    return (found.name, *pairs)


def basis(words: Words, found: Basis) -> Lines:
    """Give a legal basis with its source and duty."""
    lines = [words.label(found.basis)]
    if found.duty is not None:
        lines[0] = words("words/on-day", what=lines[0], day=words.label(found.duty))
    if found.source is not None:
        lines.append(words("words/source", source=words.local(found.source)))
    return tuple(lines)


def lifetime(words: Words, cookie: Cookie) -> str | None:
    """Give how long a cookie lives, or None where a persistent one does not say."""
    if cookie.kind is CookieKind.SESSION:
        return words("article30/session-ends")
    return None if cookie.lifetime_days is None else words.count("day", cookie.lifetime_days)


def provider(words: Words, cookie: Cookie) -> str:
    """Give who sets a cookie."""
    if cookie.provider is None:
        return words("article30/own-cookie")
    return words("article30/third-party", provider=cookie.provider)


def safeguard(words: Words, found: Safeguard | None) -> str:
    """Give what a transfer rests on, or that nobody has said."""
    return words("article30/no-safeguard") if found is None else words.label(found)


def transfer(words: Words, found: Transfer) -> Lines:
    """Give a transfer to a third country and what it rests on."""
    rests = safeguard(words, found.safeguard)
    lines = [words("words/pair", one=words.country(found.country), other=rests)]
    if found.documentation is not None:
        lines.append(words.local(found.documentation))
    return tuple(lines)


def personal(words: Words, value: Any) -> Lines:
    """Give a personal value: a text, an address, an amount, or whatever parts it has."""
    match msgspec.to_builtins(value):
        case {"total": str(total), "currency": str(currency), **rest}:
            lines = [words.money(total, currency)]
            if vat := rest.get("vat"):
                lines.append(words("shown/vat", amount=words.money(str(vat), currency)))
            return tuple(lines)
        case dict() as address if address.keys() & {"street", "postal_code", "city"}:
            town = " ".join(filter(None, (address.get("postal_code"), address.get("city"))))
            country = words.country(address["country"]) if address.get("country") else None
            return tuple(part for part in (address.get("street"), town, country) if part)
        case dict() as parts:
            return tuple(line for part in parts.values() for line in personal(words, part))
        case list() as items:
            return tuple(line for item in items for line in personal(words, item))
        case None:
            return ()
        case other:
            return (str(other),)


def withheld(words: Words, found: Erased | NotPermitted | Restricted | Damaged) -> str:
    """Give the reason why a value is not shown."""
    match found:
        case Erased(ground=ground, on=on):
            return words("shown/erased", day=words.date(on), ground=words.label(ground))
        case NotPermitted():
            return words("shown/not-permitted")
        case Restricted():
            return words("shown/restricted")
        case Damaged():
            return words("shown/damaged")
        case _:
            assert_never(found)


def anything(words: Words, field: str, value: Any) -> Lines:
    """Give the value of a clear field of an event or of an entry; nothing where it is empty."""
    match value:
        case None:
            return ()
        case bool():
            return (words.yes_no(answer=value),)
        case StrEnum():
            return (words.label(value),)
        case int():
            return (_number(words, field, value),)
        case datetime():
            return (words.moment(value),)
        case date():
            return (words.date(value),)
        case str():
            return (_text(words, field, value),)
        case tuple() | list() | frozenset():
            return tuple(line for item in value for line in anything(words, field, item))
        case Mapping():
            return tuple(line for item in value.values() for line in anything(words, field, item))
        case _:
            return _declared(words, value)


def _number(words: Words, field: str, number: int) -> str:
    return f"#{number}" if field in _POSITIONS else words.number(number)


def _text(words: Words, field: str, text: str) -> str:
    if field == "country":
        return words.country(text)
    return words(f"reports/{text}") if field == "report" else text


def _declared(words: Words, value: Any) -> Lines:
    match value:
        case LocalText():
            return (words.local(value),)
        case Retention():
            return retention(words, value)
        case Basis():
            return basis(words, value)
        case ContactPoint():
            return (contact_point(value),)
        case Client():
            return client(words, value)
        case Cookie():
            return _cookie(words, value)
        case Transfer():
            return transfer(words, value)
        case NoticeVersion():
            return (words("words/of-version", notice=value.notice, version=value.version),)
        case NoticePublished():
            return published(words, value)
        case Carried():
            category = words.label(value.category)
            return (words("history/carried", category=category, position=str(value.position)),)
        case Unit():
            return (unit(words, value.activity, value.bucket),)
        case Withheld():
            what = unit(words, value.activity, value.bucket)
            return (words("words/pair", one=what, other=kept(words, value)),)
        case Suppressed():
            day = words.date(value.objected_on)
            return (words("words/on-day", what=value.activity, day=day),)
        case _:
            message = f"no words for a {type(value).__name__}"
            raise TypeError(message)


def unit(words: Words, name: str, bucket: Bucket) -> str:
    """Give a retention unit: what its activity is called, and which part of it is meant."""
    if not bucket:
        return name
    try:
        part = words.date(date.fromisoformat(bucket))
    except ValueError:
        part = bucket
    return words("words/bracket", one=name, other=part)


def kept(words: Words, withheld: Withheld) -> str:
    """Give on which ground something is kept although it was to be erased, and until when."""
    ground = words.label(withheld.ground)
    if withheld.through is None:
        return ground
    day = words.date(withheld.through)
    return words("words/on-day", what=ground, day=words("words/through", day=day))


def published(words: Words, notice: NoticePublished) -> Lines:
    """Give a version of a notice: its kind, language, day and digest, and its text if short."""
    version = words("words/of-version", notice=notice.notice, version=notice.version)
    what = words("words/pair", one=words.label(notice.kind), other=version)
    since = words("words/pair", one=words.field("effective"), other=words.date(notice.effective))
    digest = words("words/pair", one=words.field("sha256"), other=notice.sha256)
    text = (notice.text,) if notice.text else ()
    return (f"{what} ({words(f'languages/{notice.language}')})", since, digest, *text)


def _cookie(words: Words, cookie: Cookie) -> Lines:
    consent = words.yes_no(answer=cookie.consent_needed)
    more = (
        provider(words, cookie),
        words.label(cookie.kind),
        lifetime(words, cookie),
        words("words/pair", one=words.field("consent_needed"), other=consent),
        words.local(cookie.purpose),
    )
    return (words("words/pair", one=cookie.name, other="; ".join(part for part in more if part)),)
