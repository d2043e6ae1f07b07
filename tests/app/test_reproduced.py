"""Papers without personal values come out again, byte for byte, later and without keys."""

import json
import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from hashlib import sha256
from itertools import product
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from ropa.app import Moment, Reading, Register
from ropa.app.ids import new_id
from ropa.app.policy import noun_of
from ropa.catalogue import NOUNS
from ropa.domain.staff.examples import REGISTERED as EMPLOYED
from ropa.kernel.fact import Fact
from ropa.kernel.ids import Language
from ropa.render import FORMATS, Words, render, render_findings
from ropa.reports.findings import check
from ropa.reports.registry import REPORTS
from tests.app.shop import NOW, SOURCES, VERSION, append, customer, founded, numbered, sent
from tests.contract.world import activity

RECORDED = NOW - timedelta(days=3)
FIRST, AGAIN = NOW.replace(hour=4, minute=47), NOW.replace(hour=5, minute=58) + timedelta(days=30)
"""When the papers are made for the first time, and when again."""
YESTERDAY = (NOW - timedelta(days=1)).date()

PAPERS = sorted(name for name, report in REPORTS.items() if not report.keys)
EVERY = list(product(PAPERS, FORMATS, Language))


def consent(number: str, kind: str, **more: Any) -> dict[str, Any]:
    data = {"activity": "marketing", "channel": "web-form", **more}
    return sent(f"person.consent-{kind}", data, id=f"{kind}.{number}", subject=number)


def given(number: str) -> dict[str, Any]:
    wording = {"notice": "newsletter-wording", "version": VERSION}
    return consent(number, "given", wording=wording, language="sv")


def disclosed(number: str, recipient: str) -> dict[str, Any]:
    data = {"recipient": recipient, "activity": "contract", "categories": ["contact.name"]}
    return sent("person.disclosed", data, id=f"d.{number}.{recipient}", subject=number)


def earlier() -> Iterator[dict[str, Any]]:
    for number in ("K-1", "K-2", "K-3"):
        yield from customer(number, name=f"Namn {number}", email=f"{number}@exempel.example")
        yield given(number)
    yield consent("K-2", "withdrawn")
    yield disclosed("K-1", "google-analytics")
    yield sent("activity.declared", activity("lottery"), id="a-1")


def later() -> Iterator[dict[str, Any]]:
    """Give further events of every noun, about what the papers tell of."""
    new = {"sv": "Nytt", "en": "New"}
    wording = {
        "notice": "newsletter-wording",
        "version": "2025-11",
        "language": "sv",
        "kind": "consent-wording",
        "effective": "2024-01-01",
        "sha256": sha256(b"Ja tack").hexdigest(),
        "text": "Ja tack",
    }
    yield sent("controller.amended", {"name": "Nya Bolaget AB", "reason": "Renamed"}, id="l-1")
    yield sent(
        "activity.amended",
        {"activity": "contract", "title": new, "recipients": [], "reason": "Renamed"},
        id="l-2",
    )
    yield sent("activity.retired", {"activity": "lottery", "reason": "Over"}, id="l-3")
    yield sent("recipient.retired", {"recipient": "google-analytics", "reason": "Over"}, id="l-4")
    yield sent("notice.published", wording, id="l-5")
    yield consent("K-1", "withdrawn")
    yield disclosed("K-1", "payment-service")
    yield sent(
        "person.objected",
        {"activity": "marketing", "channel": "e-mail"},
        id="l-6",
        subject="K-3",
        time="2024-01-02T00:00:00Z",  # told of late
    )
    yield from customer("K-4", name="Ny", email="ny@exempel.example")
    yield given("K-4")
    request = "3f0d7c52-8f0e-4c5b-9a55-0d7a3c1b9e21"
    asked = {"request": request, "kinds": ["access"], "channel": "e-mail"}
    yield sent("request.received", asked, id="l-7")
    yield sent("breach.discovered", {"breach": "mix-up", "natures": ["integrity"]}, id="l-8")


@cache
def story() -> tuple[Path, str, int]:
    """Give a register as it stood once, a person in it, and where its log ended."""
    directory = founded(Path(mkdtemp()) / "shop")
    with Register.open(directory, clock=lambda: RECORDED) as register:
        append(register, earlier())
        person = register.find(numbered("K-1"))
        assert person is not None
        return directory, person, register.head


def papers(
    reading: Reading, moment: Moment, since: Moment, person: str | None
) -> dict[tuple[str, ...], str]:
    """Make every paper in every form and language, without the time of printing."""
    made: dict[tuple[str, ...], str] = {}
    for name, form, language in EVERY:
        whom = person if REPORTS[name].person else None
        asked = since if REPORTS[name].since else None
        model = reading.make(name, moment=moment, language=language, person=whom, since=asked)
        made[name, form, language] = unprinted(render(model, form, language), model, language)
    for form, language in product(FORMATS, Language):
        found = list(check(reading.rows(moment), NOW.date()))
        made["findings", form, language] = render_findings(found, form, language)
    return made


def unprinted(text: str, model: Any, language: Language) -> str:
    printed: datetime = model.head.printed_at
    words = Words(language).moment(printed), json.dumps(printed.isoformat().replace("+00:00", "Z"))
    assert sum(text.count(one) for one in words) == 1
    for one in words:
        text = text.replace(one, "<printed>")
    return text


def goes_on(shop: Path) -> None:
    with Register.open(shop, clock=lambda: AGAIN - timedelta(days=1)) as register:
        before = register.head
        register.append([Fact(data=EMPLOYED, source="officer", subject=new_id())])
        append(register, later())
        assert {noun_of(one.stream) for one in register.events(after=before)} == set(NOUNS)


@pytest.mark.parametrize("since", [Moment(at=0), Moment(at=3), Moment(as_of=date(2023, 1, 1))])
def test_what_was_made_at_the_head_is_made_again_without_keys(
    tmp_path: Path, since: Moment
) -> None:
    directory, person, head = story()
    shop = tmp_path / "shop"
    shutil.copytree(directory, shop)
    with Register.open(shop, clock=lambda: FIRST) as register:
        first = papers(register, Moment(), since, person)
        by_day = papers(register, Moment(as_of=YESTERDAY), since, person)
        valid = papers(register, Moment(valid_at=date(2024, 2, 1)), since, person)
    assert len(first) == (len(PAPERS) + 1) * len(FORMATS) * len(Language)
    goes_on(shop)
    shutil.rmtree(shop / "vault")
    (shop / "views.db").unlink()
    with Reading.open(shop, clock=lambda: AGAIN) as reading:
        assert papers(reading, Moment(at=head), since, person) == first
        assert papers(reading, Moment(as_of=YESTERDAY), since, person) == by_day
        assert papers(reading, Moment(at=head, valid_at=date(2024, 2, 1)), since, person) == valid
        now = papers(reading, Moment(), since, person)
    # Each of them would have come out otherwise as of now.
    assert [key for key in first if now[key] == first[key]] == []


def test_the_papers_of_a_register_without_events_are_made_again_too(tmp_path: Path) -> None:
    Register.create(tmp_path / "shop", sources=SOURCES)
    with Register.open(tmp_path / "shop", clock=lambda: FIRST) as register:
        first = papers(register, Moment(), Moment(at=0), None)
        append(register, [sent("activity.declared", activity("lottery"), id="a-1")])
    with Reading.open(tmp_path / "shop", clock=lambda: AGAIN) as reading:
        assert papers(reading, Moment(at=0), Moment(at=0), None) == first
