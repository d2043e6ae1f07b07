"""The one rule of sealing, through the real way in: declared, and named, and with a live basis."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings

from ropa.app import Receipt
from ropa.domain.person.events import (
    AccountingRecordFiled,
    ActivityEnded,
    ActivityStarted,
    ConsentGiven,
    ConsentWithdrawn,
    ContactChanged,
    DetailsCarried,
    Objected,
    PersonRegistered,
)
from ropa.kernel.categories import Category
from ropa.kernel.decider import ActivityPolicy
from ropa.kernel.fact import Recorded, values_of
from ropa.kernel.law import Duty, LegalBasis
from ropa.kernel.opening import NotPermitted, Values
from ropa.kernel.problem import Code
from ropa.vault import Vault, root_key
from tests.given import Told
from tests.properties.trial import NAMES, UNSHRUNK, Trial, facts_of
from tests.strategies import person_facts, policies

REFUSALS = {
    Code.NO_ACTIVITY_FOR_VALUE,
    Code.UNKNOWN_ACTIVITY,
    Code.RETIRED,
    Code.PERSONAL_VALUE_IN_CLEAR,
}
"""Why a fact with values may be refused."""
OPEN_TO_OBJECTION = {LegalBasis.PUBLIC_TASK, LegalBasis.LEGITIMATE_INTEREST}

Boxes = dict[tuple[int, str], dict[str, Any]]
"""What lies in the boxes: values by category, by position and activity."""


class Person:
    """What has been told of a person and taken in: which activities have a basis, by the law."""

    def __init__(self) -> None:
        self._days: dict[tuple[type, str, LegalBasis | None], int] = {}

    def take(self, told: Told) -> None:
        data = told.data
        if isinstance(
            data, ActivityStarted | ActivityEnded | ConsentGiven | ConsentWithdrawn | Objected
        ):
            key = (type(data), data.activity, getattr(data, "basis", None))
            self._days[key] = max(self._days.get(key, 0), told.day or 0)

    def _last(self, kind: type, policy: ActivityPolicy, basis: LegalBasis | None = None) -> int:
        return self._days.get((kind, policy.activity, basis), 0)

    def has_basis(self, policy: ActivityPolicy) -> bool:
        return any(
            self._rests_on(policy, entry.basis) for entry in policy.bases if entry.duty is None
        )

    def _rests_on(self, policy: ActivityPolicy, basis: LegalBasis) -> bool:
        objected = self._last(Objected, policy)
        withdrawn = self._last(ConsentWithdrawn, policy)
        if basis is LegalBasis.CONSENT:
            return self._last(ConsentGiven, policy) > max(objected, withdrawn)
        if objected and (policy.direct_marketing or basis in OPEN_TO_OBJECTION):
            return False
        ends = self._last(ActivityEnded, policy), withdrawn if policy.direct_marketing else 0
        return self._last(ActivityStarted, policy, basis) > max(ends)


def _expected(
    told: Told, person: Person, declared: Mapping[str, ActivityPolicy]
) -> dict[str, dict[str, Any]] | None:
    """Give what each activity must get of a fact; None where the fact must be refused."""
    values = _plain(values_of(told.personal))
    named = [declared.get(name) for name in told.data.activities]
    filed = isinstance(told.data, AccountingRecordFiled)
    boxes = {}
    for policy in named:
        if policy is None or policy.retired:
            return None
        live = (
            any(entry.duty is Duty.ACCOUNTING for entry in policy.bases)
            if filed
            else person.has_basis(policy)
        )
        if live and (sealed := {c: v for c, v in values.items() if c in policy.categories}):
            boxes[policy.activity] = sealed
    if any(all(category not in box for box in boxes.values()) for category in values):
        return None
    return boxes


def _plain(values: Mapping[Category, Any]) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(values))
    return found


@given(declared=policies(NAMES), history=person_facts(NAMES))
@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], phases=UNSHRUNK
)
def test_each_key_finds_exactly_declared_and_named_and_with_basis(
    tmp_path: Path, declared: dict[str, ActivityPolicy], history: list[Told]
) -> None:
    person, expected = Person(), Boxes()
    with Trial(tmp_path) as trial:
        trial.declare(declared.values())
        for told, fact in zip(history, facts_of(0, history), strict=True):
            carries = isinstance(told.data, ContactChanged | AccountingRecordFiled)
            boxes = _expected(told, person, declared) if carries and told.personal else {}
            answer = trial.tell(fact)
            if isinstance(answer, Receipt):
                assert boxes is not None, "taken in, though a value has no activity"
                person.take(told)
                if answer.position is not None and not isinstance(told.data, PersonRegistered):
                    expected |= {(answer.position, name): box for name, box in boxes.items()}
            elif boxes:
                assert answer.code is Code.PERSONAL_VALUE_IN_CLEAR, answer
            elif boxes is None:
                assert answer.code in REFUSALS
        events = [event for event in trial.events() if event.type != "person.registered.v1"]
        found = _opened(trial, events, declared)
        carried = {
            event.position: event for event in events if isinstance(event.data, DetailsCarried)
        }
        assert {key: box for key, box in found.items() if key[0] not in carried} == expected
        for event in carried.values():
            _require_carried(event, found, declared)


def _opened(trial: Trial, events: Iterable[Recorded[Any]], names: Iterable[str]) -> Boxes:
    """Open every box with the key of each activity alone."""
    files, register_id = trial.register.files, trial.register.settings.register
    with Vault.open(files.vault, register_id, root_key(files.vault, {})) as vault:
        keys = {name: vault.export_activity_key(name) for name in names}
    found = {}
    for holder, key in keys.items():
        with Vault.open_reader(files.vault, register_id, {holder: key}) as reader:
            for event in events:
                stored = trial.register._log.boxes([event.position])
                for activity, box in event.sealed.items():
                    answer = reader.open_box(
                        box,
                        stored[event.position, activity],
                        owner=event.subject or "",
                        activity=activity,
                        source=event.source,
                        event=event.id,
                    )
                    if activity != holder:
                        assert isinstance(answer, NotPermitted)
                        continue
                    assert isinstance(answer, Values)
                    found[event.position, activity] = _plain(answer.values)
                    assert sorted(answer.values) == list(box.categories)
    return found


def _require_carried(
    event: Recorded[Any], found: Boxes, declared: Mapping[str, ActivityPolicy]
) -> None:
    """What was carried is what another activity held, as both declare it, and rests on no duty."""
    data = event.data
    origin, target = declared[data.origin], declared[data.target]
    assert all(entry.duty is None for entry in origin.bases)
    assert set(event.sealed) == {data.target}
    copied = {
        item.category: found[item.position, data.origin][item.category] for item in data.values
    }
    assert found[event.position, data.target] == copied
    assert set(copied) <= {str(category) for category in origin.categories & target.categories}
