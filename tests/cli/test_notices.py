"""`ropa notice publish --from-register` and `ropa notice diff`, by hand and with wrong input."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from ropa.app import Register
from ropa.domain.notice.events import NoticePublished
from tests.cli.running import ropa

MADE = ("notice", "publish", "--from-register", "--version", "2024-12", "--effective", "2024-12-01")


def last(shop: Path) -> Any:
    with Register.open(shop) as register:
        return list(register.events())[-1].data


def head(shop: Path) -> int:
    with Register.open(shop) as register:
        return register.head


def test_a_notice_with_gaps_is_not_published_unseen(shop: Path) -> None:
    before = head(shop)
    ran = ropa("-r", shop, *MADE).refused("missing-field")
    assert "leaves open" in ran.told
    assert (ran.code, head(shop)) == (1, before)


@pytest.mark.parametrize("form", ["markdown", "html", "text"])
def test_what_is_published_is_kept_with_its_hash_and_parts_from_the_register_nowhere(
    shop: Path, form: str
) -> None:
    before = head(shop)
    ran = ropa("-r", shop, *MADE, "--with-gaps", "-f", form).done()
    assert "gap(s)" in ran.told
    assert head(shop) == before + 2  # both languages
    found = last(shop)
    assert isinstance(found, NoticePublished)
    assert (found.notice, found.version, found.language) == ("privacy-policy", "2024-12", "en")
    text = (shop / "notices" / f"{found.sha256}.txt").read_bytes()
    assert sha256(text).hexdigest() == found.sha256
    assert b"2024-12" in text
    for language in ("sv", "en"):
        assert ropa("-r", shop, "notice", "diff", "-l", language).done().out == b""


def test_where_the_register_has_changed_the_published_notice_parts_from_it(
    shop: Path, tmp_path: Path
) -> None:
    ropa("-r", shop, *MADE, "--with-gaps", "-l", "en").done()
    amended = tmp_path / "rights.json"
    retention = {"start": "request-closed", "years": 2}
    amended.write_text(json.dumps({"activity": "rights", "retention": retention, "reason": "x"}))
    ropa("-r", shop, "activity", "amend", amended).done()
    ran = ropa("-r", shop, "notice", "diff", "-l", "en", "--json")
    (row,) = (json.loads(line) for line in ran.text.splitlines())
    assert ran.code == 1
    assert (row["kind"], row["activity"]) == ("differs", "Requests from data subjects")
    assert row["finding"] == (
        "the page says 3 years, the register says 2 years from the closing of the request,"
        " under “Requests from data subjects”"
    )


def test_a_file_is_compared_too(shop: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<html><body><h1>Integritet</h1><p>Vi bryr oss.</p></body></html>")
    ran = ropa("-r", shop, "notice", "diff", page, "-l", "sv")
    assert ran.code == 1
    assert "återfinns inte på sidan: True Fiction Production AB" in ran.text
    again = ropa("-r", shop, "notice", "diff", "-", "-l", "sv", stdin=page.read_bytes())
    assert (again.code, again.text) == (1, ran.text)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "nothing-given"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not-utf8"),
        (b"\xff\xfehej", "not-utf8"),
        (b"x " * 500_001, "line-too-long"),
    ],
)
def test_what_is_no_page_is_refused_and_names_the_file(
    shop: Path, tmp_path: Path, content: bytes, code: str
) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(content)
    ran = ropa("-r", shop, "notice", "diff", page).refused(code)
    assert "page.html" in ran.told
    texts = set((shop / "notices").glob("*"))
    for kind in ("privacy-notice", "consent-wording"):
        about = ("--notice", "new", "--version", "1", "-l", "sv", "--kind", kind)
        day = ("--effective", "2024-01-01")
        ran = ropa("-r", shop, "notice", "publish", page, *about, *day).refused(code)
        assert "page.html" in ran.told
    assert set((shop / "notices").glob("*")) == texts


def test_a_published_text_that_was_changed_is_not_compared(shop: Path) -> None:
    ropa("-r", shop, *MADE, "--with-gaps", "-l", "sv").done()
    (shop / "notices" / f"{last(shop).sha256}.txt").write_bytes(b"Another text")
    ropa("-r", shop, "notice", "diff", "-l", "sv").refused("file-unreadable")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--version", "1", "--effective", "2024-12-01"),
        ("--version", "1", "--effective", "2024-12-01", "--notice", "x", "--language", "sv"),
        (*MADE[2:], "--kind", "consent-wording"),
        (*MADE[2:], "-f", "tilt"),
    ],
)
def test_publishing_asks_for_what_it_needs(shop: Path, arguments: tuple[str, ...]) -> None:
    ran = ropa("-r", shop, "notice", "publish", *arguments).refused("usage")
    assert ran.code == 2


def test_a_version_is_published_once(shop: Path) -> None:
    ropa("-r", shop, *MADE, "--with-gaps", "-l", "sv").done()
    ropa("-r", shop, *MADE, "--with-gaps", "-l", "sv").refused("already-exists")


@pytest.mark.parametrize("form", ["markdown", "tilt"])
def test_only_the_notice_can_be_had_for_the_web(shop: Path, form: str) -> None:
    assert ropa("-r", shop, "report", "notice", "-f", form).done().text
    ropa("-r", shop, "report", "article30", "-f", form).refused("usage")
