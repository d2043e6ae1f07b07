"""`ropa controller|activity|recipient|notice …`: the register's own entries."""

import json
from collections.abc import Iterator
from typing import IO, Any

import click
import msgspec

from ropa.app.intake import read_data
from ropa.catalogue import NOUNS, TYPES
from ropa.cli.common import Session, data, listing, pass_session, read_file, record
from ropa.cli.importing import import_workbook
from ropa.cli.notices import notice
from ropa.cli.telling import inform, list_tasks
from ropa.domain.activity.events import ReviewOutcome
from ropa.kernel.problem import Code, Problem
from ropa.views.register import REGISTER

_LIMIT = 65_535
_EXAMPLES = {"controller": "", "activity": " web-analytics", "recipient": " delivery-service"}


def _group(noun: str, summary: str) -> click.Group:
    # The list of commands cuts a sentence at its first stop, also that of "Art.".
    return click.Group(noun, help=summary, short_help=summary.partition(" (")[0] + ".")


def _entries(session: Session, noun: str) -> Iterator[tuple[str, Any]]:
    with session.opened() as register:
        for stream, row in register.rows().all(REGISTER):
            if stream.partition("/")[0] == noun:
                yield stream, row


def _add_show(group: click.Group, noun: str) -> None:
    @group.command(epilog=f"Example: ropa {noun} show{_EXAMPLES[noun]}")
    @click.argument("name", required=noun != "controller", default="")
    @pass_session
    def show(session: Session, name: str) -> None:
        """Show an entry as JSON, each field with the position of the event that set it."""
        wanted = noun if noun == "controller" else f"{noun}/{name}"
        for stream, row in _entries(session, noun):
            if stream == wanted:
                data(msgspec.json.format(msgspec.json.encode(row), indent=2).decode())
                return
        raise Problem(
            Code.NOT_FOUND,
            "The register has no such entry.",
            advice=f"See `ropa {noun} list`.",
        )


def _add_change(group: click.Group, noun: str, verb: str, done: str) -> None:
    kind = TYPES[f"{noun}.{done}.v1"]

    @group.command(
        verb,
        help=f"{kind.data.__doc__}\n\nFILE holds the fields as JSON, `-` is standard input; see"
        f" events/{kind.name}.schema.json, or `ropa {noun} example`.",
        epilog=f"Example: ropa {noun} {verb} {noun}.json",
    )
    @click.argument("file", type=click.File("rb"))
    @pass_session
    def change(session: Session, file: IO[bytes]) -> None:
        fact, _ = read_data(read_file(file, _LIMIT), kind)
        with session.opened() as register:
            record(session, register, fact)


def _add_retire(group: click.Group, noun: str) -> None:
    kind = TYPES[f"{noun}.retired.v1"]

    @group.command(
        help=f"{kind.data.__doc__}",
        epilog=f'Example: ropa {noun} retire{_EXAMPLES[noun]} --reason "No longer used"',
    )
    @click.argument("name")
    @click.option("--reason", required=True, help="Why; it stands in the register's history.")
    @pass_session
    def retire(session: Session, name: str, reason: str) -> None:
        text = json.dumps({noun: name, "reason": reason}).encode()
        fact, _ = read_data(text, kind)
        with session.opened() as register:
            record(session, register, fact)


def _add_example(group: click.Group, noun: str) -> None:
    @group.command(epilog=f"Example: ropa {noun} example > {noun}.json")
    def example() -> None:
        """Print an example of an entry, to start a file from."""
        entry, _ = NOUNS[noun].examples[0]
        data(msgspec.json.format(msgspec.json.encode(entry), indent=2).decode())


controller = _group("controller", "The controller's own entry (Art. 30(1)(a)).")
activity = _group("activity", "Processing activities (Art. 30(1)(b)-(f)).")
recipient = _group("recipient", "Recipients (Art. 30(1)(d)-(e)).")

for _entry in (controller, activity, recipient):
    _name = _entry.name or ""
    _add_show(_entry, _name)
    _add_change(_entry, _name, "declare", "declared")
    _add_change(_entry, _name, "amend", "amended")
    _add_example(_entry, _name)
    if _entry is not controller:
        _add_retire(_entry, _name)


@activity.command(epilog="Example: ropa activity review contract --next 2027-11-01")
@click.argument("name")
@click.option(
    "--next",
    "due",
    type=click.DateTime(["%Y-%m-%d"]),
    required=True,
    metavar="DATE",
    help="The day by which the entry is to be reviewed next.",
)
@click.option(
    "--outcome",
    type=click.Choice([str(one) for one in ReviewOutcome]),
    default=str(ReviewOutcome.APPROVED),
    show_default=True,
)
@click.option(
    "--version",
    type=click.IntRange(min=1),
    help="The version that was read, as `ropa activity show` tells it; refused if the entry was"
    " changed since. The present one by default.",
)
@click.option("--reason", help="What was remarked; it stands in the register's history.")
@pass_session
def review(
    session: Session,
    *,
    name: str,
    due: Any,
    outcome: str,
    version: int | None,
    reason: str | None,
) -> None:
    """Record that an officer went through an activity's entry, and approved it or not.

    Who did it is the --actor: the id of a member of staff with the role officer.
    """
    fields = {
        "activity": name,
        "version": version,
        "outcome": outcome,
        "review_due": due.date().isoformat(),
        "reason": reason,
    }
    fact, _ = read_data(msgspec.json.encode(fields), TYPES["activity.reviewed.v1"])
    with session.opened() as register:
        record(session, register, fact)


activity.add_command(import_workbook)
recipient.add_command(list_tasks)
recipient.add_command(inform)


@activity.command("list", epilog="Example: ropa activity list --json")
@listing("activity", "title", "bases", "categories", "retired")
@pass_session
def list_activities(session: Session) -> Iterator[dict[str, Any]]:
    """List the processing activities."""
    for _, row in _entries(session, "activity"):
        if row.activity is not None:
            yield {
                "activity": row.activity.activity,
                "title": row.activity.title.en,
                "bases": [basis.basis for basis in row.activity.bases],
                "categories": list(row.activity.categories),
                "retired": row.retired is not None,
            }


@recipient.command("list", epilog="Example: ropa recipient list")
@listing("recipient", "name", "category", "role", "country", "retired")
@pass_session
def list_recipients(session: Session) -> Iterator[dict[str, Any]]:
    """List the recipients."""
    for _, row in _entries(session, "recipient"):
        if row.recipient is not None:
            yield {
                "recipient": row.recipient.recipient,
                "name": row.recipient.name,
                "category": row.recipient.category.en,
                "role": row.recipient.role,
                "country": row.recipient.country,
                "retired": row.retired is not None,
            }


COMMANDS = (controller, activity, recipient, notice)
