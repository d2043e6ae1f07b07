"""The words of one language: labels, sentences, dates, countries and amounts."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal

from ropa.kernel.ids import Language
from ropa.kernel.law import LocalText

_LOCALES = MappingProxyType({Language.SV: "sv_SE", Language.EN: "en_GB"})
_AMOUNTS = MappingProxyType(
    {Language.SV: None, Language.EN: "\N{CURRENCY SIGN}\N{CURRENCY SIGN}\N{NO-BREAK SPACE}#,##0.00"}
)
"""The patterns of amounts; in English with the code, since kronor have no sign that all know."""
_PARAGRAPH = re.compile(r"\((\d+)\)")
_LETTER = re.compile(r"\(([a-z])\)")
_GROUPS = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
"""What has a name among the countries and is none."""
_ZONE = ZoneInfo("Europe/Stockholm")


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """Give every word of a language by its dotted key, such as `labels/Role/support`."""
    path = files("ropa.render") / "locale" / f"{language}.toml"
    tree = tomllib.loads(path.read_text(encoding="utf-8"))
    return MappingProxyType(dict(_flat(tree, "")))


def _flat(tree: Mapping[str, Any], prefix: str) -> Iterable[tuple[str, str]]:
    for key, found in tree.items():
        if isinstance(found, str):
            yield prefix + key, found
        else:
            yield from _flat(found, f"{prefix}{key}/")


@lru_cache(maxsize=4_096)
def _day(day: date, locale: Locale) -> str:
    return format_date(day, format="d MMMM y", locale=locale)


class Words:
    """The words of one language; a word that is missing is an error, never an empty text."""

    def __init__(self, language: Language) -> None:
        """Open the catalogue of a language."""
        self.language = Language(language)
        self._locale = Locale.parse(_LOCALES[self.language])
        self._words = catalogue(self.language)

    def __call__(self, key: str, /, **parts: str) -> str:
        """Give a text by its key, with its parts filled in; KeyError where there is none."""
        found = self._words[key]
        return found.format_map(parts) if parts else found

    def label(self, member: StrEnum) -> str:
        """Give what a member of an enumeration is called."""
        return self._words[f"labels/{type(member).__name__}/{member.value}"]

    def event(self, name: str) -> str:
        """Give what a type of event is called, by its published name."""
        return self._words[f"events/{name}"]

    def field(self, name: str) -> str:
        """Give what a clear field of an event or of an entry is called."""
        return self._words[f"fields/{name}"]

    def article(self, article: str) -> str:
        """Give a provision of the regulation, from its English form such as `30(1)(f)`."""
        if self.language is Language.SV:
            article = _LETTER.sub(r" \1", _PARAGRAPH.sub(r".\1", article))
        return self("words/article", article=article)

    def count(self, key: str, number: int) -> str:
        """Give a number of things, such as `1 event` or `3 events`."""
        form = "one" if number == 1 else "other"
        return self._words[f"counts/{key}/{form}"].format(n=self.number(number))

    def yes_no(self, *, answer: bool) -> str:
        """Give yes or no."""
        return self._words["words/yes" if answer else "words/no"]

    def local(self, text: LocalText) -> str:
        """Give the register's own text in this language."""
        return text.sv if self.language is Language.SV else text.en

    def month(self, day: date) -> str:
        """Give the month of a day, such as `March 2026`."""
        return format_date(day, format="LLLL y", locale=self._locale)

    def short_month(self, day: date) -> str:
        """Give the month of a day where there is little room, such as `Mar 2026`."""
        return format_date(day, format="LLL y", locale=self._locale)

    def date(self, day: date) -> str:
        """Give a day, such as `2 March 2026`."""
        return _day(day, self._locale)

    def date_of(self, moment: datetime) -> str:
        """Give the day that it was in Sweden at a moment."""
        return self.date(moment.astimezone(_ZONE).date())

    def moment(self, moment: datetime) -> str:
        """Give a moment as the clocks in Sweden showed it, to the minute."""
        local = moment.astimezone(_ZONE)
        return f"{self.date(local.date())} {local:%H:%M}"

    def number(self, number: float | Decimal) -> str:
        """Give a number with the language's own separators."""
        return format_decimal(number, locale=self._locale)

    def money(self, amount: str, currency: str) -> str:
        """Give an amount from its decimal number written out and its ISO 4217 code."""
        pattern = _AMOUNTS[self.language]
        return format_currency(Decimal(amount), currency, pattern, locale=self._locale)

    def country(self, code: str) -> str:
        """Give a country's name by its ISO 3166-1 alpha-2 code, or the code of an unknown one."""
        return str(self._locale.territories.get(code, code))

    def countries(self) -> dict[str, str]:
        """Give the name of each country by its ISO 3166-1 alpha-2 code."""
        named = self._locale.territories.items()
        return {code: str(name) for code, name in named if code.isalpha() and code not in _GROUPS}

    def listed(self, items: Iterable[str]) -> str:
        """Give items as they are listed in a sentence: `a, b and c`."""
        return format_list(list(items), locale=self._locale)
