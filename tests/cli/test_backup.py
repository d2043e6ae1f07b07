"""`ropa backup` and `ropa restore`: what they say, and their exit codes."""

from pathlib import Path

from tests.app.tampering import grow
from tests.cli.running import ropa


def test_a_register_goes_into_copies_and_comes_back(shop: Path, tmp_path: Path) -> None:
    size = grow(shop)
    log, keys, back = tmp_path / "log", tmp_path / "keys", tmp_path / "back"
    saved = ropa("-r", shop, "backup", log).done()
    assert saved.out == b""
    assert saved.told.startswith(f"copied up to position {size}: ")
    assert "with the root key" in ropa("-r", shop, "backup", keys, "--keys").done().told
    told = ropa("restore", log, back, "--keys", keys).done().told
    assert f"up to position {size}" in told
    assert "no journal of erasures from elsewhere was read" in told
    assert ropa("-r", back, "log", "verify").done().text.startswith("sound: ")


def test_a_root_key_that_is_no_file_is_in_no_copy(shop: Path, tmp_path: Path) -> None:
    size = grow(shop)
    root = (shop / "vault" / "root.key").read_text().strip()
    (shop / "vault" / "root.key").unlink()
    log, keys, back = tmp_path / "log", tmp_path / "keys", tmp_path / "back"
    ropa("-r", shop, "backup", log).done()
    assert "without the root key" in ropa("-r", shop, "backup", keys, "--keys").done().told
    refused = ropa("restore", log, back, "--keys", keys).refused("root-key-missing")
    assert refused.code == 4
    assert not back.exists()
    told = ropa("restore", log, back, "--keys", keys, env={"ROPA_ROOT_KEY": root}).done().told
    assert f"restored and verified: {back}, up to position {size}" in told


def test_a_known_loss_is_refused_and_then_accepted(shop: Path, tmp_path: Path) -> None:
    grow(shop)
    log, back = tmp_path / "log", tmp_path / "back"
    ropa("-r", shop, "backup", log).done()
    grow(shop)
    ropa("-r", shop, "log", "checkpoint").done()
    again = ("restore", log, back, "--keys", shop / "vault")
    refused = ropa(*again).refused("log-rolled-back")
    assert refused.code == 6
    assert "at least 3 event(s)" in refused.told
    assert not back.exists()
    assert "lost: at least 3 later event(s)" in ropa(*again, "--accept-loss").done().told
    told = ropa("-r", back, "report", "article30", "-l", "en").done().text
    assert "The log was restored from a copy that lacks events" in told
