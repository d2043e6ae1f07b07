"""Claims: what a text says of periods, addresses and names, whatever its sentences are."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from ropa.app.notices.page import plain
from ropa.render.words import Words
from ropa.reports.countries import in_eea

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_COOKIE = re.compile(r"(?<![\w@./-])_[a-z][a-z0-9_]+")
_COMPANY = re.compile(
    r"(?:[^\W\d_a-zåäö][\w&.'-]* ){1,5}(?:AB|HB|KB|Ltd|Inc|LLC|GmbH|ApS|Oy|BV|plc)(?!\w)"
)
_WORD = re.compile(r"\w+")
_SHORTEST = 4
_LONGEST = 7
_ENDING = 3
_DAYS_IN_MONTH = 365 / 12
_SAME = 0.02
_HALF = 0.5


@dataclass(frozen=True)
class Period:
    """A length of time: whole months, or days; `said` is how a text says it."""

    months: int = 0
    days: int = 0
    said: str = ""

    def equals(self, other: "Period") -> bool:
        """Tell whether two are the same; days against months, as near as calendars let them."""
        if bool(self.days) == bool(other.days):
            return (self.months, self.days) == (other.months, other.days)
        one, two = (each.months * _DAYS_IN_MONTH + each.days for each in (self, other))
        return abs(one - two) <= max(one, two) * _SAME


class Claims:
    """Finds claims in texts of one language; all texts are given as `plain` gives them."""

    def __init__(self, words: Words) -> None:
        """Take the terms of a language."""
        self._words = words

    def terms(self, key: str) -> tuple[str, ...]:
        """Give the terms of the catalogue under a key."""
        return tuple(plain(one) for one in self._words(f"terms/{key}").split(","))

    def mentions(self, text: str, key: str) -> bool:
        """Tell whether a text holds one of the terms, each as the beginning of a word."""
        return any(re.search(rf"(?<!\w){re.escape(one)}", text) for one in self.terms(key))

    def stems(self, sentence: str) -> frozenset[str]:
        """Give the stems of the words that carry a sentence's meaning."""
        stop = self._stop
        return frozenset(
            _stem(word)
            for word in _WORD.findall(plain(sentence))
            if len(word) >= _SHORTEST and word not in stop and not word.startswith(self._everywhere)
        )

    def says(self, text: str, sentence: str) -> bool:
        """Tell whether a text holds a sentence, or half of the words that carry it."""
        if plain(sentence) in text:
            return True
        stems = self.stems(sentence)
        return bool(stems) and sum(_holds(text, stem) for stem in stems) >= _HALF * len(stems)

    def periods(self, text: str) -> tuple[Period, ...]:
        """Give the periods that a text names, such as `12 months` or `sju år`."""
        return tuple(self._period(found) for found in self._periods.finditer(text))

    def emails(self, text: str) -> frozenset[str]:
        """Give the addresses of e-mail in a text."""
        return frozenset(one.rstrip(".") for one in _EMAIL.findall(text))

    def cookies(self, text: str) -> frozenset[str]:
        """Give what looks like a cookie's name in a text: `_ga`, `_fbp` and their like."""
        return frozenset(_COOKIE.findall(text))

    def companies(self, lines: Iterable[str]) -> dict[str, str]:
        """Give what looks like a company's name in lines as they stand, by how it is compared."""
        found = (name for line in lines for name in _COMPANY.findall(" ".join(line.split())))
        return {plain(name): name for name in found}

    def abroad(self, text: str) -> frozenset[str]:
        """Give the countries outside the European Economic Area that a text names."""
        names, pattern = self._abroad
        return frozenset(names[one] for one in pattern.findall(text))

    @cached_property
    def _abroad(self) -> tuple[dict[str, str], re.Pattern[str]]:
        countries = self._words.countries().items()
        names = {plain(name): name for code, name in countries if not in_eea(code)}
        return names, re.compile(rf"(?<!\w)(?:{_any_of(names)})(?!\w)")

    @cached_property
    def _everywhere(self) -> tuple[str, ...]:
        """What words begin with that stand on each page of this kind, and so tell nothing."""
        return self.terms("everywhere")

    @cached_property
    def _stop(self) -> frozenset[str]:
        return frozenset(self.terms("stop"))

    @cached_property
    def _numbers(self) -> dict[str, int]:
        pairs = (one.split("=") for one in self.terms("numbers"))
        return {word: int(number) for word, number in pairs}

    @cached_property
    def _periods(self) -> re.Pattern[str]:
        number = rf"(?:\d{{1,3}}(?:[ ,]\d{{3}})+|\d{{1,5}}|{_any_of(tuple(self._numbers))})"
        years, months = _any_of(self.terms("years")), _any_of(self.terms("months"))
        days, weeks = _any_of(self.terms("days")), _any_of(self.terms("weeks"))
        return re.compile(
            rf"(?<![\w.,§])(?:(?P<y>{number})[ -](?:{years})(?!\w)"
            rf"(?: (?:och|and) (?P<ym>{number})[ -](?:{months})(?!\w))?"
            rf"|(?P<m>{number})[ -](?:{months})(?!\w)"
            rf"|(?P<w>{number})[ -](?:{weeks})(?!\w)"
            rf"|(?P<d>{number})[ -](?:{days})(?!\w))"
        )

    def _period(self, found: re.Match[str]) -> Period:
        parts = {name: self._number(said) for name, said in found.groupdict().items() if said}
        return Period(
            months=12 * parts.get("y", 0) + parts.get("ym", 0) + parts.get("m", 0),
            days=7 * parts.get("w", 0) + parts.get("d", 0),
            said=found[0],
        )

    def _number(self, said: str) -> int:
        return self._numbers.get(said) or int(re.sub(r"\D", "", said))


def _any_of(found: Iterable[str]) -> str:
    return "|".join(re.escape(one) for one in sorted(found, key=len, reverse=True))


def _stem(word: str) -> str:
    return word[: min(_LONGEST, max(_SHORTEST, len(word) - _ENDING))]


def _holds(text: str, stem: str) -> bool:
    # A long stem may stand inside a compound; a short one would be found in too many words.
    if len(stem) > _SHORTEST:
        return stem in text
    return re.search(rf"(?<!\w){re.escape(stem)}", text) is not None
