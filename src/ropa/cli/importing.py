"""`ropa activity import`: the register as XLSX, JSON or CSV, edited and read again."""

from collections.abc import Iterator
from typing import IO, Any

import click

from ropa.app.workbook import Import, Step, asked, read_workbook
from ropa.app.workbook.grid import MAX_FILE
from ropa.cli.common import Session, confirmed, listed_now, message, pass_session, read_file, record
from ropa.kernel.ids import Language
from ropa.kernel.problem import Problem
from ropa.render import in_line


@click.command(
    "import",
    short_help="Read the register again from XLSX, JSON or CSV.",
    epilog="Example: ropa activity import register.xlsx --dry-run",
)
@click.argument("file", type=click.File("rb"))
@click.option(
    "--reason",
    default="Read from a file",
    show_default=True,
    help="Why; it stands in the register's history.",
)
@click.option("--dry-run", is_flag=True, help="Only show what would be recorded.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a row.")
@pass_session
def import_workbook(
    session: Session, *, file: IO[bytes], reason: str, dry_run: bool, yes: bool, as_json: bool
) -> None:
    """Record what was changed in a file of the register: activities, recipients, transfers.

    FILE is what `ropa report article30 -f xlsx`, `json` or `csv` made, edited; or one sheet of the
    workbook that a spreadsheet saved as CSV. What it is shows by what stands in it. In sheets,
    headings and labels may be in Swedish or English, and rows and columns in any order. What would
    be recorded is listed first, field by field. What is not in the file stays as it is; an activity
    comes to its end where its row says so. All of it is recorded, or nothing.
    """
    content = read_file(file, MAX_FILE)
    with session.opened() as register:
        paper, rows = register.make("article30"), register.rows()
        try:
            found = read_workbook(content, paper, rows, reason)
        except Problem as problem:
            raise problem.at(file=file.name) from None
        if found.steps:
            columns = ("event", "entry", "field", "old", "new")
            listed_now(columns, _rows(found, register.settings.language), as_json=as_json)
        for told in asked(found):
            message(f"note: {told}")
        if not found.facts:
            message("nothing to record: the register says all this already")
        elif dry_run:
            message(f"{len(found.facts)} event(s) would be recorded")
        else:
            if not yes:
                confirmed(f"Record {len(found.facts)} event(s)?")
            record(session, register, *found.facts)


def _rows(found: Import, language: Language) -> Iterator[dict[str, Any]]:
    for step in found.steps:
        yield {
            "event": step.event,
            "entry": step.entry,
            "field": step.field,
            "old": _said(step, step.old, language),
            "new": _said(step, step.new, language),
        }


def _said(step: Step, value: Any, language: Language) -> str | None:
    return None if step.field is None else in_line(step.field, value, language)
