"""Identifiers: what they may look like, and those that ropa makes itself."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from ropa.kernel.ids import Line, RandomId, Slug, Token, consequence_id
from tests.strategies import ids, tokens

CAUSES = st.tuples(tokens, tokens, st.integers(0, 99))


@given(CAUSES, CAUSES)
def test_a_consequence_has_the_same_id_each_time_and_no_other_has_it(
    one: tuple[str, str, int], other: tuple[str, str, int]
) -> None:
    assert (consequence_id(*one) == consequence_id(*other)) is (one == other)


def test_the_id_of_a_consequence_never_changes_between_versions() -> None:
    assert consequence_id("newsletter", "e-17", 1) == PINNED
    assert UUID(PINNED).version == 5


PINNED = "226e29e3-cfda-5bb5-9793-15a8f5235f2c"


@given(ids)
def test_a_random_id_is_a_uuid_of_version_4(found: str) -> None:
    assert TypeAdapter(RandomId).validate_python(found) == found


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (RandomId, "6F0C1C1E-52A4-4B3F-8D0E-6A4B8F0C2D11"),
        (RandomId, "6f0c1c1e-52a4-1b3f-8d0e-6a4b8f0c2d11"),
        (RandomId, "6f0c1c1e-52a4-4b3f-8d0e-6a4b8f0c2d11\n"),
        (Slug, "Marketing"),
        (Slug, "web--shop"),
        (Slug, "-shop"),
        (Slug, "anna@exempel.example"),
        (Slug, "a" * 49),
        (Slug, "shop\n"),
        (Token, "anna@exempel.example"),
        (Token, "two words"),
        (Token, "a" * 65),
        (Token, ""),
        (Line, " begins with a space"),
        (Line, "two\nlines"),
        (Line, "a" * 401),
    ],
)
def test_what_has_not_the_form_of_an_identifier_is_none(kind: Any, text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(text)
