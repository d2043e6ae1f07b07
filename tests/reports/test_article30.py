"""The record of processing activities: what is declared, what is a gap, what the log shows."""

from typing import Any

import pytest

from ropa.domain.activity.events import ActivityAmended, ActivityDeclared, Client, Cookie
from ropa.domain.activity.examples import AMENDED, DECLARED, RETIRED
from ropa.domain.controller.events import ControllerAmended, ControllerDeclared
from ropa.domain.person.examples import DISCLOSED
from ropa.domain.recipient.events import RecipientAmended, RecipientDeclared, Safeguard, Transfer
from ropa.domain.recipient.examples import DECLARED as CARRIER
from ropa.kernel.law import LegalBasis, LocalText
from ropa.reports.article30.build import build
from ropa.reports.article30.model import Activity, Article30
from ropa.reports.cell import Cell, Gap, Severity
from tests.histories import ANNA, BERT, Log, log

TEXT = LocalText(sv="Text", en="Text")
BARE = ActivityDeclared(activity="bare", title=TEXT, reason="A test")
COMPANY = ControllerDeclared(name="Exempelbolaget AB", country="SE", reason="A test")


def record(*events: Any) -> Article30:
    return build(log([one if isinstance(one, tuple) else (one,) for one in events]).sources())


def only(paper: Article30) -> Activity:
    (found,) = paper.activities
    return found


def gap(cell: Cell[Any]) -> tuple[str | None, Severity] | None:
    return (cell.gap.article, cell.gap.severity) if cell.gap else None


@pytest.mark.parametrize(
    ("field", "article"),
    [
        ("purposes", "30(1)(b)"),
        ("subjects", "30(1)(c)"),
        ("categories", "30(1)(c)"),
        ("recipients", "30(1)(d)"),
        ("transfers", "30(1)(e)"),
    ],
)
def test_what_the_law_asks_for_and_nobody_declared_is_a_gap(field: str, article: str) -> None:
    cell = getattr(only(record(BARE)), field)
    assert cell == Cell(
        evidence=(1,), gap=Gap(article=article, severity=Severity.ERROR, reason=None)
    )


def test_a_gap_in_the_time_limit_carries_its_reason() -> None:
    assert only(record(BARE)).retention.gap == Gap(
        article="30(1)(f)", severity=Severity.REASON_NEEDED
    )
    given = ActivityAmended(activity="bare", retention_gap=TEXT, reason="x")
    cell = only(record(BARE, given)).retention
    assert cell.gap is not None
    assert (cell.gap.reason, cell.evidence) == (TEXT, (1, 2))


def test_a_register_without_a_controller_says_so() -> None:
    paper = record()
    assert gap(paper.controller.name) == ("30(1)(a)", Severity.ERROR)
    assert gap(paper.head.controller) == ("30(1)(a)", Severity.ERROR)
    assert paper.activities == ()


def test_that_no_officer_is_needed_has_to_be_said() -> None:
    officer = record(COMPANY).controller.data_protection_officer
    assert gap(officer) == ("30(1)(a)", Severity.ERROR)
    said = ControllerAmended(data_protection_officer_needed=False, reason="x")
    assert record(COMPANY, said).controller.data_protection_officer == Cell(evidence=(1, 2))


def test_disclosed_to_nobody_is_no_gap() -> None:
    nobody = ActivityAmended(activity="bare", no_recipients=True, reason="x")
    found = only(record(BARE, nobody))
    assert found.recipients == Cell(value=(), evidence=(1, 2))
    assert found.transfers == Cell(value=(), evidence=(1, 2))


@pytest.mark.parametrize(
    ("country", "transfers", "known"),
    [
        ("SE", (), True),
        ("NO", (), True),
        ("US", (), False),
        (None, (), False),
        ("US", (Transfer(country="US", safeguard=Safeguard.ADEQUACY),), True),
    ],
)
def test_transfers_are_told_only_where_they_are_known(
    country: str | None,
    transfers: tuple[Transfer, ...],
    known: bool,  # noqa: FBT001 - one of the table's columns
) -> None:
    recipient = RecipientDeclared(
        recipient="other", category=TEXT, country=country, transfers=transfers, reason="x"
    )
    uses = ActivityAmended(activity="bare", recipients=("other",), reason="x")
    cell = only(record(recipient, BARE, uses)).transfers
    assert (cell.gap is None) is known
    assert cell.evidence == (1, 2, 3)
    if known:
        assert [one.country for one in cell.value or ()] == [one.country for one in transfers]


def test_a_basis_and_its_source_are_two_things() -> None:
    (contract,) = only(record(DECLARED)).bases
    assert contract.basis.value is LegalBasis.CONTRACT
    assert contract.source.value == DECLARED.bases[0].source
    (none,) = only(record(BARE)).bases
    assert gap(none.basis) == ("6(1)", Severity.ERROR)


def test_a_persistent_cookie_without_a_lifetime_is_a_gap_and_a_session_cookie_is_none() -> None:
    cookies = (
        Cookie(name="cart", kind="session", purpose=TEXT),  # type: ignore[arg-type]
        Cookie(name="ga", kind="persistent", purpose=TEXT),  # type: ignore[arg-type]
    )
    amended = ActivityAmended(activity="bare", cookies=cookies, reason="x")
    session, persistent = only(record(BARE, amended)).cookies
    assert session.lifetime_days == Cell(evidence=(1, 2))
    assert gap(persistent.lifetime_days) == ("30(1)(f)", Severity.REASON_NEEDED)


def test_processing_for_another_controller_is_a_record_of_its_own() -> None:
    client = ActivityAmended(activity="bare", client=Client(name="Other AB"), reason="x")
    paper = record(BARE, client)
    (found,) = paper.processing
    assert paper.activities == ()
    assert gap(found.client_contact) == ("30(2)(a)", Severity.ERROR)
    assert gap(found.purposes) == ("30(2)(b)", Severity.ERROR)
    assert gap(found.transfers) == ("30(2)(c)", Severity.ERROR)
    assert gap(found.subjects) == (None, Severity.NOTE)


def test_a_recipient_that_the_log_shows_and_the_register_does_not_is_seen() -> None:
    events = (CARRIER, DECLARED, (DISCLOSED, ANNA), (DISCLOSED, BERT), (DISCLOSED, ANNA))
    (seen,) = only(record(*events)).undeclared
    assert seen.recipient == DISCLOSED.recipient
    assert seen.disclosures.count == 3
    assert seen.disclosures.first is not None
    assert seen.disclosures.last is not None
    assert (seen.disclosures.first.position, seen.disclosures.last.position) == (3, 5)
    declared = ActivityAmended(
        activity="contract", recipients=(DISCLOSED.recipient,), reason="It is used"
    )
    assert only(record(*events, declared)).undeclared == ()


def test_the_last_change_tells_who_when_and_why() -> None:
    found = only(record(DECLARED, AMENDED))
    assert found.changes == Cell(value=2, evidence=(1, 2))
    assert found.last_change.value is not None
    assert found.last_change.value.reason == AMENDED.reason
    assert found.last_change.value.actor == "officer-1"
    assert found.last_change.value.position == 2


def test_what_came_to_its_end_stays_and_says_so() -> None:
    assert only(record(DECLARED)).retired.value is None
    ended = only(record(DECLARED, RETIRED)).retired.value
    assert ended is not None
    assert ended.reason == RETIRED.reason


def test_a_transfer_without_a_safeguard_is_a_gap() -> None:
    moved = RecipientAmended(
        recipient=CARRIER.recipient, transfers=(Transfer(country="US"),), reason="x"
    )
    ((transfer,),) = (one.transfers for one in record(CARRIER, moved).recipients)
    assert gap(transfer.safeguard) == ("30(1)(e)", Severity.ERROR)
    assert transfer.documentation.gap is None


def test_two_printings_differ_in_nothing_but_when_they_were_made() -> None:
    made = Log()
    made.add(COMPANY)
    made.add(DECLARED)
    assert build(made.sources()) == build(made.sources())
