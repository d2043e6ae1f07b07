"""The settings of a register, as they stand in its `ropa.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import tomli_w
from pydantic import StringConstraints, TypeAdapter, ValidationError

from ropa.app.proposing import OWN_SOURCE
from ropa.kernel.ids import Language, Namespace, RandomId, Token
from ropa.kernel.problem import Code, Problem, Where

FILE = "ropa.toml"
_SOURCES = TypeAdapter(dict[Token, Namespace])
_ID = TypeAdapter(RandomId)
_PATH = TypeAdapter(Annotated[str, StringConstraints(strict=True, pattern=r"^[^\x00]+$")])


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What `ropa.toml` says.

    Attributes:
        register: The register's own random id, which binds log, vault and settings together.
        language: The language of papers where none is asked for.
        time_zone: The time zone in which days are counted.
        sources: The namespace in which each application's numbers live, by the source's name.
        anchor: A second folder for checkpoints, best out of the operator's reach; None for none.
    """

    register: str
    language: Language = Language.SV
    time_zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Stockholm"))
    sources: Mapping[str, str] = field(default_factory=dict)
    anchor: Path | None = None


def checked_sources(sources: Mapping[str, str]) -> Mapping[str, str]:
    """Give the sources of a new register.

    Raises:
        Problem: `malformed-value` where a name or a namespace has another form, or is taken.
    """
    try:
        found = _SOURCES.validate_python(dict(sources))
    except ValidationError:
        found = None
    if found is None or OWN_SOURCE in found:
        raise Problem(
            Code.MALFORMED_VALUE,
            "The name of a source is 1 to 64 characters out of A-Z a-z 0-9 . _ : / -, and its"
            f" namespace lower-case letters and digits with single hyphens; {OWN_SOURCE} is the"
            " register's own.",
            where=Where(field="sources"),
        )
    return found


def write_settings(directory: Path, settings: Settings) -> None:
    """Write the settings of a new register."""
    text = tomli_w.dumps(
        {
            "register": settings.register,
            "language": str(settings.language),
            "time_zone": settings.time_zone.key,
            "sources": dict(settings.sources),
        }
    )
    head = "# Settings of this register. [sources] maps an application to the namespace of its\n"
    head += "# numbers; two applications that share customer numbers share a namespace.\n"
    head += "# anchor names a second folder for checkpoints, best on another machine:\n"
    head += '# anchor = "/mnt/elsewhere/checkpoints"\n\n'
    (directory / FILE).write_text(head + text, encoding="utf-8")


def read_settings(directory: Path) -> Settings:
    """Read the settings of a register.

    Raises:
        Problem: `not-a-register` where there are none, `settings-unreadable` where they are wrong.
    """
    path = directory / FILE
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise Problem(
            Code.NOT_A_REGISTER,
            "There is no register in this folder: it has no ropa.toml.",
            advice="Make one with `ropa init`, or name the folder with --register.",
            where=Where(file=str(directory)),
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise _unreadable(path, "it is not readable TOML") from None
    try:
        return Settings(
            register=_ID.validate_python(found["register"]),
            language=Language(found.get("language", "sv")),
            time_zone=ZoneInfo(found.get("time_zone", "Europe/Stockholm")),
            sources=_SOURCES.validate_python(found.get("sources", {})),
            anchor=directory / _PATH.validate_python(found["anchor"])
            if "anchor" in found
            else None,
        )
    except (KeyError, ValueError, TypeError, ValidationError, ZoneInfoNotFoundError):
        raise _unreadable(
            path, "register, language, time_zone, sources or anchor is missing or has another form"
        ) from None


def _unreadable(path: Path, why: str) -> Problem:
    return Problem(
        Code.SETTINGS_UNREADABLE,
        f"The settings cannot be used: {why}.",
        advice="Mend ropa.toml; a new one is made only with a new register.",
        where=Where(file=str(path)),
    )
