"""The privacy notices that the register has published, held against what it says by now."""

from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path

from ropa.app.notices.compare import compare, titles
from ropa.app.notices.page import read_page
from ropa.domain.notice.events import NoticeKind, NoticePublished
from ropa.kernel.ids import Language
from ropa.kernel.problem import Problem
from ropa.kernel.view import Rows
from ropa.render import Words
from ropa.reports.notice.apart import Apart, Held
from ropa.reports.notice.build import build
from ropa.reports.notice.model import Notice
from ropa.reports.sources import Sources
from ropa.views.register import Published, entries


def published(rows: Rows, language: Language, by: date = date.max) -> Published | None:
    """Give the privacy notice in a language that applies last, of those shown by a day."""
    found = [
        one
        for entry in entries(rows, "notice")
        for one in entry.published
        if one.notice.kind is NoticeKind.PRIVACY_NOTICE
        and one.notice.language is language
        and one.notice.effective <= by
    ]
    return max(found, key=lambda one: (one.notice.effective, one.position), default=None)


def text_of(notice: NoticePublished, folder: Path) -> bytes | None:
    """Give the text of a notice; None where it is not in the folder as it was published."""
    if notice.text is not None:
        return notice.text.encode()
    try:
        content = _file(folder, notice.sha256).read_bytes()
    except OSError:
        return None
    return content if sha256(content).hexdigest() == notice.sha256 else None


def keep(content: bytes, folder: Path) -> str:
    """Keep a text in the folder of notices, under its SHA-256 in hexadecimal, which it gives."""
    digest = sha256(content).hexdigest()
    _file(folder, digest).write_bytes(content)
    return digest


def held(sources: Sources, folder: Path, by: date) -> Iterator[Held]:
    """Hold the notice that is shown on a day against the register, language by language."""
    model = build(sources)
    for language in Language:
        one = published(sources.rows, language, by)
        if one is not None:
            yield Held(one, _apart(model, text_of(one.notice, folder), language))


def _file(folder: Path, digest: str) -> Path:
    return folder / f"{digest}.txt"


def _apart(model: Notice, content: bytes | None, language: Language) -> tuple[Apart, ...] | None:
    if content is None:
        return None
    try:
        page = read_page(content, titles(model, Words(language)))
    except Problem:
        return None
    return tuple(compare(model, page, language))
