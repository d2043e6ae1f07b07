"""Letters about requests: what they tell, whom they go to, and when there is none."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from ropa.domain.activity.examples import DECLARED
from ropa.domain.controller.events import ControllerDeclared
from ropa.domain.person.events import (
    ContactChanged,
    LookedUp,
    MergeGround,
    PersonRegistered,
    ReportMade,
    Restricted,
    RestrictionGround,
)
from ropa.domain.person.forgetting import (
    ErasureCompleted,
    ErasureDecided,
    Informing,
    NotInforming,
    RecipientInformed,
    Suppressed,
)
from ropa.domain.recipient.examples import DECLARED as RECIPIENT
from ropa.domain.request.events import (
    IdentityConfirmed,
    IdentityMethod,
    Outcome,
    RefusalGround,
    RequestDecided,
    RequestKind,
    RequestReceived,
    RequestRefused,
)
from ropa.domain.request.examples import (
    ACCESS_DECIDED,
    ANSWERED,
    DECIDED,
    EXTENDED,
    IDENTITY_ASKED,
    RECEIVED,
    REFUSED,
    REQUEST,
    WITHDRAWN,
)
from ropa.kernel.categories import Category
from ropa.kernel.erasing import ErasureGround, Unit, Withheld, WithholdingGround
from ropa.kernel.ids import Channel, Language
from ropa.kernel.law import Basis, Duty, LegalBasis
from ropa.kernel.opening import Damaged, Erased, NotPermitted
from ropa.kernel.problem import Problem
from ropa.reports.letters.build import build
from ropa.reports.letters.model import (
    Addressee,
    Answer,
    Extension,
    Letter,
    LetterKind,
    Receipt,
    Refusal,
)
from tests.histories import ANNA, BERT, Log, merged, noon

NAME, EMAIL, ADDRESS = Category.CONTACT_NAME, Category.CONTACT_EMAIL, Category.CONTACT_ADDRESS
HOME = {"street": "Lillgatan 2", "postal_code": "311 32", "city": "Falkenberg", "country": "SE"}
CONTROLLER = ControllerDeclared(name="Exempelbolaget AB", country="SE", reason="Begun")
CHANGED = ContactChanged(channel=Channel.ACCOUNT_PAGE, activities=("contract",))
SHA = "0" * 64


def case(*events: Any, person: str | None = None, given: dict[Any, Any] | None = None) -> Log:
    """Give the log of a request that came in on the first of March; an event a day follows."""
    log = Log()
    log.add(CONTROLLER)
    log.add(replace(DECLARED, activity="contract"))
    log.add(RECEIVED, person, {"rights": given} if given else None, day=60)
    for number, event in enumerate(events, 61):
        log.add(event, day=number)
    return log


def letter(log: Log, kind: LetterKind, *, made: datetime | None = None) -> Letter:
    sources = replace(log.sources(), printed_at=made or noon(90))
    return build(sources, REQUEST, kind)


def refused(log: Log, kind: LetterKind) -> str:
    with pytest.raises(Problem) as caught:
        letter(log, kind)
    return str(caught.value.code)


def known(log: Log, values: dict[Any, Any], person: str = ANNA, activity: str = "contract") -> None:
    """Put details of a person on record before the request came in."""
    log.add(PersonRegistered(namespace="webshop", activities=("contract",)), person, day=1)
    changed = replace(CHANGED, activities=(activity,))
    log.add(changed, person, {activity: values}, day=2)


def test_a_receipt_tells_the_local_day_and_the_legal_date() -> None:
    log = Log()
    log.add(RECEIVED)
    event = replace_time(log, datetime(2026, 1, 30, 23, 30, tzinfo=UTC))
    found = letter(event, LetterKind.RECEIPT, made=datetime(2026, 2, 1, tzinfo=UTC))
    assert found.received == date(2026, 1, 31)
    assert found.kinds == RECEIVED.kinds
    assert found.body == Receipt(
        due=date(2026, 3, 2), extended=False, overdue=False, closed=None, closed_on=None
    )


def replace_time(log: Log, moment: datetime) -> Log:
    import msgspec  # noqa: PLC0415 - nothing else here changes an event

    last = msgspec.structs.replace(log.events[-1], occurred_at=moment)
    return replace(log, events=[*log.events[:-1], last])


def test_a_receipt_made_late_says_that_the_day_has_passed() -> None:
    log = case()
    due = noon(91)  # the first of April
    assert letter(log, LetterKind.RECEIPT, made=due).body.overdue is False  # type: ignore[union-attr]
    late = letter(log, LetterKind.RECEIPT, made=noon(92)).body
    assert isinstance(late, Receipt)
    assert (late.due, late.overdue) == (date(2026, 4, 1), True)


def test_an_extension_counts_three_months_from_receipt() -> None:
    body = letter(case(IDENTITY_ASKED, EXTENDED), LetterKind.EXTENSION).body
    assert body == Extension(reason=EXTENDED.reason, told=date(2026, 3, 3), due=date(2026, 6, 1))
    receipt = letter(case(EXTENDED), LetterKind.RECEIPT).body
    assert isinstance(receipt, Receipt)
    assert (receipt.due, receipt.extended) == (date(2026, 6, 1), True)


def test_an_answer_tells_the_outcome_of_each_kind_in_the_order_asked() -> None:
    body = letter(case(DECIDED, ACCESS_DECIDED), LetterKind.ANSWER).body
    assert isinstance(body, Answer)
    assert [(one.kind, one.outcome, one.ground) for one in body.decided] == [
        (RequestKind.ACCESS, Outcome.GRANTED, None),
        (RequestKind.ERASURE, Outcome.PARTLY_GRANTED, RefusalGround.LEGAL_OBLIGATION),
    ]
    assert body.all_granted is False
    assert letter(case(DECIDED, ACCESS_DECIDED, ANSWERED), LetterKind.ANSWER).body == body


def test_a_refusal_tells_ground_and_day() -> None:
    body = letter(case(REFUSED), LetterKind.REFUSAL).body
    assert body == Refusal(ground=RefusalGround.MANIFESTLY_UNFOUNDED, on=date(2026, 3, 2))


@pytest.mark.parametrize(
    ("events", "kind", "code"),
    [
        ((), LetterKind.IDENTITY, "not-found"),
        ((), LetterKind.EXTENSION, "not-found"),
        ((ACCESS_DECIDED,), LetterKind.ANSWER, "request-not-decided"),
        ((DECIDED, ACCESS_DECIDED, REFUSED), LetterKind.ANSWER, "request-closed"),
        ((DECIDED, ACCESS_DECIDED, WITHDRAWN), LetterKind.ANSWER, "request-closed"),
        ((), LetterKind.REFUSAL, "not-found"),
        ((DECIDED, ACCESS_DECIDED, ANSWERED), LetterKind.REFUSAL, "not-found"),
        ((WITHDRAWN,), LetterKind.REFUSAL, "not-found"),
    ],
)
def test_no_letter_tells_what_is_not_recorded(
    events: tuple[Any, ...], kind: LetterKind, code: str
) -> None:
    assert refused(case(*events), kind) == code


@pytest.mark.parametrize("kind", LetterKind)
def test_there_is_no_letter_about_an_unknown_request(kind: LetterKind) -> None:
    assert refused(Log(), kind) == "unknown-request"


@pytest.mark.parametrize("events", [(), (REFUSED,), (WITHDRAWN,), (IDENTITY_ASKED, EXTENDED)])
def test_there_is_always_a_receipt(events: tuple[Any, ...]) -> None:
    assert isinstance(letter(case(*events), LetterKind.RECEIPT).body, Receipt)


# To whom it goes.


def test_what_the_requester_gave_comes_first() -> None:
    log = case(person=ANNA, given={NAME: "Anna E.", EMAIL: "anna@exempel.example"})
    known(log, {NAME: "Anna Exempel", EMAIL: "other@exempel.example", ADDRESS: HOME})
    assert letter(log, LetterKind.RECEIPT).addressee == Addressee(
        name="Anna E.", email="anna@exempel.example"
    )


def test_the_rest_comes_from_the_record_of_the_person() -> None:
    log = case(person=ANNA)
    known(log, {NAME: "Anna Exempel", EMAIL: "anna@exempel.example", ADDRESS: HOME})
    found = letter(log, LetterKind.RECEIPT)
    assert found.person == ANNA
    assert found.addressee == Addressee(name="Anna Exempel", address={**HOME, "country": None})
    abroad = {**HOME, "country": "NO"}
    log.add(CHANGED, ANNA, {"contract": {ADDRESS: abroad}}, day=3)
    assert letter(log, LetterKind.RECEIPT).addressee.address == abroad


def test_without_a_postal_address_the_letter_goes_to_the_mail_address() -> None:
    log = case(person=ANNA)
    known(log, {NAME: "Anna Exempel", EMAIL: "anna@exempel.example"})
    assert letter(log, LetterKind.RECEIPT).addressee == Addressee(
        name="Anna Exempel", email="anna@exempel.example"
    )


def test_who_may_be_somebody_else_learns_nothing_of_the_person() -> None:
    log = case(IDENTITY_ASKED, person=ANNA, given={EMAIL: "who@exempel.example"})
    known(log, {NAME: "Anna Exempel", ADDRESS: HOME})
    told = Addressee(email="who@exempel.example")
    assert letter(log, LetterKind.IDENTITY).addressee == told
    assert letter(log, LetterKind.RECEIPT).addressee == told
    shown = IdentityConfirmed(request=REQUEST, method=IdentityMethod.ELECTRONIC_ID, person=ANNA)
    log.add(shown, day=70)
    assert letter(log, LetterKind.RECEIPT).addressee == Addressee(
        name="Anna Exempel", email="who@exempel.example"
    )
    assert letter(log, LetterKind.IDENTITY).addressee == told


def test_who_confirms_later_is_found_by_the_record_of_then() -> None:
    shown = IdentityConfirmed(request=REQUEST, method=IdentityMethod.ELECTRONIC_ID, person=BERT)
    log = case(shown)
    known(log, {NAME: "Bert Exempel"}, BERT)
    assert letter(log, LetterKind.RECEIPT).addressee.name == "Bert Exempel"


def test_records_of_one_person_are_read_together_and_the_latest_value_counts() -> None:
    log = case(person=ANNA)
    known(log, {NAME: "Anna Gammal"})
    known(log, {NAME: "Anna Ny"}, BERT)
    assert letter(log, LetterKind.RECEIPT).addressee.name == "Anna Gammal"
    for event, subject in merged(ANNA, BERT, MergeGround.SAME_ACCOUNT):
        log.add(event, subject)
    assert letter(log, LetterKind.RECEIPT).addressee.name == "Anna Ny"


@pytest.mark.parametrize("answer", [Damaged(), NotPermitted()])
def test_what_cannot_be_opened_is_left_out(answer: Any) -> None:
    log = case(person=ANNA, given={NAME: "Anna Exempel"})
    known(log, {NAME: "Anna Exempel", ADDRESS: HOME})
    log.boxes = dict.fromkeys(log.boxes, answer)
    assert letter(log, LetterKind.RECEIPT).addressee == Addressee()


def test_what_was_erased_is_left_out() -> None:
    log = case(person=ANNA, given={NAME: "Anna Exempel"})
    erased = Erased(position=9, ground=ErasureGround.REQUESTED, on=date(2026, 3, 9))
    log.boxes = dict.fromkeys(log.boxes, erased)
    assert letter(log, LetterKind.RECEIPT).addressee == Addressee()


def test_restricted_details_are_not_used() -> None:
    log = case(person=ANNA)
    known(log, {NAME: "Anna Exempel", ADDRESS: HOME})
    ground = RestrictionGround.ACCURACY_CONTESTED
    log.add(Restricted(activities=("contract",), ground=ground), ANNA)
    assert letter(log, LetterKind.RECEIPT).addressee == Addressee()


@pytest.mark.parametrize(
    "declared",
    [
        replace(DECLARED, activity="other", direct_marketing=True),
        replace(
            DECLARED,
            activity="other",
            bases=(Basis(basis=LegalBasis.LEGAL_OBLIGATION, duty=Duty.ACCOUNTING),),
        ),
    ],
)
def test_what_is_held_for_marketing_or_for_a_duty_is_not_used(declared: Any) -> None:
    log = case(person=ANNA)
    log.add(declared)
    known(log, {NAME: "Anna Exempel", ADDRESS: HOME}, activity="other")
    assert letter(log, LetterKind.RECEIPT).addressee == Addressee()


# What was handed out, and what was erased.


def made(report: str) -> ReportMade:
    return ReportMade(report=report, language=Language.SV, sha256=SHA, as_of=1)


def test_the_answer_names_the_report_that_was_made_for_it() -> None:
    log = case(DECIDED, ACCESS_DECIDED, person=ANNA)
    log.add(made("access"), ANNA, day=30)  # before the request came in
    log.add(made("letter-receipt"), ANNA, day=61)
    body = letter(log, LetterKind.ANSWER).body
    assert isinstance(body, Answer)
    assert [one.paper for one in body.decided] == [None, None]
    log.add(made("access"), ANNA, day=63)
    log.add(made("access"), ANNA, day=64)
    log.add(LookedUp(role="officer", purpose="request"), ANNA, day=65)  # type: ignore[arg-type]
    body = letter(log, LetterKind.ANSWER).body
    assert isinstance(body, Answer)
    assert [(one.paper, one.made) for one in body.decided] == [
        ("access", date(2026, 3, 5)),
        (None, None),
    ]
    log.add(ANSWERED, day=66)
    log.add(made("access"), ANNA, day=70)  # for something else
    later = letter(log, LetterKind.ANSWER).body
    assert later == body


def test_nothing_is_enclosed_with_what_is_not_granted() -> None:
    kinds = (RequestKind.ACCESS,)
    no = RequestDecided(
        request=REQUEST,
        kind=RequestKind.ACCESS,
        outcome=Outcome.NOT_GRANTED,
        ground=RefusalGround.RIGHTS_OF_OTHERS,
    )
    log = Log()
    log.add(RequestReceived(request=REQUEST, kinds=kinds, channel=Channel.E_MAIL), ANNA, day=60)
    log.add(no, day=61)
    log.add(made("access"), ANNA, day=62)
    body = letter(log, LetterKind.ANSWER).body
    assert isinstance(body, Answer)
    assert body.decided[0].paper is None


@pytest.mark.parametrize("person", [None, ANNA])
def test_nobody_of_the_register_is_told_only_to_who_has_shown_who_they_are(
    person: str | None,
) -> None:
    shown = IdentityConfirmed(request=REQUEST, method=IdentityMethod.CALLED_BACK, person=person)
    before = letter(case(DECIDED, ACCESS_DECIDED), LetterKind.ANSWER).body
    after = letter(case(DECIDED, ACCESS_DECIDED, shown), LetterKind.ANSWER).body
    assert isinstance(before, Answer)
    assert isinstance(after, Answer)
    assert (before.nobody, after.nobody) == (False, person is None)


def erased_for(request: str | None) -> ErasureDecided:
    kept: dict[str, Any] = {"activity": "bookkeeping", "ground": WithholdingGround.LEGAL_OBLIGATION}
    return ErasureDecided(
        ground=ErasureGround.REQUESTED,
        erased=(Unit(activity="contract"), Unit(activity="books", bucket="2019-12-31")),
        withheld=(
            Withheld(**kept, bucket="2025-12-31", through=date(2032, 12, 31)),
            Withheld(**kept, bucket="2026-06-30", through=date(2033, 12, 31)),
            Withheld(**kept, bucket="2026-12-31", through=date(2033, 12, 31)),
        ),
        suppressed=(Suppressed(activity="contract", objected_on=date(2026, 3, 1)),),
        request=request,
    )


def test_the_answer_tells_what_was_erased_and_what_is_kept_and_who_was_told() -> None:
    log = case(DECIDED, ACCESS_DECIDED, person=ANNA)
    log.add(RECIPIENT)
    log.add(erased_for(None), ANNA, day=64)  # the retention's, and none of this request
    decision = log.add(erased_for(REQUEST), ANNA, day=65)
    body = letter(log, LetterKind.ANSWER).body
    assert isinstance(body, Answer)
    (found,) = body.erasures
    assert (found.decided, found.completed) == (date(2026, 3, 6), None)
    log.add(ErasureCompleted(decision=decision), ANNA, day=66)
    for recipient, outcome, reason in (
        (RECIPIENT.recipient, Informing.INFORMED, None),
        ("gone", Informing.IMPOSSIBLE, NotInforming.CEASED_TO_EXIST),
    ):
        told = RecipientInformed(
            recipient=recipient, about=decision, outcome=outcome, reason=reason
        )
        log.add(told, ANNA, day=67)
    body = letter(log, LetterKind.ANSWER).body
    assert isinstance(body, Answer)
    (found,) = body.erasures
    assert found.completed == date(2026, 3, 7)
    assert [one.activity for one in found.erased] == ["contract", "books"]
    assert found.erased[0].title == DECLARED.title
    assert [(one.of.activity, one.through) for one in found.kept] == [
        ("bookkeeping", date(2032, 12, 31)),
        ("bookkeeping", date(2033, 12, 31)),
    ]
    assert [one.activity for one in found.suppressed] == ["contract"]
    assert [(one.recipient, one.name) for one in found.informed] == [
        (RECIPIENT.recipient, RECIPIENT.name)
    ]
    assert [one.recipient for one in found.not_informed] == ["gone"]


def test_a_refused_request_has_no_ground_of_its_kinds() -> None:
    refusal = RequestRefused(
        request=REQUEST, ground=RefusalGround.EXCESSIVE, channel=Channel.LETTER
    )
    body = letter(case(DECIDED, refusal), LetterKind.REFUSAL).body
    assert body == Refusal(ground=RefusalGround.EXCESSIVE, on=date(2026, 3, 3))
