"""The write path: facts decided, sealed and recorded, a batch at a time."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from threading import Lock
from typing import Any, NamedTuple

import msgspec

from ropa.app.batch import TOLERANCE, Batch, History
from ropa.app.policy import REGISTER_NOUNS, context_of
from ropa.app.proposing import Proposal, propose
from ropa.app.receipt import Receipt, Status
from ropa.catalogue import NOUNS, decode
from ropa.kernel.clock import Clock
from ropa.kernel.deadline import Calendar
from ropa.kernel.decider import Context
from ropa.kernel.fact import Fact, Recorded
from ropa.kernel.problem import Code, Problem, Where
from ropa.log import Head, Log, Seen, Writing
from ropa.vault import Vault

_KEPT_HISTORIES = 4_096


class _Known(NamedTuple):
    """What is known of the log as it was at a position."""

    position: int
    context: Context
    histories: dict[str, History]


class Appending:
    """The one way into the log; shared by the threads of a process."""

    def __init__(self, log: Log, vault: Vault, clock: Clock, calendar: Calendar) -> None:
        self._log = log
        self._vault = vault
        self._clock = clock
        self._calendar = calendar
        self._lock = Lock()
        self._known = _Known(-1, Context(), {})

    def append(self, facts: Sequence[Fact[Any]], *, own: bool = False) -> list[Receipt]:
        """Record facts: all of them, or none.

        Args:
            facts: The facts, in the order in which they are to be recorded.
            own: Whether the register itself has them to record, and no application.

        Returns:
            A receipt for each fact, in the same order.

        Raises:
            Problem: One of them is refused, and with it the whole batch; `where.line` is its place
                among the facts, from 1.
        """
        with _collector_at_rest():
            return self._append(facts, own=own)

    def _append(self, facts: Sequence[Fact[Any]], *, own: bool) -> list[Receipt]:
        proposals = [
            _numbered(propose, number, fact, own=own) for number, fact in enumerate(facts, 1)
        ]
        if not proposals:
            return []
        contents = [self._vault.content_digest(proposal.content) for proposal in proposals]
        with self._lock:
            # The log's lock comes first and its commit last: a key that is minted and synced and
            # then not used is swept, an event whose key is lost could never be opened.
            with self._log.writing() as writing:
                batch, receipts = self._decide(proposals, contents, writing)
                leaves = writing.append(batch.entries, list(batch.seen.values()))
                writing.finish(batch.finished)
            self._keep(batch)
        return [
            msgspec.structs.replace(receipt, leaf=leaves[receipt.position - batch.start].hex())
            if receipt.leaf is None and receipt.position is not None
            else receipt
            for receipt in receipts
        ]

    def _decide(
        self, proposals: Sequence[Proposal], contents: Sequence[bytes], writing: Writing
    ) -> tuple[Batch, list[Receipt]]:
        head = writing.head()
        self._refresh(writing, head)
        now = self._now(head)
        seen = writing.seen([(proposal.source, proposal.id) for proposal in proposals])
        with self._vault.sealing() as sealing:
            batch = Batch(
                writing=writing,
                head=head,
                sealing=sealing,
                now=now,
                context=self._known.context,
                histories=self._known.histories,
            )

            def decide(proposal: Proposal, content: bytes) -> Receipt:
                key = (proposal.source, proposal.id)
                first = seen.get(key) or batch.seen.get(key)
                if first is None:
                    return batch.add(proposal, content)
                return _repeated(proposal, content, first, batch, writing)

            receipts = [
                _numbered(decide, number, proposal, content)
                for number, (proposal, content) in enumerate(
                    zip(proposals, contents, strict=True), 1
                )
            ]
        return batch, receipts

    def _now(self, head: Head) -> datetime:
        now = self._clock()
        last = head.recorded_at
        if last is None or now >= last:
            return now
        if last - now > TOLERANCE:
            raise Problem(
                Code.CLOCK_BEHIND,
                "This machine's clock is more than five minutes behind the last recorded event.",
                advice="Set the clock right; nothing can be recorded before.",
            )
        return last

    def _refresh(self, writing: Writing, head: Head) -> None:
        """Forget what is known where another process has appended since."""
        if head.position == self._known.position:
            return
        histories: dict[str, History] = {}
        for noun in sorted(REGISTER_NOUNS):
            decider = NOUNS[noun].decider
            for row in writing.streams(noun):
                recorded = decode(row.type, row.state)
                before = histories.get(recorded.stream, History(0, decider.initial))
                state = decider.evolve(before.state, recorded)
                histories[recorded.stream] = History(recorded.version, state)
        context = replace(
            context_of(history.state for history in histories.values()), calendar=self._calendar
        )
        self._known = _Known(head.position, context, histories)

    def _keep(self, batch: Batch) -> None:
        histories = self._known.histories
        histories.update(batch.histories)
        if len(histories) > _KEPT_HISTORIES:
            # Entries of the register are always needed, and are read anew with the next batch.
            self._known = _Known(-1, Context(), {})
            return
        position = batch.start + len(batch.entries) - 1
        self._known = _Known(position, batch.context, histories)


def _repeated(
    proposal: Proposal, content: bytes, first: Seen, batch: Batch, writing: Writing
) -> Receipt:
    """Give the first receipt of a fact that has come before."""
    if first.digest is not None and first.digest != content:
        raise Problem(
            Code.ID_REUSED,
            "The source has sent another event with this id before.",
            advice="Give each event an id of its own; a retry repeats the event unchanged.",
            where=Where(field="id"),
        )
    status = Status.REPEATED if first.digest is not None else Status.ERASED
    if first.position is None:
        return Receipt(
            status=status,
            source=proposal.source,
            id=proposal.id,
            type=proposal.kind.name,
            stream=proposal.kind.noun,
        )
    recorded = batch.recorded(first.position)
    leaf = writing.leaf(first.position).hex() if first.position < batch.start else None
    return Receipt(
        status=status,
        source=proposal.source,
        id=proposal.id,
        position=first.position,
        leaf=leaf,
        type=recorded.type,
        stream=recorded.stream,
        version=recorded.version,
        subject=recorded.subject,
        skipped=skipped_by(recorded),
        consequences=tuple(range(first.position + 1, first.position + first.count)),
    )


def skipped_by(recorded: Recorded[Any]) -> tuple[str, ...]:
    """Give the activities that an event names without having anything sealed for them."""
    if not recorded.sealed:
        return ()
    return tuple(name for name in recorded.data.activities if name not in recorded.sealed)


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Keep the garbage collector still while a batch is made.

    A batch makes many objects and no cycles; to look through them again and again took a fifth of
    the time.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _numbered(work: Any, number: int, *arguments: Any, **options: Any) -> Any:
    try:
        return work(*arguments, **options)
    except Problem as problem:
        raise problem.at(line=number) from None
