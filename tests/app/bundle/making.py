"""A register of the demo's year whose head is signed after each command, and bundles of it."""

import io
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZipFile

from ropa.app import Register
from ropa.app.bundle import write
from ropa.app.bundle.layout import Manifest
from ropa.app.bundle.recipes import verify
from ropa.app.checkpoints import key_of
from ropa.cli.demo import cases, feeds, officer
from ropa.kernel.erasing import ErasureGround
from ropa.kernel.opening import Erased
from ropa.proofs.checkpoint import Checkpoint
from ropa.proofs.note import sign
from ropa.proofs.policy import Policy

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
RECIPES = Path(verify.__file__).parent
GO = {**os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode"}


class House:
    """A register with a year of customers, and whoever runs it.

    Attributes:
        register: The register; its clock stands still.
        key: The key of its log.
        policy: The policy by which that is known.
    """

    def __init__(self, directory: Path) -> None:
        Register.create(directory, sources={name: name for name in feeds.FEEDS})
        self.register = Register.open(directory, clock=lambda: NOW)
        self.key = key_of(self.register.settings.register, self.register._vault.public_key)
        self.policy = Policy((self.key,))

    def live(self) -> None:
        """Let the demo's year happen; and some boxes go, as if somebody had been erased."""
        self._record(officer.before())
        texts = [feeds.path(name).read_text(encoding="utf-8") for name in feeds.FEEDS[:-1]]
        for text in (*texts, feeds.corrected()):
            self._record([self.register.read_event(line.encode()) for line in text.splitlines()])
        self._record(cases.after(lambda number: self.register.find(number) or ""))
        with closing(sqlite3.connect(self.register.files.log)) as db:
            db.execute("UPDATE boxes SET box = x'' WHERE (id >> 10) % 50 = 0")
            db.commit()

    def _record(self, facts: Sequence[Any]) -> None:
        for start in range(0, len(facts), 1_000):
            self.register.append(facts[start : start + 1_000])
        self.register.checkpoint()

    def note(self, text: str) -> str:
        return sign(text, self.key, self.register._vault.sign)

    def sign_at(self, size: int) -> Path:
        """Sign the log as it was when it had so many events."""
        file = self.register.files.checkpoint(size)
        head = Checkpoint(self.key.name, size, self.register._log.root(size))
        file.write_text(self.note(head.text()), encoding="utf-8")
        return file

    def bundle(self, out: Path, first: int, last: int, **more: Any) -> Path:
        write(self.register, out, first=first, last=last, sign=self.note, **more)
        return out


def tombstone(key: str) -> Erased | None:
    """Tell of every second key how it was destroyed."""
    return Erased(7, ErasureGround.REQUESTED, NOW.date()) if sum(key.encode()) % 2 else None


def unpacked(bundle: Path, folder: Path) -> Path:
    with ZipFile(bundle) as archive:
        archive.extractall(folder)
    return folder


def packed(folder: Path, bundle: Path) -> Path:
    with ZipFile(bundle, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder).as_posix())
    return bundle


def paths(folder: Path) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )


def manifest_of(folder: Path) -> Manifest:
    return Manifest.read((folder / "manifest").read_text().partition("\n\n")[0] + "\n")


class Ran(NamedTuple):
    """What a recipe came to: its exit code, and all that it said."""

    code: int
    said: str

    @property
    def last(self) -> str:
        return self.said.splitlines()[-1]


Recipe = Callable[..., Ran]
"""Runs a recipe on a folder: with a key, and a checkpoint that was kept, where they are given."""


def by_python(folder: Path, key: str = "", kept: Path | None = None) -> Ran:
    """Run the recipe in this process, which is quicker."""
    arguments = [str(folder)]
    arguments += ["--key", key] if key else []
    arguments += ["--against", str(kept)] if kept else []
    with redirect_stdout(io.StringIO()) as said:
        code = verify.main(arguments)
    return Ran(code, said.getvalue())


def by_go(folder: Path) -> Recipe | None:
    """Build the recipe into a folder, where there is a Go; gives what runs it."""
    if shutil.which("go") is None:
        return None
    program = folder / "verify"
    command = ["go", "build", "-o", str(program), str(RECIPES / "verify.go")]
    subprocess.run(command, env=GO, check=True)

    def run(folder: Path, key: str = "", kept: Path | None = None) -> Ran:
        arguments = [str(folder), *([key] if key or kept else []), *([str(kept)] if kept else [])]
        return ran([str(program), *arguments])

    return run


def by_process(folder: Path) -> Ran:
    """Run the recipe that lies in the folder as its reader does, without any package installed."""
    return ran([sys.executable, "-I", "-S", str(folder / "recipes/verify.py"), str(folder)])


def ran(command: Sequence[str]) -> Ran:
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    assert done.stderr == b""
    return Ran(done.returncode, done.stdout.decode())
