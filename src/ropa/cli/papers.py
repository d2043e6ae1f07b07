"""Papers: a report made, and put into a form."""

import sys
from pathlib import Path
from typing import Any

from ropa.app import Reading, Register
from ropa.kernel.problem import Code, Problem, Where
from ropa.render import FORMATS as _FORMATS
from ropa.render import Format, render_bytes
from ropa.reports.registry import REPORTS

FORMATS = tuple(str(form) for form in _FORMATS)


def made(reading: Reading, report: str, form: str, **asked: Any) -> tuple[Any, bytes]:
    """Make a report and put it into a form; gives its model and the bytes of the file.

    `Reading.asking` says what may be asked.
    """
    model = reading.make(report, **asked)
    return model, render_bytes(model, Format(form), model.head.language)


def paper(
    register: Register, report: str, form: str, *, actor: str, person: str | None, **asked: Any
) -> bytes:
    """Make a report and put it into a form; one that shows a person's data is recorded first."""
    model, content = made(register, report, form, person=person, **asked)
    if person is not None and REPORTS[report].keys:
        register.hand_out(model, content, person=person, actor=actor)
    return content


def show(content: bytes) -> None:
    """Write a paper to standard output: the very bytes whose hash is recorded.

    Raises:
        Problem: `usage` where they are no text, and standard output is a terminal.
    """
    if sys.stdout.isatty() and b"\0" in content:
        raise Problem(
            Code.USAGE, "This form is no text for a terminal.", advice="Give --output a file."
        )
    sys.stdout.buffer.write(content)
    sys.stdout.flush()


def write(content: str | bytes, path: Path) -> None:
    """Write a paper to a file.

    Raises:
        Problem: `file-unreadable` where the file cannot be written.
    """
    try:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    except OSError:
        raise Problem(
            Code.FILE_UNREADABLE, "The file cannot be written.", where=Where(file=str(path))
        ) from None
