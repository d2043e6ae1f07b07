"""A register opened without its keys: all of its past, and nobody's values."""

import shutil
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from ropa.app import Moment, Reading, Register
from ropa.kernel.categories import Category
from ropa.kernel.opening import NotPermitted
from ropa.kernel.problem import Code, Problem
from ropa.reports.access.model import Access
from ropa.reports.cell import BEGINNING, Point
from ropa.views.people import PEOPLE
from ropa.views.registry import VIEWS
from tests.app.shop import NOW, append, customer, numbered, sent

NAME, EMAIL = "Anna Exempel", "anna@exempel.example"


@pytest.fixture
def person(shop: Path) -> str:
    with Register.open(shop, clock=lambda: NOW) as register:
        append(register, customer("K-1", name=NAME, email=EMAIL))
        found = register.find(numbered("K-1"))
    assert found is not None
    return found


@pytest.fixture
def copied(shop: Path, person: str) -> Path:  # noqa: ARG001 - the copy is to hold the person
    """Give an auditor's copy of the register: all of it but the vault."""
    copy = shop.with_name("copy")
    shutil.copytree(shop, copy, ignore=shutil.ignore_patterns("vault", "views.db*"))
    assert not (copy / "vault").exists()
    return copy


def point(reading: Reading, moment: Moment) -> Point:
    with reading.asking(moment) as sources:
        return sources.as_of


def defined(leaves: list[bytes]) -> bytes:
    """Give the root of RFC 6962, section 2.1, as the RFC defines it."""
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = 1 << ((len(leaves) - 1).bit_length() - 1)
    return sha256(b"\x01" + defined(leaves[:k]) + defined(leaves[k:])).digest()


def test_all_of_the_past_is_there_without_the_vault(shop: Path, copied: Path, person: str) -> None:
    with Register.open(shop) as register, Reading.open(copied) as reading:
        assert reading.head == register.head
        assert list(reading.events()) == list(register.events())
        for moment in (Moment(), Moment(at=20), Moment(as_of=date(2024, 6, 1))):
            for view in VIEWS:
                assert dict(reading.rows(moment).all(view)) == dict(register.rows(moment).all(view))
        assert reading.is_person(person)
        assert not reading.is_person("0b9f6c1e-3a5d-4e0f-9c57-8d2b41a7e630")
        assert list(reading.check_views()) == []
    assert not (copied / "vault").exists()


def test_a_report_without_keys_tells_that_something_is_held_and_not_what(
    copied: Path, person: str
) -> None:
    with Reading.open(copied) as reading:
        paper: Access = reading.make("access", person=person)
    values = {item.category: item.value.value for share in paper.shares for item in share.items}
    assert {Category.CONTACT_NAME, Category.CONTACT_EMAIL} <= set(values)
    assert set(values.values()) == {NotPermitted()}
    text = msgspec.json.encode(paper).decode()
    assert NAME not in text
    assert EMAIL not in text


def test_whoever_needs_the_keys_is_told_that_they_are_missing(copied: Path) -> None:
    with pytest.raises(Problem) as refused:
        Register.open(copied, environ={})
    assert refused.value.code is Code.ROOT_KEY_MISSING


def test_a_wrong_key_is_no_matter_to_who_needs_none(shop: Path) -> None:
    (shop / "vault" / "root.key").write_text("7f" * 32)
    with Reading.open(shop) as reading:
        assert dict(reading.rows().all(PEOPLE)) == {}
    with pytest.raises(Problem) as refused:
        Register.open(shop, environ={})
    assert refused.value.code is Code.ROOT_KEY_WRONG


def test_an_answer_is_bound_to_the_root_that_the_rfc_defines(copied: Path) -> None:
    with Reading.open(copied) as reading:
        leaves = [row.state for row in reading._log.events()]
        for size in (1, 2, 3, 20, len(leaves)):
            root = b64encode(defined(leaves[:size])).decode()
            assert point(reading, Moment(at=size)).root == root
        assert point(reading, Moment()) == point(reading, Moment(at=len(leaves)))
        assert point(reading, Moment(at=0)) == BEGINNING
    assert b64encode(sha256(b"").digest()).decode() == BEGINNING.root


def test_a_day_is_told_by_its_end_once_it_has_ended(shop: Path, person: str) -> None:
    assert person
    today, clock = NOW.date(), NOW
    with Reading.open(shop, clock=lambda: clock) as reading:
        head = point(reading, Moment())
        assert point(reading, Moment(as_of=today)) == head
        clock = NOW + timedelta(days=1)
        ended = point(reading, Moment(as_of=today))
        assert (ended.position, ended.root) == (head.position, head.root)
        assert ended.moment == datetime(2024, 11, 22, 22, 59, 59, 999999, tzinfo=UTC)


def test_what_was_left_out_is_told(shop: Path) -> None:
    day = date(2024, 3, 1)
    with Reading.open(shop) as reading:
        head = point(reading, Moment())
        assert head.valid_at is None
        assert point(reading, Moment(valid_at=day)) == msgspec.structs.replace(head, valid_at=day)


@pytest.mark.parametrize(
    ("names", "position", "size"),
    [
        ((), 5, None),
        (("000000000004.txt",), 5, None),
        (("000000000004.txt", "000000000005.txt", "000000000012.txt"), 5, 5),
        (("000000000012.txt", "000000000010.txt"), 5, 10),
        (
            ("policy", "12.txt", "000000000007.tsr", "x00000000007.txt", "0000000000007.txt"),
            5,
            None,
        ),
    ],
)
def test_the_smallest_checkpoint_that_covers_a_position_is_found_by_its_name(
    shop: Path, names: tuple[str, ...], position: int, size: int | None
) -> None:
    with Reading.open(shop) as reading:
        for name in names:
            (reading.files.checkpoints / name).touch()
        assert reading.covering(position) == size
        shutil.rmtree(reading.files.checkpoints)
        assert reading.covering(position) is None


Change = Callable[[Path], object]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda shop: (shop / "ropa.toml").unlink(), Code.NOT_A_REGISTER),
        (lambda shop: (shop / "log.db").unlink(), Code.NOT_A_REGISTER),
        (lambda shop: (shop / "ropa.toml").write_text("register = 1"), Code.SETTINGS_UNREADABLE),
    ],
)
def test_what_is_no_register_is_not_read(shop: Path, change: Change, code: Code) -> None:
    change(shop)
    with pytest.raises(Problem) as refused:
        Reading.open(shop)
    assert refused.value.code is code


def test_it_follows_who_appends(shop: Path, person: str) -> None:
    with Reading.open(shop) as reading, Register.open(shop, clock=lambda: NOW) as register:
        before = point(reading, Moment())
        objected = {"activity": "marketing", "channel": "e-mail"}
        append(register, [sent("person.objected", objected, id="o", subject="K-1")])
        after = point(reading, Moment())
        assert after.position > before.position
        assert after.root != before.root
        row = reading.rows().get(PEOPLE, person)
        assert row is not None
        assert row.parts["marketing"].objected is not None
