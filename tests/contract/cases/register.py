"""The register as a whole."""

import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ropa.app import Register
from ropa.kernel.problem import Code
from tests.app.shop import lines, sent
from tests.cli.running import ROPA, Ran, environ, ropa
from tests.contract.world import (
    CANARY,
    Call,
    Case,
    activity,
    always,
    call,
    changed,
    later,
    send,
    sign,
)


def _too_large(_shop: Path) -> list[Call]:
    line = {"sv": CANARY * 25, "en": CANARY * 25}
    return [send(sent("activity.declared", activity("club", purposes=[line] * 100)))]


def _files(change: Callable[[Path], Any], *more: Call) -> Case:
    """Change the files of the register, and ask for somebody."""

    def case(shop: Path) -> list[Call]:
        change(shop)
        return [call("person", "find", "--email", CANARY), send(changed()), *more]

    return case


def _run_sql(file: str, *statements: str) -> Callable[[Path], None]:
    def change(shop: Path) -> None:
        with sqlite3.connect(shop / file) as db:
            for statement in statements:
                db.execute(statement)
        db.close()

    return change


def _another_vault(shop: Path) -> None:
    other = shop.with_name("other")
    Register.create(other)
    shutil.rmtree(shop / "vault")
    shutil.copytree(other / "vault", shop / "vault")


def _another_key(shop: Path) -> None:
    (shop / "vault" / "root.key").write_text("7f" * 32)


def _write(name: str, content: str) -> Callable[[Path], object]:
    return lambda shop: (shop / name).write_text(content, encoding="utf-8")


def _open_to_all(shop: Path) -> None:
    (shop / "vault" / "root.key").chmod(0o644)


def _disk_full(shop: Path) -> list[Call]:
    with sqlite3.connect(shop / "log.db") as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    many = [changed(personal={"name": CANARY * 15}) | {"id": f"d{n}"} for n in range(700)]
    return [Call(("append", "-"), lines(*many), run=_in_little_room)]


def _in_little_room(*arguments: object, stdin: bytes, env: Mapping[str, str]) -> Ran:
    """Run ropa where no file may become larger than some 128 KiB: as on a disk that is full."""
    ran = subprocess.run(
        ["/bin/sh", "-c", 'ulimit -f 256; exec "$0" "$@"', ROPA, *map(str, arguments)],
        input=stdin,
        capture_output=True,
        env=environ(env),
        check=False,
        timeout=120,
    )
    return Ran(ran.returncode, ran.stdout, ran.stderr)


def _busy(_shop: Path) -> list[Call]:
    def run(*arguments: object, stdin: bytes, env: Mapping[str, str]) -> Ran:
        shop = Path(str(arguments[arguments.index("-r") + 1]))
        with _locked(shop / "vault" / "keys.db"):
            return ropa(*arguments, stdin=stdin, env=env)

    return [Call(("append", "-"), lines(changed()), run=run)]


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Keep the write lock of a database."""
    with sqlite3.connect(path, isolation_level=None) as db:
        db.execute("BEGIN IMMEDIATE")
        yield
        db.execute("ROLLBACK")
    db.close()


def _clock(shop: Path) -> list[Call]:
    later(shop, timedelta(days=36_500))
    return [send(changed())]


def _templates(shop: Path) -> list[Call]:
    sign(shop)
    folder = shop / "templates"
    folder.mkdir()
    (folder / "house.html").write_text(f"<p>\n{{{{ '{CANARY}' | int / 0 }}}}\n</p>")
    (folder / "house.typ").write_text(f'#let a = 1\n#panic("{CANARY}")')
    return [
        call("report", "article30", "-f", "html"),
        call("report", "article30", "-f", "pdf", "-o", "{shop}/paper.pdf"),
        call("check", "-f", "html"),
    ]


def _directory(shop: Path) -> list[Call]:
    sign(shop)
    folder = shop.with_name("folder")
    folder.mkdir()
    return [
        call("append", str(shop.with_name("missing.ndjson"))),
        call("append", str(folder)),
        call("report", "article30", "-o", str(folder / "no" / "paper.txt")),
        call("log", "export", "{shop}/log.db/tiles"),
        call("log", "bundle", "-o", str(folder / "no" / "audit.zip")),
    ]


def _rolled_back(shop: Path) -> list[Call]:
    """Put an older copy of the log back, from before somebody was erased."""
    ropa("-r", shop, "backup", shop / "copy").done()
    ropa("-r", shop, "person", "erase", "webshop/K-1", "--yes").done()
    for file in shop.glob("log.db*"):
        file.unlink()
    shutil.copy(shop / "copy" / "log.db", shop)
    restored = ("restore", "{shop}/copy", "{shop}/restored")
    return [
        call("person", "find", "--email", CANARY),
        send(changed()),
        call(*restored, "--keys", "{shop}/vault"),
        call(*restored, "--keys", "{shop}/vault", "--journal", "{shop}/erasures.ndjson"),
    ]


CASES: Mapping[Code, Case] = MappingProxyType(
    {
        Code.NOT_A_REGISTER: always(
            call("-r", "{shop}/nowhere", "person", "find", "--email", CANARY),
            call("-r", "{shop}/log.db", "person", "find", "--email", CANARY),
            call("-r", "{shop}/nowhere", "backup", "{shop}/copy"),
            call("restore", "{shop}/vault", "{shop}/restored"),
        ),
        Code.REGISTER_EXISTS: always(
            call("init", "{shop}", "--name", CANARY),
            call("log", "export", "{shop}"),
            call("backup", "{shop}"),
            call("restore", "{shop}", "{shop}/vault"),
        ),
        Code.SETTINGS_UNREADABLE: _files(_write("ropa.toml", f"{CANARY} = [")),
        Code.CLOCK_BEHIND: _clock,
        Code.EVENT_TOO_LARGE: _too_large,
        Code.DISK_FULL: _disk_full,
        Code.LOG_BUSY: _busy,
        Code.LOG_ROLLED_BACK: _rolled_back,
        Code.LOG_VERSION: _files(
            _run_sql("log.db", "UPDATE meta SET value = '0' WHERE name = 'format'")
        ),
        Code.LOG_DAMAGED: _files(
            _run_sql("log.db", "UPDATE meta SET value = 'Kanariefågel' WHERE name = 'register'")
        ),
        Code.VAULT_VERSION: _files(_run_sql("vault/keys.db", "PRAGMA user_version = 99")),
        Code.VAULT_OF_ANOTHER_REGISTER: _files(_another_vault),
        Code.VAULT_DAMAGED: _files(_write("vault/keys.db", CANARY * 1_000)),
        Code.ROOT_KEY_MISSING: _files(lambda shop: (shop / "vault" / "root.key").unlink()),
        Code.ROOT_KEY_UNREADABLE: _files(
            _open_to_all, Call(("person", "find", "--email", CANARY), env={"ROPA_ROOT_KEY": CANARY})
        ),
        Code.ROOT_KEY_WRONG: _files(_another_key),
        Code.FILE_UNREADABLE: _directory,
        Code.TEMPLATE_BROKEN: _templates,
    }
)
