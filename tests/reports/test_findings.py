"""The rules of `ropa check`, each found and each kept quiet."""

from typing import Any

import pytest

from ropa.cli.founding.activities import SUPPRESSION
from ropa.domain.activity.events import ActivityAmended, ActivityDeclared, Retention, RetentionStart
from ropa.domain.activity.examples import RETIRED
from ropa.domain.controller.events import ControllerDeclared
from ropa.domain.person.events import ContactChanged
from ropa.domain.person.examples import CONSENT_GIVEN, DISCLOSED, ERASURE_DECIDED, RESTRICTED
from ropa.domain.person.forgetting import ErasureCompleted, Informing, RecipientInformed
from ropa.domain.recipient.examples import DECLARED as CARRIER
from ropa.domain.request.events import RequestErasureCompleted
from ropa.domain.request.examples import ERASURE_DECIDED as REQUEST_ERASURE_DECIDED
from ropa.domain.request.examples import RECEIVED
from ropa.kernel.categories import Category
from ropa.kernel.ids import Channel
from ropa.kernel.law import Basis, LegalBasis, LocalText
from ropa.reports.cell import Severity
from ropa.reports.findings import RULES, Finding, check
from ropa.tables.memory import Memory
from ropa.views.people import PEOPLE
from tests.histories import ANNA, BERT, Log

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


def found(rule: str, log: Log) -> list[Finding]:
    return list(RULES[rule].check(log.rows()))


def amended(**fields: Any) -> ActivityAmended:
    return ActivityAmended(activity="contract", reason="A test", **fields)


def test_a_whole_register_has_no_findings() -> None:
    assert list(check(whole().rows())) == []


@pytest.mark.parametrize("field", ["purposes", "subjects", "categories"])
def test_missing_element(field: str) -> None:
    log = whole()
    position = log.add(amended(**{field: ()}))
    (one,) = found("missing-element", log)
    assert (one.stream, one.field, one.severity) == ("activity/contract", field, Severity.ERROR)
    assert one.evidence == (2, position)


def test_missing_element_of_a_register_without_controller() -> None:
    fields = {one.field for one in found("missing-element", Log())}
    assert {"name", "address", "email", "measures"} <= fields


def test_a_gap_with_its_reason_is_no_finding() -> None:
    log = Log()
    log.add(ControllerDeclared(name="A", country="SE", measures_gap=TEXT, reason="x"))
    assert "measures" not in {one.field for one in found("missing-element", log)}


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
    assert list(RULES["category-never-used"].check(rows)) == []
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
    assert list(check(log.rows())) == []


@pytest.mark.parametrize("rule", sorted(RULES))
def test_what_is_retired_is_left_alone(rule: str) -> None:
    log = Log()
    log.add(COMPANY)
    log.add(ActivityDeclared(activity="contract", title=TEXT, reason="x"))
    log.add(RETIRED)
    assert found(rule, log) == []


def test_findings_carry_the_name_of_their_rule() -> None:
    log = Log()
    log.add(CARRIER)
    log.add(
        ActivityDeclared(
            activity="contract", title=TEXT, categories=(Category.CONTACT_NAME,), reason="x"
        )
    )
    log.add(DISCLOSED, ANNA)
    log.add(RESTRICTED, ANNA)
    log.add(ERASURE_DECIDED, ANNA)
    for name in RULES:
        assert {one.rule for one in found(name, log)} == {name}
