import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropa.kernel.categories import Category
from ropa.kernel.opening import Damaged, Values
from ropa.kernel.problem import Code, Problem
from ropa.vault import Vault
from ropa.vault.keys import DataKey
from tests.vault.house import REGISTER, House

NAME = {Category.CONTACT_NAME: "Åsa Öberg"}

texts = st.text(st.characters(exclude_categories=["Cs"]))
plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=10,
)
values = st.dictionaries(st.sampled_from(Category), plain, min_size=1, max_size=6)


@given(values)
def test_what_is_sealed_is_what_is_opened(shared_vault: Vault, values: dict[Category, Any]) -> None:
    sealed = House.seal(shared_vault, values)
    assert sealed.opened_by(shared_vault) == Values(values)


def test_objects_come_back_as_plain_dicts(vault: Vault) -> None:
    @dataclass(frozen=True, slots=True)
    class Address:
        street: str
        city: str | None = None

    class Money(msgspec.Struct):
        total: str

    sealed = House.seal(
        vault,
        {
            Category.FINANCIAL_AMOUNT: Money("12.50"),
            Category.CONTACT_ADDRESS: Address("Storgatan 1"),
        },
    )
    assert sealed.opened_by(vault) == Values(
        {
            Category.CONTACT_ADDRESS: {"street": "Storgatan 1", "city": None},
            Category.FINANCIAL_AMOUNT: {"total": "12.50"},
        }
    )


def test_the_event_is_told_key_digest_and_categories_alone(vault: Vault) -> None:
    sealed = House.seal(
        vault, {Category.CONTACT_PHONE: "070", Category.CONTACT_EMAIL: "asa@example.org"}
    )
    assert sealed.box.sha256 == hashlib.sha256(sealed.stored).hexdigest()
    assert sealed.box.categories == (Category.CONTACT_EMAIL, Category.CONTACT_PHONE)
    assert sealed.box.key in set(vault.key_ids())


def test_the_stored_form_is_the_published_one(vault: Vault) -> None:
    # Written out by hand: whoever changes the form makes every box of every register unreadable.
    sealed = House.seal(
        vault, {Category.CONTACT_PHONE: "1", Category.CONTACT_ADDRESS: {"street": "b", "city": "a"}}
    )
    key = vault._keys.to_open(sealed.box.key)
    assert isinstance(key, DataKey)
    place = sealed.place
    bound = json.dumps(
        [
            "ropa.box.v1",
            REGISTER,
            *(place[part] for part in ("owner", "activity", "source", "event")),
        ],
        separators=(",", ":"),
    )
    clear = key.cipher.decrypt(sealed.stored[:12], sealed.stored[12:], bound.encode())
    assert clear == b'{"contact.address":{"city":"a","street":"b"},"contact.phone":"1"}'
    assert len(sealed.stored) == 12 + len(clear) + 16


@pytest.mark.parametrize("part", ["owner", "activity", "source", "event"])
def test_a_box_opens_in_its_own_place_alone(vault: Vault, part: str) -> None:
    sealed = House.seal(vault, NAME)
    assert sealed.opened_by(vault, **{part: "x"}) == Damaged()
    assert sealed.opened_by(vault) == Values(NAME)


@given(st.lists(texts, min_size=4, max_size=4), st.integers(0, 2), st.integers(0, 5))
def test_no_two_places_are_told_apart_by_their_joins_alone(
    shared_vault: Vault, parts: list[str], at: int, moved: int
) -> None:
    names = ("owner", "activity", "source", "event")
    other = [*parts]
    both = parts[at] + parts[at + 1]
    other[at], other[at + 1] = both[:moved], both[moved:]
    with shared_vault.sealing() as session:
        box, stored = session.seal(**dict(zip(names, parts, strict=True)), bucket="", values=NAME)
    found = shared_vault.open_box(box, stored, **dict(zip(names, other, strict=True)))
    assert found == (Values(NAME) if other == parts else Damaged())


def test_a_box_of_another_event_is_not_taken_for_this_one(vault: Vault) -> None:
    owner = "0a4f2d0e-6d0c-4b6e-8f59-3f1d6a9f1c11"
    one = House.seal(vault, NAME, owner=owner)
    other = House.seal(vault, {Category.CONTACT_NAME: "Bo Ek"}, owner=owner)
    assert one.box.key == other.box.key
    # The bytes alone, and the bytes with what the event says of them.
    assert vault.open_box(one.box, other.stored, **one.place) == Damaged()
    assert vault.open_box(other.box, other.stored, **one.place) == Damaged()


@given(st.data())
def test_no_byte_of_a_box_can_be_changed(shared_vault: Vault, data: st.DataObject) -> None:
    sealed = House.seal(shared_vault, NAME)
    at = data.draw(st.integers(0, len(sealed.stored) - 1))
    changed = bytearray(sealed.stored)
    changed[at] ^= data.draw(st.integers(1, 255))
    forged = msgspec.structs.replace(sealed.box, sha256=hashlib.sha256(changed).hexdigest())
    assert shared_vault.open_box(sealed.box, bytes(changed), **sealed.place) == Damaged()
    assert shared_vault.open_box(forged, bytes(changed), **sealed.place) == Damaged()


@pytest.mark.parametrize("length", [0, 5, 12, 27])
def test_a_cut_box_is_damaged(vault: Vault, length: int) -> None:
    sealed = House.seal(vault, NAME)
    cut = sealed.stored[:length]
    forged = msgspec.structs.replace(sealed.box, sha256=hashlib.sha256(cut).hexdigest())
    assert vault.open_box(forged, cut, **sealed.place) == Damaged()


def test_the_digest_is_checked_although_the_box_would_open(vault: Vault) -> None:
    sealed = House.seal(vault, NAME)
    other = msgspec.structs.replace(sealed.box, sha256="0" * 64)
    assert vault.open_box(other, sealed.stored, **sealed.place) == Damaged()


def test_a_missing_box_is_damaged(vault: Vault) -> None:
    sealed = House.seal(vault, NAME)
    assert vault.open_box(sealed.box, None, **sealed.place) == Damaged()


def test_a_box_that_holds_no_values_is_damaged(vault: Vault) -> None:
    sealed = House.seal(vault, NAME)
    key = vault._keys.to_open(sealed.box.key)
    assert isinstance(key, DataKey)
    bound = json.dumps(["ropa.box.v1", REGISTER, *sealed.place.values()], separators=(",", ":"))
    for clear in (b"", b"[1]", b'{"no.category":1}', b"\xff"):
        nonce = os.urandom(12)
        stored = nonce + key.cipher.encrypt(nonce, clear, bound.encode())
        box = msgspec.structs.replace(sealed.box, sha256=hashlib.sha256(stored).hexdigest())
        assert vault.open_box(box, stored, **sealed.place) == Damaged()


def _nested(depth: int) -> object:
    found: object = "KANARIE"
    for _ in range(depth):
        found = [found]
    return found


@pytest.mark.parametrize("value", ["KANARIE\ud800", object(), {object(): 1}, _nested(100_000)])
def test_a_value_without_json_form_is_refused_without_being_told(
    vault: Vault, value: object
) -> None:
    with pytest.raises(Problem) as refused:
        House.seal(vault, {Category.CONTACT_NAME: value})
    assert refused.value.code is Code.MALFORMED_VALUE
    assert "KANARIE" not in str(refused.value)


def test_no_nonce_is_used_twice(vault: Vault) -> None:
    place = {"owner": "o", "activity": "a", "source": "s", "event": "e"}
    with vault.sealing() as session:
        boxes = [session.seal(**place, bucket="", values=NAME)[1] for _ in range(2_000)]
    assert len({stored[:12] for stored in boxes}) == 2_000


FORK = """
import os, sys
from ropa.vault.box import _fresh_nonce
_fresh_nonce()
read, write = os.pipe()
if os.fork() == 0:
    os.write(write, b"".join(_fresh_nonce() for _ in range(1000)))
    os._exit(0)
own = {_fresh_nonce() for _ in range(1000)}
os.close(write)
told = b"".join(iter(lambda: os.read(read, 65536), b""))
os.wait()
childs = {told[at:at + 12] for at in range(0, len(told), 12)}
assert len(own) == len(childs) == 1000
sys.exit(1 if own & childs else 0)
"""


def test_a_forked_process_draws_nonces_of_its_own() -> None:
    assert subprocess.run([sys.executable, "-c", FORK], check=False).returncode == 0
