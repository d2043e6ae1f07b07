"""What is done to the folder of a register behind ropa's back, and an authority over HTTP."""

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from ropa.app import Register
from ropa.app.files import Files
from ropa.kernel.problem import Code, Problem
from ropa.log import Log
from ropa.vault import SignedHead, Vault
from tests.app.shop import NOW, append, customer, new
from tests.proofs.attacker import Attacker, attack

CANARY = "Kanariefågel-7Q"


def grow(shop: Path, customers: int = 1) -> int:
    """Append some customers as an application does, unsigned; gives where the log ends."""
    with Register.open(shop, clock=lambda: NOW) as register:
        for _ in range(customers):
            append(register, customer(f"K-{new()}", name=CANARY, email="kanarie@exempel.example"))
        return register.head


def sign(shop: Path) -> str:
    """Sign the log as it stands, and give the note."""
    with Register.open(shop, clock=lambda: NOW) as register:
        return register.checkpoint().note


def register_of(shop: Path) -> str:
    with Register.open(shop) as register:
        return register.settings.register


def copied_log(shop: Path, name: str = "older.db") -> Path:
    """Copy the log alone, as a backup does."""
    copy = shop.with_name(name)
    with closing(sqlite3.connect(shop / "log.db")) as log, closing(sqlite3.connect(copy)) as to:
        log.backup(to)
    return copy


def put_back(shop: Path, older: Path) -> None:
    """Put an older copy of the log in its place; the vault stays as it is."""
    for file in shop.glob("log.db*"):
        file.unlink()
    shutil.copy(older, shop / "log.db")


def head(shop: Path) -> int:
    """Give where the log ends."""
    with Register.open(shop) as register:
        return register.head


def sizes(shop: Path) -> list[int]:
    """Give the sizes at which the register was signed, by the names of the files."""
    return [int(file.stem) for file in files_of(shop).signed()]


def checkpoints(shop: Path) -> dict[str, bytes]:
    """Give all files beside the checkpoints, hidden ones too."""
    return {path.name: path.read_bytes() for path in (shop / "checkpoints").iterdir()}


def run_sql(file: Path, statement: str, *values: object) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        return db.execute(statement, values).fetchall()


def kept_head(shop: Path) -> SignedHead | None:
    """Give the last head that the vault keeps."""
    with Vault.open_reader(shop / "vault", register_of(shop), {}) as reader:
        return reader.signed()


def keep_head(shop: Path, size: int, root: bytes) -> None:
    """Write another last head into the vault, which takes no key."""
    run_sql(
        shop / "vault" / "keys.db", "INSERT OR REPLACE INTO signed VALUES (1, ?, ?)", size, root
    )


def root_of(shop: Path, size: int) -> bytes:
    with Log.open(shop / "log.db", register_of(shop)) as log:
        return log.root(size)


def rewrite(shop: Path, change: Callable[[Attacker], object]) -> None:
    """Change the log, and make the whole tree anew over it."""
    with attack(shop) as attacker:
        change(attacker)
        attacker.rebuild()


def edited(position: int) -> Callable[[Attacker], object]:
    return lambda attacker: attacker.edit(position, actor="somebody:else")


def left_out(position: int) -> Callable[[Attacker], object]:
    """Drop an event, and move up those after it."""

    def change(attacker: Attacker) -> None:
        attacker.drop(position)
        attacker.shift(position + 1, -1)

    return change


def box_of(shop: Path, number: int = 0) -> tuple[int, str, str]:
    """Give one of the sealed boxes: the position, the activity, and the id of its key."""
    rows = run_sql(
        shop / "log.db",
        "SELECT id >> 10, activity FROM boxes ORDER BY id >> 10, activity LIMIT 1 OFFSET ?",
        number,
    )
    ((position, activity),) = rows
    ((state,),) = run_sql(shop / "log.db", "SELECT state FROM events WHERE position = ?", position)
    assert isinstance(position, int)
    assert isinstance(activity, str)
    assert isinstance(state, bytes)
    return position, activity, json.loads(state)["sealed"][activity]["key"]


def remove_box(shop: Path, position: int, activity: str) -> None:
    where = "WHERE id >> 10 = ? AND activity = ?"
    run_sql(shop / "log.db", f"DELETE FROM boxes {where}", position, activity)  # noqa: S608 - own words


def destroy_key(shop: Path, key: str) -> None:
    """Destroy a key as an erasure does: it leaves a tombstone."""
    vault = shop / "vault" / "keys.db"
    run_sql(
        vault,
        "INSERT INTO tombstones SELECT key_id, owner, activity, bucket, 1, 'requested',"
        " '2026-11-22' FROM data_keys WHERE key_id = ?",
        key,
    )
    run_sql(vault, "DELETE FROM data_keys WHERE key_id = ?", key)


def files_of(shop: Path) -> Files:
    return Files(shop)


def code_of(act: Callable[[], object]) -> Code | None:
    """Give the code of the problem that something raises; None where it raises none."""
    try:
        act()
    except Problem as problem:
        return problem.code
    return None


Answer = Callable[[bytes], bytes]
"""Answers a request for a time stamp."""


@contextmanager
def serving(
    answer: Callable[[BaseHTTPRequestHandler, bytes], object],
) -> Iterator[tuple[str, list[bytes]]]:
    """Serve on a free port, and give the address and the list of what was asked."""
    asked: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append(content)
            answer(self, content)

        def do_GET(self) -> None:
            asked.append(b"GET")
            answer(self, b"")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/tsr", asked
        finally:
            server.shutdown()
            thread.join()


def answering(
    answer: Answer, status: int = 200, **headers: str
) -> Callable[[BaseHTTPRequestHandler, bytes], None]:
    """Answer with what this gives, as a whole response."""

    def respond(handler: BaseHTTPRequestHandler, asked: bytes) -> None:
        content = answer(asked)
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Type", "application/timestamp-reply")
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return respond
