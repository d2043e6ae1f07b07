"""Papers: a report made, and put into a form."""

from pathlib import Path
from typing import Any

from ropa.app import Reading, Register
from ropa.kernel.problem import Code, Problem, Where
from ropa.render import FORMATS as _FORMATS
from ropa.render import Format, render
from ropa.reports.registry import REPORTS

FORMATS = tuple(str(form) for form in _FORMATS)


def made(reading: Reading, report: str, form: str, **asked: Any) -> tuple[Any, str]:
    """Make a report and put it into a form; gives its model and its text.

    `Reading.asking` says what may be asked.
    """
    model = reading.make(report, **asked)
    return model, render(model, Format(form), model.head.language)


def paper(
    register: Register, report: str, form: str, *, actor: str, person: str | None, **asked: Any
) -> str:
    """Make a report and put it into a form; one that shows a person's data is recorded first."""
    model, text = made(register, report, form, person=person, **asked)
    if person is not None and REPORTS[report].keys:
        register.hand_out(model, text, person=person, actor=actor)
    return text


def write(text: str, path: Path) -> None:
    """Write a paper to a file.

    Raises:
        Problem: `file-unreadable` where the file cannot be written.
    """
    try:
        path.write_text(text, encoding="utf-8")
    except OSError:
        raise Problem(
            Code.FILE_UNREADABLE, "The file cannot be written.", where=Where(file=str(path))
        ) from None
