"""Signing the head of the log, and keeping checkpoints in two places."""

import resource
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from ropa.app import Register
from ropa.app.checkpoints import read_sized, read_some, stamp_of, write_new
from ropa.app.verifying import read_policy
from ropa.kernel.problem import Code, Problem
from ropa.proofs.checkpoint import Checkpoint
from ropa.proofs.note import MAX_NOTE
from tests.app.shop import append, customer
from tests.app.tampering import (
    checkpoints,
    code_of,
    copied_log,
    edited,
    files_of,
    grow,
    keep_head,
    kept_head,
    left_out,
    put_back,
    register_of,
    rewrite,
    root_of,
    sign,
)
from tests.cli.running import process
from tests.proofs.attacker import Attacker, attack
from tests.proofs.signer import Signer


def name(size: int) -> str:
    return f"{size:012}.txt"


def set_anchor(shop: Path, anchor: str) -> None:
    """Name an anchor in the settings, above [sources]."""
    file = shop / "ropa.toml"
    file.write_text(f'anchor = "{anchor}"\n' + file.read_text())


@pytest.fixture
def anchor(shop: Path) -> Path:
    folder = shop.with_name("anchor")
    folder.mkdir()
    set_anchor(shop, str(folder))
    return folder


# Signing.


def test_a_checkpoint_says_how_the_log_stands_and_is_believed_by_the_policy(shop: Path) -> None:
    size = grow(shop)
    with Register.open(shop) as register:
        signed = register.checkpoint()
        origin = f"ropa/{register.settings.register}"
    assert signed.checkpoint == Checkpoint(origin, size, root_of(shop, size))
    assert signed.file == shop / "checkpoints" / name(size)
    assert signed.file.read_text() == signed.note
    policy = read_policy(shop / "checkpoints" / "policy")
    assert [key.name for key in policy.logs] == [origin]
    assert policy.read_checkpoint(signed.note, origin) == signed.checkpoint
    assert kept_head(shop) == (size, signed.checkpoint.root)
    # Nothing else lies there, and nothing that was begun.
    assert set(checkpoints(shop)) == {"policy", name(size)}


def test_many_appends_take_one_checkpoint(register: Register, shop: Path) -> None:
    for _ in range(5):
        append(register, customer("K-1", name="Anna", email="anna@exempel.example"))
    assert checkpoints(shop) == {}
    assert register.checkpoint().checkpoint.size == register.head
    assert set(checkpoints(shop)) == {"policy", name(register.head)}


def test_the_same_head_is_signed_the_same(shop: Path) -> None:
    first = sign(shop)
    before = checkpoints(shop)
    assert sign(shop) == first
    assert checkpoints(shop) == before
    size = grow(shop)
    assert sign(shop) != first
    assert set(checkpoints(shop)) == {*before, name(size)}


def test_an_empty_log_has_a_checkpoint_too(tmp_path: Path) -> None:
    Register.create(tmp_path / "empty")
    with Register.open(tmp_path / "empty") as register:
        assert register.checkpoint().checkpoint.size == 0
    assert set(checkpoints(tmp_path / "empty")) == {"policy", name(0)}


def test_a_head_that_was_kept_and_not_written_is_signed_again(shop: Path) -> None:
    """As after a crash between the vault and the file."""
    folder = shop / "checkpoints"
    size = grow(shop)
    folder.rmdir()
    with Register.open(shop) as register, pytest.raises(Problem) as caught:
        register.checkpoint()
    assert caught.value.code is Code.FILE_UNREADABLE
    assert caught.value.where.file == str(folder)
    assert kept_head(shop) == (size, root_of(shop, size))
    folder.mkdir()
    note = sign(shop)
    assert (folder / name(size)).read_text() == note
    (folder / name(size)).unlink()
    assert sign(shop) == note
    assert (folder / name(size)).read_text() == note


def test_what_lies_there_is_never_written_over(shop: Path) -> None:
    size = grow(shop)
    file = shop / "checkpoints" / name(size)
    file.write_text("something else")
    sign(shop)
    assert file.read_text() == "something else"
    policy = shop / "checkpoints" / "policy"
    policy.write_text("quorum none\n")
    sign(shop)
    assert policy.read_text() == "quorum none\n"


def test_a_file_is_whole_or_not_there(tmp_path: Path) -> None:
    write_new(tmp_path / "file", b"whole")
    write_new(tmp_path / "file", b"other")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        code = code_of(lambda: write_new(tmp_path / "large", bytes(20_000)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert code is Code.FILE_UNREADABLE
    assert code_of(lambda: write_new(tmp_path / "file" / "below", b"")) is Code.FILE_UNREADABLE
    assert code_of(lambda: write_new(tmp_path / ("x" * 256), b"")) is Code.FILE_UNREADABLE
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("file", b"whole")]


def test_threads_write_one_file_at_once(tmp_path: Path) -> None:
    together = Barrier(6)

    def work(_: int) -> None:
        for number in range(20):
            together.wait()
            write_new(tmp_path / f"{number}", b"whole")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    assert {path.read_bytes() for path in tmp_path.iterdir()} == {b"whole"}
    assert len(list(tmp_path.iterdir())) == 20


@pytest.mark.parametrize("appended", [0, 1, 3])
def test_an_older_log_is_not_signed(shop: Path, appended: int) -> None:
    """It was rolled back to a copy, with the vault as it is; others may have appended since."""
    older = copied_log(shop)
    grow(shop, 2)
    sign(shop)
    before = checkpoints(shop), kept_head(shop)
    put_back(shop, older)
    if appended:
        grow(shop, appended)
    with Register.open(shop) as register, pytest.raises(Problem) as caught:
        register.checkpoint()
    assert caught.value.code is Code.LOG_FORKED
    assert "ropa log verify" in caught.value.advice
    assert (checkpoints(shop), kept_head(shop)) == before


@pytest.mark.parametrize("change", [edited(3), edited(8), left_out(8)])
def test_a_log_whose_past_was_changed_is_not_signed(
    shop: Path, change: Callable[[Attacker], object]
) -> None:
    sign(shop)
    before = checkpoints(shop), kept_head(shop)
    rewrite(shop, change)
    assert code_of(lambda: sign(shop)) is Code.LOG_FORKED
    grow(shop)
    assert code_of(lambda: sign(shop)) is Code.LOG_FORKED
    assert (checkpoints(shop), kept_head(shop)) == before


def test_a_log_that_lacks_an_event_is_not_signed_although_none_was_before(shop: Path) -> None:
    size = grow(shop, 3)
    hole = 1 << (size.bit_length() - 1)
    assert hole < size
    with attack(shop) as attacker:
        attacker.drop(hole)
    assert code_of(lambda: sign(shop)) is Code.LOG_FORKED
    assert checkpoints(shop) == {}


def test_a_head_of_the_vault_that_was_changed_stops_signing(shop: Path) -> None:
    sign(shop)
    size = grow(shop)
    for other in (size + 1, size, size - 1, 2**62):
        keep_head(shop, other, bytes(32))
        assert code_of(lambda: sign(shop)) is Code.LOG_FORKED


def test_threads_sign_through_one_register(register: Register, shop: Path) -> None:
    def work(worker: int) -> set[str]:
        notes = set()
        for number in range(4):
            person = f"K-{worker}-{number}"
            append(register, customer(person, name="Anna", email="anna@exempel.example"))
            notes.add(register.checkpoint().note)
        return notes

    with ThreadPoolExecutor(4) as pool:
        notes = set().union(*pool.map(work, range(4)))
    files = checkpoints(shop)
    del files["policy"]
    assert {note.encode() for note in notes} == set(files.values())
    assert sign(shop).encode() == files[name(register.head)]


def test_processes_sign_at_once(shop: Path) -> None:
    with Register.open(shop) as register:
        before = register.head
    staff = ("-r", shop, "staff", "register", "--role", "support", "--reason", "New", "--name")
    with ThreadPoolExecutor(3) as pool:
        for ran in pool.map(lambda who: process(*staff, who), ("Eva", "Bo", "Siv")):
            assert "warning" not in ran.done().told
        signed = list(pool.map(lambda _: process("-r", shop, "log", "checkpoint").done().out, "ab"))
    files = checkpoints(shop)
    assert set(signed) == {files[name(before + 3)]}
    assert {"policy", name(before + 3)} <= set(files)
    assert set(files) <= {"policy", *(name(before + more) for more in (1, 2, 3))}
    policy, register_id = read_policy(shop / "checkpoints" / "policy"), register_of(shop)
    for file in files_of(shop).signed():
        _, said = read_sized(file, policy, register_id)
        assert said.root == root_of(shop, said.size)


# The anchor.


def test_an_anchor_gets_a_copy_of_all_that_proves(shop: Path, anchor: Path) -> None:
    sign(shop)
    first = checkpoints(shop)
    assert copies(anchor) == first
    stamp_of(files_of(shop).signed()[0]).write_bytes(b"stamp")
    (shop / "checkpoints" / "other").write_bytes(b"not ours")
    grow(shop)
    sign(shop)
    found = copies(anchor)
    assert len(found) == 4
    assert found.items() <= checkpoints(shop).items()


def test_an_anchor_catches_up_after_it_was_away(shop: Path, anchor: Path) -> None:
    sign(shop)
    away = anchor.rename(anchor.with_name("away"))
    for _ in range(3):
        grow(shop)
        with Register.open(shop) as register, pytest.raises(Problem) as caught:
            register.checkpoint()
        assert caught.value.code is Code.FILE_UNREADABLE
        assert caught.value.where.file == str(anchor)
    assert len(checkpoints(shop)) == 5
    away.rename(anchor)
    sign(shop)
    assert copies(anchor) == checkpoints(shop)


def test_an_anchor_is_never_written_over(shop: Path, anchor: Path) -> None:
    for file in ("policy", name(grow(shop))):
        (anchor / file).write_bytes(b"older")
    sign(shop)
    assert set(copies(anchor).values()) == {b"older"}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: folder.rmdir(),
        lambda folder: (folder.rmdir(), folder.write_bytes(b"")),
        lambda folder: (folder.rmdir(), folder.symlink_to("nowhere")),
        lambda folder: (folder.rmdir(), folder.symlink_to(folder.name)),
    ],
    ids=["missing", "a file", "a link to nothing", "a link to itself"],
)
def test_without_its_anchor_a_log_is_signed_and_the_anchor_is_named(
    shop: Path, anchor: Path, spoil: Callable[[Path], object]
) -> None:
    size = grow(shop)
    spoil(anchor)
    with Register.open(shop) as register, pytest.raises(Problem) as caught:
        register.checkpoint()
    assert caught.value.code is Code.FILE_UNREADABLE
    assert str(anchor) in str(caught.value)
    assert set(checkpoints(shop)) == {"policy", name(size)}


def test_an_anchor_is_taken_from_the_folder_of_the_register(
    shop: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (shop.parent / "beside").mkdir()
    set_anchor(shop, "../beside")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    sign(shop)
    assert copies(shop.parent / "beside") == checkpoints(shop)


@pytest.mark.parametrize("anchor", ["5", "true", '""', '["a"]', "{a = 1}", '"a\\u0000b"', "1.5"])
def test_an_anchor_that_is_no_path_is_refused(shop: Path, anchor: str) -> None:
    file = shop / "ropa.toml"
    file.write_text(f"anchor = {anchor}\n" + file.read_text())
    assert code_of(lambda: sign(shop)) is Code.SETTINGS_UNREADABLE


def copies(anchor: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in anchor.iterdir()}


# Reading what was signed.


def test_a_checkpoint_is_read_back_under_its_size_alone(shop: Path) -> None:
    note = sign(shop)
    ((file, *_), register) = files_of(shop).signed(), register_of(shop)
    policy = read_policy(shop / "checkpoints" / "policy")
    assert read_sized(file, policy, register)[0] == note
    other = shutil.copy(file, file.with_name(name(9_999)))
    for path, of, code in (
        (other, register, Code.NOTE_MALFORMED),
        (file, "0b9f6c1e-3a5d-4e0f-9c57-8d2b41a7e630", Code.SIGNATURE_MISSING),
        (file.with_name(name(1)), register, Code.FILE_UNREADABLE),
    ):
        with pytest.raises(Problem) as caught:
            read_sized(Path(path), policy, of)
        assert caught.value.code is code
        assert caught.value.where.file == str(path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        "Kanariefågel-7Q\n".encode("latin-1"),
        b"log nothing\nquorum none\n",
        b"quorum none",
        b"#" * (MAX_NOTE + 1) + b"\nquorum none\n",
        f"log {Signer('log').key.vkey()}\n".encode() * 2 + b"quorum none\n",
    ],
)
def test_what_is_no_policy_is_refused_with_its_file(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "mine").write_bytes(content)
    with pytest.raises(Problem) as caught:
        read_policy(tmp_path / "mine")
    assert caught.value.code is Code.KEY_MALFORMED
    assert caught.value.where.file == str(tmp_path / "mine")
    assert "Kanariefågel" not in str(caught.value)


def test_no_more_is_read_of_a_file_than_a_note_may_have(tmp_path: Path) -> None:
    for size in (0, MAX_NOTE, MAX_NOTE + 1):
        (tmp_path / "file").write_bytes(b"x" * size)
        assert len(read_some(tmp_path / "file")) == size
    with (tmp_path / "file").open("wb") as file:
        file.truncate(1 << 26)
    assert len(read_some(tmp_path / "file")) == MAX_NOTE + 1
