"""A notice's versions: what is recorded, and what has been published."""

from dataclasses import dataclass, field
from hashlib import sha256
from types import MappingProxyType

from ropa.domain.notice.events import NoticeEvent, NoticePublished
from ropa.kernel.decider import Context, Decider, Draft, Proposed
from ropa.kernel.fact import Recorded
from ropa.kernel.ids import Language, Version
from ropa.kernel.problem import Code, Problem, Where


@dataclass(frozen=True, slots=True)
class NoticeState:
    """What has been published of a notice, by version and language."""

    published: MappingProxyType[tuple[Version, Language], NoticePublished] = field(
        default_factory=lambda: MappingProxyType({})
    )


def decide(proposed: Proposed[NoticeEvent], state: NoticeState, _: Context) -> tuple[Draft, ...]:
    """Decide what a fact about a notice records."""
    data = proposed.data
    if data.text is not None and sha256(data.text.encode()).hexdigest() != data.sha256:
        raise Problem(
            Code.MALFORMED_VALUE,
            "The SHA-256 is not that of the text.",
            advice="Take it of the text's bytes in UTF-8.",
            where=Where(field="data.sha256"),
        )
    before = state.published.get((data.version, data.language))
    if before is None:
        return (Draft(data=data),)
    if before == data:
        return ()
    raise Problem(
        Code.ALREADY_EXISTS,
        f"Version {data.version} of the notice {data.notice} was published otherwise before.",
        advice="Publish what has changed as a new version.",
        where=Where(field="data.version"),
    )


def evolve(state: NoticeState, recorded: Recorded[NoticeEvent]) -> NoticeState:
    """Give what has been published after an event."""
    data = recorded.data
    return NoticeState(MappingProxyType({**state.published, (data.version, data.language): data}))


DECIDER: Decider[NoticeState, NoticeEvent] = Decider(
    initial=NoticeState(), decide=decide, evolve=evolve
)
