from collections.abc import Iterator
from pathlib import Path

import pytest

from ropa.vault import Vault
from tests.vault.house import House


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "vault")


@pytest.fixture
def vault(house: House) -> Iterator[Vault]:
    with house.open() as opened:
        yield opened


@pytest.fixture(scope="module")
def shared_vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    """One vault for all the examples of a property."""
    with House(tmp_path_factory.mktemp("shared") / "vault").open() as opened:
        yield opened
