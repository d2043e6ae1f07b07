"""The published contract: schemas that hold what is sent, and released files that never change."""

import hashlib
import json
import re
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ropa.catalogue import TYPES
from ropa.cli.demo import feeds
from ropa.cli.publish import FOLDER, SUMS, complaints, files
from tests import standards


@cache
def _validator(kind: str) -> Draft202012Validator:
    schema = json.loads((FOLDER / f"{kind}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def _example(kind: str) -> Any:
    return json.loads((FOLDER / f"{kind}.example.json").read_text(encoding="utf-8"))


def _lines() -> list[Any]:
    paths = [feeds.path(name) for name in (*feeds.FEEDS, feeds.CORRECTION)]
    texts = [line for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    return [json.loads(text) for text in texts]


def test_what_is_published_is_what_the_catalogue_says() -> None:
    assert list(complaints()) == []
    names = {f"{kind}.{part}.json" for kind in TYPES for part in ("schema", "example")}
    assert {path.name for path in FOLDER.iterdir()} == {SUMS, *names} == {SUMS, *dict(files())}


def test_released_files_have_not_changed() -> None:
    """The sums say it in the form of sha256sum(1); a released file has its line there."""
    lines = (FOLDER / SUMS).read_text(encoding="ascii").splitlines()
    assert len(lines) == 2 * len(TYPES)
    for line in lines:
        match = re.fullmatch(r"([0-9a-f]{64})  ([a-z0-9.-]+\.json)", line)
        assert match
        assert hashlib.sha256((FOLDER / match[2]).read_bytes()).hexdigest() == match[1], match[2]


@pytest.mark.parametrize("kind", TYPES)
def test_each_example_fits_its_schema(kind: str) -> None:
    example = _example(kind)
    assert example["type"] == kind
    assert not list(_validator(kind).iter_errors(example["data"]))
    # And a field more, or none at all where one is required, does not fit.
    assert not _validator(kind).is_valid({**example["data"], "more": 1})
    assert not _validator(kind).is_valid([])


@pytest.mark.parametrize("kind", TYPES)
def test_each_field_is_explained(kind: str) -> None:
    schema: Any = _validator(kind).schema
    assert schema["description"]
    for name, field in schema["properties"].items():
        assert field.get("description"), name
    for name, field in schema["properties"].get("personal", {}).get("properties", {}).items():
        assert field.get("x-category"), name
        assert field.get("description"), name


def test_each_line_of_the_demo_fits_its_schema() -> None:
    lines = _lines()
    assert len(lines) > 2_000
    for event in lines:
        errors = list(_validator(event["type"]).iter_errors(event["data"]))
        assert not errors, (event["id"], errors[0].message)


@standards.needs(standards.CLOUDEVENTS)
def test_what_is_sent_is_a_cloudevent() -> None:
    validator = standards.validator(standards.CLOUDEVENTS)
    for event in (*map(_example, TYPES), *_lines()):
        assert validator.is_valid(event), event["id"]
