"""Writing a bundle: what is refused, what is left behind, and what goes in where there is more."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ropa.app.bundle import check, layout, write
from ropa.catalogue import encode
from ropa.domain.person.events import PersonRegistered
from ropa.kernel.fact import Recorded
from ropa.kernel.problem import Code, Problem
from ropa.log import Entry, Log
from ropa.proofs.checkpoint import Checkpoint
from tests.app.bundle.making import NOW, House, Recipe, manifest_of, unpacked
from tests.proofs.signer import Signer


@pytest.fixture
def own(tmp_path: Path) -> Iterator[House]:
    """Give an empty register of one's own, to be filled and spoilt."""
    house = House(tmp_path / "own")
    with house.register:
        yield house


def fill(house: House, upto: int) -> None:
    """Record persons, a thousand at once, as the log takes them."""
    files, settings = house.register.files, house.register.settings
    data = PersonRegistered(namespace="webshop", activities=("contract",))
    with Log.open(files.log, settings.register) as log:
        for start in range(log.head().position, upto, 1_000):
            with log.writing() as tx:
                entries = [
                    entry(position, data)
                    for position in range(start + 1, min(start + 1_000, upto) + 1)
                ]
                tx.append(entries)


def entry(position: int, data: PersonRegistered) -> Entry:
    person = f"00000000-0000-4000-8000-{position:012}"
    stream, type_ = f"person/{person}", "person.registered.v1"
    recorded = Recorded(
        position=position,
        id=f"e-{position}",
        type=type_,
        source="webshop",
        subject=person,
        stream=stream,
        version=1,
        recorded_at=NOW + timedelta(seconds=position),
        occurred_at=NOW,
        actor="app:webshop",
        cause=None,
        data=data,
    )
    return Entry(position, stream, 1, type_, person, encode(recorded))


BEYOND = -1
"""Stands for the position after the last."""


def refused(code: Code, house: House, out: Path, first: int, last: int) -> None:
    before = out.read_bytes() if out.exists() else None
    there = sorted(out.parent.iterdir()) if out.parent.is_dir() else []
    with pytest.raises(Problem) as caught:
        house.bundle(out, first, last)
    assert caught.value.code is code
    assert (out.read_bytes() if out.exists() else None) == before
    assert (sorted(out.parent.iterdir()) if out.parent.is_dir() else []) == there


@pytest.mark.parametrize("ends", [(0, 5), (5, 4), (1, BEYOND), (-3, 3), (BEYOND, BEYOND)])
def test_a_range_that_is_none_is_refused(
    house: House, tmp_path: Path, ends: tuple[int, int]
) -> None:
    first, last = (house.register.head + 1 if end == BEYOND else end for end in ends)
    refused(Code.NOT_IN_HISTORY, house, tmp_path / "audit.zip", first, last)


def test_what_no_checkpoint_covers_is_refused(own: House, tmp_path: Path) -> None:
    fill(own, 300)
    own.register.checkpoint()
    fill(own, 301)
    out = tmp_path / "out"
    out.mkdir()
    refused(Code.NOT_FOUND, own, out / "audit.zip", 1, 301)
    assert check(own.bundle(out / "audit.zip", 1, 300)).sound


def test_a_log_that_is_not_the_signed_one_is_not_bundled(own: House, tmp_path: Path) -> None:
    fill(own, 600)
    out = tmp_path / "out"
    out.mkdir()
    (out / "audit.zip").write_bytes(b"an earlier one")
    own.register.checkpoint()
    file = own.register.files.checkpoint(600)
    true = file.read_text(encoding="utf-8")
    for size, code in ((600, Code.LOG_FORKED), (601, Code.LOG_FORKED), (599, Code.LOG_FORKED)):
        text = own.note(Checkpoint(own.key.name, size, bytes(32)).text())
        own.register.files.checkpoint(size).write_text(text, encoding="utf-8")
        if size == 601:
            file.rename(file.with_suffix(".away"))
        refused(code, own, out / "audit.zip", 1, 600)
        own.register.files.checkpoint(size).unlink(missing_ok=True)
        file.with_suffix(".away").unlink(missing_ok=True)
        file.write_text(true, encoding="utf-8")
    another = Signer(own.key.name, "another")
    for text, code in (
        ("", Code.NOTE_MALFORMED),
        (another.note(Checkpoint(own.key.name, 600, bytes(32)).text()), Code.SIGNATURE_MISSING),
        (true.replace("600", "601", 1), Code.SIGNATURE_WRONG),
    ):
        file.write_text(text, encoding="utf-8")
        refused(code, own, out / "audit.zip", 1, 600)
    file.write_text(true, encoding="utf-8")
    assert check(own.bundle(out / "audit.zip", 1, 600), policy=own.policy).sound


def test_a_signer_who_has_another_key_is_found_out(house: House, tmp_path: Path) -> None:
    another = Signer(house.key.name, "another")
    with pytest.raises(Problem) as caught:
        write(house.register, tmp_path / "audit.zip", first=1, last=5, sign=another.note)
    assert caught.value.code is Code.SIGNATURE_MISSING
    assert list(tmp_path.iterdir()) == []


def test_where_it_cannot_be_written(house: House, tmp_path: Path) -> None:
    refused(Code.FILE_UNREADABLE, house, tmp_path / "nowhere/audit.zip", 1, 5)
    (tmp_path / "folder/inside").mkdir(parents=True)
    with pytest.raises(Problem) as caught:
        house.bundle(tmp_path / "folder", 1, 5)
    assert caught.value.code is Code.FILE_UNREADABLE
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_of_too_many_checkpoints_the_stamped_and_the_newest_go_in(
    own: House, tmp_path: Path
) -> None:
    fill(own, 1_100)
    own.register.checkpoint()
    for size in range(1, 1_101):
        own.sign_at(size)
    for size in (3, 50):
        own.register.files.checkpoint(size).with_suffix(".tsr").write_bytes(b"a stamp")
    out = own.bundle(tmp_path / "audit.zip", 2, 1_100)
    files = manifest_of(unpacked(out, tmp_path / "audit")).files
    sizes = {int(path[12:24]) for path in files if path.endswith(".txt")}
    assert sizes == {3, 50, *range(102, 1_100)}
    assert len(sizes) == layout.MAX_SIDE
    assert check(out, policy=own.policy).checkpoints == layout.MAX_SIDE + 1


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 513])
def test_trees_of_any_size(
    own: House, tmp_path: Path, recipes: dict[str, Recipe], size: int
) -> None:
    fill(own, size)
    own.register.checkpoint()
    out = own.bundle(tmp_path / "audit.zip", max(1, size - 1), size)
    verdict = check(out, policy=own.policy)
    assert verdict.sound
    folder = unpacked(out, tmp_path / "audit")
    for run in recipes.values():
        assert run(folder, own.key.vkey()).last == "SOUND"
        edge = min(folder.glob("tile/*/*.p/*")) if size % 256 else folder / "tile/0/000"
        content = edge.read_bytes()
        edge.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        assert run(folder, own.key.vkey()).code == 1
        edge.write_bytes(content)


def test_a_log_with_three_levels_of_tiles(
    own: House, tmp_path: Path, recipes: dict[str, Recipe]
) -> None:
    fill(own, 66_000)
    own.register.checkpoint()
    steps: list[tuple[int, int]] = []
    out = own.bundle(
        tmp_path / "audit.zip", 65_500, 66_000, progress=lambda *step: steps.append(step)
    )
    assert steps == sorted(steps)
    assert steps[-1][0] <= steps[-1][1]
    assert check(out, policy=own.policy).sound
    folder = unpacked(out, tmp_path / "audit")
    assert sorted(path.name for path in (folder / "tile").iterdir()) == ["0", "1", "2", "entries"]
    for path, where in (
        ("tile/2/000.p/1", "tile/1/000"),
        ("tile/1/001.p/1", "tile/0/256"),
        ("tile/1/000", "tile/0/255"),
        ("tile/0/200", "tile/0/200"),
        ("tile/entries/256", "tile/entries/256 (position 65792)"),
    ):
        content = (folder / path).read_bytes()
        (folder / path).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        for run in recipes.values():
            ran = run(folder, own.key.vkey())
            assert ran.code == 1
            assert f"DAMAGED: {where}" in ran.last
        (folder / path).write_bytes(content)
    assert {run(folder, own.key.vkey()).last for run in recipes.values()} == {"SOUND"}
