"""What each view answers."""

from ropa.domain.activity.events import ActivityAmended
from ropa.domain.activity.examples import AMENDED, DECLARED, RETIRED
from ropa.domain.notice.examples import PUBLISHED
from ropa.domain.person.events import Carried, ContactChanged, DetailsCarried, MergeGround
from ropa.domain.person.examples import (
    CONSENT_GIVEN,
    CONSENT_WITHDRAWN,
    DISCLOSED,
    REGISTERED,
)
from ropa.domain.person.state import has_basis
from ropa.domain.request import examples as request
from ropa.domain.staff.examples import LEFT, ROLES_CHANGED
from ropa.domain.staff.examples import REGISTERED as EMPLOYED
from ropa.kernel.categories import Category
from ropa.kernel.ids import Channel, Language, Role
from ropa.views.aliases import Group, group
from ropa.views.disclosures import DISCLOSURES, pair
from ropa.views.people import PEOPLE
from ropa.views.register import REGISTER, activities, wording
from ropa.views.requests import REQUESTS
from tests.given import SHOP
from tests.histories import ANNA, BERT, EVA, Log, log, merged, noon, parted

NAME, EMAIL = Category.CONTACT_NAME, Category.CONTACT_EMAIL
CLAES = "2b5c7f0e-1f44-4d7a-8f0e-8f3f0d1c2b3a"


def changed(*activities: str, removed: tuple[Category, ...] = ()) -> ContactChanged:
    return ContactChanged(channel=Channel.E_MAIL, activities=activities, removed=removed)


def test_an_entry_knows_the_event_behind_each_field() -> None:
    made = log([(DECLARED,), (AMENDED,), (ActivityAmended(activity="contract", reason="x"),)])
    ((entry, declared),) = activities(made.rows())
    assert declared.categories == AMENDED.categories
    assert declared.reason == DECLARED.reason
    assert entry.behind("title") == (1,)
    assert entry.behind("categories") == (1, 2)
    assert [change.reason for change in entry.changes] == [DECLARED.reason, AMENDED.reason, "x"]
    assert entry.change(2).fields == ("activity", "categories", "review_due")
    assert entry.retired is None


def test_a_retired_activity_stays_and_knows_its_end() -> None:
    ((entry, _),) = activities(log([(DECLARED,), (RETIRED,)]).rows())
    assert entry.retired == 2
    assert entry.last_change().reason == RETIRED.reason


def test_a_wording_is_found_by_version_and_language() -> None:
    entry = log([(PUBLISHED,)]).rows().get(REGISTER, "notice/newsletter-wording")
    found = wording(entry, "2026-01", Language.SV)
    assert found is not None
    assert found.notice == PUBLISHED
    assert wording(entry, "2026-01", Language.EN) is None
    assert wording(entry, "2026-02", Language.SV) is None
    assert wording(None, "2026-01", Language.SV) is None


def test_a_member_of_staff_has_the_last_roles_and_none_after_leaving() -> None:
    made = log([(EMPLOYED, EVA), (ROLES_CHANGED, EVA), (LEFT, EVA)])
    rows = [made.rows(upto).get(REGISTER, f"staff/{EVA}") for upto in (1, 2, 3)]
    assert [row.staff.roles for row in rows if row and row.staff] == [
        (Role.SUPPORT,), (Role.SUPPORT, Role.BILLING), (),
    ]  # fmt: skip


def test_the_latest_value_is_the_one_that_occurred_last() -> None:
    made = Log()
    made.add(changed("contract"), ANNA, {"contract": {EMAIL: "new"}}, day=9)
    made.add(changed("contract"), ANNA, {"contract": {EMAIL: "late", NAME: "Anna"}}, day=3)
    row = made.rows().get(PEOPLE, ANNA)
    assert row is not None
    assert row.parts["contract"].current() == {EMAIL: 1, NAME: 2}


def test_a_value_older_than_its_removal_stays_removed_though_it_comes_in_later() -> None:
    made = Log()
    made.add(changed("contract", removed=(EMAIL,)), ANNA, day=9)
    made.add(changed("contract"), ANNA, {"contract": {EMAIL: "late"}}, day=3)
    row = made.rows().get(PEOPLE, ANNA)
    assert row is not None
    assert row.parts["contract"].current() == {}
    assert row.parts["contract"].held[EMAIL].position == 2  # it has been there all the same


def test_a_carried_value_is_as_old_as_what_it_was_copied_from() -> None:
    made = Log()
    made.add(changed("contract"), ANNA, {"contract": {EMAIL: "old"}}, day=2)
    carried = DetailsCarried(
        origin="contract", target="marketing", values=(Carried(category=EMAIL, position=1),)
    )
    made.add(carried, ANNA, {"marketing": {EMAIL: "old"}}, day=9)
    made.add(changed("marketing"), ANNA, {"marketing": {EMAIL: "own"}}, day=5)
    row = made.rows().get(PEOPLE, ANNA)
    assert row is not None
    assert row.parts["marketing"].current() == {EMAIL: 3}


def test_doubt_means_no_consent() -> None:
    made = Log()
    made.add(CONSENT_GIVEN, ANNA, day=5)
    made.add(CONSENT_WITHDRAWN, ANNA, day=5)
    row = made.rows().get(PEOPLE, ANNA)
    assert row is not None
    state = row.parts["marketing"].state("marketing")
    assert not has_basis(state, SHOP.activities["marketing"])


def test_disclosures_are_counted_by_person_recipient_and_activity() -> None:
    made = log([(REGISTERED, ANNA), (DISCLOSED, ANNA), (DISCLOSED, BERT), (DISCLOSED, ANNA)])
    rows = made.rows()
    wanted = pair(DISCLOSED.recipient, DISCLOSED.activity)
    found = {row.person: row for _, row in rows.where(DISCLOSURES, pair=wanted)}
    assert {person: row.count for person, row in found.items()} == {ANNA: 2, BERT: 1}
    assert (found[ANNA].first.position, found[ANNA].last.position) == (2, 4)
    assert [row for _, row in rows.where(DISCLOSURES, person=BERT)] == [found[BERT]]


def test_a_request_is_found_by_the_person_who_it_turns_out_to_be() -> None:
    made = log([(request.RECEIVED, None), (request.IDENTITY_CONFIRMED, None)])
    assert not list(made.rows(1).where(REQUESTS, person=ANNA))
    ((key, row),) = made.rows().where(REQUESTS, person=ANNA, open=1)
    assert key == request.REQUEST
    assert row.received.at == noon(1)
    assert row.person_by == 2
    assert row.positions == (1, 2)


def test_records_are_joined_over_several_steps_until_they_are_parted() -> None:
    ground = MergeGround.SAME_ACCOUNT
    both = [*merged(ANNA, BERT, ground), *merged(BERT, CLAES, ground)]
    assert group(log(both).rows(), ANNA) == Group((ANNA, CLAES, BERT), (1, 2, 3, 4))
    apart = log([*both, *parted(ANNA, BERT)])
    assert group(apart.rows(), ANNA) == Group((ANNA,), (5,))
    assert group(apart.rows(), CLAES).persons == (CLAES, BERT)
    assert group(apart.rows(), EVA) == Group((EVA,), ())
