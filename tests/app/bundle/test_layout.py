"""The layout: what a manifest may say, and where tiles lie."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropa.app.bundle import layout
from ropa.app.bundle.layout import Manifest
from ropa.kernel.problem import Code, Problem
from ropa.proofs.tiles import hash_tiles
from tests.app.bundle.making import manifest_of, paths


def refused(text: str) -> None:
    with pytest.raises(Problem) as caught:
        Manifest.read(text)
    assert caught.value.code is Code.BUNDLE_MALFORMED
    assert str(caught.value).startswith("manifest: ")


def test_a_manifest_is_read_as_it_is_written(part: Path) -> None:
    text = (part.with_name("audit") / "manifest").read_text(encoding="utf-8")
    manifest = manifest_of(part.with_name("audit"))
    assert text.startswith(manifest.text() + "\n")
    assert Manifest.read(manifest.text()) == manifest


def test_a_manifest_lists_just_what_belongs_into_a_bundle(part: Path) -> None:
    manifest = manifest_of(part.with_name("audit"))
    digest = "0" * 64
    for path in (
        *("manifest", "tile/0/000", "tile/entries/000", "../evil", "/evil", "register/from.pdf"),
        *("checkpoint.txt", "policy.tsr", "checkpoints/7.txt", "checkpoints/000000000007.tsr"),
        *("proofs/000000000300.tsr", "recipes/evil.py", "proofs/000000000300.tlog-proof.tsr", ""),
    ):
        refused(replace(manifest, files={**manifest.files, path: digest}).text())
    for more in (
        {"checkpoint.tsr": digest},
        {layout.side_path(7): digest},
        {layout.side_path(7): digest, layout.stamp_path(layout.side_path(7)): digest},
        {layout.proof_path(299): digest},
    ):
        found = replace(manifest, files={**manifest.files, **more})
        assert Manifest.read(found.text()) == found
    needed = {*layout.PAPERS, "policy", "absent.json", "VERIFY.md", *layout.RECIPES, "checkpoint"}
    for path in (*needed, layout.proof_path(300), layout.proof_path(900)):
        left = {name: found for name, found in manifest.files.items() if name != path}
        refused(replace(manifest, files=left).text())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ropa-bundle v1\n", "ropa-bundle v2\n"),
        ("ropa-bundle v1\n", ""),
        ("\nfrom 300\n", "\nfrom 0300\n"),
        ("\nfrom 300\n", "\nfrom -300\n"),
        ("\nfrom 300\n", "\nfrom 0\n"),
        ("\nfrom 300\nto 900\n", "\nto 900\nfrom 300\n"),
        ("\nto 900\n", "\nto 900 \n"),
        ("\nto 900\n", "\nto 900\r\n"),
        ("\nto 900\n", "\nto \u0669\n"),
        ("\nsize ", "\nsize 9999999999999999999999"),
        ("\nropa 0", "\nropa \x1b[2J0"),
        (" policy\n", " policy\n\n"),
        (" policy\n", "  policy\n"),
        (" policy\n", " policy"),
    ],
)
def test_a_manifest_of_another_form_is_refused(part: Path, old: str, new: str) -> None:
    text = manifest_of(part.with_name("audit")).text()
    assert old in text
    refused(text.replace(old, new, 1))


def test_the_lines_of_a_manifest_are_in_order_and_each_is_one(part: Path) -> None:
    *lines, _ = manifest_of(part.with_name("audit")).text().split("\n")
    refused("\n".join([*lines[:-2], lines[-1], lines[-2], ""]))
    refused("\n".join([*lines, lines[-1], ""]))
    refused("\n".join([*lines[:-1], lines[-1].upper(), ""]))


@pytest.mark.parametrize(
    "numbers", [(900, 300, 2_000), (300, 900, 899), (300, 900, 1 << 63), (300, 900, 10**19)]
)
def test_an_impossible_range_is_refused(part: Path, numbers: tuple[int, int, int]) -> None:
    first, last, size = numbers
    refused(replace(manifest_of(part.with_name("audit")), first=first, last=last, size=size).text())


@given(st.integers(1, 70_000), st.data())
def test_the_tiles_are_those_of_the_tree(size: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(1, size))
    last = data.draw(st.integers(first, size))
    manifest = Manifest(origin="ropa/x", first=first, last=last, size=size, version="1", files={})
    found = list(layout.tile_paths(manifest))
    assert len(found) == len(set(found)) == layout.tile_count(manifest)
    assert all(map(layout.may_hold, found))
    tiles = [path for path, _ in hash_tiles(size, lambda _level, _k: bytes(32))]
    assert [path for path in found if "entries" not in path] == tiles
    covered = [path for path in found if "entries" in path]
    assert len(covered) == (last - 1) // 256 - (first - 1) // 256 + 1


def test_every_file_of_a_bundle_may_be_in_one(whole: Path) -> None:
    folder = whole.with_name("audit")
    assert all(map(layout.may_hold, paths(folder)))
    for path in paths(folder):
        most = layout.most(path)
        assert most is None or (folder / path).stat().st_size <= most


@pytest.mark.parametrize("size", [1 << 62, (1 << 63) - 1])
def test_absurd_sizes_are_counted_at_once(size: int) -> None:
    manifest = Manifest(origin="ropa/x", first=1, last=size, size=size, version="1", files={})
    assert layout.tile_count(manifest) > 1 << 54
