"""The rules of `ropa check`, each found and each kept quiet."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ropa.cli.founding.activities import SUPPRESSION
from ropa.domain.activity.events import (
    ActivityAmended,
    ActivityDeclared,
    ActivityReviewed,
    Client,
    DataSubjects,
    Retention,
    RetentionStart,
    ReviewOutcome,
)
from ropa.domain.activity.examples import RETIRED
from ropa.domain.controller.events import ControllerAmended, ControllerDeclared
from ropa.domain.notice.events import NoticeKind, NoticePublished
from ropa.domain.notice.examples import PUBLISHED
from ropa.domain.person.events import ContactChanged
from ropa.domain.person.examples import CONSENT_GIVEN, DISCLOSED, ERASURE_DECIDED, RESTRICTED
from ropa.domain.person.forgetting import ErasureCompleted, Informing, RecipientInformed
from ropa.domain.recipient.events import RecipientAmended, RecipientRole, Safeguard, Transfer
from ropa.domain.recipient.examples import DECLARED as CARRIER
from ropa.domain.request.events import RequestErasureCompleted
from ropa.domain.request.examples import ERASURE_DECIDED as REQUEST_ERASURE_DECIDED
from ropa.domain.request.examples import RECEIVED
from ropa.domain.staff.events import StaffRegistered, StaffRolesChanged
from ropa.kernel.categories import Category
from ropa.kernel.ids import Channel, Language, Role
from ropa.kernel.law import Basis, LegalBasis, LocalText
from ropa.render import finding_in_words
from ropa.render.words import catalogue
from ropa.reports.cell import Severity
from ropa.reports.findings import RULES, Checked, Finding, check
from ropa.reports.notice.apart import Apart, Held, Kind
from ropa.tables.memory import Memory
from ropa.views.people import PEOPLE
from ropa.views.register import Published
from tests.histories import ANNA, BERT, EVA, Log

DAY = date(2026, 12, 31)
NOTICE = NoticePublished(
    notice="privacy-policy",
    version="1",
    language=Language.EN,
    kind=NoticeKind.PRIVACY_NOTICE,
    effective=date(2026, 1, 1),
    sha256="0" * 64,
)
TEXT = LocalText(sv="Text", en="Text")
WHOLE = ActivityDeclared(
    activity="contract",
    title=TEXT,
    purposes=(TEXT,),
    bases=(Basis(basis=LegalBasis.CONTRACT, source=TEXT),),
    subjects=("customers",),  # type: ignore[arg-type]
    categories=(Category.CONTACT_NAME,),
    no_recipients=True,
    retention=Retention(start=RetentionStart.RELATION_ENDED, years=3),
    reason="A test",
)
COMPANY = ControllerDeclared(
    name="Exempelbolaget AB",
    country="SE",
    address="Storgatan 1",
    email="x@y.example",
    data_protection_officer_needed=False,
    measures=(TEXT,),
    reason="A test",
)
CHANGED = ContactChanged(channel=Channel.E_MAIL, activities=("contract",))


def whole() -> Log:
    log = Log()
    log.add(COMPANY)
    log.add(WHOLE)
    log.add(CHANGED, ANNA, {"contract": {Category.CONTACT_NAME: "Anna"}})
    return log


def found(rule: str, log: Log, on: date = DAY) -> list[Finding]:
    return list(RULES[rule].check(Checked(rows=log.rows(), on=on)))


def amended(**fields: Any) -> ActivityAmended:
    return ActivityAmended(activity="contract", reason="A test", **fields)


def test_a_whole_register_has_no_findings() -> None:
    log = whole()
    log.add(NOTICE)
    assert list(check(log.rows(), DAY)) == []


def test_no_privacy_notice_is_shown() -> None:
    log = whole()
    log.add(replace(NOTICE, kind=NoticeKind.CONSENT_WORDING))
    log.add(replace(NOTICE, effective=date(2027, 1, 1)))
    (one,) = found("notice-missing", log)
    assert (one.article, one.severity, one.evidence) == ("13", Severity.ERROR, (2,))
    assert found("notice-missing", log, date(2027, 1, 1)) == []
    log.add(amended(subjects=(DataSubjects.STAFF,)))
    assert found("notice-missing", log) == []


def held(log: Log, *apart: Apart, read: bool = True) -> list[Finding]:
    shown = Published(position=4, notice=NOTICE)
    asked = Checked(rows=log.rows(), on=DAY, held=(Held(shown, apart if read else None),))
    return list(RULES["notice-and-register-apart"].check(asked))


def test_where_notice_and_register_part() -> None:
    log = whole()
    log.add(NOTICE)
    position = log.add(amended(retention=Retention(start=RetentionStart.COLLECTED, years=2)))
    of: Any = {"activity": "contract"}
    apart = (
        Apart(kind=Kind.DIFFERS, what="retention", register="2 years", page="1 year", **of),
        Apart(kind=Kind.NOT_FOUND, what="activity", register="Contract", **of),
        Apart(kind=Kind.NOT_FOUND, what="address", register="Storgatan 1"),
        Apart(kind=Kind.NOT_FOUND, what="rights", register="Object"),
        Apart(kind=Kind.NOT_IN_REGISTER, what="cookies", page="_fbp"),
    )
    told = held(log, *apart)
    assert [(one.article, one.stream, one.field, one.evidence) for one in told] == [
        ("13(2)(a)", "activity/contract", "retention", (2, 4, position)),
        ("13(1)(c)", "activity/contract", "title", (2, 4)),
        ("13(1)(a)", "controller", "address", (1, 4)),
        ("13(2)(b)", "notice/privacy-policy", "published", (4,)),
        ("13(1)(c)", "notice/privacy-policy", "published", (4,)),
    ]
    assert [one.severity for one in told] == [Severity.ERROR] + [Severity.REASON_NEEDED] * 4
    assert told[0].args["page"] == "1 year"
    assert held(log) == []


def test_a_notice_that_cannot_be_read_is_told() -> None:
    log = whole()
    log.add(NOTICE)
    (one,) = held(log, read=False)
    assert (one.args["parting"], one.evidence) == ("unread", (4,))


@pytest.mark.parametrize("language", Language)
def test_each_kind_of_fact_that_can_part_has_its_provision(language: Language) -> None:
    prefix = "parting/labels/"
    words = {key: word for key, word in catalogue(language).items() if key.startswith(prefix)}
    assert len(words) > 1
    for key, label in words.items():
        what = key.removeprefix(prefix)
        (one,) = held(whole(), Apart(kind=Kind.DIFFERS, what=what, register="x", page="y"))
        assert finding_in_words(one, language).text.startswith(label)


@pytest.mark.parametrize(
    ("rule", "article", "field"),
    [
        ("purpose-missing", "30(1)(b)", "purposes"),
        ("data-missing", "30(1)(c)", "subjects"),
        ("data-missing", "30(1)(c)", "categories"),
    ],
)
def test_an_element_of_an_activity(rule: str, article: str, field: str) -> None:
    log = whole()
    position = log.add(amended(**{field: ()}))
    (one,) = found(rule, log)
    assert (one.stream, one.field, one.severity) == ("activity/contract", field, Severity.ERROR)
    assert (one.rule, one.article, one.evidence) == (rule, article, (2, position))
    log.add(amended(**{field: getattr(WHOLE, field)}))
    assert found(rule, log) == []


def test_recipients_and_transfers_missing() -> None:
    log = whole()
    log.add(amended(no_recipients=False))
    for rule, field in (("recipients-missing", "recipients"), ("transfers-missing", "transfers")):
        (one,) = found(rule, log)
        assert (one.stream, one.field) == ("activity/contract", field)
    log.add(CARRIER)
    log.add(amended(recipients=(CARRIER.recipient,)))
    assert found("recipients-missing", log) == []
    assert found("transfers-missing", log) == []


def test_transfer_without_safeguard() -> None:
    log = whole()
    log.add(CARRIER)
    of_carrier: Any = {"recipient": CARRIER.recipient, "reason": "x"}
    unsafe = log.add(RecipientAmended(transfers=(Transfer(country="US"),), **of_carrier))
    (one,) = found("transfer-without-safeguard", log)
    assert (one.field, one.evidence) == ("safeguard", (4, unsafe))
    compelling = Transfer(country="US", safeguard=Safeguard.COMPELLING_INTERESTS)
    log.add(RecipientAmended(transfers=(compelling,), **of_carrier))
    assert [one.field for one in found("transfer-without-safeguard", log)] == ["documentation"]
    safe = Transfer(country="US", safeguard=Safeguard.ADEQUACY)
    log.add(RecipientAmended(transfers=(safe,), **of_carrier))
    assert found("transfer-without-safeguard", log) == []


def test_processor_without_agreement() -> None:
    log = whole()
    log.add(CARRIER)
    of_carrier: Any = {"recipient": CARRIER.recipient, "reason": "x"}
    log.add(RecipientAmended(role=RecipientRole.PROCESSOR, cleared=("agreement",), **of_carrier))
    (one,) = found("processor-without-agreement", log)
    assert (one.article, one.stream) == ("28(3)", f"recipient/{CARRIER.recipient}")
    log.add(RecipientAmended(agreement="Agreement 7", **of_carrier))
    assert found("processor-without-agreement", log) == []


def test_a_register_without_controller() -> None:
    fields = {one.field for one in found("controller-incomplete", Log())}
    assert fields == {"name", "country", "address", "email", "data_protection_officer"}
    assert found("controller-incomplete", whole()) == []


def test_measures_missing() -> None:
    log = Log()
    log.add(ControllerDeclared(name="A", country="SE", reason="x"))
    (one,) = found("measures-missing", log)
    assert (one.article, one.severity) == ("30(1)(g)", Severity.REASON_NEEDED)
    log.add(ControllerAmended(measures_gap=TEXT, reason="x"))
    assert found("measures-missing", log) == []


def test_the_elements_of_a_processor() -> None:
    log = Log()
    log.add(ControllerDeclared(name="A", country="SE", reason="x"))
    log.add(
        ActivityDeclared(
            activity="contract", title=TEXT, client=Client(name="Kunden AB"), reason="x"
        )
    )
    missing = {
        "client-incomplete": ("30(2)(a)", "client_contact"),
        "client-processing-missing": ("30(2)(b)", "purposes"),
        "client-transfers-missing": ("30(2)(c)", "transfers"),
        "client-measures-missing": ("30(2)(d)", "measures"),
    }
    for rule, told in missing.items():
        (one,) = found(rule, log)
        assert (one.article, one.field) == told
    for rule in ("purpose-missing", "data-missing", "recipients-missing", "transfers-missing"):
        assert found(rule, log) == []
    client = Client(name="Kunden AB", contact="info@kunden.example")
    log.add(amended(client=client, purposes=(TEXT,), no_recipients=True))
    log.add(ControllerAmended(measures=(TEXT,), reason="x"))
    assert [one for rule in missing for one in found(rule, log)] == []


def test_consent_without_wording() -> None:
    log = whole()
    assert found("consent-without-wording", log) == []
    position = log.add(amended(bases=(Basis(basis=LegalBasis.CONSENT, source=TEXT),)))
    (one,) = found("consent-without-wording", log)
    assert (one.article, one.stream, one.evidence) == ("7(1)", "activity/contract", (2, position))
    log.add(PUBLISHED)
    assert found("consent-without-wording", log) == []
    assert len(found("consent-without-wording", log, date(2025, 12, 31))) == 1


def test_activity_not_reviewed() -> None:
    log = whole()
    rule = "activity-not-reviewed"
    a_year_later, review_due = date(2027, 1, 2), date(2027, 3, 1)
    assert found(rule, log, a_year_later) == []
    (one,) = found(rule, log, date(2027, 1, 3))
    assert (one.stream, one.evidence, one.args) == (
        "activity/contract", (2,), {"since": "2026-01-02"},
    )  # fmt: skip
    review = ActivityReviewed(activity="contract", version=1, review_due=review_due)
    position = log.add(review, day=363)
    assert found(rule, log, review_due) == []
    (one,) = found(rule, log, date(2027, 3, 2))
    assert (one.evidence, one.args) == ((2, position), {"since": "2026-12-29"})
    # A review that asks for changes is one too, but its next day is soon.
    changes = replace(review, outcome=ReviewOutcome.CHANGES_NEEDED, review_due=date(2027, 6, 1))
    log.add(changes, day=364)
    assert found(rule, log, date(2027, 3, 2)) == []
    log.add(replace(review, review_due=date(2040, 6, 1)), day=365)
    assert len(found(rule, log, date(2028, 1, 1))) == 1


def test_roles_that_nobody_has_and_that_nothing_needs() -> None:
    log = whole()
    asked = log.add(amended(roles=(Role.SUPPORT,)))
    assert found("role-without-staff", log) == []  # a register that knows no staff
    registered = StaffRegistered(
        roles=(Role.BILLING, Role.OFFICER), activities=("contract",), reason="x"
    )
    billing = log.add(registered, EVA)
    (one,) = found("role-without-staff", log)
    assert (one.stream, one.args, one.evidence) == (
        "activity/contract", {"role": Role.SUPPORT}, (2, asked),
    )  # fmt: skip
    (one,) = found("role-without-purpose", log)
    assert (one.stream, one.args, one.evidence) == (
        f"staff/{EVA}", {"role": Role.BILLING}, (billing,),
    )  # fmt: skip
    log.add(StaffRolesChanged(roles=(Role.SUPPORT,), reason="x"), EVA)
    assert found("role-without-staff", log) == []
    assert found("role-without-purpose", log) == []


def test_recipient_not_declared() -> None:
    log = whole()
    log.add(CARRIER)
    assert found("recipient-not-declared", log) == []
    log.add(DISCLOSED, ANNA)
    log.add(DISCLOSED, BERT)
    (one,) = found("recipient-not-declared", log)
    assert one.args == {"recipient": DISCLOSED.recipient, "count": "2"}
    assert one.stream == f"activity/{DISCLOSED.activity}"
    assert {5, 6} <= {*one.evidence}


def test_category_never_used() -> None:
    log = whole()
    log.add(amended(categories=(Category.CONTACT_NAME, Category.CONTACT_PHONE)))
    (one,) = found("category-never-used", log)
    assert one.args == {"category": Category.CONTACT_PHONE}
    assert one.severity is Severity.NOTE


def test_a_value_that_was_removed_has_been_used() -> None:
    log = whole()
    removed = ContactChanged(
        channel=Channel.E_MAIL, activities=("contract",), removed=(Category.CONTACT_NAME,)
    )
    log.add(removed, ANNA)
    assert found("category-never-used", log) == []


def test_what_clear_fields_and_requests_tell_of_has_been_used() -> None:
    log = whole()
    kept = (Category.CONTACT_NAME, Category.CONSENT_FACT, Category.REQUEST_TEXT)
    log.add(amended(categories=kept))
    assert {one.args["category"] for one in found("category-never-used", log)} == {
        Category.CONSENT_FACT, Category.REQUEST_TEXT,
    }  # fmt: skip
    log.add(CONSENT_GIVEN, ANNA)
    log.add(RECEIVED, ANNA, {"contract": {Category.REQUEST_TEXT: "Hej"}})
    assert found("category-never-used", log) == []


def test_persons_are_read_only_until_everything_was_seen() -> None:
    log = whole()
    for _ in range(20):
        log.add(CHANGED, f"person-{_:02}", {"contract": {Category.CONTACT_NAME: "x"}})
    read = []

    class Counting(Memory):
        def all(self, view: Any, /) -> Any:
            for key, row in super().all(view):
                read.append((view.name, key))
                yield key, row

    rows = Counting(0, log.rows()._rows)
    assert list(RULES["category-never-used"].check(Checked(rows=rows, on=DAY))) == []
    assert len([name for name, _ in read if name == PEOPLE.name]) <= 2


@pytest.mark.parametrize(
    ("bases", "expected"),
    [
        ((), ("none", Severity.ERROR)),
        ((Basis(basis=LegalBasis.CONTRACT),), ("contract", Severity.NOTE)),
        ((Basis(basis=LegalBasis.LEGAL_OBLIGATION),), ("legal-obligation", Severity.ERROR)),
    ],
)
def test_basis_without_source(bases: tuple[Basis, ...], expected: tuple[str, Severity]) -> None:
    log = whole()
    log.add(amended(bases=bases))
    (one,) = found("basis-without-source", log)
    assert (one.args["basis"], one.severity) == expected


def test_retention_without_rule() -> None:
    log = Log()
    log.add(ActivityDeclared(activity="contract", title=TEXT, reason="x"))
    (one,) = found("retention-without-rule", log)
    assert (one.article, one.severity) == ("30(1)(f)", Severity.REASON_NEEDED)
    log.add(amended(retention_gap=TEXT))
    assert found("retention-without-rule", log) == []


def test_recipient_not_told() -> None:
    log = whole()
    log.add(DISCLOSED, ANNA)
    log.add(DISCLOSED, BERT)
    assert found("recipient-not-told", log) == []
    first, second = log.add(RESTRICTED, BERT), log.add(RESTRICTED, ANNA)
    (one,) = found("recipient-not-told", log)
    assert (one.stream, one.evidence) == (f"recipient/{DISCLOSED.recipient}", (first, second))
    assert one.args == {"measures": "2", "since": "2026-01-06T12:00:00+00:00"}
    told = RecipientInformed(recipient=DISCLOSED.recipient, about=first, outcome=Informing.INFORMED)
    log.add(told, BERT)
    (one,) = found("recipient-not-told", log)
    assert one.args["measures"] == "1"


def test_erasure_pending() -> None:
    log = whole()
    first, second = log.add(ERASURE_DECIDED, ANNA), log.add(ERASURE_DECIDED, BERT)
    of_request = log.add(REQUEST_ERASURE_DECIDED, ANNA)
    persons, requests = found("erasure-pending", log)
    assert (persons.stream, persons.evidence) == ("person", (first, second))
    assert persons.args == {"erasures": "2", "since": "2026-01-04T12:00:00+00:00"}
    assert (requests.stream, requests.evidence) == ("request", (of_request,))
    log.add(RequestErasureCompleted(request=REQUEST_ERASURE_DECIDED.request, decision=of_request))
    log.add(ErasureCompleted(decision=first), ANNA)
    (one,) = found("erasure-pending", log)
    assert (one.article, one.severity, one.evidence) == ("17", Severity.ERROR, (second,))
    log.add(ErasureCompleted(decision=second), BERT)
    assert found("erasure-pending", log) == []


def test_what_suppresses_is_kept_where_no_event_tells_of_it() -> None:
    log = whole()
    log.add(SUPPRESSION)
    log.add(NOTICE)
    assert list(check(log.rows(), DAY)) == []


@pytest.mark.parametrize("rule", sorted(RULES))
def test_what_is_retired_is_left_alone(rule: str) -> None:
    log = Log()
    log.add(COMPANY)
    log.add(ActivityDeclared(activity="contract", title=TEXT, reason="x"))
    log.add(RETIRED)
    assert found(rule, log) == []


def test_findings_carry_the_name_of_their_rule() -> None:
    log = Log()
    log.add(ControllerDeclared(name="A", country="SE", reason="x"))
    unsafe = (Transfer(country="US"),)
    processor = RecipientRole.PROCESSOR
    log.add(replace(CARRIER, transfers=unsafe, role=processor, agreement=None))
    for name, client in (("contract", None), ("club", Client(name="B"))):
        log.add(
            ActivityDeclared(
                activity=name,
                title=TEXT,
                bases=(Basis(basis=LegalBasis.CONSENT),),
                categories=(Category.CONTACT_NAME,) if client is None else (),
                roles=(Role.SUPPORT,),
                client=client,
                review_due=date(2026, 6, 1),
                reason="x",
            )
        )
    log.add(StaffRegistered(roles=(Role.BILLING,), activities=("contract",), reason="x"), EVA)
    log.add(DISCLOSED, ANNA)
    log.add(RESTRICTED, ANNA)
    log.add(ERASURE_DECIDED, ANNA)
    shown = Held(Published(position=1, notice=NOTICE), None)
    asked = Checked(rows=log.rows(), on=DAY, held=(shown,))
    for name, rule in RULES.items():
        there = list(rule.check(asked))
        assert {one.rule for one in there} == {name}
        assert {one.article for one in there} <= {rule.article, "6(1)"}
        order = list(Severity)
        assert all(order.index(one.severity) >= order.index(rule.severity) for one in there)
