import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ropa.kernel.problem import Code, Problem
from ropa.vault import SignedHead, Vault
from ropa.vault import store as stores
from ropa.vault.keys import unwrap
from ropa.vault.signing import SigningKey
from tests.vault.house import House
from tests.vault.test_vault import altered, refused

ROOT = bytes(range(32))
OTHER = bytes(32)
HEAD = SignedHead(7, ROOT)


def keep(vault: Vault, head: SignedHead) -> None:
    with vault.signing() as session:
        session.keep(head)


def test_what_is_signed_holds_for_the_public_key_and_no_other(vault: Vault, tmp_path: Path) -> None:
    signature = vault.sign(b"a head of the log")
    assert len(signature) == 64
    public = Ed25519PublicKey.from_public_bytes(vault.public_key)
    public.verify(signature, b"a head of the log")
    with pytest.raises(InvalidSignature):
        public.verify(signature, b"another head of the log")
    with House(tmp_path / "other").open() as other:
        assert other.public_key != vault.public_key
        with pytest.raises(InvalidSignature):
            public.verify(other.sign(b"a head of the log"), b"a head of the log")


def test_openssl_verifies_what_is_signed(vault: Vault, tmp_path: Path) -> None:
    # A public key as SubjectPublicKeyInfo is these twelve bytes and the key (RFC 8410, section 4).
    prefix = bytes.fromhex("302a300506032b6570032100")
    (tmp_path / "key").write_bytes(prefix + vault.public_key)
    (tmp_path / "signature").write_bytes(vault.sign(b"a head"))
    command = "openssl pkeyutl -verify -pubin -keyform DER -inkey key -rawin -sigfile signature -in"
    for name, message in (("right", b"a head"), ("wrong", b"another")):
        (tmp_path / name).write_bytes(message)
    codes = [
        subprocess.run([*command.split(), name], cwd=tmp_path, check=False).returncode
        for name in ("right", "wrong")
    ]
    assert codes == [0, 1]


def test_a_key_outlives_its_process_and_signs_alike(house: House) -> None:
    with house.open() as vault:
        found = vault.public_key, vault.sign(b"a head")
    with house.open() as vault:
        assert (vault.public_key, vault.sign(b"a head")) == found


def test_the_public_key_and_the_last_head_are_told_without_the_root(house: House) -> None:
    with house.open() as vault, house.reader() as reader:
        assert reader.public_key == vault.public_key
        assert reader.signed() is None
        keep(vault, HEAD)
        assert reader.signed() == HEAD


def test_the_key_is_stored_wrapped_alone(house: House) -> None:
    with house.open() as vault:
        ((wrapped,),) = vault._store.execute("SELECT value FROM meta WHERE name = 'signing_key'")
        public = vault.public_key
    assert len(wrapped) == 40
    seed = unwrap(house.root, wrapped)
    assert seed
    assert SigningKey(seed).public == public
    for path in house.directory.iterdir():
        assert seed not in path.read_bytes()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM meta WHERE name = 'signing_key'",
        "DELETE FROM meta WHERE name = 'public_key'",
        "UPDATE meta SET value = zeroblob(40) WHERE name = 'signing_key'",
        "UPDATE meta SET value = x'00' WHERE name = 'signing_key'",
        "UPDATE meta SET value = 7 WHERE name = 'signing_key'",
        "UPDATE meta SET value = zeroblob(32) WHERE name = 'public_key'",
        "UPDATE meta SET value = x'00' WHERE name = 'public_key'",
        "UPDATE meta SET value = 'text' WHERE name = 'public_key'",
        # Both unwrap, and are each other's.
        (
            "UPDATE meta SET value = (SELECT value FROM meta WHERE name = 'lookup_key')"
            " WHERE name = 'signing_key'"
        ),
    ],
)
def test_a_damaged_key_is_noticed_on_opening(house: House, statement: str) -> None:
    altered(house, statement)
    refused(Code.VAULT_DAMAGED, house.open)


def test_another_vault_s_public_key_is_noticed_on_opening(house: House, tmp_path: Path) -> None:
    other = House(tmp_path / "other")
    with other.open() as vault, house.open() as ours:
        ours._store.execute("UPDATE meta SET value = ? WHERE name = 'public_key'", vault.public_key)
    refused(Code.VAULT_DAMAGED, house.open)


def test_a_reader_notices_a_damaged_public_key(house: House) -> None:
    altered(house, "UPDATE meta SET value = 'text' WHERE name = 'public_key'")
    with house.reader() as reader:
        refused(Code.VAULT_DAMAGED, lambda: reader.public_key)


def test_nothing_is_signed_in_a_new_vault(vault: Vault) -> None:
    assert vault.signed() is None
    with vault.signing() as session:
        assert session.last is None
    assert vault.signed() is None


def test_a_head_is_kept_for_whoever_opens_the_vault(house: House) -> None:
    with house.open() as vault, house.open() as other:
        with vault.signing() as session:
            session.keep(HEAD)
            assert session.last == HEAD
            assert other.signed() is None
        assert other.signed() == vault.signed() == HEAD
        assert vault._store.execute("PRAGMA synchronous") == [(2,)]
    with house.open() as vault, vault.signing() as session:
        assert session.last == HEAD


def test_the_log_only_grows(vault: Vault) -> None:
    for head in (
        SignedHead(0, OTHER),
        HEAD,
        HEAD,
        SignedHead(8, OTHER),
        SignedHead(2**63 - 1, ROOT),
    ):
        keep(vault, head)
        assert vault.signed() == head
    assert vault._store.execute("SELECT count(*) FROM signed") == [(1,)]


@pytest.mark.parametrize("head", [SignedHead(0, ROOT), SignedHead(6, ROOT), SignedHead(7, OTHER)])
def test_a_smaller_log_or_another_is_refused(vault: Vault, head: SignedHead) -> None:
    keep(vault, HEAD)
    refused(Code.LOG_FORKED, lambda: keep(vault, head))
    assert vault.signed() == HEAD
    keep(vault, SignedHead(9, OTHER))


def test_what_is_refused_within_a_session_leaves_it_as_it_was(vault: Vault) -> None:
    with vault.signing() as session:
        session.keep(HEAD)
        with pytest.raises(Problem):
            session.keep(SignedHead(3, ROOT))
    assert vault.signed() == HEAD


def test_a_session_that_fails_keeps_nothing(vault: Vault) -> None:
    keep(vault, HEAD)

    def fail() -> None:
        with vault.signing() as session:
            session.keep(SignedHead(8, ROOT))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert vault.signed() == HEAD
    keep(vault, SignedHead(9, ROOT))


def test_a_session_is_the_only_writer(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "_BUSY_SECONDS", 0.02)
    with house.open() as vault, house.open() as other:
        with vault.signing():
            refused(Code.LOG_BUSY, lambda: keep(other, HEAD))
            with pytest.raises(RuntimeError, match="nest"):
                keep(vault, HEAD)
        keep(other, HEAD)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO signed VALUES (1, 'text', zeroblob(32))",
        "INSERT INTO signed VALUES (1, 7.5, zeroblob(32))",
        "INSERT INTO signed VALUES (1, 7, zeroblob(31))",
        "INSERT INTO signed VALUES (1, 7, 'text')",
    ],
)
def test_a_damaged_head_is_noticed(house: House, statement: str) -> None:
    altered(house, statement)
    with house.open() as vault:
        refused(Code.VAULT_DAMAGED, vault.signed)
        refused(Code.VAULT_DAMAGED, lambda: keep(vault, HEAD))
        House.seal(vault, {})


def test_a_vault_without_room_for_a_head_is_damaged(house: House) -> None:
    altered(house, "DROP TABLE signed")
    with house.open() as vault:
        refused(Code.VAULT_DAMAGED, lambda: keep(vault, HEAD))


def test_threads_sign_through_one_vault_and_many(house: House) -> None:
    with house.open() as one, house.open() as two:

        def act(number: int) -> None:
            for _ in range(25):
                with (one, two)[number % 2].signing() as session:
                    size = session.last.size + 1 if session.last else 1
                    session.keep(SignedHead(size, ROOT))

        with ThreadPoolExecutor(4) as pool:
            for done in [pool.submit(act, number) for number in range(4)]:
                done.result()
        assert one.signed() == SignedHead(100, ROOT)


PROCESS = """
import sys
from pathlib import Path
from ropa.vault import SignedHead, Vault
with Vault.open(Path(sys.argv[1]), sys.argv[2], bytes.fromhex(sys.argv[3])) as vault:
    for _ in range(25):
        with vault.signing() as session:
            size = session.last.size + 1 if session.last else 1
            session.keep(SignedHead(size, bytes(32)))
        print(size)
"""


def test_processes_that_sign_at_once_never_take_the_same_size(house: House) -> None:
    with house.open() as vault:
        arguments = [str(house.directory), vault._register, house.root.hex()]
    command = [sys.executable, "-c", PROCESS, *arguments]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    told = [int(size) for each in started for size in each.communicate()[0].split()]
    assert sorted(told) == list(range(1, 76))
