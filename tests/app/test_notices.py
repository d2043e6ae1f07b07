"""A published notice against the register: the same facts part nowhere, and each change is told."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropa.app.notices import compare, read_page, titles
from ropa.app.notices.claims import Claims, Period
from ropa.app.notices.page import Page, plain
from ropa.cli.founding import founding_register
from ropa.domain.activity.events import ActivityDeclared, CookieKind, Retention, RetentionStart
from ropa.domain.controller.events import ControllerDeclared
from ropa.domain.recipient.events import RecipientDeclared, Transfer
from ropa.kernel.categories import Category
from ropa.kernel.ids import Language
from ropa.kernel.law import Basis, LegalBasis, LocalText
from ropa.kernel.problem import Code, Problem
from ropa.render import Format, Words, render
from ropa.reports.notice.apart import Apart, Kind
from ropa.reports.notice.build import build
from ropa.reports.notice.model import Notice, open_gaps
from tests.histories import log
from tests.strategies import FEW, events

FORMS = (Format.MARKDOWN, Format.HTML)
EVERY_LANGUAGE = pytest.mark.parametrize("language", Language)
SIX_MONTHS = Retention(start=RetentionStart.COLLECTED, months=6)


def made(*entries: Any) -> Notice:
    return build(log([(one,) for one in entries]).sources())


FOUNDING = founding_register()


def apart(notice: Notice, page: str | bytes, language: Language) -> list[Apart]:
    content = page.encode() if isinstance(page, str) else page
    known = titles(notice, Words(language))
    return compare(notice, read_page(content, known), language)


def published(form: Format, language: Language, *entries: Any) -> str:
    return render(made(*(entries or FOUNDING)), form, language)


def changed(name: str, **fields: Any) -> tuple[Any, ...]:
    return tuple(
        replace(one, **fields) if getattr(one, "activity", None) == name else one
        for one in FOUNDING
    )


# A page that says what the register says.


@EVERY_LANGUAGE
@pytest.mark.parametrize("form", [*FORMS, Format.TEXT])
def test_the_founding_registers_own_notice_parts_from_it_nowhere(
    language: Language, form: Format
) -> None:
    assert apart(made(*FOUNDING), published(form, language), language) == []


def _unlike(entries: list[Any], key: str) -> tuple[Any, ...]:
    return tuple({getattr(one, key): one for one in entries}.values())


@FEW
@given(
    events(ControllerDeclared),
    st.lists(events(ActivityDeclared), max_size=3),
    st.lists(events(RecipientDeclared), max_size=2),
    st.sampled_from(FORMS),
    st.sampled_from(Language),
)
def test_the_notice_of_any_register_parts_from_it_nowhere(
    controller: Any,
    activities: list[Any],
    recipients: list[Any],
    form: Format,
    language: Language,
) -> None:
    named = tuple(one.recipient for one in recipients)
    declared = [replace(one, recipients=named or one.recipients) for one in activities]
    entries = (controller, *_unlike(recipients, "recipient"), *_unlike(declared, "activity"))
    notice = made(*entries)
    assert apart(notice, render(notice, form, language), language) == []


# One changed fact, and exactly that is told.

CASES: dict[str, tuple[Callable[[], tuple[Any, ...]], tuple[Kind, str, str]]] = {
    "a period": (
        lambda: changed(
            "rights", retention=Retention(start=RetentionStart.REQUEST_CLOSED, years=5)
        ),
        (Kind.DIFFERS, "rights", "retention"),
    ),
    "when a period begins": (
        lambda: changed("rights", retention=Retention(start=RetentionStart.COLLECTED, years=3)),
        (Kind.NOT_FOUND, "rights", "retention-start"),
    ),
    "a period where none was": (
        lambda: changed("contract", retention=SIX_MONTHS),
        (Kind.NOT_FOUND, "contract", "retention"),
    ),
    "a category more": (
        lambda: changed(
            "marketing",
            categories=(Category.CONTACT_EMAIL, Category.CONTACT_NAME, Category.CONTACT_PHONE),
        ),
        (Kind.NOT_FOUND, "marketing", "categories"),
    ),
    "a category less": (
        lambda: changed("marketing", categories=(Category.CONTACT_EMAIL,)),
        (Kind.NOT_IN_REGISTER, "marketing", "categories"),
    ),
    "another purpose": (
        lambda: changed(
            "bookkeeping", purposes=(LocalText(sv="Vinna val", en="Win popular elections"),)
        ),
        (Kind.NOT_FOUND, "bookkeeping", "purposes"),
    ),
    "a legal basis more": (
        lambda: changed(
            "contract",
            bases=(Basis(basis=LegalBasis.CONTRACT), Basis(basis=LegalBasis.VITAL_INTEREST)),
        ),
        (Kind.NOT_FOUND, "contract", "bases"),
    ),
    "another address": (
        lambda: (replace(FOUNDING[0], email="privacy@other.example"), *FOUNDING[1:]),
        (Kind.DIFFERS, "", "email"),
    ),
    "another authority": (
        lambda: (replace(FOUNDING[0], complaint_authority="Datatilsynet"), *FOUNDING[1:]),
        (Kind.NOT_FOUND, "", "complaint_authority"),
    ),
    "a postal address": (
        lambda: (replace(FOUNDING[0], address="Storgatan 1, Falkenberg"), *FOUNDING[1:]),
        (Kind.NOT_FOUND, "", "address"),
    ),
    "an activity more": (
        lambda: (
            *FOUNDING,
            ActivityDeclared(
                activity="lottery",
                title=LocalText(sv="Lotteri", en="Lottery"),
                purposes=(LocalText(sv="Dra vinnare", en="Draw winners"),),
                reason="A test",
            ),
        ),
        (Kind.NOT_FOUND, "lottery", "activity"),
    ),
}


@EVERY_LANGUAGE
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", CASES)
def test_one_changed_fact_is_told_and_nothing_else(
    name: str, form: Format, language: Language
) -> None:
    change, expected = CASES[name]
    found = apart(made(*change()), published(form, language), language)
    assert [(one.kind, one.activity, one.what) for one in found] == [expected]


def test_a_finding_says_what_both_sides_say_and_where() -> None:
    rule = Retention(start=RetentionStart.REQUEST_CLOSED, years=2)
    page = published(Format.HTML, Language.EN)
    (found,) = apart(made(*changed("rights", retention=rule)), page, Language.EN)
    assert found.page == "3 years"
    assert found.register == "2 years from the closing of the request"
    assert found.section == "Requests from data subjects"


def test_cookies_are_compared_by_name_and_lifetime() -> None:
    (activity,) = (one for one in FOUNDING if getattr(one, "activity", "") == "web-analytics")
    ours = tuple(
        replace(one, lifetime_days=400) if one.kind is CookieKind.PERSISTENT else one
        for one in activity.cookies
    )
    told = published(Format.MARKDOWN, Language.SV, *changed("web-analytics", cookies=ours))
    longer = tuple(replace(one, lifetime_days=700) if one.provider else one for one in ours)
    (found,) = apart(made(*changed("web-analytics", cookies=longer)), told, Language.SV)
    assert (found.kind, found.what, found.page) == (Kind.DIFFERS, "cookie-lifetime", "400 dagar")
    found = next(
        one
        for one in apart(made(*changed("web-analytics", cookies=ours[:1])), told, Language.SV)
        if one.page
    )
    assert (found.kind, found.what, found.page) == (Kind.NOT_IN_REGISTER, "cookies", "_ga")


def test_a_recipient_and_a_country_that_the_page_lacks_are_told() -> None:
    carrier = RecipientDeclared(
        recipient="carrier",
        category=LocalText(sv="Åkerier", en="Hauliers"),
        name="Frakt Exempel AB",
        country="IN",
        transfers=(Transfer(country="IN"),),
        reason="A test",
    )
    entries = (*FOUNDING, carrier)
    notice = made(*(*entries[:-1], carrier, *changed("bookkeeping", recipients=("carrier",))))
    found = apart(notice, published(Format.HTML, Language.SV), Language.SV)
    assert [(one.what, one.register) for one in found] == [
        ("recipients", "Frakt Exempel AB (Åkerier)"),
        ("transfers", "Indien"),
    ]


# Pages that others wrote.

POLICY = """\
# Så hanterar vi personuppgifter

True Fiction Production AB svarar för uppgifterna. Skriv till hej@annan.example.

Bokföring
---------
Verifikationer med namn, adress, telefon, e-post, personnummer och belopp arkiveras som
räkenskapsmaterial i tolv månader. Det är en rättslig förpliktelse.

<script is no markup here>
"""


def test_a_page_in_other_words_is_read_by_its_facts() -> None:
    found = apart(made(*FOUNDING), POLICY, Language.SV)
    mine = [(one.kind, one.what, one.page) for one in found if one.activity == "bookkeeping"]
    assert mine == [(Kind.DIFFERS, "retention", "tolv månader")]
    emails = [one for one in found if one.what == "email"]
    assert [(one.kind, one.page) for one in emails] == [(Kind.DIFFERS, "hej@annan.example")]
    assert not any(one.what == "name" for one in found)


SITE = """\
<!doctype html><html lang="sv"><body><nav><a href="/">Hem</a></nav>
<h1>Så här behandlar vi personuppgifter</h1>
<p>True Fiction Production AB är personuppgiftsansvarig. Mejla support@allmannavillkor.se.</p>
<h2>Avtal om varor och tjänster</h2>
<p>Vi levererar det du beställt, fakturerar, tar hand om klagomål, svarar kundtjänst och bevakar
våra rättigheter enligt avtalet. Kontaktuppgifter, order och frågor till supporten används.
Hos Snabbfrakt Exempel AB finns din adress. Vi sparar uppgifterna i 24 månader.</p>
<h2>Bokföring</h2>
<p>Räkenskapsinformation med kontaktuppgifter, person&shy;nummer och belopp arkiveras i
84&nbsp;månader från utgången av det kalenderår då räkenskapsåret avslutades, så länge
lagen kräver.</p>
<h2>Kakor</h2>
<table><tr><td>Varaktig kaka</td><td>6 månader</td></tr><tr><td>_ga, _ga_*</td><td>13 månader</td>
</tr></table><p>Google Analytics i USA mäter hur webbplatsen används.</p>
<footer>Hos True Fiction Production AB</footer></body></html>
"""


def test_a_page_of_a_web_site_is_walked_fact_by_fact() -> None:
    (activity,) = (one for one in FOUNDING if getattr(one, "activity", "") == "web-analytics")
    session, persistent, analytics = activity.cookies
    cookies = (
        session,
        replace(persistent, lifetime_days=180),
        replace(analytics, lifetime_days=730),
    )
    found = apart(made(*changed("web-analytics", cookies=cookies)), SITE, Language.SV)
    told = [(one.kind, one.activity, one.what, one.page) for one in found]
    assert [one for one in told if one[1] in {"contract", "bookkeeping"}] == [
        (Kind.NOT_FOUND, "contract", "purposes", ""),  # that changes of the policy are told
        (Kind.NOT_FOUND, "contract", "recipients", ""),
        (Kind.NOT_IN_REGISTER, "contract", "retention", "24 månader"),
    ]
    lives = [one for one in told if one[2] == "cookie-lifetime"]
    assert lives == [(Kind.DIFFERS, "web-analytics", "cookie-lifetime", "13 månader")]
    assert [one for one in told if one[0] is Kind.NOT_IN_REGISTER and not one[1]] == [
        (Kind.NOT_IN_REGISTER, "", "recipients", "Hos Snabbfrakt Exempel AB"),
        (Kind.NOT_IN_REGISTER, "", "transfers", "USA"),
    ]
    silent = {one[1] for one in told if one[2] == "activity"}
    assert silent >= {"accountability", "suppression"}


def test_where_headings_are_marked_a_short_line_is_none() -> None:
    marked = read_page(b"# Books\n\nKept as the law says\n\n---\n\nAnd no longer\n")
    assert [part.title for part in marked.parts] == ["Books"]
    bare = read_page(b"Books\n\nKept as the law says, and no longer.\n\n---\n\nMail\n\nSent.\n")
    assert [part.title for part in bare.parts] == ["Books", "Mail"]


def test_what_a_browser_hides_is_not_read() -> None:
    page = read_page(
        b"<html><head><title>T</title><style>p{}</style></head><body><h2>One &amp; two</h2>"
        b"<script>var x = '7 years'</script><p>Kept<br>for <b>5</b>&nbsp;years</p>"
        b"<table><tr><td>a</td><td>b</td></tr></table></body></html>"
    )
    (part,) = page.parts
    assert part.title == "One & two"
    assert part.lines == ["Kept", "for 5\N{NO-BREAK SPACE}years", "a\tb"]
    assert part.items == {"kept", "for 5 years", "a", "b"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", Code.NOTHING_GIVEN),
        (b"\xef\xbb\xbf \n 12 --- ", Code.NOTHING_GIVEN),
        (b"<html><body><script>all of it</script></body></html>", Code.NOTHING_GIVEN),
        (b"%PDF-1.7\x00\x01", Code.NOT_UTF8),
        ("Bokföring".encode("latin-1"), Code.NOT_UTF8),
        ("Bokföring".encode("utf-16"), Code.NOT_UTF8),
    ],
)
def test_what_is_no_page_is_refused(content: bytes, code: Code) -> None:
    with pytest.raises(Problem) as caught:
        read_page(content)
    assert caught.value.code is code


@FEW
@given(st.text() | st.text("<>/!-[]hpbr =\"'#*|\\\n\ta1@", max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        page = read_page(text.encode("utf-8", "replace"))
    except Problem as problem:
        expected = {Code.NOT_UTF8, Code.NOTHING_GIVEN}
        page, refused = Page(()), problem.code in expected
    else:
        refused = False
    assert refused or page.text == plain(page.text)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (Language.EN, "kept for 12 months", [Period(months=12)]),
        (Language.EN, "a 24-month period", [Period(months=24)]),
        (Language.EN, "two years and six months", [Period(months=30)]),
        (Language.EN, "1 year and 6 months", [Period(months=18)]),
        (Language.EN, "90 days or 2 weeks", [Period(days=90), Period(days=14)]),
        (Language.EN, "Act (1999:1078) of 16.5 years", []),
        (Language.SV, "i sju år efter", [Period(months=84)]),
        (Language.SV, "7 års arkivering", [Period(months=84)]),
        (Language.SV, "1 år och 6 månader", [Period(months=18)]),
        (Language.SV, "1 000 dagar", [Period(days=1000)]),
        (Language.SV, "artikel 6.1 c och 30 dagar", [Period(days=30)]),
    ],
)
def test_periods_are_read_in_figures_and_in_words(
    language: Language, text: str, expected: list[Period]
) -> None:
    found = Claims(Words(language)).periods(plain(text))
    assert [replace(one, said="") for one in found] == expected


def test_periods_are_the_same_in_years_and_months_and_nearly_so_in_days() -> None:
    assert Period(months=24).equals(Period(months=24, said="two years"))
    assert Period(months=12).equals(Period(days=365))
    assert Period(days=90).equals(Period(months=3))
    assert not Period(months=24).equals(Period(months=25))
    assert not Period(days=365).equals(Period(months=13))


def test_the_gaps_that_are_counted_are_those_that_the_law_minds() -> None:
    told = made(*FOUNDING)
    more = msgspec.structs.replace(told, activities=())
    # Postal address and officer; in the activities a period, a transfer, cookies, suggestions.
    assert open_gaps(more) == 2
    assert open_gaps(told) > 5
