import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from ropa.kernel.categories import Category
from ropa.kernel.fact import Number
from ropa.vault import Kind, Vault, account, lookups_of
from ropa.vault.lookups import normalised
from tests.vault.house import House

ASA = "6f0c2f64-6f5c-4f0e-9a43-0d6d0a1f7c55"
BO = "b00c2f64-6f5c-4f0e-9a43-0d6d0a1f7c55"


def known(vault: Vault, owner: str, activity: str, kind: Kind, value: str) -> None:
    with vault.sealing() as session:
        session.lookup(owner, activity, "", kind, value)


@pytest.mark.parametrize(
    ("kind", "stored", "asked"),
    [
        (Kind.EMAIL, "asa@example.org", " Asa@Example.ORG "),
        (Kind.EMAIL, "åsa@exempel.se", "A\u030aSA@exempel.se"),
        (Kind.EMAIL, "info@räksmörgås.se", "Info@XN--RKSMRGS-5WAO1O.se"),
        (Kind.EMAIL, "no address", "NO ADDRESS\n"),
        (Kind.EMAIL, "ingen adress å", "INGEN ADRESS Å"),
        (Kind.PHONE, "070-123 45 67", "+46 70 1234567"),
        (Kind.PHONE, "0046701234567", "0701234567"),
        (Kind.PHONE, "+45 32 12 34 56", "+4532123456"),
        (Kind.PHONE, "00 12", "0 0-1 2"),
        (Kind.NUMBER, "webshop\x1f10023", " webshop \x1f 10023\n"),
    ],
)
def test_one_value_in_two_spellings_is_found(
    vault: Vault, kind: Kind, stored: str, asked: str
) -> None:
    known(vault, ASA, "contract", kind, stored)
    assert vault.find(kind, asked) == {ASA}


@pytest.mark.parametrize(
    ("kind", "stored", "asked"),
    [
        (Kind.EMAIL, "asa@example.org", "asa@example.com"),
        (Kind.EMAIL, "a.sa@example.org", "asa@example.org"),
        (Kind.PHONE, "0701234567", "+45701234567"),
        (Kind.NUMBER, "webshop\x1f10023", "newsletter\x1f10023"),
        (Kind.NUMBER, "webshop\x1fa1", "webshop\x1fA1"),
    ],
)
def test_another_value_is_not_found(vault: Vault, kind: Kind, stored: str, asked: str) -> None:
    known(vault, ASA, "contract", kind, stored)
    assert vault.find(kind, asked) == frozenset()


def test_a_value_is_found_as_what_it_is(vault: Vault) -> None:
    known(vault, ASA, "contract", Kind.NUMBER, "+46701234567")
    assert vault.find(Kind.PHONE, "0701234567") == frozenset()


def test_several_may_share_a_value_and_each_is_found_once(vault: Vault) -> None:
    for owner, activity in ((ASA, "contract"), (ASA, "marketing"), (BO, "contract")):
        known(vault, owner, activity, Kind.EMAIL, "family@example.org")
    assert vault.find(Kind.EMAIL, "family@example.org") == {ASA, BO}


def test_what_is_staged_is_found_in_the_session_and_not_outside(vault: Vault) -> None:
    known(vault, BO, "contract", Kind.EMAIL, "family@example.org")
    with vault.sealing() as session:
        session.lookup(ASA, "contract", "", Kind.EMAIL, "family@example.org")
        assert session.find(Kind.EMAIL, "FAMILY@example.org") == {ASA, BO}
        assert vault.find(Kind.EMAIL, "family@example.org") == {BO}
    assert vault.find(Kind.EMAIL, "family@example.org") == {ASA, BO}


@pytest.mark.parametrize(
    ("kind", "value"), [(Kind.PHONE, "ring mig"), (Kind.EMAIL, " "), (Kind.PHONE, "")]
)
def test_what_has_nothing_to_look_up_finds_nobody(vault: Vault, kind: Kind, value: str) -> None:
    known(vault, ASA, "contract", kind, value)
    with vault.sealing() as session:
        assert session.find(kind, value) == frozenset()
    assert vault.find(kind, value) == frozenset()


@example(Kind.EMAIL, "a\ud800@example.org")
@example(Kind.PHONE, "\ud800 1")
@example(Kind.NUMBER, "\ud800")
@given(st.sampled_from(Kind), st.text())
def test_any_text_can_be_asked_for(shared_vault: Vault, kind: Kind, value: str) -> None:
    assert shared_vault.find(kind, value) == frozenset()


@given(st.sampled_from(Kind), st.text())
def test_the_one_spelling_is_spelled_by_itself(kind: Kind, value: str) -> None:
    once = normalised(kind, value)
    if kind is Kind.NUMBER or value.isascii():
        assert normalised(kind, once) == once


@given(
    st.emails()
    | st.text('aAbB.-_+@x"[] ,', max_size=16)
    | st.from_regex(r"[A-Za-z.+]{1,8}@[A-Za-z-]{1,8}\.(SE|com|nu)", fullmatch=True)
)
def test_an_ascii_address_needs_no_validator(value: str) -> None:
    try:
        expected = validate_email(value.strip(), check_deliverability=False).normalized
    except EmailNotValidError:
        expected = value.strip()
    assert normalised(Kind.EMAIL, value) == expected.casefold()


def test_digests_say_nothing_without_the_vault(
    house: House, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = House(tmp_path_factory.mktemp("other") / "vault")
    found = []
    for each in (house, other):
        with each.open() as vault:
            known(vault, ASA, "contract", Kind.EMAIL, "asa@example.org")
            found.append(vault._store.execute("SELECT digest FROM lookups")[0][0])
    assert found[0] != found[1]
    assert [len(digest) for digest in found] == [32, 32]


def test_what_a_person_can_be_found_by_among_values() -> None:
    values = {
        Category.CONTACT_NAME: "Åsa",
        Category.CONTACT_EMAIL: "asa@example.org",
        Category.CONTACT_PHONE: "070",
        Category.IDENTIFIER_ACCOUNT: "10023",
    }
    assert set(lookups_of(values)) == {(Kind.EMAIL, "asa@example.org"), (Kind.PHONE, "070")}
    assert set(lookups_of(values, "webshop")) - set(lookups_of(values)) == {
        (Kind.NUMBER, account(Number("webshop", "10023")))
    }
