"""Every event type by its published name, and the codec of the stored form."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from functools import reduce
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import TypeAdapter
from pydantic.fields import FieldInfo

import ropa
from ropa.catalogue import NOUNS, TYPES, decode, encode
from ropa.kernel.categories import Category
from ropa.kernel.fact import Box, FactType, Recorded, categories_of, fact_type
from ropa.kernel.problem import Problem
from tests.given import ME, history_of, refusal
from tests.strategies import FEW, events, recorded, streams

EXAMPLES = [example for noun in NOUNS.values() for example in noun.examples]
BY_NAME = pytest.mark.parametrize("kind", TYPES.values(), ids=TYPES)


def stored(data: Any, kind: FactType) -> Recorded[Any]:
    return Recorded(
        position=7,
        id="e-17",
        type=kind.name,
        source="webshop",
        subject=ME,
        stream=kind.stream_of(data, ME),
        version=4,
        recorded_at=datetime(2026, 3, 2, 9, 14, 3, 120451, UTC),
        occurred_at=datetime(2026, 3, 2, 9, 14, 2, tzinfo=UTC),
        actor="app:webshop",
        cause=None,
        data=data,
        sealed={"contract": Box("k_1", "ab" * 32, (Category.CONTACT_EMAIL,))},
    )


# The catalogue.


@BY_NAME
def test_a_name_is_the_noun_what_happened_and_a_version(kind: FactType) -> None:
    assert re.fullmatch(r"[a-z]+\.[a-z]+(-[a-z]+)*\.v[1-9]", kind.name)
    assert kind.data in NOUNS[kind.noun].events
    assert TYPES[kind.name] is kind


def test_every_type_has_its_own_name_and_one_example() -> None:
    assert len(TYPES) == sum(len(noun.events) for noun in NOUNS.values()) == 58
    for noun in NOUNS.values():
        assert [type(data) for data, _ in noun.examples] == list(noun.events)


@BY_NAME
def test_an_example_carries_the_values_of_its_type_and_no_others(kind: FactType) -> None:
    data, personal = next(pair for pair in EXAMPLES if isinstance(pair[0], kind.data))
    assert personal is None if kind.personal is None else isinstance(personal, kind.personal)
    assert TypeAdapter(kind.data).validate_json(msgspec.json.encode(data)) == data


@BY_NAME
def test_a_stream_and_a_bucket_are_named_by_fields_that_are_there(kind: FactType) -> None:
    fields = get_type_hints(kind.data)
    assert set(re.findall(r"{(\w+)}", kind.stream)) <= {*fields, "subject"}
    assert kind.bucket is None or kind.bucket in fields


@BY_NAME
def test_values_are_named_for_activities_and_each_field_has_a_category_of_its_own(
    kind: FactType,
) -> None:
    if kind.personal is not None:
        assert "activities" in get_type_hints(kind.data)
        found = categories_of(kind.personal)
        assert len(set(found.values())) == len(found) > 0


@BY_NAME
def test_no_clear_field_about_a_person_has_room_for_free_text(kind: FactType) -> None:
    if kind.noun in {"person", "request"}:
        assert free_texts(kind.data) == []


def free_texts(hint: Any, limits: tuple[Any, ...] = (), name: str = "") -> list[str]:
    """Give the fields that take any text, or a line of any text."""
    if get_origin(hint) is Annotated:
        marks = [mark for mark in hint.__metadata__ if isinstance(mark, FieldInfo)]
        more = tuple(part for mark in marks for part in mark.metadata)
        return free_texts(hint.__origin__, limits + more, name)
    if hint is str:
        patterns = {part.pattern for part in limits if hasattr(part, "pattern")}
        return [] if patterns - {r"^\S.*$"} else [name]
    if hasattr(hint, "__dataclass_fields__"):
        hints = get_type_hints(hint, include_extras=True)
        return [one for key, inner in hints.items() for one in free_texts(inner, (), key)]
    return [one for part in get_args(hint) for one in free_texts(part, limits, name)]


# The stored form.


@BY_NAME
@FEW
@given(data=st.data())
def test_what_is_written_is_read_back_the_same(kind: FactType, data: st.DataObject) -> None:
    event = data.draw(recorded(events(kind.data)))
    written = encode(event)
    assert decode(kind.name, written) == event
    assert encode(decode(kind.name, written)) == written


@BY_NAME
def test_an_example_is_read_back_as_its_own_class(kind: FactType) -> None:
    data = next(data for data, _ in EXAMPLES if isinstance(data, kind.data))
    event = stored(data, kind)
    assert decode(kind.name, encode(event)) == event
    assert isinstance(decode(kind.name, encode(event)).data, kind.data)
    assert len(encode(event)) <= 65_535


def test_the_stored_form_is_the_published_one() -> None:
    data = next(data for data, _ in EXAMPLES if type(data).__name__ == "ContactChanged")
    assert encode(stored(data, TYPES["person.contact-changed.v1"])).decode() == (
        '{"position":7,"id":"e-17","type":"person.contact-changed.v1","source":"webshop",'
        f'"subject":"{ME}","stream":"person/{ME}","version":4,'
        '"recorded_at":"2026-03-02T09:14:03.120451Z","occurred_at":"2026-03-02T09:14:02Z",'
        '"actor":"app:webshop","cause":null,'
        '"data":{"channel":"account-page","activities":["contract","marketing"],"removed":[],"corrected":false},'
        '"sealed":{"contract":{"key":"k_1",'
        f'"sha256":"{"ab" * 32}","categories":["contact.email"]}}}}}}'
    )


@given(data=st.data())
def test_damaged_bytes_are_told_as_damage_and_as_nothing_else(data: st.DataObject) -> None:
    good = encode(stored(*damageable()))
    cut = data.draw(st.integers(0, len(good)))
    damaged = (
        good[:cut] + data.draw(st.binary(max_size=4)) + good[cut + data.draw(st.integers(0, 4)) :]
    )
    name = data.draw(st.sampled_from([*TYPES, "person.unknown.v1"]))
    problem = refusal(lambda: decode(name, damaged))
    assert problem is None or problem.code == "log-damaged"


def damageable() -> tuple[Any, FactType]:
    kind = TYPES["person.contact-changed.v1"]
    return next(data for data, _ in EXAMPLES if isinstance(data, kind.data)), kind


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"\xff",
        b'{"id":"\xff"}',
        b"[" * 100_000,
        b'{"x":' + b"[" * 100_000,
        b'{"position":"7"}',
    ],
    ids=["nothing", "no text", "no utf-8 inside", "deep", "deep inside", "another type"],
)
def test_what_is_no_event_is_damage(damaged: bytes) -> None:
    with pytest.raises(Problem) as caught:
        decode("person.registered.v1", damaged)
    assert caught.value.code == "log-damaged"


# The deciders.


@pytest.mark.parametrize("noun", NOUNS)
@FEW
@given(data=st.data())
def test_any_events_in_any_order_fold(noun: str, data: st.DataObject) -> None:
    decider, stream = NOUNS[noun].decider, data.draw(streams(noun))
    once, again = (reduce(decider.evolve, stream, decider.initial) for _ in range(2))
    assert once == again


OWN_WORDS = "".join(path.read_text() for path in Path(ropa.__file__).parent.rglob("*.py"))


@pytest.mark.parametrize("noun", NOUNS)
@FEW
@given(data=st.data())
def test_a_fact_is_decided_or_refused_and_a_refusal_repeats_nothing_that_came_in(
    noun: str, data: st.DataObject
) -> None:
    first = NOUNS[noun].examples[0][0]
    history = history_of(noun, *data.draw(st.lists(st.just(first), max_size=1)))
    event = data.draw(st.one_of([events(cls) for cls in NOUNS[noun].events]))
    # As in the register: who names another entry speaks to another history.
    if (key := fact_type(event).key) and hasattr(first, key):
        event = replace(event, **{key: getattr(first, key)})
    assume(not history.events or history.events[0].stream == fact_type(event).stream_of(event, ME))
    problem = refusal(lambda: history.decide(event))
    # Hypothesis draws words from the sources as well: what is ours anyway tells nothing.
    came_in = [text for text in texts(event) if len(text) > 3 and text not in OWN_WORDS]
    assert not [text for text in came_in if text in str(problem)]


def texts(found: Any) -> list[str]:
    """Give every text in an event that is not one of a closed list."""
    if isinstance(found, tuple):
        return [text for part in found for text in texts(part)]
    if hasattr(found, "__dataclass_fields__"):
        return [text for name in found.__dataclass_fields__ for text in texts(getattr(found, name))]
    return [found] if type(found) is str else []
