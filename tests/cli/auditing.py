"""What an auditor reads on a terminal: the answer of `ropa log verify`, line by line."""

import json
import re
from pathlib import Path

from tests.cli.running import Ran, ropa


def verify(shop: Path, *arguments: object, code: int) -> list[str]:
    """Verify, and give the lines; they say what `--json` says."""
    ran = ropa("-r", shop, "log", "verify", *arguments)
    assert (ran.code, ran.err) == (code, b""), ran.told
    clean(ran)
    answer = ran.text.splitlines()
    ran = ropa("-r", shop, "log", "verify", *arguments, "--json")
    assert (ran.code, ran.err) == (code, b"")
    clean(ran)
    found = json.loads(ran.text)
    state = answer[0].partition(":")[0].partition(" ")[0]
    assert found["state"] == state
    assert f"root hash {found['log']['root']}" in answer
    for one in found["log"]["findings"][:20]:
        assert any(
            line.startswith(f"position {one['position']} ") and f"  {one['kind']}" in line
            for line in answer
        )
    for one in (*found["refused"][:20], *found["unread"]):
        assert any(f"{one['name']}  {one['code']}: {one['detail']}" in line for line in answer)
    if found["unsigned_since"]:
        assert any(
            line.startswith(f"unsigned since position {found['unsigned_since']}:")
            for line in answer
        )
    return answer


def clean(ran: Ran) -> None:
    """Expect nothing personal, and nothing that steers a terminal."""
    assert not re.search("kanarie", ran.text + ran.told, re.IGNORECASE)
    assert all(sign.isprintable() for sign in (ran.text + ran.told).replace("\n", ""))


def having(answer: list[str], start: str) -> str:
    """Give the one line that begins so."""
    (line,) = [line for line in answer if line.startswith(start)]
    return line
