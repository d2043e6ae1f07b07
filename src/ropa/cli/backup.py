"""`ropa backup` and `ropa restore`: copies of a register, and the gate on the way back."""

from pathlib import Path

import click

from ropa.app.backup import back_up, back_up_keys
from ropa.app.restoring import Asked, Restored
from ropa.app.restoring import restore as put_together
from ropa.cli.common import Session, message, pass_session, progress
from ropa.kernel.problem import Problem

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command(epilog="Example: ropa backup /mnt/backup/shop-2026-11-22")
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@click.option("--keys", is_flag=True, help="Copy the keys instead of the log.")
@pass_session
def backup(session: Session, out: Path, *, keys: bool) -> None:
    """Copy the register into OUT, a new folder: all but the keys; or, with --keys, only these.

    Applications may append meanwhile. Copies of the log may be kept for long. Keep the keys apart
    from them and only the newest copy: whoever has both reads what has been erased since.
    """
    with progress("backup") as told:
        saved = (back_up_keys if keys else back_up)(session.directory, out, progress=told)
    if saved.size is not None:
        message(
            f"copied up to position {saved.size}: log, settings, notices, templates,"
            " checkpoints; no key"
        )
        return
    root = "with" if saved.root_key else "without"
    message(f"copied the keys, {root} the root key; keep them apart, and destroy older copies")


@click.command(epilog="Example: ropa restore backup/shop restored --keys backup/shop-keys")
@click.argument("log", metavar="LOGBACKUP", type=_FOLDER)
@click.argument("to", metavar="TO", type=click.Path(path_type=Path))
@click.option(
    "--keys",
    type=_FOLDER,
    metavar="FOLDER",
    help="A copy of the keys, or a vault; that in LOGBACKUP by default.",
)
@click.option(
    "--journal",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The newest erasures.ndjson, from the old folder or elsewhere; the anchor's is read too.",
)
@click.option("--accept-loss", is_flag=True, help="Go on although the log is known to lack events.")
@pass_session
def restore(
    session: Session,
    log: Path,
    to: Path,
    *,
    keys: Path | None,
    journal: Path | None,
    accept_loss: bool,
) -> None:
    """Put a register together in TO, a new folder, and erase again what has been erased since.

    The register is there in the end, verified and with all erasures carried out, or nothing is.
    --accept-loss records in the log that events are lost.
    """
    asked = Asked(log, to, keys, journal, accept_loss)
    with progress("restore") as told:
        restored = put_together(asked, actor=session.actor, progress=told)
    for line in _told(restored):
        message(line)
    with Session(to, session.actor, session.verbose).opened() as register:
        try:
            register.checkpoint()
        except Problem as problem:
            message(f"warning: restored; only its checkpoint failed: {problem}")
        message(f"restored and verified: {to}, up to position {register.head}")


def _told(restored: Restored) -> list[str]:
    lines = [f"the copy of the log goes up to position {restored.size}"]
    if restored.lost:
        lines.append(
            f"lost: at least {restored.lost} later event(s), which the log itself tells now"
        )
    if restored.decided:
        lines.append(f"erased again: {restored.decided} decision(s) that the log lacked")
    if restored.repeated:
        lines.append(f"erased again: {restored.repeated} decision(s) that the keys had missed")
    if restored.unopened:
        lines.append(
            f"lost: the keys of {restored.unopened} box(es), made after the copy of the keys; they"
            " show as damaged"
        )
    if not restored.journal:
        lines.append(
            "no journal of erasures from elsewhere was read: where log and keys are both old, what"
            " was erased since is not known, and readable again. It is called erasures.ndjson, in"
            " the old folder and in the anchor's; restore once more with --journal"
        )
    return lines
