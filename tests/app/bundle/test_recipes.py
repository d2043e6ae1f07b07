"""The recipes, run for real: they and ropa's own check agree on what is sound, and what is not."""

import ast
import json
import random
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from ropa.app.bundle import Kind, check, layout
from ropa.kernel.problem import Code, Problem
from ropa.proofs.checkpoint import Checkpoint
from ropa.proofs.policy import Policy
from tests.app.bundle.forging import (
    edited,
    flipped,
    forge,
    put_entries,
    put_tree,
    sign_manifest,
    states_of,
)
from tests.app.bundle.making import (
    RECIPES,
    House,
    Ran,
    Recipe,
    by_process,
    packed,
    paths,
    unpacked,
)
from tests.proofs.signer import Signer

Recipes = Mapping[str, Recipe]


def both(recipes: Recipes, folder: Path, key: str = "", kept: Path | None = None) -> list[Ran]:
    return [run(folder, key, kept) for run in recipes.values()]


def refused(recipes: Recipes, folder: Path, house: House, where: str, **given: Path) -> None:
    """Expect that all refuse, and name the same place."""
    for ran in both(recipes, folder, house.key.vkey(), **given):
        assert ran.code == 1
        assert ran.last.startswith("DAMAGED: ")
        assert where in ran.last
    bundle = packed(folder, folder.with_name("refused.zip"))
    try:
        sound = check(bundle, policy=house.policy, against=list(given.values())).sound
    except Problem as problem:
        sound = problem.code not in {Code.BUNDLE_MALFORMED, Code.CHECKPOINT_AHEAD}
    assert not sound


def with_edit(states: list[bytes], index: int, **fields: object) -> list[bytes]:
    return [*states[:index], edited(states[index], **fields), *states[index + 1 :]]


def test_go_is_run_wherever_it_is(recipes: Recipes) -> None:
    if shutil.which("go") is None:
        pytest.skip("there is no go")
    assert set(recipes) == {"python", "go"}


def test_they_say_that_it_is_sound(recipes: Recipes, whole: Path, part: Path, house: House) -> None:
    for bundle in (whole, part):
        folder = bundle.with_name("audit")
        for key in ("", house.key.vkey()):
            rans = both(recipes, folder, key)
            assert {ran.code for ran in rans} == {0}
            assert {ran.last for ran in rans} == {"SOUND"}
            told = [[line for line in ran.said.splitlines() if "NOTE" not in line] for ran in rans]
            assert told[0] == told[-1]
            assert {"the bundle's own key" in ran.said for ran in rans} == {not key}


def test_python_alone_and_openssl_are_enough(part: Path) -> None:
    ran = by_process(part.with_name("audit"))
    assert (ran.code, ran.last) == (0, "SOUND")
    ast.parse((RECIPES / "verify.py").read_text(encoding="utf-8"), feature_version=(3, 8))


def test_the_guide_says_how(part: Path, house: House, tmp_path: Path) -> None:
    shutil.copytree(part.with_name("audit"), tmp_path / "audit")
    shutil.copy(part.with_name("audit") / "checkpoint", tmp_path / "kept.txt")
    guide = (tmp_path / "audit/VERIFY.md").read_text(encoding="utf-8")
    lines = [line.strip() for line in guide.splitlines() if "/recipes/verify" in line]
    assert len(lines) == 4
    for line in lines:
        command = line.replace("KEY", house.key.vkey())
        if " go " in command and shutil.which("go") is None:
            continue
        done = subprocess.run(
            ["sh", "-c", command], cwd=tmp_path, capture_output=True, check=False, timeout=120
        )
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout.endswith(b"SOUND\n")
        assert (b"kept: " in done.stdout) is ("kept.txt" in command)
    trusted = f"log {house.key.vkey()}\nquorum none\n"
    assert "'log %s\\nquorum none\\n'" in guide
    assert Policy.read(trusted).logs == (house.key,)


def test_one_byte_anywhere_is_refused(recipes: Recipes, small: Path, house: House) -> None:
    chance = random.Random(20260714)
    key = house.key.vkey()
    for path in paths(small):
        content = (small / path).read_bytes()
        places = {chance.randrange(len(content)) for _ in range(2)}
        if path in {"manifest", "checkpoint", "policy", "absent.json"}:
            places |= set(range(0, len(content), 17))
        for at in sorted(places):
            (small / path).write_bytes(flipped(content, at, chance.randrange(1, 256)))
            for name, run in recipes.items():
                ran = run(small, key)
                assert (ran.code, ran.last[:9]) == (1, "DAMAGED: "), (name, path, at)
                assert path in ran.last or path.startswith("tile/"), (name, ran.last)
        (small / path).write_bytes(content)
    assert {ran.code for ran in both(recipes, small, key)} == {0}


def test_one_bit_of_the_signature_is_refused(recipes: Recipes, small: Path, house: House) -> None:
    # Base64 has bits that stand for nothing, and Go's reads over them.
    manifest = small / "manifest"
    content = manifest.read_bytes()
    start = content.rindex(b"\n\n") + 2
    for name, run in recipes.items():
        for at in range(start, len(content), 1 if name == "go" else 5):
            manifest.write_bytes(flipped(content, at, 1))
            assert run(small, house.key.vkey()).code == 1, (name, at)
        for more in (b"\n", content[start:], b"\xe2\x80\x94 other AAAAAAA=\n"):
            manifest.write_bytes(content + more)
            assert run(small, house.key.vkey()).code == 1, (name, more)
        end = content.rindex(b"=")
        last = content[end - 1 : end]
        for other in b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/":
            if bytes([other]) != last:
                manifest.write_bytes(content[: end - 1] + bytes([other]) + content[end:])
                ran = run(small, house.key.vkey()) if name == "go" or other % 8 == 0 else None
                assert ran is None or ran.code == 1, (name, other)


def test_a_file_that_is_missing_or_added_is_refused(
    recipes: Recipes, small: Path, house: House
) -> None:
    for path in paths(small):
        if path != "manifest":
            away = small.with_name("away")
            (small / path).rename(away)
            refused(recipes, small, house, path if "tile/" not in path else "tile")
            away.rename(small / path)
    for path in ("tile/0/000.p/3", "proofs/note.txt", "register/from.html~"):
        (small / path).parent.mkdir(exist_ok=True)
        (small / path).write_bytes(b"")
        refused(recipes, small, house, path)
        (small / path).unlink()
    (small / "proofs/link").symlink_to("/etc/hostname")
    for ran in both(recipes, small, house.key.vkey()):
        assert (ran.code, ran.last) == (1, "DAMAGED: proofs/link: is no plain file")


def test_an_event_that_was_altered_is_located(recipes: Recipes, folder: Path, house: House) -> None:
    states = with_edit(states_of(folder), 700, actor="app:nobody")
    put_entries(folder, states)
    refused(recipes, folder, house, "tile/entries/002 (position 701)")
    verdict = check(folder.with_name("refused.zip"), policy=house.policy)
    assert [(one.path, one.position) for one in verdict.findings] == [("tile/entries/002", 701)]


@pytest.mark.parametrize("levels", [(0,), (1,), (0, 1)])
def test_a_tree_that_was_altered_with_it_is_refused(
    recipes: Recipes, folder: Path, house: House, levels: tuple[int, ...]
) -> None:
    states = with_edit(states_of(folder), 700, actor="app:nobody")
    put_entries(folder, states)
    for level in levels:
        put_tree(folder, states, level)
    where = "checkpoint: the tree of" if levels == (0, 1) else "tile/0/002: does not lead"
    refused(recipes, folder, house, where)


@pytest.mark.parametrize(
    "reorder",
    [
        lambda states: [*states[:300], *states[301:], states[-1]],
        lambda states: [*states[:300], states[301], states[300], *states[302:]],
        lambda states: [*states[:300], states[3], *states[300:-1]],
        lambda states: with_edit(states, 300, recorded_at="2020-01-01T00:00:00Z"),
        lambda states: with_edit(states, 300, version=99),
    ],
    ids=["drop", "swap", "insert", "date back", "version"],
)
def test_what_the_operator_signs_must_still_be_in_order(
    recipes: Recipes, folder: Path, house: House, reorder: Callable[[list[bytes]], list[bytes]]
) -> None:
    states = states_of(folder)
    forge(folder, states, house.note, house.key)
    assert {ran.last for ran in both(recipes, folder, house.key.vkey())} == {"SOUND"}
    forge(folder, reorder(states), house.note, house.key)
    refused(recipes, folder, house, "tile/entries/001 (position 30")
    verdict = check(folder.with_name("refused.zip"), policy=house.policy)
    assert verdict.findings[0].path == "tile/entries/001"
    assert verdict.findings[0].position == 301


def test_a_tile_that_goes_on_is_refused(recipes: Recipes, small: Path, house: House) -> None:
    for path in paths(small):
        if path.startswith("tile/"):
            content = (small / path).read_bytes()
            for more in (b"x", content[-32:], bytes(8_192 - len(content) % 8_192), bytes(2)):
                (small / path).write_bytes(content + more)
                refused(recipes, small, house, "tile/")
            (small / path).write_bytes(content)


def test_a_fork_with_another_key_is_refused_by_the_true_one(
    recipes: Recipes, folder: Path, house: House
) -> None:
    forger = Signer(house.key.name, "forger")
    states = with_edit(states_of(folder), 700, actor="app:nobody")
    forge(folder, states, forger.note, forger.key)
    # By itself it is of one piece: that is what the key from elsewhere is for.
    assert {ran.last for ran in both(recipes, folder)} == {"SOUND"}
    refused(recipes, folder, house, "manifest")


def test_a_history_that_was_signed_twice_is_found_by_who_kept_a_checkpoint(
    recipes: Recipes, folder: Path, house: House
) -> None:
    kept = folder.with_name("kept.txt")
    shutil.copy(folder / "checkpoint", kept)
    older = house.sign_at(300).rename(folder.with_name("older.txt"))
    for file in (kept, older):
        assert {ran.last for ran in both(recipes, folder, house.key.vkey(), file)} == {"SOUND"}
    states = with_edit(states_of(folder), 700, actor="app:nobody")
    forge(folder, states, house.note, house.key)
    assert {ran.last for ran in both(recipes, folder, house.key.vkey(), older)} == {"SOUND"}
    refused(recipes, folder, house, "HISTORY WAS REWRITTEN", kept=kept)
    verdict = check(folder.with_name("refused.zip"), policy=house.policy, against=[kept])
    assert (Kind.CHECKPOINT, "checkpoint") in {(one.kind, one.path) for one in verdict.findings}


def test_a_kept_checkpoint_that_cannot_be_compared_is_refused(
    recipes: Recipes, small: Path, house: House, tmp_path: Path
) -> None:
    for text, where in (
        (house.note(Checkpoint(house.key.name, 2_825, bytes(32)).text()), "greater size"),
        (Signer("ropa/another").note("ropa/another\n5\nAAAA\n"), "signed"),
        ("not a note", "kept"),
    ):
        kept = tmp_path / "kept.txt"
        kept.write_text(text, encoding="utf-8")
        for ran in both(recipes, small, house.key.vkey(), kept):
            assert (ran.code, ran.last[:8]) == (1, "DAMAGED:")
            assert where in ran.last
        with pytest.raises(Problem) as caught:
            check(packed(small, tmp_path / "small.zip"), policy=house.policy, against=[kept])
        assert caught.value.code in {
            Code.CHECKPOINT_AHEAD,
            Code.SIGNATURE_MISSING,
            Code.NOTE_MALFORMED,
        }
    for ran in both(recipes, small, house.key.vkey(), tmp_path / "nowhere"):
        assert ran.code == 1


def test_a_bundle_of_another_log_is_refused(
    recipes: Recipes, small: Path, house: House, tmp_path: Path
) -> None:
    other = House(tmp_path / "other")
    with other.register:
        other.live()
        unpacked(other.bundle(tmp_path / "other.zip", 300, 900), tmp_path / "others")
    refused(recipes, tmp_path / "others", house, "manifest")
    # Nor will a part of it do in place of one's own.
    for path in ("tile/entries/002", "tile/0/002", "checkpoint"):
        content = (small / path).read_bytes()
        shutil.copy(tmp_path / "others" / path, small / path)
        refused(recipes, small, house, "checkpoint" if path == "checkpoint" else "tile/")
        (small / path).write_bytes(content)


def test_an_older_checkpoint_in_place_of_the_newest_is_refused(
    recipes: Recipes, folder: Path, house: House
) -> None:
    older = next(path for path in paths(folder) if path.startswith("checkpoints/"))
    shutil.copy(folder / older, folder / "checkpoint")
    refused(recipes, folder, house, "checkpoint: is not the file")
    sign_manifest(folder, house.note)
    refused(recipes, folder, house, "checkpoint: is of another size")


def test_a_proof_that_the_operator_made_up_is_refused(
    recipes: Recipes, small: Path, house: House
) -> None:
    path = layout.proof_path(900)
    text = (small / path).read_text(encoding="utf-8")
    other = (small / layout.proof_path(300)).read_text(encoding="utf-8")
    head, _, note = text.partition("\n\n")
    lines = head.split("\n")
    size = Checkpoint.read(note.partition("\n\n")[0] + "\n").size
    older = house.note(Checkpoint(house.key.name, size, bytes(32)).text())
    for made_up in (
        other,
        text.replace("index 899", "index 898"),
        text.replace("index 899", "index 9999999"),
        "\n".join([*lines[:-1], lines[2]]) + "\n\n" + note,
        "\n".join([*lines, lines[2]]) + "\n\n" + note,
        "\n".join([*lines[:3], *lines[2:]]) + "\n\n" + note,
        "\n".join(lines[:-1]) + "\n\n" + note,
        f"{head}\n\n{older}",
    ):
        (small / path).write_text(made_up, encoding="utf-8")
        sign_manifest(small, house.note)
        refused(recipes, small, house, path)
        verdict = check(small.with_name("refused.zip"), policy=house.policy)
        assert [(one.kind, one.path) for one in verdict.findings] == [(Kind.PROOF, path)]


@pytest.mark.parametrize("name", ["from", "to", "difference"])
def test_a_paper_of_another_place_is_refused(
    recipes: Recipes, small: Path, house: House, name: str
) -> None:
    path = f"register/{name}.json"
    text = (small / path).read_text(encoding="utf-8")
    for field, other in (("position", 7), ("root", "x" * 44), ("root", None)):
        (small / path).write_text(json.dumps(json.loads(text) | {field: other}), encoding="utf-8")
        sign_manifest(small, house.note)
        refused(recipes, small, house, path)
        verdict = check(small.with_name("refused.zip"), policy=house.policy)
        assert [(one.kind, one.path) for one in verdict.findings] == [(Kind.PAPER, path)]


@pytest.mark.parametrize("line", ["from 299", "to 901", "size 2824", "from 1", "size 900"])
def test_another_range_in_the_manifest_is_refused(
    recipes: Recipes, small: Path, house: House, line: str
) -> None:
    lines = (small / "manifest").read_text(encoding="utf-8").split("\n")
    word = line.partition(" ")[0]
    there = next(at for at, one in enumerate(lines) if one.startswith(f"{word} "))
    lines[there] = line
    (small / "manifest").write_text("\n".join(lines), encoding="utf-8")
    refused(recipes, small, house, "manifest")


@pytest.mark.parametrize(
    ("first", "last", "size"),
    [(300, 900, 1 << 62), (1, 1 << 62, 1 << 62), (300, 900, (1 << 63) - 1), (900, 300, 2_000)],
)
def test_absurd_sizes_that_are_signed_are_refused_at_once(
    recipes: Recipes, small: Path, house: House, first: int, last: int, size: int
) -> None:
    head = Checkpoint(house.key.name, size, bytes(32))
    (small / "checkpoint").write_text(house.note(head.text()), encoding="utf-8")
    proofs = {300: first, 900: last}
    for old, new in proofs.items():
        proof = small / layout.proof_path(old)
        if new != old and new < 10**12:
            proof.rename(small / layout.proof_path(new))
    sign_manifest(small, house.note, first=first, last=last, size=size)
    for ran in both(recipes, small, house.key.vkey()):
        assert ran.code == 1
        assert "lacks files" in ran.last or "impossible range" in ran.last
    with pytest.raises(Problem) as caught:
        check(packed(small, small.with_name("absurd.zip")), policy=house.policy)
    assert caught.value.code is Code.BUNDLE_MALFORMED


GARBAGE = (b"", b"\xff\xfe", b"[" * 99_999, b"null", b"\n\n", b'[{"position":{}}]')


def test_no_file_leads_to_a_trace(recipes: Recipes, small: Path, house: House) -> None:
    read = ("absent.json", "checkpoint", "policy", layout.proof_path(300), "register/to.json")
    for path in read:
        content = (small / path).read_bytes()
        key = "" if path == "policy" else house.key.vkey()
        for garbage in GARBAGE:
            (small / path).write_bytes(garbage)
            sign_manifest(small, house.note)
            for name, run in recipes.items():
                ran = run(small, key)
                assert (ran.code, ran.last[:8]) == (1, "DAMAGED:"), (name, path, garbage[:9])
            try:
                sound = check(packed(small, small.with_name("garbage.zip"))).sound
            except Problem as problem:
                sound = problem.code is not Code.BUNDLE_MALFORMED
            assert not sound
        (small / path).write_bytes(content)
