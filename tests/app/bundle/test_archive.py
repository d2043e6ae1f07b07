"""Archives from a stranger: each is refused with its code, soon, and nothing is unpacked."""

import os
import random
import stat
import struct
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile

import pytest

from ropa.app.bundle import check
from ropa.kernel.problem import Code, Problem
from tests.app.bundle.forging import flipped
from tests.app.bundle.making import House

MIB = 1 << 20


def refused(bundle: Path, code: Code = Code.BUNDLE_MALFORMED) -> Problem:
    """Expect that it is refused with little memory, and nothing comes of it beside the file."""
    before = sorted(bundle.parent.rglob("*"))
    tracemalloc.start()
    with pytest.raises(Problem) as caught:
        check(bundle)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert caught.value.code is code
    assert peak < 24 * MIB
    assert sorted(bundle.parent.rglob("*")) == before
    return caught.value


def rebuilt(whole: Path, out: Path, change: Callable[[ZipFile], object]) -> Path:
    """Write the same bundle with something more in it."""
    with ZipFile(whole) as archive, ZipFile(out, "w", ZIP_DEFLATED) as made:
        for info in archive.infolist():
            made.writestr(info, archive.read(info))
        change(made)
    return out


NAMES = (
    "../evil",
    "tile/../../evil",
    "/etc/cron.d/evil",
    "//evil",
    "C:\\evil",
    "..\\evil",
    "tile/entries/../000",
    "register/",
    "tile/0/000/",
    "checkpoints/12.txt",
    "proofs/000000000001.tlog-proof\0.txt",
    "tile/8/000",
    "tile/0/1",
    "manifest ",
    "VERIFY.MD",
    "caf\u00e9",
    "evil\x1b[2J",
)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_no_bundle_has_is_refused(part: Path, tmp_path: Path, name: str) -> None:
    bundle = rebuilt(part, tmp_path / "audit.zip", lambda made: made.writestr(name, b"evil"))
    problem = refused(bundle)
    assert "evil" not in str(problem)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ["manifest", "tile/0/000", "checkpoint"])
def test_two_files_of_one_name_are_refused(part: Path, tmp_path: Path, name: str) -> None:
    refused(rebuilt(part, tmp_path / "audit.zip", lambda made: made.writestr(name, b"evil")))


def test_a_file_too_many_or_too_few_is_refused(part: Path, tmp_path: Path) -> None:
    more = rebuilt(
        part, tmp_path / "more.zip", lambda made: made.writestr("tile/0/999", bytes(8_192))
    )
    refused(more)
    with ZipFile(part) as archive:
        names = archive.namelist()
        edge = next(name for name in names if name.startswith("tile/1/"))
        for missing in ("manifest", "absent.json", names[-1], edge):
            with ZipFile(tmp_path / "less.zip", "w") as made:
                for name in names:
                    if name != missing:
                        made.writestr(name, archive.read(name))
            refused(tmp_path / "less.zip")


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFDIR])
def test_what_is_no_plain_file_is_refused(part: Path, tmp_path: Path, kind: int) -> None:
    with ZipFile(part) as archive, ZipFile(tmp_path / "audit.zip", "w") as made:
        for info in archive.infolist():
            content = archive.read(info)
            if info.filename == "policy":
                info.external_attr = (kind | 0o777) << 16
            made.writestr(info, content)
    assert refused(tmp_path / "audit.zip").where.file == "policy"


def test_a_name_that_goes_on_after_its_end_is_refused(part: Path, tmp_path: Path) -> None:
    # Python cuts a name at its first zero; others may not.
    content = part.read_bytes()
    with ZipFile(part) as archive, ZipFile(tmp_path / "audit.zip", "w") as made:
        for info in archive.infolist():
            name = "policy+exe" if info.filename == "policy" else info.filename
            made.writestr(name, archive.read(info))
    content = (tmp_path / "audit.zip").read_bytes()
    (tmp_path / "audit.zip").write_bytes(content.replace(b"policy+exe", b"policy\0exe"))
    problem = refused(tmp_path / "audit.zip")
    assert problem.detail == "The bundle holds a file that does not belong in one."


def test_another_packing_is_refused(part: Path, tmp_path: Path) -> None:
    with ZipFile(part) as archive, ZipFile(tmp_path / "audit.zip", "w", ZIP_BZIP2) as made:
        for name in archive.namelist():
            made.writestr(name, archive.read(name))
    refused(tmp_path / "audit.zip")


def test_an_encrypted_file_is_refused(part: Path, tmp_path: Path) -> None:
    content = bytearray(part.read_bytes())
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + 8] |= 1  # the flag in the directory (APPNOTE 4.4.4)
        at = content.find(b"PK\x01\x02", at + 1)
    (tmp_path / "audit.zip").write_bytes(content)
    assert "encrypted" in refused(tmp_path / "audit.zip").detail


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("absent.json", 400 * MIB),
        ("register/to.html", 65 * MIB),
        ("tile/0/000", 9_000),
        ("tile/entries/002", 20 * MIB),
        ("manifest", 2 * MIB),
    ],
)
def test_a_bomb_is_refused(part: Path, tmp_path: Path, name: str, size: int) -> None:
    with (
        ZipFile(part) as archive,
        ZipFile(tmp_path / "audit.zip", "w", ZIP_DEFLATED, compresslevel=1) as made,
    ):
        for info in archive.infolist():
            if info.filename != name:
                made.writestr(info, archive.read(info))
        with made.open(name, "w") as file:
            for start in range(0, size, MIB):
                file.write(bytes(min(MIB, size - start)))
    refused(tmp_path / "audit.zip")


def test_a_length_that_is_a_lie_is_refused(part: Path, tmp_path: Path) -> None:
    content = part.read_bytes()
    with ZipFile(part) as archive:
        info = archive.getinfo("absent.json")
    at = content.rindex(b"absent.json") - 46
    assert content[at : at + 4] == b"PK\x01\x02"
    for length in (0, 1, info.file_size - 1, info.file_size + 1, 2**31, 2**32 - 1):
        lying = content[: at + 24] + struct.pack("<L", length) + content[at + 28 :]
        (tmp_path / "audit.zip").write_bytes(lying)
        refused(tmp_path / "audit.zip")


def test_one_that_is_cut_off_is_refused(part: Path, tmp_path: Path) -> None:
    content = part.read_bytes()
    bundle = tmp_path / "audit.zip"
    for length in (
        0,
        1,
        21,
        22,
        42,
        *range(100, len(content), len(content) // 9),
        len(content) - 1,
    ):
        bundle.write_bytes(content[:length])
        refused(bundle)
    for more in (b"\0", b"PK\x05\x06" + bytes(18), content):
        bundle.write_bytes(content + more)
        if more != content:
            refused(bundle)
    bundle.write_bytes(b"PK\x05\x06" + bytes(18))
    refused(bundle)


def test_an_end_that_promises_too_much_is_refused(part: Path, tmp_path: Path) -> None:
    content = part.read_bytes()
    bundle = tmp_path / "audit.zip"
    for at, form, numbers in (
        (8, "<HH", (65_535, 65_535)),
        (8, "<HH", (3, 4)),
        (12, "<L", (2**32 - 1,)),
        (16, "<L", (2**32 - 1,)),
        (16, "<L", (0,)),
        (4, "<H", (1,)),
        (20, "<H", (7,)),
    ):
        end = bytearray(content[-22:])
        struct.pack_into(form, end, at, *numbers)
        bundle.write_bytes(content[:-22] + end)
        refused(bundle)


def test_the_later_extension_of_the_form_is_refused(part: Path, tmp_path: Path) -> None:
    # By it a directory of any length can be promised, which the library would read at once.
    content = part.read_bytes()
    files, _, length, start = struct.unpack("<HHLL", content[-14:-2])[0:4]
    long = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, files, files, length, start)
    place = struct.pack("<4sLQL", b"PK\x06\x07", 0, len(content) - 22, 1)
    bundle = tmp_path / "audit.zip"
    bundle.write_bytes(content[:-22] + long + place + content[-22:])
    with ZipFile(bundle) as archive:
        assert len(archive.namelist()) == files
    refused(bundle)


def test_what_is_no_file_cannot_be_read(tmp_path: Path) -> None:
    refused(tmp_path / "nowhere.zip", Code.FILE_UNREADABLE)
    refused(tmp_path, Code.FILE_UNREADABLE)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    refused(tmp_path / "pipe", Code.FILE_UNREADABLE)


def test_no_byte_of_the_archive_leads_to_a_trace(part: Path, house: House, tmp_path: Path) -> None:
    chance = random.Random(20260715)
    content = part.read_bytes()
    bundle = tmp_path / "audit.zip"
    directory = content.index(b"PK\x01\x02")
    spots = [chance.randrange(len(content)) for _ in range(60)]
    spots += [chance.randrange(directory, len(content)) for _ in range(120)]
    said: set[bool | Code] = set()
    for at in spots:
        bundle.write_bytes(flipped(content, at, chance.randrange(1, 256)))
        try:
            said.add(check(bundle, policy=house.policy).sound)
        except Problem as problem:
            said.add(problem.code)
    # What a ZIP says of dates and systems is nobody's business; all else is.
    assert said <= {True, Code.BUNDLE_MALFORMED}
    assert Code.BUNDLE_MALFORMED in said
