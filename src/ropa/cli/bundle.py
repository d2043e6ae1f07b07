"""`ropa log bundle`: what an auditor takes along, and its check."""

from datetime import date, timedelta
from pathlib import Path
from typing import IO, Any

import click
import msgspec

from ropa.app import Moment, Reading, read_policy
from ropa.app.bundle import Verdict, check
from ropa.cli.common import Session, data, message, pass_session, progress, read_file
from ropa.kernel.problem import Code, Problem, Where
from ropa.problems import Exit

_SHOWN = 20
_MOST = 1 << 20
_DIGITS = 19


class _End(click.ParamType[int | date]):
    """An end of a range: a position, or a day."""

    name = "position or date"

    def convert(self, value: Any, param: Any, ctx: Any) -> int | date:
        """Read one; a day is the local one."""
        if isinstance(value, int | date):
            return value
        if value.isascii() and value.isdigit() and len(value) < _DIGITS:
            return int(value)
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail("neither a position nor a date", param, ctx)


@click.command(epilog="Example: ropa log bundle --from 2026-01-01 --to 2026-03-31 -o audit.zip")
@click.option(
    "--from",
    "first",
    type=_End(),
    default=1,
    metavar="WHEN",
    help="First event: a position, or a day that it was recorded on or after; 1 by default.",
)
@click.option(
    "--to",
    "last",
    type=_End(),
    metavar="WHEN",
    help="Last event: a position, or a day; the last of the log by default.",
)
@click.option(
    "--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="The ZIP to write."
)
@click.option(
    "--verify",
    "given",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="ZIP",
    help="Check this bundle instead; it takes no register.",
)
@click.option(
    "--policy",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="With --verify: the keys that you trust, instead of those in the bundle.",
)
@click.option(
    "--against",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    multiple=True,
    help="With --verify: a checkpoint that was kept elsewhere; may be given several times.",
)
@click.option(
    "--authority",
    "authorities",
    type=click.File("rb"),
    metavar="PEM",
    multiple=True,
    help="With --verify: certificates of a time-stamping authority that you trust.",
)
@click.option("--json", "as_json", is_flag=True, help="With --verify: one JSON object.")
@pass_session
@click.pass_context
def bundle(
    context: click.Context,
    session: Session,
    *,
    first: int | date,
    last: int | date | None,
    output: Path | None,
    given: Path | None,
    policy: Path | None,
    against: tuple[Path, ...],
    authorities: tuple[IO[bytes], ...],
    as_json: bool,
) -> None:
    """Write what an auditor verifies without ropa and without keys, or check such a bundle.

    It holds the events of the range, the tree, the checkpoints, proofs, and the register at both
    ends. Nothing personal is in it, not even encrypted; VERIFY.md in it says how it is verified.
    """
    if (output is None) == (given is None):
        raise Problem(
            Code.USAGE,
            "A bundle is written with --output, or checked with --verify.",
            where=Where(field="--output"),
        )
    if output is not None:
        _write(session, output, first, last)
        return
    assert given is not None  # noqa: S101 - the one that is left
    with progress("verify") as told:
        found = check(
            given,
            policy=read_policy(policy) if policy else None,
            against=against,
            authorities=[read_file(file, _MOST) for file in authorities],
            progress=told,
        )
    if as_json:
        data(msgspec.json.encode(found).decode())
    else:
        for line in _told(found):
            data(line)
    context.exit(Exit.DONE if found.sound else Exit.DAMAGED)


def _write(session: Session, output: Path, first: int | date, last: int | date | None) -> None:
    with session.opened() as register, progress("bundle") as told:
        made = register.bundle(
            output,
            first=_first(register, first),
            last=register.head if last is None else _last(register, last),
            progress=told,
        )
    message(f"{output}: events {made.first} to {made.last}, under checkpoint {made.size}")


def _first(reading: Reading, given: int | date) -> int:
    if isinstance(given, int):
        return given
    before = given - timedelta(days=1) if given > date.min else given
    return reading.position(Moment(as_of=before)) + 1


def _last(reading: Reading, given: int | date) -> int:
    return given if isinstance(given, int) else reading.position(Moment(as_of=given))


def _told(found: Verdict) -> list[str]:
    state = "sound" if found.sound else "damaged"
    lines = [
        f"{state}: events {found.first:,} to {found.last:,} of a log of {found.size:,}",
        f"log {found.origin}",
        f"root hash {found.root or 'not to be told'}",
    ]
    for one in found.findings[:_SHOWN]:
        where = one.path if one.position is None else f"{one.path}, position {one.position}"
        lines.append(f"{where}\t{one.kind}\t{one.detail}")
    if found.found > _SHOWN:
        lines.append(f"and {found.found - _SHOWN:,} more")
    lines.append(f"{found.events:,} event(s) and {found.checkpoints} checkpoint(s) looked at")
    lines += [
        f"time stamp: checkpoint {one.size} existed by {one.at:%Y-%m-%d %H:%M:%S} UTC"
        for one in found.stamps
    ]
    if found.absent:
        lines.append(f"{found.absent} box(es) said to be gone")
    if found.sound and not found.papers_made_again:
        lines.append("the papers were not made again: that takes all events, and the same ropa")
    if found.own_policy:
        lines.append("believed by the keys in the bundle itself: give --policy to know whose it is")
    return lines
