"""What `ropa key` changes, and when it refuses."""

import stat
from pathlib import Path

import pytest

from ropa.app import Register
from tests.app.shop import NOW, append, customer
from tests.cli.running import ropa

SHOW = ("person", "show", "webshop/K-1", "--as", "support", "--json")
OLD, NEW = "7f" * 32, "a5" * 32


@pytest.fixture
def shop(shop: Path) -> Path:
    with Register.open(shop, clock=lambda: NOW) as register:
        append(register, customer("K-1", name="Åsa Öberg", email="asa@exempel.example"))
    return shop


def _events(shop: Path) -> int:
    with Register.open(shop) as register:
        return register.head


def test_the_root_key_is_changed_and_everything_still_opens(shop: Path) -> None:
    path = shop / "vault" / "root.key"
    before, shown, head = path.read_bytes(), ropa("-r", shop, *SHOW).done().text, _events(shop)
    ran = ropa("-r", shop, "key", "rotate-root", "--yes").done()
    assert path.read_bytes() != before
    assert path.read_text().strip() not in ran.told + ran.text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert _events(shop) == head
    assert ropa("-r", shop, *SHOW).done().text == shown
    path.write_bytes(before)
    ropa("-r", shop, *SHOW).refused("root-key-wrong")


def test_a_key_that_was_exported_opens_nothing_after_the_change(shop: Path) -> None:
    with Register.open(shop) as register:
        before = register._vault.export_activity_key("contract")
    shown = ropa("-r", shop, *SHOW).done().text
    ropa("-r", shop, "key", "rotate", "contract", "--yes").done()
    with Register.open(shop) as register:
        assert register._vault.export_activity_key("contract") != before
    assert ropa("-r", shop, *SHOW).done().text == shown


@pytest.mark.parametrize("call", [("rotate-root",), ("rotate", "contract")])
def test_nothing_is_changed_where_nobody_can_be_asked(shop: Path, call: tuple[str, ...]) -> None:
    before = (shop / "vault" / "root.key").read_bytes()
    ran = ropa("-r", shop, "key", *call).refused("usage")
    assert "--yes" in ran.told
    assert "--dry-run" not in ran.told
    assert (shop / "vault" / "root.key").read_bytes() == before


def test_an_activity_that_nothing_was_sealed_for_has_no_key(shop: Path) -> None:
    ropa("-r", shop, "key", "rotate", "Kanariefågel", "--yes").refused("not-found")


def test_a_root_key_in_the_environment_is_changed_there(tmp_path: Path) -> None:
    old, new = {"ROPA_ROOT_KEY": OLD}, {"ROPA_ROOT_KEY": NEW}
    shop = tmp_path / "kept-elsewhere"
    Register.create(shop, sources={"webshop": "webshop"}, environ=old)
    change = ("-r", shop, "key", "rotate-root", "--yes")
    ran = ropa(*change, env=old).refused("root-key-missing")
    assert "ROPA_NEW_ROOT_KEY" in ran.told
    for given, code in (("Kanariefågel", "root-key-unreadable"), (OLD, "usage")):
        ran = ropa(*change, env={**old, "ROPA_NEW_ROOT_KEY": given}).refused(code)
        assert given not in ran.told
    ropa(*change, env={**old, "ROPA_NEW_ROOT_KEY": NEW}).done()
    ropa(*change, env=old).refused("root-key-wrong")
    Register.open(shop, environ=new).close()
    assert not list((shop / "vault").glob("root.key*"))
