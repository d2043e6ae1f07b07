from datetime import timedelta

import pytest

from ropa.domain.person.events import ConsentWithdrawn, Objected
from ropa.domain.person.examples import CONSENT_GIVEN
from ropa.kernel.ids import Channel, Language
from ropa.views.consents import CONSENTS, Consented, consent_at
from tests.histories import ANNA, Log, noon

WITHDRAWN = ConsentWithdrawn(activity="marketing", channel=Channel.UNSUBSCRIBE_LINK)
OBJECTED = Objected(activity="marketing", channel=Channel.E_MAIL)


def asked(log: Log, day: int) -> Consented:
    return consent_at(log.rows().get(CONSENTS, ANNA), "marketing", noon(day))


def test_consent_holds_from_when_it_was_given_until_it_was_withdrawn() -> None:
    log = Log()
    log.add(CONSENT_GIVEN, ANNA, day=10)
    log.add(WITHDRAWN, ANNA, day=20)
    assert [asked(log, day).in_force for day in (9, 10, 19, 20, 21)] == [
        False, True, True, False, False,
    ]  # fmt: skip
    before = consent_at(
        log.rows().get(CONSENTS, ANNA), "marketing", noon(20) - timedelta(seconds=1)
    )
    assert before.in_force


def test_it_tells_the_wording_the_language_the_way_and_the_end() -> None:
    log = Log()
    log.add(CONSENT_GIVEN, ANNA, day=10)
    ended = log.add(WITHDRAWN, ANNA, day=20)
    answer = asked(log, 30)
    assert answer.given is not None
    assert answer.denied is not None
    assert answer.given.wording == CONSENT_GIVEN.wording
    assert answer.given.language is Language.SV
    assert answer.given.channel is CONSENT_GIVEN.channel
    assert answer.given.source == "webshop"
    assert answer.denied.position == ended


@pytest.mark.parametrize("denial", [WITHDRAWN, OBJECTED])
def test_at_the_same_moment_the_denial_counts_whichever_came_in_first(
    denial: ConsentWithdrawn | Objected,
) -> None:
    first, last = Log(), Log()
    for log, events in ((first, (denial, CONSENT_GIVEN)), (last, (CONSENT_GIVEN, denial))):
        for event in events:
            log.add(event, ANNA, day=5)
        assert not asked(log, 5).in_force


def test_a_consent_after_the_denial_counts_even_where_it_came_in_before() -> None:
    log = Log()
    log.add(CONSENT_GIVEN, ANNA, day=9)
    log.add(WITHDRAWN, ANNA, day=5)
    assert asked(log, 9).in_force


def test_nobody_has_consented_who_never_did() -> None:
    assert asked(Log(), 1) == Consented(given=None, denied=None)
