"""`ropa notice …`: privacy notices and wordings of consent, published and held to the register."""

from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from typing import IO, Any

import click
import msgspec

from ropa.app import Reading, Register
from ropa.app.intake import read_data
from ropa.app.notices import compare, keep, published, read_page, text_of, titles
from ropa.catalogue import TYPES
from ropa.cli.common import (
    Session,
    language_option,
    listing,
    mark_due,
    message,
    pass_session,
    read_file,
    record,
    refused_where_due,
)
from ropa.cli.papers import look_of
from ropa.domain.notice.events import NoticeKind
from ropa.kernel.ids import Language
from ropa.kernel.problem import Code, Problem
from ropa.render import Format, Words, render
from ropa.reports.notice.apart import Apart
from ropa.reports.notice.build import NAME
from ropa.reports.notice.model import Notice, open_gaps

_LIMIT = 1_000_000
_POLICY = "privacy-policy"
_FORMS = (Format.MARKDOWN, Format.HTML, Format.TEXT)

notice = click.Group(
    "notice",
    help="Privacy notices and wordings of consent, by version (Art. 7, 12-14).",
    short_help="Privacy notices and wordings of consent, by version.",
)


@notice.command(
    short_help="Publish a version of a notice, from a file or from the register.",
    epilog="Example: ropa notice publish --from-register --version 2026-12 --effective 2026-12-01",
)
@click.argument("file", type=click.File("rb"), required=False)
@click.option("--from-register", is_flag=True, help="The notice that the register makes.")
@click.option(
    "--with-gaps", is_flag=True, help="Also where the register leaves things open; with the above."
)
@click.option(
    "--format",
    "-f",
    "form",
    type=click.Choice([str(one) for one in _FORMS]),
    default=str(Format.MARKDOWN),
    show_default=True,
    help="The form of the text that the register makes.",
)
@click.option("--notice", "name", help=f"Short name of the notice; {_POLICY} from the register.")
@click.option("--version", required=True, help="Version, such as 2026-02.")
@click.option(
    "--language",
    "-l",
    type=click.Choice([str(one) for one in Language]),
    help="Language of the text; from the register both, if none is given.",
)
@click.option(
    "--kind",
    type=click.Choice([str(one) for one in NoticeKind]),
    default=str(NoticeKind.PRIVACY_NOTICE),
    show_default=True,
)
@click.option(
    "--effective",
    type=click.DateTime(["%Y-%m-%d"]),
    required=True,
    metavar="DATE",
    help="Day from which it was shown.",
)
@pass_session
def publish(
    session: Session,
    file: IO[bytes] | None,
    *,
    from_register: bool,
    with_gaps: bool,
    form: str,
    name: str | None,
    version: str,
    language: str | None,
    kind: str,
    effective: Any,
) -> None:
    """Publish a version of a notice; its text is kept in the register's folder `notices`.

    FILE is the text; or the register makes it (--from-register): the privacy notice of Art. 13 and
    14, in both languages unless one is given. Where the register leaves open what the notice has to
    tell, that is refused unless you say --with-gaps: the gaps then stand in the text, as gaps.
    """
    day: date = effective.date()
    if from_register:
        if file is not None or kind != NoticeKind.PRIVACY_NOTICE:
            raise Problem(
                Code.USAGE,
                "The register makes a privacy notice, and no other text.",
                advice="Leave out FILE and --kind, or --from-register.",
            )
        languages = (Language(language),) if language else tuple(Language)
        fields = {"notice": name or _POLICY, "version": version, "effective": day.isoformat()}
        with session.opened() as register:
            _made(session, register, fields, languages, Format(form), with_gaps=with_gaps)
        return
    for option, given in (("FILE", file), ("--notice", name), ("--language", language)):
        if given is None:
            raise Problem(
                Code.USAGE, "The text has to be told more of.", advice=f"Give {option}."
            ).at(field=option)
    assert file is not None  # noqa: S101 - asked for above
    content = read_file(file, _LIMIT)
    try:
        read_page(content)  # what is shown to people is a text, and can be held to the register
    except Problem as problem:
        raise problem.at(file=file.name) from None
    short = content.decode("utf-8") if kind == NoticeKind.CONSENT_WORDING else None
    fields = {
        "notice": name or "",
        "version": version,
        "effective": day.isoformat(),
        "language": language or "",
        "kind": kind,
    }
    with session.opened() as register:
        record(session, register, _kept(register, fields, content, short))


def _made(
    session: Session,
    register: Register,
    fields: dict[str, str],
    languages: tuple[Language, ...],
    form: Format,
    *,
    with_gaps: bool,
) -> None:
    made = []
    gaps = 0
    look = look_of(register, form)
    for language in languages:
        model: Notice = register.make(NAME, language=language)
        gaps = open_gaps(model)
        if gaps and not with_gaps:
            raise Problem(
                Code.MISSING_FIELD,
                f"The register leaves open {gaps} thing(s) that the notice has to tell.",
                advice="See them with `ropa report notice`, and declare them; or publish it"
                " --with-gaps.",
            )
        model = msgspec.structs.replace(
            model, version=fields["version"], effective=date.fromisoformat(fields["effective"])
        )
        kind = {"language": str(language), "kind": str(NoticeKind.PRIVACY_NOTICE)}
        made.append(({**fields, **kind}, render(model, form, language, look).encode()))
    # None is kept before all are made.
    record(session, register, *(_kept(register, one, content, None) for one, content in made))
    if gaps:
        message(f"published with {gaps} gap(s)")


def _kept(register: Register, fields: dict[str, str], content: bytes, short: str | None) -> Any:
    """Keep a text in the register's folder, and give the fact that it was published."""
    fields = {**fields, "sha256": sha256(content).hexdigest()}
    fact, _ = read_data(
        msgspec.json.encode({**fields, "text": short}), TYPES["notice.published.v1"]
    )
    keep(content, register.files.notices)
    return fact


@notice.command(
    "diff",
    short_help="Compare a published privacy notice with the register.",
    epilog="Example: ropa notice diff privacy.html --language sv --json",
)
@click.argument("file", type=click.File("rb"), required=False)
@language_option
@pass_session
@refused_where_due
@listing("activity", "what", "finding")
def diff(
    session: Session, file: IO[bytes] | None, *, language: Language | None
) -> Iterator[dict[str, Any]]:
    """Compare the privacy notice that is published with the register, fact by fact.

    FILE is the page as HTML, Markdown or plain text, `-` is standard input; without it, the version
    in the register that applies last is taken. Looked for are purposes, categories, recipients,
    transfers, periods, legal bases, cookies, rights and contacts; sentences are not compared.

    What is not found may stand there in words that nobody thought of. What only the page says is
    told where it can be known for what it is: addresses of e-mail, cookies, companies, countries
    outside the EEA, periods, kinds of data and legal bases; purposes are not. Exit code 1 where
    anything was found.
    """
    with session.reading() as reading:
        language = language or reading.settings.language
        content = read_file(file, _LIMIT) if file else _published(reading, language)
        model: Notice = reading.make(NAME, language=language)
    words = Words(language)
    try:
        page = read_page(content, titles(model, words))
    except Problem as problem:
        raise problem.at(file=file.name if file else None) from None
    shown = {
        one.activity: words.local(one.title.value) for one in model.activities if one.title.value
    }
    for found in compare(model, page, language):
        mark_due()
        yield {
            "kind": found.kind.value,
            "activity": shown.get(found.activity, found.activity) or words("parting/everything"),
            "what": words(f"parting/labels/{found.what}"),
            "finding": _said(found, words),
            "register": found.register,
            "page": found.page,
            "section": found.section,
        }


def _said(found: Apart, words: Words) -> str:
    said = words(f"parting/{found.kind.value}", what=found.register, page=found.page)
    if not found.section:
        return said
    return words("words/on-day", what=said, day=words("parting/section", section=found.section))


def _published(reading: Reading, language: Language) -> bytes:
    """Give the text of the privacy notice that applies last in a language."""
    last = published(reading.rows(), language)
    if last is None:
        raise Problem(
            Code.NOT_FOUND,
            "No privacy notice is published in this language.",
            advice="Give the page as FILE, or see `ropa notice publish --help`.",
        )
    content = text_of(last.notice, reading.files.notices)
    if content is None:
        raise Problem(
            Code.FILE_UNREADABLE,
            "The text of the published notice is not in the register's folder as it was published.",
            advice="Put it back from a copy, or give the page as FILE.",
        )
    return content
