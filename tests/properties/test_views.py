"""The views of a real register: live, rebuilt and in memory the same; as-of is the prefix."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ropa.app import Moment, Register
from ropa.kernel.view import Rows
from ropa.views.registry import VIEWS
from tests.given import SHOP, Told, moment
from tests.properties.trial import UNSHRUNK, Trial, facts_of, shop_policies
from tests.strategies import person_facts

QUIETLY = settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], phases=UNSHRUNK
)

histories = st.lists(person_facts(tuple(sorted(SHOP.activities))), min_size=1, max_size=3)


def everything(rows: Rows) -> dict[str, dict[str, Any]]:
    """Give all rows of all views, by name and key."""
    return {view.name: dict(rows.all(view)) for view in VIEWS}


@given(told=histories)
@QUIETLY
def test_live_is_rebuilt_is_memory(tmp_path: Path, told: list[list[Told]]) -> None:
    with Trial(tmp_path) as trial:
        trial.declare(shop_policies())
        for person, history in enumerate(told):
            for fact in facts_of(person, history):
                trial.tell(fact)
            trial.register.rows()
        live = everything(trial.register.rows())
        assert live["people"]
        assert live == everything(trial.register.rows(Moment(at=trial.register.head)))
        assert list(trial.register.check_views()) == []
        trial.register.close()
        trial.register.files.views.unlink()
        with Register.open(trial.directory) as register:
            assert everything(register.rows()) == live


@given(told=histories)
@QUIETLY
def test_as_of_is_what_was_known_then(tmp_path: Path, told: list[list[Told]]) -> None:
    with Trial(tmp_path) as trial:
        trial.declare(shop_policies())
        now = moment(1001)
        known = {}
        days = {}
        with Register.open(trial.directory, clock=lambda: now) as register:
            trial.register = register
            for person, history in enumerate(told):
                for fact in facts_of(person, history):
                    trial.tell(fact)
                known[register.head] = days[now.date()] = everything(register.rows())
                now += timedelta(days=1)
            for position, rows in known.items():
                assert everything(register.rows(Moment(at=position))) == rows
            for day, rows in days.items():
                assert everything(register.rows(Moment(as_of=day))) == rows


@given(told=histories, last=st.integers(1, 6))
@QUIETLY
def test_valid_at_leaves_out_what_happened_later(
    tmp_path: Path, told: list[list[Told]], last: int
) -> None:
    with Trial(tmp_path) as trial:
        trial.declare(shop_policies())
        for person, history in enumerate(told):
            for fact in facts_of(person, history):
                trial.tell(fact)
        asked = Moment(valid_at=moment(last).date())
        end = moment(last)
        for row in everything(trial.register.rows(asked))["consents"].values():
            assert all(act.occurred_at <= end for acts in row.acts.values() for act in acts)
