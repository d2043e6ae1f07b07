"""Writes the generated pages of docs/reference, or with `--check` tells which are not current."""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

import click

from ropa.catalogue import NOUNS, TYPES
from ropa.cli import cli
from ropa.cli.publish import files
from ropa.domain.activity.events import DataSource, DataSubjects
from ropa.kernel.categories import Category
from ropa.kernel.fact import FactType
from ropa.kernel.ids import Channel
from ropa.problems import MEANINGS, Exit

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "reference"

_MADE = "<!-- Made by `make docs` from the program itself; do not edit. -->"

_EXITS: Mapping[Exit, str] = {
    Exit.DONE: "done",
    Exit.REFUSED: "refused, or findings",
    Exit.USAGE: "the command line does not fit",
    Exit.NOT_FOUND: "not found",
    Exit.NOT_PERMITTED: "not permitted",
    Exit.CONFLICT: "in conflict with what is there",
    Exit.DAMAGED: "log or vault damaged, or of another version",
}

_OPEN_LISTS: Mapping[str, type[StrEnum]] = {
    "Category": Category,
    "Channel": Channel,
    "DataSource": DataSource,
    "DataSubjects": DataSubjects,
}

_PATTERNS: Mapping[str, str] = {
    r"^[a-z0-9]+(-[a-z0-9]+)*$": "short name",
    r"^[0-9a-f]{64}$": "SHA-256 in hexadecimal",
    r"^[A-Z]{2}$": "country code",
    r"^[A-Z]{3}$": "currency code",
    r"^\S.*$": "one line of text",
    r"^-?[0-9]{1,12}(\.[0-9]{1,4})?$": "decimal number, as text",
}


def pages() -> Iterator[tuple[str, str]]:
    """Give the name and the content of each page."""
    yield "cli.md", _page(_cli())
    yield "events.md", _page(_events())
    yield "problems.md", _page(_problems())


def _page(lines: Iterable[str]) -> str:
    return "\n".join([_MADE, "", *lines]).rstrip("\n") + "\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
    yield ""


# The command line.


def _cli() -> Iterator[str]:
    yield from (
        "# The command line",
        "",
        (
            "Data goes to standard output, messages and errors to standard error. Nothing asks a"
            " question unless a person sits at the terminal. Each option that names a setting can"
            " also come from the environment, as told beside it."
        ),
        "",
    )
    yield from _table(("exit code", "meaning"), ((str(int(code)), _EXITS[code]) for code in Exit))
    yield from _command(click.Context(cli, info_name="ropa"), 2)


def _command(context: click.Context, level: int) -> Iterator[str]:
    command = context.command
    yield f"{'#' * level} {context.command_path}"
    yield ""
    yield "\n".join(line.strip() for line in (command.help or "").splitlines()).strip()
    yield ""
    usage = " ".join(command.collect_usage_pieces(context))
    yield from ("```text", f"{context.command_path} {usage}", "```", "")
    options = [
        _option(found, context) for found in command.params if isinstance(found, click.Option)
    ]
    if options:
        yield from _table(("option", "meaning"), options)
    if command.epilog:
        example = command.epilog.removeprefix("Example: ")
        yield from ("```sh", example, "```", "")
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None:
                below = click.Context(inner, info_name=name, parent=context)
                yield from _command(below, min(level + 1, 4))


def _option(option: click.Option, context: click.Context) -> tuple[str, str]:
    form, told = option.get_help_record(context) or ("", "")
    if option.envvar:
        told += f" [environment: `{option.envvar}`]"
    return f"`{form}`", re.sub(r"  +", " ", told).strip()


# The event types.


def _events() -> Iterator[str]:
    texts = dict(files())
    yield from (
        "# The event types",
        "",
        (
            "Each type with its fields, its personal values and one example, as an application"
            " sends it. The JSON Schemas, and the examples as files, are in"
            " [`events/`](../../events). A published type never changes: what needs to change gets"
            " a new version."
        ),
        "",
        (
            "A field whose type is followed by *required* must be there. Personal values go into"
            " `data.personal`; they are sealed for the activities that the event names, and stored"
            " nowhere in the event."
        ),
        "",
    )
    shared: dict[str, Any] = {}
    for noun in NOUNS.values():
        yield from (f"## {noun.name}", "")
        for kind in (kind for kind in TYPES.values() if kind.noun == noun.name):
            schema = json.loads(texts[f"{kind.name}.schema.json"])
            shared |= schema.get("$defs", {})
            yield from _event(kind, schema, texts[f"{kind.name}.example.json"])
    yield from ("## Values that events share", "")
    for name, schema in sorted(shared.items()):
        if name in _OPEN_LISTS or "properties" in schema:
            yield from _shared(name, schema)


def _event(kind: FactType, schema: Mapping[str, Any], example: str) -> Iterator[str]:
    yield from (f"### {kind.name}", "", schema["description"].replace("\n", " "), "")
    yield f"History: `{kind.stream}`." + (f" Rests on the duty `{kind.duty}`." if kind.duty else "")
    yield ""
    properties = dict(schema["properties"])
    personal = properties.pop("personal", None)
    yield from _fields(properties, schema["required"], "field")
    if personal:
        yield from _fields(personal["properties"], personal.get("required", ()), "personal value")
    yield from ("```json", example.rstrip("\n"), "```", "")


def _shared(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"### {name}", "", schema["description"], "")
    if name in _OPEN_LISTS:
        values = ", ".join(f"`{value}`" for value in _OPEN_LISTS[name])
        yield from (f"The list may grow without a new version of a type. Now: {values}.", "")
    else:
        yield from _fields(schema["properties"], schema.get("required", ()), "field")


def _fields(
    properties: Mapping[str, Mapping[str, Any]], required: Iterable[str], head: str
) -> Iterator[str]:
    needed = set(required)
    categories = any("x-category" in field for field in properties.values())
    heads = (head, "type", *(["category"] if categories else []), "meaning")
    yield from _table(
        heads,
        (
            (
                f"`{name}`",
                _type(field) + (", *required*" if name in needed else ""),
                *([f"`{field['x-category']}`"] if categories else []),
                field.get("description", "").replace("\n", " "),
            )
            for name, field in properties.items()
        ),
    )


def _type(schema: Mapping[str, Any]) -> str:
    match schema:
        case {"anyOf": [one, {"type": "null"}]}:
            return _type(one)
        case {"$ref": str(reference)}:
            name = reference.rpartition("/")[2]
            return _named(name)
        case {"type": "array", "items": items}:
            return f"list of {_type(items)}"
        case {"enum": [*values]}:
            return "one of " + ", ".join(f"`{value}`" for value in values)
        case {"type": "string", "format": "date"}:
            return "date"
        case {"type": "string", "pattern": str(pattern)}:
            return _PATTERNS.get(pattern, "id" if "[89ab]" in pattern else f"text `{pattern}`")
        case {"type": "string"}:
            return "text"
        case {"type": "integer"}:
            return "whole number"
        case {"type": "boolean"}:
            return "true or false"
        case _:
            raise ValueError(f"the reference does not know this form: {schema}")


_ENUMS: dict[str, Sequence[str]] = {
    name: schema["enum"]
    for file, text in files()
    if file.endswith(".schema.json")
    for name, schema in json.loads(text).get("$defs", {}).items()
    if "enum" in schema
}


def _named(name: str) -> str:
    if name in _ENUMS:
        return "one of " + ", ".join(f"`{value}`" for value in _ENUMS[name])
    return f"[{name}](#{name.lower()})"


# The problem codes.


def _problems() -> Iterator[str]:
    yield from (
        "# The problem codes",
        "",
        (
            "Each refusal and each error carries one of these codes, at the end of its line on the"
            " command line and as `Problem.code` in Python. A code is never renamed. No message"
            " holds a value, a key or an unknown field's name of what came in."
        ),
        "",
    )
    yield from _table(
        ("code", "title", "exit code", "HTTP status"),
        (
            (
                f"`{code}`",
                meaning.title,
                f"{int(meaning.exit)}: {_EXITS[meaning.exit]}",
                str(int(meaning.status)),
            )
            for code, meaning in MEANINGS.items()
        ),
    )
    yield "The HTTP status is kept for the append API over HTTP, which does not exist yet."


def complaints() -> Iterator[str]:
    """Tell which pages are not what the program says."""
    wanted = dict(pages())
    for name, text in wanted.items():
        path = FOLDER / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            yield f"docs/reference/{name} is not current: run `make docs`"
    for path in sorted(FOLDER.glob("*")):
        if path.name not in wanted:
            yield f"docs/reference/{path.name} is made by nobody"


def main(arguments: Sequence[str]) -> int:
    """Write or check the pages; gives the exit code."""
    if "--check" not in arguments:
        FOLDER.mkdir(parents=True, exist_ok=True)
        for name, text in pages():
            (FOLDER / name).write_text(text, encoding="utf-8")
    found = list(complaints())
    for complaint in found:
        print(complaint, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
