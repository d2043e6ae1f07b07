"""The policy: the register's own entries as decisions look at them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from ropa.domain.activity.decider import ActivityState, policy
from ropa.domain.notice.decider import NoticeState
from ropa.domain.recipient.decider import RecipientState
from ropa.kernel.decider import Context

REGISTER_NOUNS = frozenset({"controller", "activity", "recipient", "notice"})
"""The nouns whose entries are few, and looked at by every decision."""


def noun_of(stream: str) -> str:
    """Give the noun whose decider answers for a stream."""
    noun = stream.partition("/")[0]
    return "person" if noun == "lookup" else noun


def context_of(states: Iterable[Any]) -> Context:
    """Give what decisions may look at, from the states of the register's own entries."""
    activities = {}
    recipients = set()
    wordings: dict[Any, date] = {}
    for state in states:
        match state:
            case ActivityState():
                if (found := policy(state)) is not None:
                    activities[found.activity] = found
            case RecipientState(declared=declared) if declared is not None:
                # A retired one too: a disclosure made before that may be told of late.
                recipients.add(declared.recipient)
            case NoticeState():
                wordings |= {
                    (published.notice, version, language): published.effective
                    for (version, language), published in state.published.items()
                }
            case _:
                pass
    return Context(activities=activities, recipients=frozenset(recipients), wordings=wordings)
