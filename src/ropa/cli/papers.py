"""Papers: a report made, and put into a form."""

from pathlib import Path

from ropa.app import Register
from ropa.kernel.problem import Code, Problem, Where
from ropa.render import FORMATS as _FORMATS
from ropa.render import Format, render
from ropa.reports.sources import Sources

FORMATS = tuple(str(form) for form in _FORMATS)


def paper(register: Register, report: str, sources: Sources, form: str) -> str:
    """Make a report and put it into a form."""
    return render(register.make(report, sources), Format(form), sources.language)


def write_paper(register: Register, report: str, sources: Sources, form: str, path: Path) -> None:
    """Make a report, put it into a form, and write it to a file.

    Raises:
        Problem: `file-unreadable` where the file cannot be written.
    """
    text = paper(register, report, sources, form)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError:
        raise Problem(
            Code.FILE_UNREADABLE, "The file cannot be written.", where=Where(file=str(path))
        ) from None
