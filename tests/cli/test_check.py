"""`ropa check --keys`: what a crash or an open reader left is finished, and told."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.app.shop import customer, lines
from tests.cli.running import ropa

RULE = ("--rule", "erasure-pending", "--language", "en")


@contextmanager
def reader(register: Path) -> Iterator[None]:
    """Read the log and do not end: its write-ahead log cannot be emptied."""
    with closing(sqlite3.connect(register / "log.db")) as db:
        db.execute("BEGIN")
        db.execute("SELECT count(*) FROM meta").fetchone()
        yield


def test_a_pending_erasure_is_found_until_it_is_finished(shop: Path) -> None:
    ropa(
        "-r",
        shop,
        "append",
        "-",
        stdin=lines(*customer("C-1", name="Anna Ek", email="anna.ek@exempel.example")),
    ).done()
    with reader(shop):
        ran = ropa("-r", shop, "person", "erase", "webshop/C-1", "--yes")
        assert ran.told.rstrip().endswith("[erasure-pending]")
        found = ropa("-r", shop, "check", *RULE)
        assert found.code == 1
        assert "Erasure not carried out" in found.text
        assert "Art. 17" in found.text
        tried = ropa("-r", shop, "check", "--keys", *RULE)
        assert tried.code == 1
        assert "0 pending erasure(s) finished, 1 left" in tried.told
    done = ropa("-r", shop, "check", "--keys", *RULE).done()
    assert "1 pending erasure(s) finished, 0 left" in done.told
    assert done.text == ""
    again = ropa("-r", shop, "check", "--keys", *RULE).done()
    assert "pending" not in again.told
