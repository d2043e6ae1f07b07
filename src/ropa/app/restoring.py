"""Restoring: a register put together from copies, with the gate that it goes through first.

An old copy of the log holds what was erased since, and an old copy of the keys opens it. So before
anything is served, each erasure that log, vault or journal know of is carried out again.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

from ropa.app.appending import Appending
from ropa.app.backup import copy_keys
from ropa.app.calendar import swedish_calendar
from ropa.app.checkpoints import root_of
from ropa.app.copying import copy_database, copy_file, copy_folder, whole
from ropa.app.erasing import Erasing
from ropa.app.files import JOURNAL, Files, checkpoints_in
from ropa.app.ids import new_id
from ropa.app.journal import Journal, Line, read, unknown
from ropa.app.reading import present
from ropa.app.redeciding import decided_again
from ropa.app.register import Register
from ropa.app.settings import FILE as SETTINGS
from ropa.app.settings import Settings, read_settings
from ropa.app.verifying import verify_log
from ropa.catalogue import decode
from ropa.domain.controller.events import LogRestored
from ropa.kernel.clock import Clock
from ropa.kernel.fact import Fact
from ropa.kernel.problem import Code, Problem, Where
from ropa.kernel.progress import Progress, silent
from ropa.log import Log
from ropa.proofs.verdict import State
from ropa.vault import SignedHead, Tombstone, Vault, root_key

_SOURCE: Final = "erasures"
_LOST: Final = "lost"
_AT_ONCE: Final = 1_000


class Asked(NamedTuple):
    """What a register is to be put together from.

    Attributes:
        log: A folder that `ropa backup` made, or that of a register.
        to: The new register's folder, which is empty or does not exist.
        keys: A folder that `ropa backup --keys` made, or a vault; None for the vault in `log`.
        journal: A journal of erasures that was kept elsewhere.
        accept_loss: Whether the log may lack events that are known to have been recorded.
    """

    log: Path
    to: Path
    keys: Path | None = None
    journal: Path | None = None
    accept_loss: bool = False


class Restored(NamedTuple):
    """What came of restoring.

    Attributes:
        size: How many events the copy of the log had.
        lost: How many events it lacks at least; None where nothing tells.
        decided: How many erasures the log lacked, and decided on anew.
        repeated: How many erasures of the log the keys had missed, and were carried out again.
        unopened: How many boxes have lost their key: it was made after the copy of the keys.
        journal: Whether a journal was read that lay elsewhere than in the copy of the log.
    """

    size: int
    lost: int | None
    decided: int
    repeated: int
    unopened: int
    journal: bool


def restore(
    asked: Asked,
    *,
    actor: str,
    clock: Clock = present,
    environ: Mapping[str, str] = os.environ,
    progress: Progress = silent,
) -> Restored:
    """Put a register together from copies, and erase again what has been erased since.

    It is there whole, with its views and verified, or not at all.

    Args:
        asked: From what.
        actor: Who restores.
        clock: Where the time comes from.
        environ: The environment, which may hold the root key in `ROPA_ROOT_KEY`.
        progress: Is told how far it is.

    Raises:
        Problem: `log-rolled-back` where the log lacks events and a loss is not accepted;
            `log-forked` where it is not the log that was signed; `not-a-register`,
            `register-exists`, `malformed-value` (in a journal), or what is wrong with log or keys.
    """
    with whole(asked.to) as folder:
        files = Files(folder)
        settings, lines, elsewhere = _put_together(asked, files, progress)
        with (
            Log.open(files.log, settings.register) as log,
            Vault.open(files.vault, settings.register, root_key(files.vault, environ)) as vault,
        ):
            gate = _Gate(log, vault, files, settings, clock)
            found = gate.passed(lines, accept_loss=asked.accept_loss, actor=actor)
            found = found._replace(unopened=_unopened(log, vault, progress), journal=elsewhere)
        with Register.open(folder, clock=clock, environ=environ, progress=progress) as register:
            register.rows(progress=progress)
        _require_sound(files, settings, progress)
    return found


def _put_together(
    asked: Asked, files: Files, progress: Progress
) -> tuple[Settings, list[Line], bool]:
    """Copy all parts, and give the settings, what the journals know, and whether one lay apart."""
    source = Files(asked.log)
    if not (source.root / SETTINGS).is_file() or not source.log.is_file():
        raise Problem(
            Code.NOT_A_REGISTER,
            "There is no copy of a register in this folder.",
            advice="Name a folder that `ropa backup` made.",
            where=Where(file=str(source.root)),
        )
    copy_file(source.root / SETTINGS, files.root / SETTINGS)
    settings = read_settings(files.root)
    copy_database(source.log, files.log, progress)
    copy_folder(source.notices, files.notices)
    if source.templates.is_dir():
        copy_folder(source.templates, files.templates)
    copy_folder(source.checkpoints, files.checkpoints)
    files.vault.mkdir(mode=0o700)
    copy_keys(asked.keys or source.vault, files.vault, progress)
    journals = [source.root / JOURNAL]
    if asked.journal is not None:
        if not asked.journal.is_file():
            raise Problem(
                Code.FILE_UNREADABLE,
                "There is no journal of erasures here.",
                advice=f"It is called {JOURNAL}, in the old folder and in the anchor's.",
                where=Where(file=str(asked.journal)),
            )
        journals.append(asked.journal)
    if settings.anchor is not None and (settings.anchor / JOURNAL).is_file():
        journals.append(settings.anchor / JOURNAL)
    lines = read(journals)
    Journal(files.root).write(lines)
    return settings, lines, len(journals) > 1


class _Gate:
    """What a register that was put together from copies goes through."""

    def __init__(
        self, log: Log, vault: Vault, files: Files, settings: Settings, clock: Clock
    ) -> None:
        self._log = log
        self._vault = vault
        self._files = files
        self._anchor = settings.anchor
        self._calendar = swedish_calendar(settings.time_zone)
        # Not the anchor's: nothing is told elsewhere before the register is there.
        self._journal = Journal(files.root)
        self._appending = Appending(log, vault, clock, self._calendar)
        self._erasing = Erasing(log, vault, self._appending, self._calendar, self._journal)

    def passed(self, lines: Sequence[Line], *, accept_loss: bool, actor: str) -> Restored:
        """Carry out again what is to be, and tell what there was.

        Raises:
            Problem: `log-rolled-back` or `log-forked`.
        """
        log, vault = self._log, self._vault
        size = log.head().position
        root = log.root(size)
        signed = vault.signed()
        if signed and signed.size <= size and root_of(log, signed.size) != signed.root:
            raise Problem(
                Code.LOG_FORKED,
                "The copy of the log is not of the log that these keys signed.",
                advice="Restore another copy.",
            )
        lacking = unknown(lines, log)
        known = set(log.erasures())
        gone = [one for one in vault.tombstones(0) if one.erased.position not in known]
        lost = self._lost(size, signed, lacking, gone)
        facts = decided_again(log, lacking, gone, actor)
        if (lost or lacking or facts) and not accept_loss:
            raise _rolled_back(lost)
        due = len(self._erasing.due())
        if accept_loss:
            vault.rewind(SignedHead(size, root), log.last_erasure())
            self._set_aside(size)
        with vault.erasing() as erasing:
            for line in lines:
                for one in line.suppressed:
                    erasing.suppress_digest(bytes.fromhex(one.digest), one.activity, one.since)
        for start in range(0, len(facts), _AT_ONCE):
            self._appending.append(facts[start : start + _AT_ONCE], own=True)
        if not self._erasing.finish():
            raise Problem(
                Code.ERASURE_PENDING,
                "Something else reads the register that is being restored.",
                advice="Leave the folder alone, and try again.",
            )
        if accept_loss:
            self._record(LogRestored(size=size, root=root.hex(), lost=lost or None), actor)
        return Restored(size, lost or None, len(facts), due, 0, journal=False)

    def _lost(
        self,
        size: int,
        signed: SignedHead | None,
        lacking: Sequence[Line],
        gone: Sequence[Tombstone],
    ) -> int:
        """Give how many events the log lacks at least, by what was signed or erased."""
        folders = [self._files.checkpoints, *([self._anchor] if self._anchor else [])]
        ends = [
            signed.size if signed else 0,
            self._vault.erased_through,
            *(line.position for line in lacking),
            *(one.erased.position for one in gone),
            *(int(file.stem) for folder in folders for file in checkpoints_in(folder)),
        ]
        return max(0, max(ends) - size)

    def _set_aside(self, size: int) -> None:
        """Move the checkpoints of events that are lost into a folder of their own."""
        for file in self._files.signed():
            if int(file.stem) > size:
                aside = self._files.checkpoints / _LOST
                aside.mkdir(mode=0o700, exist_ok=True)
                for path in file.parent.glob(f"{file.stem}.*"):
                    path.replace(aside / path.name)

    def _record(self, restored: LogRestored, actor: str) -> None:
        (receipt,) = self._appending.append(
            [Fact(data=restored, source=_SOURCE, id=new_id(), actor=actor)], own=True
        )
        event = decode(receipt.type, self._log.event(receipt.position or 0).state)
        day = self._calendar.day(event.recorded_at)
        # From now on the journal does not hold against this log what it lacks.
        self._journal.write([Line(event.position, receipt.leaf or "", event.stream, day)])


def _rolled_back(lost: int) -> Problem:
    many = f"at least {lost:,} event(s)" if lost else "events"
    return Problem(
        Code.LOG_ROLLED_BACK,
        f"The copy of the log lacks {many} that were recorded after it was made. They would be"
        " lost for good.",
        advice="Look for a newer copy. Where there is none, --accept-loss restores this one: what"
        " was erased since is erased again, and an event records the loss.",
    )


def _unopened(log: Log, vault: Vault, progress: Progress) -> int:
    """Count the boxes that have neither a key nor a tombstone."""
    total = log.head().position
    held = set(vault.key_ids())

    def lacking() -> Iterator[str]:
        for row in log.events():
            progress(row.position, total)
            for box in decode(row.type, row.state).sealed.values():
                if box.key not in held:
                    yield box.key

    keys = list(lacking())
    unerased = vault.unerased(frozenset(keys))
    return sum(key in unerased for key in keys)


def _require_sound(files: Files, settings: Settings, progress: Progress) -> None:
    # Without the anchor: its checkpoints may be of events that are lost.
    own = replace(settings, anchor=None)
    with Log.open(files.log, settings.register) as log:
        found = verify_log(
            log, files, own, policy=None, against=(), authorities=(), boxes=True, progress=progress
        )
    if found.state is State.DAMAGED:
        raise Problem(
            Code.LOG_DAMAGED,
            f"The copy does not verify: {found.log.found + len(found.refused):,} finding(s).",
            advice="Restore another copy; `ropa log verify` tells what is wrong with this one.",
        )
