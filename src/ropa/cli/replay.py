"""`ropa replay`: what the register knew at a past moment, and whether its views are right."""

from typing import Any

import click
import msgspec

from ropa.app import Moment
from ropa.cli.common import Session, data, message, moment_options, pass_session, progress
from ropa.kernel.problem import Code, Problem
from ropa.problems import Exit
from ropa.views.registry import VIEWS

_BY_NAME = {view.name: view for view in VIEWS}


@click.command(epilog="Example: ropa replay --as-of 2026-05-31 register")
@click.argument("view", required=False, type=click.Choice(sorted(_BY_NAME)))
@click.argument("key", required=False)
@click.option("--check", is_flag=True, help="Rebuild all views from nothing, and compare.")
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
    moment: Moment,
) -> None:
    """Fold the log up to a past moment, and show what it came to.

    Without a VIEW it counts the rows of each. With one, each row is a line of JSON; KEY asks for
    one row. With --check, each row of the live views that differs from a rebuild is named, and the
    exit code is 1.
    """
    if check:
        context.exit(_check(session))
    with session.opened() as opened, progress("replay") as told:
        rows = opened.rows(moment, progress=told)
        if view is None:
            for one in VIEWS:
                data(f"{one.name}\t{sum(1 for _ in rows.all(one))}")
        elif key is None:
            for name, row in rows.all(_BY_NAME[view]):
                data(_line(name, row))
        else:
            found = rows.get(_BY_NAME[view], key)
            if found is None:
                raise Problem(Code.NOT_FOUND, "The view had no such row then.")
            data(_line(key, found))


def _line(key: str, row: Any) -> str:
    return msgspec.json.encode({"key": key, "row": row}).decode()


def _check(session: Session) -> int:
    with session.opened() as opened, progress("rebuild") as told:
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
