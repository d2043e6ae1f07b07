"""Bundles of the demo's year, made once, and the recipes that verify them."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.app.bundle.making import House, Recipe, by_go, by_python, tombstone, unpacked


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = House(tmp_path_factory.mktemp("house") / "register")
    made.live()
    with made.register:
        yield made


@pytest.fixture(scope="session")
def whole(house: House, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a bundle of all events, and beside it the folder that it unpacks to."""
    out = tmp_path_factory.mktemp("whole") / "audit.zip"
    house.bundle(out, 1, house.register.head, tombstone=tombstone)
    unpacked(out, out.with_name("audit"))
    return out


@pytest.fixture(scope="session")
def part(house: House, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a bundle of some events in the middle, likewise."""
    out = tmp_path_factory.mktemp("part") / "audit.zip"
    house.bundle(out, 300, 900, tombstone=tombstone)
    unpacked(out, out.with_name("audit"))
    return out


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    """Give an unpacked bundle of all events, to be altered."""
    return shutil.copytree(whole.with_name("audit"), tmp_path / "audit")


@pytest.fixture
def small(part: Path, tmp_path: Path) -> Path:
    """Give an unpacked bundle of some events in the middle, to be altered."""
    return shutil.copytree(part.with_name("audit"), tmp_path / "audit")


@pytest.fixture(scope="session")
def recipes(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Recipe]:
    """Give the recipes that can be run here, by name: without a Go it is only one."""
    go = by_go(tmp_path_factory.mktemp("go"))
    return {"python": by_python, **({"go": go} if go else {})}
