"""Papers: a report made, put into a form, and handed over."""

import os
import sys
from pathlib import Path
from typing import Any, BinaryIO

import click

from ropa.app import Reading, Register
from ropa.app.look import read_look
from ropa.cli.common import message
from ropa.kernel.problem import Code, Problem, Where
from ropa.render import FORMATS as _FORMATS
from ropa.render import Format, render_bytes
from ropa.render.look import OURS, Look
from ropa.reports.registry import REPORTS

FORMATS = tuple(str(form) for form in _FORMATS)
_NO_TEXT = frozenset({Format.PDF, Format.XLSX})


def _place(_context: click.Context, _option: click.Parameter, path: Path | None) -> Path | None:
    """Give the file to write to, or none for standard output.

    What is handed out is recorded first: so a mistyped folder is refused before that.
    """
    if path is None or str(path) == "-":
        return None
    if path.is_dir():
        raise _unwritable(path, "There is a folder of this name. Name a file in it.")
    if not path.absolute().parent.is_dir():
        raise _unwritable(path, "There is no such folder. Make it, or name another.")
    if not os.access(path if path.exists() else path.absolute().parent, os.W_OK):
        raise _unwritable(path, "Name a place to which you may write.")
    return path


output_option = click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, allow_dash=True),
    callback=_place,
    help="File to write to; standard output by default, and for -.",
)


def made(reading: Reading, report: str, form: str, **asked: Any) -> tuple[Any, bytes]:
    """Make a report and put it into a form; gives its model and the bytes of the file.

    `Reading.asking` says what may be asked.
    """
    model = reading.make(report, **asked)
    return model, render_bytes(model, Format(form), model.head.language, look_of(reading, form))


def look_of(reading: Reading, form: str) -> Look:
    """Give the company's own look, for the forms that have one.

    Raises:
        Problem: `template-broken` where its files cannot be read, or are none of papers'.
    """
    if form not in {Format.HTML, Format.PDF}:
        return OURS
    return read_look(reading.files.templates)


def paper(
    register: Register, report: str, form: str, *, actor: str, person: str | None, **asked: Any
) -> bytes:
    """Make a report and put it into a form; one that shows a person's data is recorded first."""
    model, content = made(register, report, form, person=person, **asked)
    if person is not None and REPORTS[report].keys:
        register.hand_out(model, content, person=person, actor=actor)
    return content


def fits(form: str, output: Path | None) -> None:
    """Refuse what would fill a terminal with bytes, before it is made and recorded.

    Raises:
        Problem: `usage` where the form is no text, and standard output is a terminal.
    """
    if output is None and form in _NO_TEXT and sys.stdout.isatty():
        raise Problem(
            Code.USAGE, "This form is no text for a terminal.", advice="Give --output a file."
        )


def deliver(content: str | bytes, output: Path | None, *, private: bool) -> None:
    """Write a paper to a file, and say so, or to standard output.

    Args:
        content: The paper.
        output: The file; None for standard output.
        private: Whether it is about somebody, so that nobody else may read the file.

    Raises:
        Problem: `file-unreadable` where the file cannot be written.
    """
    if output is None:
        show(content.encode() if isinstance(content, str) else content)
    else:
        write(content, output, private=private)
        message(f"wrote {output}")


def show(content: bytes) -> None:
    """Write a paper to standard output: the very bytes whose hash is recorded."""
    sys.stdout.buffer.write(content)
    sys.stdout.flush()


def write(content: str | bytes, path: Path, *, private: bool) -> None:
    """Write a paper to a file, as `deliver` does; a file that is there keeps who may read it.

    Raises:
        Problem: `file-unreadable` where the file cannot be written.
    """
    try:
        with created(path, private=private) as file:
            file.write(content.encode() if isinstance(content, str) else content)
    except OSError:
        raise _unwritable(path, "Name a place to which you may write.") from None


def created(path: Path, *, private: bool) -> BinaryIO:
    """Open a file to write to; one that is about somebody is made for its owner alone.

    Raises:
        OSError: Where it cannot be opened.
    """
    mode = 0o600 if private else 0o666
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb")


def _unwritable(path: Path, advice: str) -> Problem:
    return Problem(
        Code.FILE_UNREADABLE,
        "The file cannot be written.",
        advice=advice,
        where=Where(file=str(path)),
    )
