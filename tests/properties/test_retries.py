"""Applications send again what they are not sure of: nothing comes of it."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ropa.app import Receipt, Status
from ropa.kernel.fact import Fact
from tests.given import SHOP, Told
from tests.properties.trial import UNSHRUNK, Trial, facts_of, plain, shop_policies
from tests.strategies import person_facts

QUIETLY = settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], phases=UNSHRUNK
)

histories = st.lists(person_facts(tuple(sorted(SHOP.activities))), min_size=1, max_size=3)


@given(told=histories, data=st.data())
@QUIETLY
def test_what_is_sent_twice_in_whatever_batches_is_recorded_once(
    tmp_path: Path, told: list[list[Told]], data: st.DataObject
) -> None:
    with Trial(tmp_path) as once, Trial(tmp_path) as twice:
        for trial in (once, twice):
            trial.declare(shop_policies())
        facts, first = _taken(once, told)
        # Each batch is followed by any batch of what has been sent by then.
        cuts = data.draw(_cuts(len(facts)))
        given_first: dict[tuple[str, str | None], Receipt] = {}
        for start, end in pairwise(cuts):
            batch = facts[start:end]
            again = data.draw(st.lists(st.sampled_from(facts[:end]), max_size=5)) if end else []
            receipts = twice.register.append([*batch, *again])
            for fact, receipt in zip([*batch, *again], receipts, strict=True):
                _same_answer(given_first.setdefault((fact.source, fact.id), receipt), receipt)
        head = twice.register.head
        for start, end in pairwise(data.draw(_cuts(len(facts)))):
            for fact, receipt in zip(
                facts[start:end], twice.register.append(facts[start:end]), strict=True
            ):
                assert receipt.status is Status.REPEATED
                _same_answer(given_first[fact.source, fact.id], receipt)
        assert twice.register.head == head
        assert plain(twice.events()) == plain(once.events())
        assert [receipt.position for receipt in first] == [
            given_first[fact.source, fact.id].position for fact in facts
        ]


def _taken(trial: Trial, told: list[list[Told]]) -> tuple[list[Fact[Any]], list[Receipt]]:
    """Tell a history fact by fact, and give those that are not refused, with their receipts."""
    taken, receipts = [], []
    for fact in (fact for person, one in enumerate(told) for fact in facts_of(person, one)):
        answer = trial.tell(fact)
        if isinstance(answer, Receipt):
            taken.append(fact)
            receipts.append(answer)
    return taken, receipts


def _same_answer(first: Receipt, again: Receipt) -> None:
    """A repeat gets the first receipt; where nothing was recorded it names no history."""
    if first is again:
        return
    assert again.status is Status.REPEATED
    told: dict[str, Any] = {"status": first.status}
    if first.position is None:
        told |= {"stream": first.stream, "subject": first.subject}
    assert msgspec.structs.replace(again, **told) == first


def _cuts(length: int) -> st.SearchStrategy[list[int]]:
    """Give where a list is cut into batches."""
    inner = st.lists(st.integers(0, length), max_size=4).map(sorted)
    return inner.map(lambda places: [0, *places, length])
