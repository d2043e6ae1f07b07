import base64
import os
from pathlib import Path

import pytest

from ropa.kernel.problem import Code, Problem
from ropa.vault import root_key
from tests.vault.house import House

KEY = bytes(range(32))
HEX = KEY.hex()
BASE64 = base64.b64encode(KEY).decode()


def written(directory: Path, content: bytes, mode: int = 0o600) -> Path:
    path = directory / "root.key"
    path.write_bytes(content)
    path.chmod(mode)
    return directory


@pytest.mark.parametrize("line", [HEX, HEX.upper(), BASE64, HEX + "\n", BASE64 + "\r\n"])
def test_a_key_is_read_in_either_spelling(tmp_path: Path, line: str) -> None:
    assert root_key(written(tmp_path, line.encode()), {}) == KEY
    assert root_key(tmp_path / "nothing", {"ROPA_ROOT_KEY": line}) == KEY


def test_the_environment_comes_before_the_file(tmp_path: Path) -> None:
    written(tmp_path, bytes(32).hex().encode(), 0o644)
    assert root_key(tmp_path, {"ROPA_ROOT_KEY": HEX}) == KEY


def test_an_empty_variable_is_none(tmp_path: Path) -> None:
    assert root_key(written(tmp_path, HEX.encode()), {"ROPA_ROOT_KEY": ""}) == KEY


def test_a_new_key_is_one_line_and_another_each_time(tmp_path: Path) -> None:
    one, other = House(tmp_path / "one"), House(tmp_path / "other")
    assert one.root != other.root
    assert (one.directory / "root.key").read_text() == one.root.hex() + "\n"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o620, 0o601, 0o644])
def test_a_key_that_others_may_touch_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(Problem) as refused:
        root_key(written(tmp_path, HEX.encode(), mode), {})
    assert refused.value.code is Code.ROOT_KEY_UNREADABLE
    assert "chmod 600" in refused.value.advice


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        HEX[:-2].encode(),
        (HEX + "00").encode(),
        ("zz" + HEX[2:]).encode(),
        base64.b64encode(KEY[:31]),
        ("!" + BASE64).encode(),
        base64.b64encode(KEY + b"x"),
        (HEX + "\n" + HEX).encode(),
        KEY,
        "å".encode() * 32,
    ],
)
def test_what_is_no_key_is_refused_without_being_told(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Problem) as refused:
        root_key(written(tmp_path, content), {})
    assert refused.value.code is Code.ROOT_KEY_UNREADABLE
    assert HEX[4:12] not in str(refused.value)


def test_a_variable_that_is_no_key_is_refused_without_being_told(tmp_path: Path) -> None:
    with pytest.raises(Problem) as refused:
        root_key(written(tmp_path, HEX.encode()), {"ROPA_ROOT_KEY": "KANARIE"})
    assert refused.value.code is Code.ROOT_KEY_UNREADABLE
    assert "KANARIE" not in str(refused.value)


def test_a_missing_key_is_told_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(Problem) as refused:
        root_key(tmp_path, {})
    assert refused.value.code is Code.ROOT_KEY_MISSING
    assert refused.value.where.file == str(tmp_path / "root.key")


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "one" / "root.key").mkdir(parents=True)
    (tmp_path / "other").mkdir()
    os.mkfifo(tmp_path / "other" / "root.key", 0o600)
    for directory in (tmp_path / "one", tmp_path / "other"):
        with pytest.raises(Problem) as refused:
            root_key(directory, {})
        assert refused.value.code is Code.ROOT_KEY_UNREADABLE
