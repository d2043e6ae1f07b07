"""Which records were found to be one person's.

Read: merging and parting, which stand in both histories. Key: the person's id. It answers: which
records are to be read together with this one, and which events say so.
"""

import msgspec

from ropa.domain.person.events import PersonMerged, PersonParted
from ropa.kernel.fact import Recorded
from ropa.kernel.ids import PersonId
from ropa.kernel.view import Rows, View


class Link(msgspec.Struct, frozen=True, array_like=True):
    """The last word on two records: one person's, or not after all."""

    position: int
    merged: bool


class Aliases(msgspec.Struct, frozen=True, array_like=True):
    """What was last found of a record and others, by the other's id."""

    links: dict[PersonId, Link] = {}


class Group(msgspec.Struct, frozen=True):
    """The records of one person: the one that was asked for first, the others sorted."""

    persons: tuple[PersonId, ...]
    evidence: tuple[int, ...]


def fold(row: Aliases | None, recorded: Recorded[PersonMerged | PersonParted]) -> Aliases:
    """Give what was found of a record after an event."""
    links = row.links if row else {}
    link = Link(recorded.position, isinstance(recorded.data, PersonMerged))
    return Aliases({**links, recorded.data.other: link})


ALIASES: View[Aliases] = View(
    name="aliases",
    version=1,
    reads=(PersonMerged, PersonParted),
    row=Aliases,
    keys=lambda recorded: (recorded.subject or "",),
    fold=fold,
)


def group(rows: Rows, person: PersonId) -> Group:
    """Give all records of the person whose record this is, also over several steps."""
    found, waiting, evidence = {person}, [person], set()
    while waiting:
        row = rows.get(ALIASES, waiting.pop())
        for other, link in row.links.items() if row else ():
            evidence.add(link.position)
            if link.merged and other not in found:
                found.add(other)
                waiting.append(other)
    return Group((person, *sorted(found - {person})), tuple(sorted(evidence)))
