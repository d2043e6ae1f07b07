"""A notice's versions: each language of a version is published once, with its own digest."""

from dataclasses import replace
from hashlib import sha256

from ropa.domain.notice.examples import PUBLISHED
from ropa.kernel.ids import Language
from tests.given import given, history_of

OTHER_TEXT = "Ja, skicka mig erbjudanden."
OTHER_SHA256 = sha256(OTHER_TEXT.encode()).hexdigest()
CHANGED = replace(PUBLISHED, text=OTHER_TEXT, sha256=OTHER_SHA256)


def test_a_version_is_published_once_in_each_language() -> None:
    english = replace(PUBLISHED, language=Language.EN)
    given().when(PUBLISHED).then(PUBLISHED)
    given(PUBLISHED).when(PUBLISHED).then_nothing()
    given(PUBLISHED).when(english).then(english)
    given(english).when(PUBLISHED).then(PUBLISHED)
    given(english, PUBLISHED).when(english).then_nothing()


def test_a_changed_text_is_a_new_version() -> None:
    given(PUBLISHED).when(CHANGED).refused("already-exists", "data.version")
    anew = replace(CHANGED, version="2026-02")
    given(PUBLISHED).when(anew).then(anew)


def test_a_digest_is_that_of_the_text_and_a_long_text_lies_elsewhere() -> None:
    wrong = replace(PUBLISHED, sha256=OTHER_SHA256)
    given().when(wrong).refused("malformed-value", "data.sha256")
    long = replace(PUBLISHED, text=None, sha256=OTHER_SHA256)
    given().when(long).then(long)


def test_what_was_published_is_known_by_version_and_language() -> None:
    anew = replace(CHANGED, version="2026-02", language=Language.EN)
    state = history_of("notice", PUBLISHED, anew).state
    assert dict(state.published) == {
        ("2026-01", Language.SV): PUBLISHED,
        ("2026-02", Language.EN): anew,
    }
