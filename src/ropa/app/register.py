"""The register: the composition root, with the keys of its vault, and its verbs."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from ropa.app.appending import Appending
from ropa.app.bundle.layout import Manifest
from ropa.app.bundle.write import write
from ropa.app.checkpoints import Signed, copy_to, key_of, sign_head
from ropa.app.creating import create
from ropa.app.erasing import Erasing, require_newest
from ropa.app.forgetting import Asked, Disposed, Forgotten, forget, preview
from ropa.app.intake import read_event
from ropa.app.journal import Journal
from ropa.app.opening import Opening
from ropa.app.reading import Parts, Reading, opened, present
from ropa.app.receipt import Receipt
from ropa.app.roles import Look, Scope, name_of, require_role
from ropa.app.sweeping import sweep
from ropa.domain.person.events import (
    LookedUp,
    LookUpPurpose,
    ReportMade,
    RestrictionException,
)
from ropa.domain.staff.events import GivingOutGround, StaffNameGivenOut
from ropa.kernel.clock import Clock
from ropa.kernel.fact import Fact, Number
from ropa.kernel.ids import ActivityId, Role
from ropa.kernel.opening import Opened
from ropa.kernel.progress import Progress, silent
from ropa.proofs.note import sign
from ropa.reports.cell import Head
from ropa.reports.forgetting import Plan
from ropa.vault import Kind, Vault, account, new_root_key, root_key


class Register(Reading):
    """An open register: applications append to it, officers and auditors ask it.

    The threads of one process may share it. A process that was forked opens its own.

    Attributes:
        settings: What `ropa.toml` says.
        files: Where its parts lie.
    """

    def __init__(self, parts: Parts, vault: Vault, closing: ExitStack) -> None:
        """Use `open` or `create`."""
        super().__init__(parts, closing)
        self._vault = vault
        self._appending = Appending(parts.log, vault, parts.clock, self.calendar)
        self._journal = Journal(parts.files.root, parts.settings.anchor)
        self._erasing = Erasing(parts.log, vault, self._appending, self.calendar, self._journal)

    create = staticmethod(create)

    @classmethod
    def open(
        cls,
        directory: str | Path,
        *,
        clock: Clock = present,
        environ: Mapping[str, str] = os.environ,
        progress: Progress = silent,
    ) -> "Register":
        """Open a register.

        Args:
            directory: Its folder.
            clock: Where the time comes from.
            environ: The environment, which may hold the root key in `ROPA_ROOT_KEY`.
            progress: Is told how far a long folding of views is.

        Raises:
            Problem: `not-a-register`, `settings-unreadable`, or what is wrong with log or vault.
        """
        with ExitStack() as closing:
            parts = closing.enter_context(opened(directory, clock, progress))
            root = root_key(parts.files.vault, environ)
            vault = closing.enter_context(
                Vault.open(parts.files.vault, parts.settings.register, root)
            )
            journal = Journal(parts.files.root, parts.settings.anchor)
            require_newest(parts.log, vault, journal)
            register = Register(parts, vault, closing.pop_all())
        try:
            # Before anything is served: what a crash, or an old copy of the keys, left behind.
            register.finish_erasures(progress=progress)
        except BaseException:
            register.close()
            raise
        return register

    # Applications.

    def read_event(self, text: bytes) -> Fact[Any]:
        """Read one event as an application sends it: a CloudEvent in JSON.

        Raises:
            Problem: What is wrong with it, with the field.
        """
        return read_event(text, self.settings.sources)

    def append(self, facts: Sequence[Fact[Any]]) -> list[Receipt]:
        """Record facts: all of them, or none; see `Appending.append`."""
        return self._appending.append(facts)

    # Officers.

    def find(self, number: Number) -> str | None:
        """Give the register's own id of the person whom an application knows by a number."""
        return next(iter(self._known(self._vault.find(Kind.NUMBER, account(number)))), None)

    def find_by(self, kind: Kind, value: str) -> tuple[str, ...]:
        """Give the ids of the persons who have, or had, an e-mail address or telephone number."""
        return tuple(self._known(self._vault.find(kind, value)))

    def _known(self, owners: frozenset[str]) -> Iterator[str]:
        # A crash between vault and log leaves a lookup that leads to nobody.
        return filter(self.is_person, sorted(owners))

    def look_up(
        self,
        person: str,
        *,
        role: Role,
        purpose: LookUpPurpose,
        actor: str,
        exception: RestrictionException | None = None,
    ) -> Look:
        """Record that somebody looks a person up, and give what their role may see.

        Args:
            person: Whom they look up.
            role: In which role.
            purpose: Why; it stands in the person's access report.
            actor: Who looks: a member of staff's id, or a program's name.
            exception: Why restricted values are shown too (Art. 18(2)); without one they are not.

        Raises:
            Problem: `not-permitted` where the member of staff does not have the role.
        """
        rows = self.rows()
        require_role(rows, actor, role)
        scope = Scope(rows, person, role, exception)
        looked_up = LookedUp(
            role=role, purpose=purpose, activities=scope.open(), exception=scope.exception
        )
        fact = Fact(data=looked_up, subject=person, source="look-ups", actor=actor)
        (receipt,) = self.append([fact])
        with self.opening(scope.open()) as fresh, self.asking(person=person) as sources:
            held = tuple(scope.shown(sources, fresh()))
        return Look(receipt, held, scope.others)

    @contextmanager
    def opening(self, activities: Iterable[ActivityId]) -> Iterator[Callable[[], Opening]]:
        """Give what opens the boxes of these activities and of no others.

        Who looks records it first. Each opening keeps the boxes that it has read; a new one has
        read none.
        """
        keys = {name: self._vault.export_activity_key(name) for name in activities}
        with Vault.open_reader(self.files.vault, self.settings.register, keys) as reader:
            yield lambda: Opening(self._log, reader)

    def give_out_name(
        self, member: str, *, request: str, ground: GivingOutGround, actor: str
    ) -> Opened:
        """Record that a member of staff's name is given out, and then open it (C-579/21).

        Args:
            member: Whose name.
            request: The request of the person who is told.
            ground: Why the interest of the member of staff yields.
            actor: Who decided on it.

        Raises:
            Problem: `not-permitted` where it is a member of staff who is no officer;
                `unknown-staff`, `unknown-request`, or `erased`.
        """
        require_role(self.rows(), actor, Role.OFFICER)
        given_out = StaffNameGivenOut(request=request, ground=ground)
        self.append([Fact(data=given_out, subject=member, source="names", actor=actor)])
        with self.asking() as sources:
            return name_of(sources, member)

    def hand_out(self, model: Any, text: str | bytes, *, person: str, actor: str) -> Receipt:
        """Record that a paper about a person was made (Art. 15(3)), by the hash of its bytes.

        The paper carries a random number that the log does not hold, so that nobody can find out
        from the hash what stands in it.

        Args:
            model: What it was made from.
            text: The paper as it is handed out; text is handed out in UTF-8.
            person: Whom it is about.
            actor: Who made it.

        Raises:
            Problem: `not-permitted` where it is a member of staff who is no officer.
        """
        require_role(self.rows(), actor, Role.OFFICER)
        head: Head = model.head
        made = ReportMade(
            report=head.report,
            language=head.language,
            sha256=sha256(text.encode() if isinstance(text, str) else text).hexdigest(),
            as_of=head.as_of.position,
        )
        return self.append([Fact(data=made, subject=person, source="papers", actor=actor)])[0]

    def preview_erasure(self, asked: Asked) -> tuple[Plan, ...]:
        """Give what an erasure would do with each record of a person; see `preview`."""
        return preview(self, self.calendar, asked)

    def erase(self, asked: Asked, *, actor: str) -> Forgotten:
        """Decide on an erasure and carry it out; see `forget`."""
        return forget(self, self.calendar, self._appending, self._erasing, asked, actor=actor)

    def dispose(self, facts: Sequence[Fact[Any]], *, progress: Progress = silent) -> Disposed:
        """Record decisions on erasures, all or none, and carry them out.

        Args:
            facts: The decisions, and the carryings of what stays where a category was dropped.
            progress: Is told how far it is.

        Raises:
            Problem: A decision is refused; nothing is recorded then.
        """
        receipts = self._appending.append(facts, own=True)
        return Disposed(tuple(receipts), self.finish_erasures(progress=progress))

    def finish_erasures(self, *, progress: Progress = silent) -> bool:
        """Carry out what was decided to be erased; False where a reader holds bytes of it."""
        return self._erasing.finish(progress)

    def checkpoint(self) -> Signed:
        """Sign the log as it stands; the checkpoint goes into the anchor's folder too.

        Raises:
            Problem: `log-forked` where the log is not the one that was signed last;
                `file-unreadable` where a checkpoint or its copy cannot be written.
        """
        made = sign_head(self._log, self._vault, self.files, self.settings.register)
        if self.settings.anchor is not None:
            copy_to(self.settings.anchor, self.files)
            self._journal.copy()
        return made

    def bundle(self, out: Path, *, first: int, last: int, progress: Progress = silent) -> Manifest:
        """Write an auditor's bundle; `ropa.app.bundle.write` says of what and how.

        Where no checkpoint covers the range yet, one is signed first.
        """
        if 1 <= first <= last <= self.head and self.covering(last) is None:
            self.checkpoint()
        key = key_of(self.settings.register, self._vault.public_key)
        return write(
            self,
            out,
            first=first,
            last=last,
            sign=lambda text: sign(text, key, self._vault.sign),
            tombstone=self._vault.tombstone,
            progress=progress,
        )

    def rotate_root(self, environ: Mapping[str, str] = os.environ) -> None:
        """Change the root key: that in its file for a new one, or that of the environment.

        Args:
            environ: The environment; where `ROPA_ROOT_KEY` in it is the root key, the new one is
                `ROPA_NEW_ROOT_KEY`.

        Raises:
            Problem: `root-key-missing` or `root-key-unreadable`; `usage` where the new one is the
                old one; `log-busy` where another process uses the vault: it is to be tried again.
        """
        self._vault.rotate_root(new_root_key(environ))

    def rotate_key(self, activity: str) -> None:
        """Change the key of an activity, so that what was given out opens nothing any more.

        Raises:
            Problem: `not-found` where nothing was sealed for it; `log-busy` where another process
                uses the vault: it is to be tried again.
        """
        self._vault.rotate_activity(activity)

    def sweep_keys(self, *, progress: Progress = silent) -> int:
        """Remove the keys that no event uses, which a crash can leave; gives how many."""
        return sweep(self._log, self._vault, progress)

    def _opening(self) -> Opening:
        return Opening(self._log, self._vault)
