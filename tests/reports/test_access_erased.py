"""What the access report tells of erasures, holds and weighed objections."""

from dataclasses import replace
from datetime import date

from ropa.domain.activity.examples import DECLARED
from ropa.domain.person.events import Carried, DetailsCarried, Objected
from ropa.domain.person.examples import (
    CONTACT_CHANGED,
    ERASURE_DECIDED,
    HOLD_LIFTED,
    HOLD_PLACED,
    OBJECTION_WEIGHED,
    REGISTERED,
)
from ropa.domain.person.forgetting import ErasureCompleted, HoldGround
from ropa.kernel.categories import Category
from ropa.kernel.erasing import ErasureGround, Unit
from ropa.kernel.ids import Channel
from ropa.kernel.opening import Erased
from ropa.reports.access.build import build
from ropa.reports.access.model import Access, Plain, Share, Weighed
from tests.histories import ANNA, BERT, Log, noon
from tests.reports.evidence import assert_evidence

NAME, EMAIL = Category.CONTACT_NAME, Category.CONTACT_EMAIL
CHANGED = replace(CONTACT_CHANGED, activities=("contract",))
DROPPED = replace(
    ERASURE_DECIDED,
    ground=ErasureGround.CATEGORY_DROPPED,
    erased=(Unit(activity="contract"),),
    categories=(EMAIL,),
    withheld=(),
    suppressed=(),
    request=None,
)


def report(log: Log) -> Access:
    return build(log.sources(ANNA))


def contract(log: Log) -> Share:
    return next(share for share in report(log).shares if share.activity == "contract")


def customer() -> Log:
    log = Log()
    log.add(DECLARED)
    log.add(REGISTERED, ANNA)
    log.add(CHANGED, ANNA, {"contract": {NAME: "Anna", EMAIL: "anna@x"}})
    return log


def dropped() -> Log:
    """Give a log in which contract dropped the address: the name was carried over."""
    log = customer()
    log.add(DROPPED, ANNA)
    carried = DetailsCarried(
        origin="contract", target="contract", values=(Carried(category=NAME, position=3),)
    )
    log.add(carried, ANNA, {"contract": {NAME: "Anna"}})
    log.boxes[3, "contract"] = Erased(4, ErasureGround.CATEGORY_DROPPED, date(2026, 1, 4))
    return log


def test_of_a_dropped_category_alone_it_is_told_that_it_was_erased() -> None:
    log = dropped()
    email, name = contract(log).items
    assert (email.category, type(email.value.value)) == (EMAIL, Erased)
    assert (name.category, name.value.value) == (NAME, Plain("Anna"))
    assert report(log).summary.values.value == 1


def test_what_was_carried_over_is_told_as_it_was_given() -> None:
    first, name = contract(customer()).items[1], contract(dropped()).items[1]
    assert name.value.evidence == (3, 5)
    told = ("source", "channel", "type", "occurred_at", "recorded_at")
    assert [getattr(name, one) for one in told] == [getattr(first, one) for one in told]
    assert (name.kept.value, name.ended.value) == (first.kept.value, None)


def test_what_was_carried_over_twice_is_told_once() -> None:
    log = dropped()
    again = DetailsCarried(
        origin="contract", target="contract", values=(Carried(category=NAME, position=5),)
    )
    log.add(again, ANNA, {"contract": {NAME: "Anna"}})
    _, name = contract(log).items
    assert (name.position, name.channel) == (6, CHANGED.channel)
    del log.boxes[3, "contract"]  # what a box answers does not follow from the log of a test
    assert_evidence(log.without(4), report)


def test_an_erasure_is_told_with_what_is_kept_and_whether_it_is_over() -> None:
    log = customer()
    decided = log.add(ERASURE_DECIDED, ANNA)
    log.add(ERASURE_DECIDED, BERT)
    (pending,) = report(log).erasures
    assert (pending.position, pending.ground) == (decided, ErasureGround.REQUESTED)
    assert pending.withheld == ERASURE_DECIDED.withheld
    assert pending.completed.value is None
    completed = log.add(ErasureCompleted(decision=decided), ANNA)
    (done,) = report(log).erasures
    assert done.completed.value == noon(completed)
    assert done.completed.evidence == (decided, completed)
    assert_evidence(log, report)


def test_a_hold_is_told_while_it_stands() -> None:
    log = customer()
    assert contract(log).hold.value is None
    log.add(HOLD_PLACED, ANNA)
    assert contract(log).hold.value is HoldGround.DISPUTE
    log.add(HOLD_LIFTED, ANNA)
    assert contract(log).hold.value is None
    assert_evidence(log, report)


def test_an_objection_that_was_overridden_is_told_as_such() -> None:
    log = customer()
    objected = log.add(Objected(activity="contract", channel=Channel.PHONE), ANNA)
    assert contract(log).objected.value == noon(objected)
    weighed = log.add(replace(OBJECTION_WEIGHED, activity="contract"), ANNA)
    share = contract(log)
    assert share.objected.value is None
    assert share.weighed.value == Weighed(
        at=noon(weighed), outcome=OBJECTION_WEIGHED.outcome, ground=OBJECTION_WEIGHED.ground
    )
    assert_evidence(log, report)
    log.add(Objected(activity="contract", channel=Channel.PHONE), ANNA)
    assert contract(log).objected.value is not None
    assert_evidence(log, report)
