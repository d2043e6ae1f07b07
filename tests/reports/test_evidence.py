"""Every cell of every paper knows exactly the events behind it, whatever has happened."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ropa.catalogue import NOUNS
from ropa.domain.activity import examples as activity_examples
from ropa.domain.activity.events import (
    ActivityAmended,
    ActivityDeclared,
    ActivityRetired,
    ActivityReviewed,
)
from ropa.domain.breach.events import (
    AuthorityNotified,
    BreachAssessed,
    BreachClosed,
    BreachDescribed,
    BreachDiscovered,
    PersonsNotTold,
    PersonsTold,
)
from ropa.domain.controller import examples as controller
from ropa.domain.controller.events import ControllerAmended, ControllerDeclared
from ropa.domain.notice.events import NoticePublished
from ropa.domain.person.events import (
    AccountingRecordFiled,
    ActivityEnded,
    ActivityStarted,
    Carried,
    ConsentGiven,
    ConsentWithdrawn,
    ContactChanged,
    DetailsCarried,
    Disclosed,
    LookedUp,
    MergeGround,
    NoticeVersion,
    Objected,
    PersonIdentified,
    PersonMerged,
    PersonParted,
    PersonRegistered,
    ReportMade,
    Restricted,
    RestrictionLifted,
)
from ropa.domain.person.examples import CONSENT_GIVEN, OBJECTED, REPORT_MADE
from ropa.domain.person.forgetting import RecipientInformed
from ropa.domain.recipient.events import RecipientAmended, RecipientDeclared, RecipientRetired
from ropa.domain.request.events import (
    IdentityAsked,
    IdentityConfirmed,
    RequestAnswered,
    RequestDecided,
    RequestExtended,
    RequestReceived,
    RequestRefused,
    RequestWithdrawn,
)
from ropa.domain.staff.events import StaffLeft, StaffRegistered, StaffRolesChanged
from ropa.kernel.categories import Category
from ropa.kernel.fact import fact_type
from ropa.kernel.ids import Channel, Language
from ropa.kernel.law import Basis, LegalBasis
from ropa.reports.cell import Cell
from ropa.reports.registry import REPORTS
from tests.histories import ANNA, BERT, EVA, Log, merged, point
from tests.reports.evidence import assert_evidence
from tests.strategies import events

ACTIVITIES = ("contract", "marketing")
RECIPIENTS = ("parcel-carrier", "pay-service")
REQUEST = "3f0d7c52-8f0e-4c5b-9a55-0d7a3c1b9e21"
CATEGORIES = (Category.CONTACT_NAME, Category.CONTACT_EMAIL)
WORDING = NoticeVersion(notice="wording", version="1")

activity = st.sampled_from(ACTIVITIES)
recipient = st.sampled_from(RECIPIENTS)
recipients = st.lists(recipient, unique=True).map(tuple)
named = st.lists(activity, min_size=1, unique=True).map(tuple)
language = st.sampled_from(Language)

_Telling = tuple[Any, str | None, tuple[Category, ...]]


def about(
    data: SearchStrategy[Any], persons: Sequence[str | None] = (ANNA, ANNA, BERT)
) -> SearchStrategy[_Telling]:
    """Give events with a subject, and the categories of what they seal wherever they name."""
    categories = st.lists(st.sampled_from(CATEGORIES), unique=True).map(tuple)
    return st.tuples(data, st.sampled_from(persons), categories)


REGISTER = st.one_of(
    about(events(ControllerDeclared), [None]),
    about(events(ControllerAmended), [None]),
    about(events(ActivityDeclared, activity=activity, recipients=recipients), [None]),
    about(events(ActivityDeclared, activity=activity, recipients=recipients), [None]),
    about(events(ActivityAmended, activity=activity, recipients=st.none() | recipients), [None]),
    about(events(ActivityRetired, activity=activity), [None]),
    about(events(ActivityReviewed, activity=activity, version=st.integers(1, 4)), [None]),
    about(events(RecipientDeclared, recipient=recipient), [None]),
    about(events(RecipientAmended, recipient=recipient), [None]),
    about(events(RecipientRetired, recipient=recipient), [None]),
    about(
        events(
            NoticePublished,
            notice=st.just("wording"),
            version=st.sampled_from(["1", "2"]),
            language=language,
        ),
        [None],
    ),
    about(events(StaffRegistered), [EVA]),
    about(events(StaffRolesChanged), [EVA]),
    about(events(StaffLeft), [EVA]),
)
DISCLOSED = about(events(Disclosed, activity=activity, recipient=recipient))
CONSENT = st.one_of(
    about(events(ConsentGiven, activity=activity, wording=st.just(WORDING), language=language)),
    about(events(ConsentWithdrawn, activity=activity)),
    about(events(Objected, activity=activity)),
    about(events(ActivityStarted, activity=activity)),
    about(events(ActivityEnded, activity=activity)),
)
removed = st.lists(st.sampled_from(CATEGORIES), max_size=1).map(tuple)
carried = st.lists(
    st.builds(Carried, category=st.sampled_from(CATEGORIES), position=st.integers(1, 12)),
    max_size=2,
).map(tuple)
PERSON = st.one_of(
    CONSENT,
    DISCLOSED,
    about(events(PersonRegistered, activities=named)),
    about(events(PersonIdentified, activities=named)),
    about(events(ContactChanged, activities=named, removed=removed)),
    about(events(ContactChanged, activities=named, removed=removed)),
    about(events(DetailsCarried, origin=activity, target=activity, values=carried)),
    about(events(AccountingRecordFiled, activities=named)),
    about(events(Restricted, activities=named)),
    about(events(RestrictionLifted, activities=named)),
    about(events(RecipientInformed, recipient=recipient, about=st.integers(1, 12))),
    about(events(LookedUp, activities=named)),
    about(events(ReportMade)),
    about(events(RequestReceived, request=st.just(REQUEST), activities=named), [ANNA, None]),
    about(events(IdentityConfirmed, request=st.just(REQUEST), person=st.just(ANNA)), [ANNA, None]),
    about(events(RequestDecided, request=st.just(REQUEST)), [ANNA, None]),
    about(events(RequestAnswered, request=st.just(REQUEST)), [ANNA, None]),
    about(events(RequestWithdrawn, request=st.just(REQUEST)), [ANNA, None]),
    about(events(PersonMerged, other=st.just(BERT)), [ANNA]),
    about(events(PersonMerged, other=st.just(ANNA)), [BERT]),
    about(events(PersonParted, other=st.just(BERT)), [ANNA]),
)

which = st.sampled_from([REQUEST, REQUEST.replace("3", "4")])
asker = st.sampled_from([None, ANNA, BERT])
ASKED = st.one_of(
    about(events(RequestReceived, request=which), [ANNA, None]),
    about(events(RequestReceived, request=which), [ANNA, None]),
    about(events(IdentityConfirmed, request=which, person=asker), [ANNA, None]),
    *(
        about(events(told, request=which), [ANNA, None])
        for told in (
            IdentityAsked,
            RequestExtended,
            RequestDecided,
            RequestAnswered,
            RequestRefused,
            RequestWithdrawn,
        )
    ),
)

affected = st.lists(activity, max_size=1).map(tuple)
case = st.sampled_from(["mix-up", "lost-phone"])
BREACH = st.one_of(
    about(events(BreachDiscovered, breach=case, affected=affected), [None]),
    about(events(BreachDiscovered, breach=case, affected=affected), [None]),
    about(events(BreachDescribed, breach=case), [None]),
    about(events(BreachDescribed, breach=case), [None]),
    *(
        about(events(told, breach=case), [None])
        for told in (BreachAssessed, AuthorityNotified, PersonsTold, PersonsNotTold, BreachClosed)
    ),
)
ACCOUNTS: tuple[Any, ...] = (
    {"facts": "x"},
    {"facts": "x", "effects": "y"},
    {"facts": "z", "effects": "y", "remedy": "w"},
)


@st.composite
def logs(draw: st.DrawFn, *tellings: SearchStrategy[_Telling], size: int = 10) -> Log:
    """Give logs of such events, on few days so that order and coincidence are tried."""
    log = Log()
    for data, subject, categories in draw(st.lists(st.one_of(*tellings), max_size=size)):
        if isinstance(data, RequestReceived) and any(
            isinstance(event.data, RequestReceived) and event.data.request == data.request
            for event in log.events
        ):
            continue  # no request is received twice
        if isinstance(data, BreachDiscovered) and any(
            isinstance(event.data, BreachDiscovered) and event.data.breach == data.breach
            for event in log.events
        ):
            continue  # and no breach discovered
        if isinstance(data, ActivityDeclared | RecipientDeclared) and any(
            isinstance(event.data, ActivityRetired | RecipientRetired)
            and event.stream == fact_type(data).stream_of(data, None)
            for event in log.events
        ):
            continue  # nothing that was given up is declared anew
        if isinstance(data, DetailsCarried):
            sealed = {data.target: {item.category: "carried" for item in data.values}}
        elif isinstance(data, PersonRegistered | PersonIdentified):
            sealed = {one: {Category.IDENTIFIER_ACCOUNT: "10023"} for one in data.activities}
        elif isinstance(data, ContactChanged | AccountingRecordFiled | RequestReceived):
            values = {one: f"{one} {len(log.events)}" for one in categories}
            sealed = {one: values for one in data.activities if values}
        elif isinstance(data, BreachDiscovered | BreachDescribed) and categories:
            account = {Category.INCIDENT_ACCOUNT: draw(st.sampled_from(ACCOUNTS))}
            sealed = {"accountability": account}
        else:
            sealed = {}
        log.add(data, subject, sealed, day=draw(st.integers(1, 5)))
    return log


def paper(name: str, **asked: Any) -> Callable[[Log], Any]:
    """Give what builds a paper from a log."""
    return lambda log: REPORTS[name].build(log.sources(**asked))


def year() -> Log:
    """Give a log in which all that a paper may speak of has happened, twice over."""
    log = Log()
    log.add(controller.DECLARED)
    for noun in ("recipient", "activity", "notice", "controller"):
        for data, _ in NOUNS[noun].examples:
            if type(data) is not ControllerDeclared and type(data) is not ActivityRetired:
                log.add(data)
    log.add(replace(activity_examples.DECLARED, activity="marketing", direct_marketing=True))
    log.add(ActivityAmended(activity="marketing", no_recipients=True, reason="x"))
    log.add(ActivityAmended(activity="contract", recipients=("parcel-carrier",), reason="x"))
    log.add(ActivityAmended(activity="contract", recipients=(), reason="x"))
    for person in (ANNA, BERT, ANNA):
        for data, _ in (*NOUNS["person"].examples, *NOUNS["person"].examples):
            if isinstance(data, PersonMerged | PersonParted):
                continue
            named = data.activities if fact_type(data).personal else ()
            sealed = {one: dict.fromkeys(CATEGORIES, "x") for one in named}
            if isinstance(data, DetailsCarried):
                sealed = {data.target: {one.category: "x" for one in data.values}}
            log.add(data, person, sealed)
    for data, _ in NOUNS["request"].examples:
        log.add(data, None, {"rights": {CATEGORIES[0]: "x"}} if hasattr(data, "channel") else None)
    for data, personal in NOUNS["breach"].examples:
        told = {"accountability": {Category.INCIDENT_ACCOUNT: ACCOUNTS[0]}}
        log.add(data, None, told if personal else None)
    log.add(PersonMerged(other=BERT, ground=MergeGround.SAME_ACCOUNT), ANNA)
    log.add(PersonMerged(other=ANNA, ground=MergeGround.SAME_ACCOUNT), BERT)
    log.add(activity_examples.RETIRED)
    return log


@pytest.mark.parametrize("name", sorted(REPORTS))
def test_after_a_year_in_which_everything_happened(name: str) -> None:
    assert_evidence(year(), paper(name, person=ANNA, since=point(6, 6)))


@pytest.mark.parametrize("name", ["access", "ledger"])
def test_what_a_withdrawal_ends_rests_on_the_register_too(name: str) -> None:
    log = Log()
    log.add(activity_examples.DECLARED)
    log.add(ActivityAmended(activity="contract", direct_marketing=True, reason="x"))
    log.add(ActivityStarted(activity="contract", basis=LegalBasis.CONTRACT), ANNA)
    log.add(ConsentWithdrawn(activity="contract", channel=Channel.E_MAIL), ANNA)
    assert_evidence(log, paper(name, person=ANNA))


def test_what_an_objection_ends_rests_on_it() -> None:
    log = Log()
    bases = (Basis(basis=LegalBasis.CONSENT),)
    log.add(replace(activity_examples.DECLARED, activity="marketing", bases=bases))
    log.add(CONSENT_GIVEN, ANNA)
    log.add(OBJECTED, ANNA)
    assert_evidence(log, paper("ledger"))


def test_a_denial_that_counts_through_a_merger_rests_on_it() -> None:
    log = Log()
    bases = (Basis(basis=LegalBasis.CONSENT),)
    log.add(replace(activity_examples.DECLARED, activity="marketing", bases=bases))
    log.add(CONSENT_GIVEN, ANNA)
    log.add(OBJECTED, BERT)
    for event in merged(ANNA, BERT, MergeGround.SAME_ACCOUNT):
        log.add(*event)
    assert_evidence(log, paper("ledger"))


@given(logs(REGISTER, REGISTER, DISCLOSED))
def test_record_of_processing(log: Log) -> None:
    assert_evidence(log, paper("article30"))


@settings(deadline=None)
@given(logs(REGISTER, PERSON, PERSON, size=12))
def test_access_report(log: Log) -> None:
    assert_evidence(log, paper("access", person=ANNA))


@settings(deadline=None)
@given(logs(REGISTER, PERSON, PERSON, size=12))
def test_file_for_portability(log: Log) -> None:
    assert_evidence(log, paper("portability", person=ANNA))


@given(logs(REGISTER, PERSON, size=8))
def test_history(log: Log) -> None:
    assert_evidence(log, paper("history", person=ANNA))


@given(logs(REGISTER, CONSENT, CONSENT))
def test_consent_ledger(log: Log) -> None:
    assert_evidence(log, paper("ledger"))


@given(logs(REGISTER, ASKED, ASKED, ASKED, ASKED, size=12))
def test_log_of_requests(log: Log) -> None:
    assert_evidence(log, paper("requests"))


@given(logs(REGISTER, BREACH, BREACH, BREACH))
def test_register_of_breaches(log: Log) -> None:
    assert_evidence(log, paper("breaches"))


@pytest.mark.parametrize("since", [0, 3, 6])
@given(log=logs(REGISTER))
def test_difference(since: int, log: Log) -> None:
    assert_evidence(log, paper("difference", since=point(since, since + 1)))


def test_the_law_finds_an_event_that_is_not_owned_to() -> None:
    log = Log()
    log.add(REPORT_MADE, ANNA)
    with pytest.raises(AssertionError):
        assert_evidence(log, lambda one: Cell(value=len(one.events)))


def test_the_law_finds_evidence_that_is_none() -> None:
    log = Log()
    log.add(REPORT_MADE, ANNA)
    with pytest.raises(AssertionError):
        assert_evidence(log, lambda _: Cell(value=0, evidence=(1,)))
