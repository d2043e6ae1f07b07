"""The catalogues: whole, equal in their keys, with a name for all that papers speak of."""

import importlib
import pkgutil
import re
import string
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path

import pytest

import ropa.domain
import ropa.kernel
import ropa.reports
import ropa.views
from ropa.catalogue import TYPES
from ropa.kernel.ids import Language, Role
from ropa.kernel.law import LocalText
from ropa.kernel.problem import Code
from ropa.render import Words
from ropa.render.words import catalogue


def enumerations() -> Iterator[type[StrEnum]]:
    for package in (ropa.kernel, ropa.domain, ropa.views, ropa.reports):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(found.name)
            yield from (
                member
                for member in vars(module).values()
                if isinstance(member, type)
                and issubclass(member, StrEnum)
                and member.__module__ == module.__name__
                and member is not Code
            )


ENUMERATIONS = tuple(enumerations())
BOTH = pytest.mark.parametrize("language", Language)


def parts(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_catalogues_have_the_same_keys_with_the_same_parts() -> None:
    swedish, english = catalogue(Language.SV), catalogue(Language.EN)
    assert swedish.keys() == english.keys()
    assert {key: parts(text) for key, text in swedish.items()} == {
        key: parts(text) for key, text in english.items()
    }


@BOTH
def test_no_word_is_empty_or_has_spaces_around_it(language: Language) -> None:
    assert [
        key for key, text in catalogue(language).items() if text.strip() != text or not text
    ] == []


@BOTH
def test_every_member_of_every_enumeration_has_a_label(language: Language) -> None:
    words = Words(language)
    assert len(ENUMERATIONS) > 20
    for enumeration in ENUMERATIONS:
        labels = [words.label(member) for member in enumeration]
        assert len(set(labels)) == len(labels), enumeration


@BOTH
def test_no_label_is_left_of_a_member_that_is_gone(language: Language) -> None:
    known = {
        f"labels/{found.__name__}/{member.value}" for found in ENUMERATIONS for member in found
    }
    assert {key for key in catalogue(language) if key.startswith("labels/")} == known


@BOTH
def test_every_event_type_has_a_name_of_its_own(language: Language) -> None:
    words = Words(language)
    names = [words.event(name) for name in TYPES]
    assert len(set(names)) == len(TYPES)
    assert {key for key in catalogue(language) if key.startswith("events/")} == {
        f"events/{name}" for name in TYPES
    }


@BOTH
def test_every_field_of_every_event_has_a_name(language: Language) -> None:
    words = Words(language)
    for kind in TYPES.values():
        for field in fields(kind.data):
            assert words.field(field.name)


@BOTH
def test_a_missing_word_is_an_error(language: Language) -> None:
    words = Words(language)
    with pytest.raises(KeyError):
        words("words/never-written")
    with pytest.raises(KeyError):
        words("counts/event/other", wrong="1")
    with pytest.raises(KeyError):
        words.event("person.danced.v1")


def test_values_are_written_as_the_language_writes_them() -> None:
    swedish, english = Words(Language.SV), Words(Language.EN)
    # 22:30 UTC on 31 August is the next day in Sweden, which has summer time.
    late = datetime(2026, 8, 31, 22, 30, tzinfo=UTC)
    assert swedish.moment(late) == "1 september 2026 00:30"
    assert english.moment(late) == "1 September 2026 00:30"
    assert swedish.date(date(2026, 3, 2)) == "2 mars 2026"
    assert english.date(date(2026, 3, 2)) == "2 March 2026"
    assert swedish.money("1249.00", "SEK") == "1\N{NO-BREAK SPACE}249,00\N{NO-BREAK SPACE}kr"
    assert english.money("1249.00", "SEK") == "SEK\N{NO-BREAK SPACE}1,249.00"
    assert swedish.country("DE") == "Tyskland"
    assert english.country("DE") == "Germany"
    assert english.country("ZZ") != ""
    assert swedish.listed(["a", "b", "c"]) == "a, b och c"
    assert english.listed(["a", "b", "c"]) == "a, b and c"
    assert swedish.label(Role.BILLING) == "Fakturering"
    both = LocalText(sv="Avtalet", en="The agreement")
    assert (swedish.local(both), english.local(both)) == ("Avtalet", "The agreement")
    assert swedish.yes_no(answer=True) == "Ja"
    assert english.count("event", 1) == "1 event"
    assert english.count("event", 1200) == "1,200 events"


GLOSSARY = Path(__file__).parents[2] / "docs" / "glossary.md"
# Terms whose form in a sentence is another than in a list: their common stem.
STEMS = {
    "tillgång": "tillgång",
    "automatiserat beslut": "automatiserade beslut",
    "ta del av uppgifter": "tagit del av uppgifterna",
    "automated decision": "automated decisions",
    "third country": "third countr",
    "recipient": "recipient",
}


def test_the_glossary_holds_terms_of_both_catalogues_and_no_others() -> None:
    rows = [
        [part.strip() for part in line.strip("|\n").split("|")]
        for line in GLOSSARY.read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and not line.startswith("| English")
    ]
    assert len(rows) > 40
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)
    for column, language in enumerate((Language.EN, Language.SV)):
        known = " ".join(catalogue(language).values()).lower()
        for row in rows:
            for term in row[column].split(", "):
                assert STEMS.get(term, term).lower() in known, term


COGNATES = frozenset({"Person", "Risk", "SHA-256", "Status", "System", "Text", "Version"})


def test_a_text_is_the_same_in_both_languages_only_where_the_word_is() -> None:
    swedish, english = catalogue(Language.SV), catalogue(Language.EN)
    same = {text for key, text in swedish.items() if english[key] == text}
    assert {text for text in same if "{" not in text} == COGNATES
    # What else is the same is made of parts and signs, with a word or two that both languages have.
    words = {word for text in same for word in re.findall(r"[^\W\d]+", re.sub(r"{\w+}", "", text))}
    assert words <= {"via", "version", "person", "SHA", *COGNATES}
