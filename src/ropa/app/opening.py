"""Opening: what reports are shown of a box, under the policy of today."""

from collections.abc import Iterable, Mapping

from ropa.app.policy import context_of
from ropa.catalogue import NOUNS, decode
from ropa.kernel.categories import Category
from ropa.kernel.decider import ActivityPolicy
from ropa.kernel.fact import Recorded
from ropa.kernel.ids import ActivityId
from ropa.kernel.opening import Damaged, NotPermitted, Opened, Values
from ropa.log import Log
from ropa.vault import Reader


class Closed:
    """Opens no box: what reports are shown by somebody without keys."""

    def expect(self, positions: Iterable[int]) -> None:
        """Read no box, whatever is about to be opened."""

    def __call__(self, _recorded: Recorded[object], _activity: ActivityId, /) -> Opened:
        """Tell that there is something, and nothing of it."""
        return NotPermitted()


class Opening:
    """Opens boxes for one report; a category that is declared no longer is not shown.

    What is erased, and what may be shown, is always told as of the present, also in a report of a
    past day.
    """

    def __init__(self, log: Log, vault: Reader) -> None:
        self._log = log
        self._vault = vault
        self._policies: Mapping[ActivityId, ActivityPolicy] | None = None
        self._stored: dict[int, dict[ActivityId, bytes]] = {}

    def expect(self, positions: Iterable[int]) -> None:
        """Read the boxes of events that are about to be opened, all at once."""
        wanted = [position for position in positions if position not in self._stored]
        if not wanted:
            return
        for position in wanted:
            self._stored[position] = {}
        for (position, activity), box in self._log.boxes(wanted).items():
            self._stored[position][activity] = box

    def __call__(self, recorded: Recorded[object], activity: ActivityId, /) -> Opened:
        """Open what an event sealed for an activity."""
        box = recorded.sealed.get(activity)
        if box is None:
            return Damaged()
        if recorded.position not in self._stored:
            self.expect((recorded.position,))
        opened = self._vault.open_box(
            box,
            self._stored[recorded.position].get(activity),
            owner=recorded.subject or recorded.stream.partition("/")[2],
            activity=activity,
            source=recorded.source,
            event=recorded.id,
        )
        if not isinstance(opened, Values):
            return opened
        declared = self._declared(activity)
        shown = {name: found for name, found in opened.values.items() if name in declared}
        return Values(shown) if shown else NotPermitted()

    def _declared(self, activity: ActivityId) -> frozenset[Category]:
        if self._policies is None:
            decider = NOUNS["activity"].decider
            states: dict[str, object] = {}
            for row in self._log.streams("activity/"):
                before = states.get(row.stream, decider.initial)
                states[row.stream] = decider.evolve(before, decode(row.type, row.state))
            self._policies = context_of(states.values()).activities
        policy = self._policies.get(activity)
        return policy.categories if policy else frozenset()
