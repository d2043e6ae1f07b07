import base64
import gc
from pathlib import Path

from ropa.kernel.categories import Category
from ropa.kernel.opening import Values
from ropa.vault import Kind, Vault
from ropa.vault.keys import unwrap, wrapped_activity_keys
from tests.vault.house import House

CANARY = "Kanariefågel-7f3a9c51d2"
MAIL = "kanarie.7f3a9c51d2@example.org"
PHONE = "0701740605"


def spellings(value: bytes) -> set[bytes]:
    """Give what a scanner looks for: the bytes as they are, in hexadecimal and in base64."""
    # Wherever the bytes begin in a base64 text, one of three shifts spells their middle.
    shifted = {base64.b64encode(value[at : at + (len(value) - at) // 3 * 3]) for at in range(3)}
    return {value, value.hex().encode(), value.hex().upper().encode(), *shifted}


def text_spellings(text: str) -> set[bytes]:
    encoded = (text.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be", "latin-1"))
    return set().union(*map(spellings, encoded))


def found_in(directory: Path, wanted: set[bytes]) -> list[str]:
    return [
        path.name
        for path in sorted(directory.iterdir())
        if any(one in path.read_bytes() for one in wanted)
    ]


def secrets_of(vault: Vault) -> list[bytes]:
    """Give all keys of a vault in clear."""
    activity_keys = {
        (activity, generation): unwrap(vault._root, wrapped)
        for activity, generation, wrapped, _ in wrapped_activity_keys(vault._store)
    }
    data_keys = [
        unwrap(activity_keys[activity, generation] or b"", wrapped)
        for activity, generation, wrapped in vault._store.execute(
            "SELECT activity, generation, wrapped FROM data_keys"
        )
    ]
    ((stored,),) = vault._store.execute("SELECT value FROM meta WHERE name = 'signing_key'")
    own = [
        vault._lookup_key,
        vault._suppression_key,
        vault._content_key,
        unwrap(vault._root, stored),
    ]
    found = [*activity_keys.values(), *data_keys, *own]
    assert None not in found
    return [key for key in found if key]


def filled(vault: Vault) -> None:
    values = {
        Category.CONTACT_NAME: CANARY,
        Category.CONTACT_EMAIL: MAIL,
        Category.CONTACT_PHONE: PHONE,
    }
    for activity in ("contract", "marketing"):
        for _ in range(5):
            sealed = House.seal(vault, values, activity=activity)
            with vault.sealing() as session:
                session.lookup(sealed.place["owner"], activity, "", Kind.EMAIL, MAIL)
                session.lookup(sealed.place["owner"], activity, "", Kind.PHONE, PHONE)
            assert sealed.opened_by(vault) == Values(values)
            assert not any(one in sealed.stored for one in text_spellings(CANARY))


def test_the_scanner_finds_what_is_planted(tmp_path: Path) -> None:
    wanted = text_spellings(CANARY)
    for number, plant in enumerate(
        [
            CANARY.encode(),
            CANARY.encode("utf-16-le"),
            CANARY.encode("utf-16-be"),
            CANARY.encode().hex().encode(),
            *(base64.b64encode(b"x" * at + CANARY.encode() + b"y") for at in range(3)),
        ]
    ):
        (tmp_path / str(number)).write_bytes(b"before" + plant + b"after")
    assert len(found_in(tmp_path, wanted)) == 7


def test_no_value_is_readable_in_any_byte_of_the_files(house: House) -> None:
    wanted = set().union(*map(text_spellings, (CANARY, MAIL, PHONE, "+46701740605")))
    with house.open() as vault:
        filled(vault)
        assert (house.directory / "keys.db-wal").stat().st_size > 0
        assert found_in(house.directory, wanted) == []
    assert found_in(house.directory, wanted) == []


def test_no_key_is_readable_in_any_byte_of_the_files(house: House) -> None:
    with house.open() as vault:
        filled(vault)
        keys = secrets_of(vault)
        assert len(keys) == 2 + 10 + 4
        wanted = set().union(*map(spellings, keys))
        assert found_in(house.directory, wanted) == []
        # The root is in its own file and nowhere else.
        assert found_in(house.directory, spellings(vault._root)) == ["root.key"]
    assert found_in(house.directory, wanted) == []


def test_no_object_of_the_vault_tells_a_key(house: House) -> None:
    with (
        house.open() as vault,
        house.reader(contract=vault.export_activity_key("contract")) as reader,
    ):
        filled(vault)
        with vault.sealing() as session:
            box, _ = session.seal(
                owner="o",
                activity="new",
                bucket="",
                source="s",
                event="e",
                values={Category.CONTACT_NAME: CANARY},
            )
            keys = [*secrets_of(vault), vault._root, *session._activities.values()]
            told = [
                repr(found) + str(found)
                for found in [*gc.get_objects(), session._minted, session._by_id, reader, box]
                if type(found).__module__.startswith("ropa.vault") or found is session._minted
            ]
    kinds = {text.partition("(")[0].rpartition(".")[2].partition(" ")[0] for text in told}
    assert {"Vault", "Reader", "Sealing", "Store", "Keyring", "DataKey"} <= kinds
    for key in keys:
        spelled = (repr(key)[2:-1], key.hex(), base64.b64encode(key).decode())
        assert not any(one in text for text in told for one in spelled)
    assert not any(CANARY in text for text in told)
