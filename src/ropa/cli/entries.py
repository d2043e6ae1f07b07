"""`ropa controller|activity|recipient|notice …`: the register's own entries."""

import json
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from typing import IO, Any

import click
import msgspec

from ropa.app.intake import read_data
from ropa.catalogue import NOUNS, TYPES
from ropa.cli.common import Session, data, listing, pass_session, read_file, record
from ropa.cli.telling import inform, list_tasks
from ropa.domain.notice.events import NoticeKind
from ropa.kernel.ids import Language
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
notice = _group("notice", "Privacy notices and wordings of consent, by version (Art. 7, 12-14).")

for _entry in (controller, activity, recipient):
    _name = _entry.name or ""
    _add_show(_entry, _name)
    _add_change(_entry, _name, "declare", "declared")
    _add_change(_entry, _name, "amend", "amended")
    _add_example(_entry, _name)
    if _entry is not controller:
        _add_retire(_entry, _name)


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


@notice.command(
    epilog="Example: ropa notice publish privacy.sv.md --notice privacy-policy --version 2026-02"
    " --language sv --effective 2026-02-01"
)
@click.argument("file", type=click.File("rb"))
@click.option("--notice", "name", required=True, help="Short name of the notice.")
@click.option("--version", required=True, help="Version, such as 2026-02.")
@click.option("--language", required=True, type=click.Choice([str(one) for one in Language]))
@click.option(
    "--kind",
    type=click.Choice([str(one) for one in NoticeKind]),
    default=str(NoticeKind.PRIVACY_NOTICE),
    show_default=True,
)
@click.option(
    "--effective",
    type=click.DateTime(["%Y-%m-%d"]),
    required=True,
    metavar="DATE",
    help="Day from which it was shown.",
)
@pass_session
def publish(
    session: Session,
    file: IO[bytes],
    *,
    name: str,
    version: str,
    language: str,
    kind: str,
    effective: Any,
) -> None:
    """Publish a version of a notice; its text is kept in the register's folder `notices`."""
    content = read_file(file, 1_000_000)
    digest = sha256(content).hexdigest()
    short = content.decode("utf-8") if kind == NoticeKind.CONSENT_WORDING else None
    day: date = effective.date()
    fields = {
        "notice": name,
        "version": version,
        "language": language,
        "kind": kind,
        "effective": day.isoformat(),
        "sha256": digest,
        "text": short,
    }
    fact, _ = read_data(msgspec.json.encode(fields), TYPES["notice.published.v1"])
    with session.opened() as register:
        (register.files.notices / f"{digest}.txt").write_bytes(content)
        record(session, register, fact)


COMMANDS = (controller, activity, recipient, notice)
