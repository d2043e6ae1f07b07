"""The published contract: a JSON Schema and an example of each event type, under `events/`.

Run as a module it writes what is new; with `--check` it writes nothing and tells what is not
current. A released file, which is one that stands in `SHA256SUMS`, is never written again: a type
that changes gets a new version.
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from ropa.catalogue import NOUNS
from ropa.domain.person.events import PersonRegistered
from ropa.kernel.fact import FactType, categories_of, fact_type

FOLDER = Path(__file__).resolve().parents[3] / "events"
SUMS = "SHA256SUMS"

_GROWING = {
    "Category": r"^[a-z]+\.[a-z-]+$",
    "Channel": r"^[a-z-]+$",
    "DataSource": r"^[a-z-]+$",
    "DataSubjects": r"^[a-z-]+$",
}
"""Lists that may grow without a new version of a type: its schema gives their form alone."""


def files() -> Iterator[tuple[str, str]]:
    """Give the name and the content of each file of the contract."""
    for noun in NOUNS.values():
        for data, personal in noun.examples:
            kind = fact_type(data)
            yield f"{kind.name}.schema.json", _text(_schema(kind))
            yield f"{kind.name}.example.json", _text(_example(kind, data, personal))


def _text(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _schema(kind: FactType) -> dict[str, Any]:
    """Give the schema of an event's `data`, personal values included."""
    found = TypeAdapter(kind.data).json_schema()
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:ropa:{kind.name}",
        "description": (kind.data.__doc__ or "").strip(),
        "type": "object",
    }
    definitions = found.pop("$defs", {})
    properties = found.pop("properties", {})
    required = found.pop("required", [])
    if kind.personal is not None:
        inner = TypeAdapter(kind.personal).json_schema()
        definitions |= inner.pop("$defs", {})
        for name, category in categories_of(kind.personal).items():
            inner["properties"][name]["x-category"] = category.value
        inner.pop("title", None)
        properties["personal"] = {
            **inner,
            "description": "The personal values: sealed for the activities, and stored nowhere"
            " in the event.",
        }
        if inner.get("required"):
            required = [*required, "personal"]
    if kind.data is PersonRegistered:
        # An application that gives its number as the subject need not repeat it.
        required = [name for name in required if name not in {"namespace", "personal"}]
    schema["properties"] = properties
    schema["required"] = required
    schema["additionalProperties"] = False
    if kind.internal:
        schema["description"] += "\n\nRecorded by the register itself; applications do not send it."
    for name, pattern in _GROWING.items():
        if name in definitions:
            description = definitions[name]["description"].partition("\n")[0]
            definitions[name] = {"description": description, "type": "string", "pattern": pattern}
    if definitions:
        schema["$defs"] = definitions
    return {"title": kind.name, **_untitled(schema)}


def _untitled(part: Any) -> Any:
    """Leave out the titles that pydantic makes of the names of fields and classes."""
    match part:
        case dict():
            return {
                name: _untitled(inner)
                for name, inner in part.items()
                if name != "title" or isinstance(inner, dict)
            }
        case list():
            return [_untitled(inner) for inner in part]
        case _:
            return part


def _example(kind: FactType, data: Any, personal: Any) -> dict[str, Any]:
    """Give the example as an application sends it (CloudEvents 1.0)."""
    content = _plain(kind.data, data)
    if personal is not None and kind.personal is not None:
        content["personal"] = _plain(kind.personal, personal)
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": f"example-{kind.name}",
        "source": "ropa" if kind.internal else "webshop" if kind.noun == "person" else "officer",
        "type": kind.name,
    }
    if kind.noun == "person":
        event["subject"] = "K-20417"
    elif kind.noun == "staff":
        event["subject"] = "0d3c3c57-4d5b-4b0e-8f63-3c2d2b7e9a10"
    return {**event, "time": "2026-03-02T09:14:02Z", "data": content}


def _plain(kind: type, value: Any) -> dict[str, Any]:
    dumped: dict[str, Any] = TypeAdapter(kind).dump_python(value, mode="json", exclude_none=True)
    return dumped


def released() -> dict[str, str]:
    """Give the SHA-256 of each released file, by its name."""
    if not (FOLDER / SUMS).is_file():
        return {}
    lines = (FOLDER / SUMS).read_text(encoding="ascii").splitlines()
    return {name: digest for digest, name in (line.split("  ") for line in lines)}


def digest_of(text: str) -> str:
    """Give the SHA-256 of a file's content."""
    return hashlib.sha256(text.encode()).hexdigest()


def complaints() -> Iterator[str]:
    """Tell what is not as the catalogue and the released files say."""
    wanted = dict(files())
    sums = released()
    for name, text in wanted.items():
        path = FOLDER / name
        if name in sums and digest_of(text) != sums[name]:
            yield f"events/{name} is released and may not change: give the type a new version"
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            yield f"events/{name} is not what the catalogue says: run `make events`"
        elif name not in sums:
            yield f"events/{name} does not stand in {SUMS}: run `make events`"
    for path in sorted(FOLDER.glob("*.json")):
        if path.name not in wanted:
            yield f"events/{path.name} belongs to no type of the catalogue"


def main(arguments: list[str]) -> int:
    """Write or check the contract; gives the exit code."""
    if "--check" not in arguments:
        FOLDER.mkdir(exist_ok=True)
        sums = released()
        for name, text in files():
            if name not in sums:
                (FOLDER / name).write_text(text, encoding="utf-8")
                sums[name] = digest_of(text)
        lines = (f"{digest}  {name}\n" for name, digest in sorted(sums.items()))
        (FOLDER / SUMS).write_text("".join(lines), encoding="ascii")
    found = list(complaints())
    for complaint in found:
        sys.stderr.write(f"{complaint}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
