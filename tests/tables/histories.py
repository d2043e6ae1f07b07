"""Histories of the toy domain, drawn by Hypothesis or long and the same every time."""

import random
from typing import Any

from hypothesis import strategies as st

from tests.tables.toy import Closed, Moved, MovedV1, Noted, Opened

SUBJECTS = ("anna", "bo", "carl", "dora", "eva", "Åke", "a/b")
TAGS = ("food", "rent", "å")

_data = st.one_of(
    st.builds(Opened, branch=st.sampled_from(["north", "south"])),
    st.builds(MovedV1, crowns=st.integers(-5, 5)),
    st.builds(
        Moved,
        ore=st.integers(-500, 500),
        tags=st.lists(st.sampled_from(TAGS), max_size=3).map(tuple),
    ),
    st.builds(Closed),
    st.builds(Noted, length=st.integers(0, 9)),
)
facts = st.lists(st.tuples(st.sampled_from(SUBJECTS), _data), max_size=60)


def long_history(length: int, seed: int = 1) -> list[tuple[str, Any]]:
    """Give a history of many accounts."""
    draw = random.Random(seed)
    accounts = [f"{draw.getrandbits(64):016x}" for _ in range(length // 10 + 1)]
    found: list[tuple[str, Any]] = [
        (account, Opened(branch=draw.choice(["north", "south"]))) for account in accounts
    ]
    while len(found) < length:
        data = draw.choices(
            [
                Moved(ore=draw.randint(-99, 99), tags=tuple(draw.choices(TAGS, k=2))),
                MovedV1(crowns=draw.randint(-9, 9)),
                Noted(length=1),
                Closed(),
            ],
            [60, 20, 15, 5],
        )[0]
        found.append((draw.choice(accounts), data))
    return found[:length]
