"""The command line, run as people run it: in a process of its own, or quicker in this one."""

import io
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from ropa.cli import main

ROPA = Path(sys.executable).with_name("ropa")

_OUTSIDE = ("ROPA_", "COLUMNS", "FORCE_COLOR", "NO_COLOR", "TTY_")


@dataclass(frozen=True)
class Ran:
    """What a run of the command line came to."""

    code: int
    out: bytes
    err: bytes

    @property
    def text(self) -> str:
        return self.out.decode()

    @property
    def told(self) -> str:
        return self.err.decode()

    def done(self) -> "Ran":
        """Expect that it went well."""
        assert self.code == 0, self.told
        return self

    def refused(self, code: str) -> "Ran":
        """Expect this problem, and that nothing else came out."""
        assert self.told.rstrip().endswith(f"[{code}]"), self.told
        assert self.code not in {0, None}
        return self


class _Bytes(io.BytesIO):
    name = "<stdin>"


class _Pipe(io.TextIOWrapper):
    """A pipe as a process has it: bytes underneath, and no terminal."""

    def __init__(self, content: bytes = b"") -> None:
        super().__init__(_Bytes(content), encoding="utf-8", write_through=True)

    def content(self) -> bytes:
        self.flush()
        found = self.buffer
        assert isinstance(found, io.BytesIO)
        return found.getvalue()


def environ(changes: Mapping[str, str] | None = None) -> dict[str, str]:
    """Give this process's environment without what steers the command line."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OUTSIDE)}
    return {**kept, **(changes or {})}


def ropa(*arguments: object, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> Ran:
    """Run the command line in this process."""
    out, err = _Pipe(), _Pipe()
    with (
        patch.object(sys, "argv", ["ropa", *map(str, arguments)]),
        patch.object(sys, "stdin", _Pipe(stdin)),
        patch.dict(os.environ, environ(env), clear=True),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
    return Ran(code, out.content(), err.content())


def process(
    *arguments: object,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Ran:
    """Run the command line in a process of its own."""
    ran = subprocess.run(
        [ROPA, *map(str, arguments)],
        input=stdin,
        capture_output=True,
        env=environ(env),
        cwd=cwd,
        check=False,
        timeout=120,
    )
    return Ran(ran.returncode, ran.stdout, ran.stderr)
