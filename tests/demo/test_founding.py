"""The founding register: what the policy says, and its gaps as gaps."""

import json
from hashlib import sha256
from pathlib import Path

from ropa.cli.founding import founding_register, swedish_sme, wordings
from ropa.domain.activity.events import ActivityDeclared, RetentionStart
from ropa.domain.controller.events import ContactPoint, ControllerDeclared
from ropa.domain.notice.events import NoticePublished
from ropa.domain.recipient.events import RecipientDeclared
from ropa.kernel.categories import Category
from ropa.kernel.law import Duty, LegalBasis
from tests.app.shop import customer, lines, sent
from tests.cli.running import Ran, ropa


def _activities(*, template: bool = False) -> dict[str, ActivityDeclared]:
    events = swedish_sme(name="Exempelbolaget AB") if template else founding_register()
    return {event.activity: event for event in events if isinstance(event, ActivityDeclared)}


def test_the_eight_activities_are_there() -> None:
    assert list(_activities()) == [
        "contract",
        "bookkeeping",
        "marketing",
        "web-analytics",
        "rights",
        "accountability",
        "staff-access",
        "suppression",
    ]


def test_what_the_policy_leaves_open_stays_open() -> None:
    controller, *_ = founding_register()
    assert isinstance(controller, ControllerDeclared)
    assert controller.organisation_number is None
    assert controller.address is None
    assert controller.data_protection_officer is None
    assert _activities()["contract"].retention is None
    assert _activities()["contract"].retention_gap is None
    recipients = [event for event in founding_register() if isinstance(event, RecipientDeclared)]
    assert [found.name for found in recipients] == [None, None, "Google Analytics"]
    assert {found.country for found in recipients} == {None}


def test_each_basis_has_its_source_and_each_duty_its_activity() -> None:
    bases = {name: found.bases for name, found in _activities().items()}
    assert all(basis.source for found in bases.values() for basis in found)
    assert {name: found[0].duty for name, found in bases.items() if found[0].duty} == {
        "bookkeeping": Duty.ACCOUNTING,
        "rights": Duty.DATA_SUBJECT_RIGHTS,
        "accountability": Duty.ACCOUNTABILITY,
        "staff-access": Duty.ACCESS_CONTROL,
        "suppression": Duty.OBJECTIONS,
    }
    assert [basis.basis for basis in bases["marketing"]] == [
        LegalBasis.LEGITIMATE_INTEREST,
        LegalBasis.CONSENT,
    ]


def test_marketing_gets_no_postal_address() -> None:
    marketing = _activities()["marketing"]
    assert set(marketing.categories) == {Category.CONTACT_EMAIL, Category.CONTACT_NAME}
    assert marketing.direct_marketing


def test_vouchers_are_kept_through_the_seventh_calendar_year() -> None:
    rule = _activities()["bookkeeping"].retention
    assert rule is not None
    assert (rule.start, rule.years) == (RetentionStart.FINANCIAL_YEAR_ENDED, 7)
    assert rule.from_end_of_calendar_year
    assert rule.confirmed


def test_only_the_necessary_cookie_needs_no_consent() -> None:
    cookies = _activities()["web-analytics"].cookies
    assert [cookie.name for cookie in cookies if not cookie.consent_needed] == ["session"]


def test_each_wording_is_published_in_both_languages() -> None:
    notices = [event for event in founding_register() if isinstance(event, NoticePublished)]
    languages: dict[str, list[str]] = {}
    for notice in notices:
        languages.setdefault(notice.notice, []).append(notice.language)
        assert notice.text is not None
        assert sha256(notice.text.encode()).hexdigest() == notice.sha256
    assert languages == {
        "privacy-policy": ["sv", "en"],
        "newsletter-wording": ["sv", "en"],
        "analytics-wording": ["sv", "en"],
    }


def test_the_template_is_the_same_but_for_what_is_the_companys_own() -> None:
    ours, theirs = _activities(), _activities(template=True)
    assert list(ours) == list(theirs)
    for name, activity in theirs.items():
        assert activity.categories == ours[name].categories
        assert activity.reason != ours[name].reason or name != "contract"
    retention = theirs["contract"].retention
    assert retention is not None
    assert (retention.start, retention.years) == (RetentionStart.RELATION_ENDED, 3)
    assert not retention.confirmed


def test_the_template_says_nothing_of_another_company() -> None:
    officer = ContactPoint(name="Dataskyddsombudet")
    events = swedish_sme(
        name="Exempelbolaget AB", phone="08-465 004 00", data_protection_officer=officer
    )
    controller = events[0]
    assert isinstance(controller, ControllerDeclared)
    assert controller.data_protection_officer == officer
    assert controller.measures == ()
    assert controller.measures_gap is not None
    assert controller.disclosure == ()
    assert "True Fiction" not in repr((events, wordings("Exempelbolaget AB", "1", _DAY)))


_DAY = next(event for event in founding_register() if isinstance(event, NoticePublished)).effective


def test_nothing_is_ever_sealed_for_the_suppression_list(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    ropa("init", shop, "--name", "Exempelbolaget AB", "--source", "webshop", "-l", "en").done()
    ropa(
        "-r",
        shop,
        "append",
        "-",
        stdin=lines(*customer("C-1", name="Anna Ek", email="anna.ek@exempel.example")),
    ).done()

    def changed(*activities: str) -> Ran:
        data = {"channel": "e-mail", "activities": activities, "personal": {"email": "a@b.example"}}
        event = sent("person.contact-changed", data, id="-".join(activities), subject="C-1")
        return ropa("-r", shop, "append", "-", "--json", stdin=lines(event))

    changed("suppression").refused("no-activity-for-value")
    receipt = json.loads(changed("contract", "suppression").done().text)
    assert receipt["skipped"] == ["suppression"]
