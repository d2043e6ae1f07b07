"""`ropa replay`: what the register knew at a past moment, and whether its views are right."""

from collections.abc import Iterable
from typing import Any

import click
import msgspec

from ropa.app import Moment
from ropa.cli.common import Session, data, message, moment_options, pass_session, progress
from ropa.kernel.problem import Code, Problem
from ropa.kernel.view import Rows
from ropa.problems import Exit
from ropa.reports.cell import Point
from ropa.views.registry import VIEWS

_BY_NAME = {view.name: view for view in VIEWS}


@click.command(epilog="Example: ropa replay --as-of 2026-05-31 register")
@click.argument("view", required=False, type=click.Choice(sorted(_BY_NAME)), metavar="[VIEW]")
@click.argument("key", required=False)
@click.option("--check", is_flag=True, help="Rebuild all views from nothing, and compare.")
@click.option("--json", "as_json", is_flag=True, help="The counts as JSON; rows always are.")
@moment_options
@pass_session
@click.pass_context
def replay(
    context: click.Context,
    session: Session,
    *,
    view: str | None,
    key: str | None,
    check: bool,
    as_json: bool,
    moment: Moment,
) -> None:
    """Fold the log up to a past moment, and show what it came to.

    The views are aliases, breaches, consents, disclosures, people, register, requests and
    telling. Without a VIEW it counts the rows of each. With one, each row is a line of JSON; KEY
    asks for one row. With --check, each row of the live views that differs from a rebuild is named,
    and the exit code is 1.

    It needs no keys, and tells what the answer is bound to: the log's position, its moment, the
    root hash of the tree there, and the smallest checkpoint on file that covers it. Whether that
    checkpoint is signed and right is not looked at here: `ropa log verify` does that.
    """
    if check:
        context.exit(_check(session))
    lines: Iterable[str]
    with (
        session.reading() as opened,
        progress("replay") as told,
        opened.asking(moment, progress=told) as sources,
    ):
        point = sources.as_of
        checkpoint = opened.covering(point.position)
        if view is not None:
            lines = _rows(sources.rows, view, key)
        elif as_json:
            bound = msgspec.structs.asdict(point)
            counts = _counts(sources.rows)
            lines = (_line(**bound, checkpoint=checkpoint, views=counts),)
        else:
            lines = (f"{name}\t{count}" for name, count in _counts(sources.rows).items())
        message(_bound(point, checkpoint))
        for line in lines:
            data(line)


def _rows(rows: Rows, view: str, key: str | None) -> Iterable[str]:
    if key is None:
        return (_line(key=name, row=row) for name, row in rows.all(_BY_NAME[view]))
    found = rows.get(_BY_NAME[view], key)
    if found is None:
        raise Problem(Code.NOT_FOUND, "The view had no such row then.")
    return (_line(key=key, row=found),)


def _counts(rows: Rows) -> dict[str, int]:
    return {view.name: sum(1 for _ in rows.all(view)) for view in VIEWS}


def _bound(point: Point, checkpoint: int | None) -> str:
    moment = f", {point.moment.isoformat()}" if point.moment else ""
    valid = f", what had occurred by {point.valid_at}" if point.valid_at else ""
    under = (
        "under no checkpoint yet"
        if checkpoint is None
        else f"under checkpoint {checkpoint}, which `ropa log verify` verifies"
    )
    return f"position {point.position}{moment}{valid}; root {point.root}; {under}"


def _line(**parts: Any) -> str:
    return msgspec.json.encode(parts).decode()


def _check(session: Session) -> int:
    with session.reading() as opened, progress("rebuild") as told:
        differences = 0
        for found in opened.check_views(progress=told):
            differences += 1
            data(f"{found.view}\t{found.key}\t{found.kind}")
        position = opened.head
    if differences:
        message(f"{differences} row(s) differ from what the log says; delete views.db to rebuild")
        return Exit.REFUSED
    message(f"the views are what the log says, up to position {position}")
    return Exit.DONE
