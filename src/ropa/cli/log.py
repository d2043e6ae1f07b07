"""`ropa log …`: what proves the log, to ourselves and to outsiders."""

from collections.abc import Iterator
from pathlib import Path
from typing import IO

import click
import msgspec

from ropa.app import Verification, read_policy
from ropa.app import check_proof as proves
from ropa.app.verifying import Refused
from ropa.cli.common import Session, data, message, pass_session, progress, read_file
from ropa.kernel.problem import Code, Problem
from ropa.problems import Exit
from ropa.proofs.verdict import Finding

_EXITS = {"sound": Exit.DONE, "unsigned": Exit.REFUSED, "damaged": Exit.DAMAGED}
_MOST = 1 << 20
_SHOWN = 20

policy_option = click.option(
    "--policy",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="The keys that you trust (C2SP tlog-policy), instead of those in checkpoints/policy.",
)


@click.group()
def log() -> None:
    """Verify the log, sign checkpoints, and prove what stands in it."""


@log.command(epilog="Example: ropa log verify --against kept.txt")
@click.option(
    "--against",
    type=click.Path(path_type=Path, exists=True),
    metavar="PLACE",
    multiple=True,
    help="A checkpoint that was kept elsewhere, or a folder of them; may be given several times.",
)
@policy_option
@click.option(
    "--authority",
    "authorities",
    type=click.File("rb"),
    metavar="PEM",
    multiple=True,
    help="Certificates of a time-stamping authority that you trust.",
)
@click.option("--boxes/--no-boxes", default=True, help="Whether to look at the sealed boxes too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@pass_session
@click.pass_context
def verify(
    context: click.Context,
    session: Session,
    *,
    against: tuple[Path, ...],
    policy: Path | None,
    authorities: tuple[IO[bytes], ...],
    boxes: bool,
    as_json: bool,
) -> None:
    """Hold every event against the tree, the tree against every checkpoint, and boxes too.

    It needs no keys. The answer is one of three: sound (exit code 0); unsigned since a position
    from which on the events lie under no checkpoint yet (1); or damaged, with each place and kind
    of damage (6). Where checkpoints were to be found and could not be read, it is 1 or 6.
    """
    certificates = [read_file(file, _MOST) for file in authorities]
    with session.reading() as reading, progress("verify") as told:
        found = reading.proving.verify(
            policy=read_policy(policy) if policy else None,
            against=against,
            authorities=certificates,
            boxes=boxes,
            progress=told,
        )
    if as_json:
        data(msgspec.json.encode(found).decode())
    else:
        for line in _told(found, boxes=boxes, stamps=bool(authorities)):
            data(line)
    context.exit(_EXITS[found.state] or (Exit.REFUSED if found.unread else Exit.DONE))


def _told(found: Verification, *, boxes: bool, stamps: bool) -> list[str]:
    return [
        *_answer(found),
        f"root hash {found.log.root}",
        *_some([_finding(one) for one in found.log.findings], found.log.found),
        *_some([_refused(one) for one in found.refused], len(found.refused)),
        *(f"could not be looked at: {_refused(one)}" for one in found.unread),
        *_vouching(found, stamps=stamps),
        _boxes(found) if boxes else "boxes not looked at",
    ]


def _answer(found: Verification) -> list[str]:
    size, since = f"{found.log.size:,} event(s)", found.unsigned_since
    match found.state:
        case "sound":
            return [f"sound: {size}, all of them under a checkpoint that holds"]
        case "unsigned":
            last = f"the last {found.log.size - found.log.signed_upto:,} of {size}"
            told = "are under no checkpoint yet, and nothing is wrong"
            return [f"unsigned since position {since}: {last} {told}"]
        case _ if found.log.findings:
            told = f"damaged: {found.log.found:,} finding(s) in {size}"
            answer = [f"{told}, the first at {_where(found.log.findings[0])}"]
        case _:
            told = "but with what was to vouch for them"
            answer = [f"damaged: nothing is wrong with the {size} themselves, {told}"]
    if since:
        answer.append(f"unsigned since position {since}: no checkpoint that holds goes so far")
    return answer


def _some(lines: list[str], count: int) -> list[str]:
    more = count - _SHOWN
    return [*lines[:_SHOWN], f"and {more:,} more"] if more > 0 else lines


def _where(one: Finding) -> str:
    upto = f" to {one.upto}" if one.upto != one.position else ""
    return f"position {one.position}{upto}"


def _finding(one: Finding) -> str:
    what = f"{one.kind} {one.field}" if one.field else f"{one.kind}"
    by = f" ({one.label})" if one.label else ""
    return f"{_where(one)}  {what}: {one.detail}{by}"


def _refused(one: Refused) -> str:
    return f"{one.name}  {one.code}: {one.detail}"


def _vouching(found: Verification, *, stamps: bool) -> Iterator[str]:
    yield f"{found.checkpoints:,} checkpoint(s) held against the log"
    for one in found.stamps:
        yield f"time stamp: checkpoint {one.size} existed by {one.at:%Y-%m-%d %H:%M:%S} UTC"
    if found.unchecked:
        yield f"{found.unchecked:,} time stamp(s) not looked at: give --authority"
    elif stamps and not found.stamps:
        yield "no time stamp that holds"
    upto = found.elsewhere_upto
    anew = "whoever has the signing key could have made"
    if not upto:
        yield f"nothing kept elsewhere vouches for it: {anew} all of it anew (see --against)"
    elif upto < found.log.size:
        yield f"what is kept elsewhere holds up to position {upto}: {anew} the rest anew"
    else:
        yield f"what is kept elsewhere holds up to position {upto}"
    if not found.vault:
        yield "there is no vault here, which would know the last head signed, and the erasures"


def _boxes(found: Verification) -> str:
    whole, gone = f"{found.log.boxes_checked:,} box(es) whole", f"{found.log.boxes_gone:,}"
    if not found.log.boxes_gone:
        return f"{whole}, none gone"
    if not found.vault:
        return f"{whole}, {gone} gone, erased or not"
    return f"{whole}, {gone} {'gone' if found.log.found else 'erased'}"


@log.command(epilog="Example: ropa log checkpoint > head.txt")
@pass_session
def checkpoint(session: Session) -> None:
    """Sign the log as it stands, and give the signed note (C2SP tlog-checkpoint).

    Each command that records does so in the end; this is for what applications have appended.
    """
    with session.opened() as register:
        signed = register.checkpoint()
    _put(signed.note)
    message(f"signed up to position {signed.checkpoint.size}: {signed.file}")


def _put(content: str | bytes) -> None:
    """Write to standard output byte for byte, whatever the encoding is there."""
    click.echo(content.encode() if isinstance(content, str) else content, nl=False, color=False)


@log.command(epilog="Example: ropa log stamp https://tsa.example/tsr")
@click.argument("authority", metavar="ADDRESS")
@pass_session
def stamp(session: Session, authority: str) -> None:
    """Have the newest checkpoint time-stamped by the authority at ADDRESS (RFC 3161).

    Only a digest leaves the machine. The stamp lies beside the checkpoint, as .tsr.
    """
    with session.reading() as reading:
        message(f"stamped: {reading.proving.stamp(authority)}")
    message("who stamped it is looked at by `ropa log verify --authority`")


@log.command(epilog="Example: ropa log proof 4182 > 4182.tlog-proof")
@click.argument("position", type=click.IntRange(1, 2**63 - 1))
@click.option("--event", is_flag=True, help="The event itself instead, byte for byte.")
@pass_session
def proof(session: Session, position: int, event: bool) -> None:  # noqa: FBT001 - click passes options by name
    """Prove that an event stands in the log, in the form of C2SP tlog-proof."""
    with session.reading() as reading:
        proving = reading.proving
        _put(proving.state(position) if event else proving.proof(position).text())


@log.command("check-proof", epilog="Example: ropa log check-proof 4182.tlog-proof 4182.json")
@click.argument("proof_file", metavar="PROOF", type=click.File("rb"))
@click.argument("event_file", metavar="EVENT", type=click.File("rb"))
@policy_option
@pass_session
def check_proof(
    session: Session, proof_file: IO[bytes], event_file: IO[bytes], policy: Path | None
) -> None:
    """Check that PROOF proves EVENT, which is the event's stored form byte for byte.

    With --policy it needs no register.
    """
    try:
        text = read_file(proof_file, _MOST).decode()
    except UnicodeDecodeError:
        raise Problem(Code.PROOF_MALFORMED, "The proof is not valid UTF-8.") from None
    event = read_file(event_file, _MOST)
    if policy is not None:
        position = proves(text, event, read_policy(policy))
    else:
        with session.reading() as reading:
            position = reading.proving.check_proof(text, event)
    message(f"holds: the event stands at position {position}")


@log.command(epilog="Example: ropa log export tiles/")
@click.argument("folder", type=click.Path(path_type=Path))
@pass_session
def export(session: Session, folder: Path) -> None:
    """Write the log into FOLDER as C2SP tlog-tiles, up to the newest checkpoint.

    Nothing personal is in it: boxes stay where they are.
    """
    with session.reading() as reading, progress("export") as told:
        said = reading.proving.export(folder, progress=told)
    message(f"{said.size:,} event(s) in {folder}, under the checkpoint there")
