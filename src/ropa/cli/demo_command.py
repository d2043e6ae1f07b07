"""`ropa demo`: an invented year of a small company, from an empty folder to its papers."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from msgspec import structs

from ropa.app import Moment, Register
from ropa.app.forgetting import Asked
from ropa.app.notices import keep
from ropa.cli.append import append_file
from ropa.cli.common import message
from ropa.cli.demo import cases, feeds, officer, stories
from ropa.cli.init import SOURCES
from ropa.cli.papers import write
from ropa.kernel.fact import Number
from ropa.kernel.ids import Language
from ropa.kernel.problem import Problem
from ropa.render import Format, formats, render, render_bytes
from ropa.reports.registry import REPORTS

_ANNA = Number("webshop", stories.ANNA)
_ERIK = Number("webshop", stories.ERIK)
_ENDINGS = {Format.TEXT: "txt", Format.MARKDOWN: "md", Format.TILT: "tilt.json"}


@click.command(epilog="Example: ropa demo my-demo")
@click.argument("directory", required=False, type=click.Path(path_type=Path))
def demo(directory: Path | None) -> None:
    """Make a register with an invented year in DIRECTORY, and its papers.

    The register of a small Swedish company; what four programs sent of some 250 people, appended
    file by file as `ropa append` does; what the officer recorded; and the papers. Without
    DIRECTORY it takes `demo`, or the next free name after it.
    """
    root = directory or _free("demo")
    target, inbox, papers = root / "register", root / "inbox", root / "papers"
    Register.create(target, sources=SOURCES)
    inbox.mkdir()
    papers.mkdir()
    for name in (*feeds.FEEDS, feeds.CORRECTION):
        shutil.copyfile(feeds.path(name), inbox / f"{name}.ndjson")
    with Register.open(target) as register:
        message("People and happenings are invented; the register follows a published policy.")
        _step("The officer makes the register: its activities, recipients, notices and staff")
        register.append(officer.before())
        founded = register.head
        _step("Four programs send what happened in a year, each a file of CloudEvents")
        for name in feeds.FEEDS:
            with _refusal_told(f"ropa -r {target} append {inbox / name}.ndjson"):
                append_file(register, inbox / f"{name}.ndjson")
        _step("The program sends the refused line once more, put right; the rest is repeated")
        mended = inbox / "invoicing-mended.ndjson"
        mended.write_text(feeds.corrected(), encoding="utf-8")
        message(f"  $ ropa -r {target} append {mended}")
        append_file(register, mended)
        _step("The officer records requests, look-ups, restrictions and a breach")
        register.append(cases.after(_person_of(register)))
        _step("The privacy notice is published as the register makes it; then a cookie changes")
        _publish(register)
        _step("One of them asked for erasure: that is carried out, and vouchers stay")
        _erase(register, target)
        _step("And makes the papers")
        _papers(register, papers, founded)
        _step("The head of the log is signed, and an auditor's bundle is made")
        bundle = root / "audit.zip"
        register.bundle(bundle, first=1, last=register.head)
        _end(register, target, papers, bundle)


def _free(name: str) -> Path:
    candidates = (Path(name if number == 1 else f"{name}-{number}") for number in range(1, 10_000))
    return next(path for path in candidates if not path.exists())


def _step(text: str) -> None:
    message(f"\n{text}.")


@contextmanager
def _refusal_told(command: str) -> Iterator[None]:
    message(f"  $ {command}")
    try:
        yield
    except Problem as problem:
        message(f"error: {problem}")


def _person_of(register: Register) -> Callable[[Number], str]:
    def person_of(number: Number) -> str:
        found = register.find(number)
        if found is None:
            raise LookupError("the demo's own files lack one of its persons")
        return found

    return person_of


def _publish(register: Register) -> None:
    digests = {}
    for language in Language:
        model = structs.replace(
            register.make("notice", language=language),
            version=officer.NOTICE_VERSION,
            effective=officer.NOTICE_DAY,
        )
        content = render(model, Format.MARKDOWN, language).encode()
        digests[language] = keep(content, register.files.notices)
    register.append(officer.notice(digests))


def _erase(register: Register, target: Path) -> None:
    person = _person_of(register)(_ERIK)
    message(f"  $ ropa -r {target} person erase {_ERIK.namespace}/{_ERIK.number} --yes")
    done = register.erase(Asked(person, request=cases.ERASURE), actor=officer.OFFICER)
    for unit in (unit for plan in done.plans for unit in plan.units if unit.boxes):
        kept = unit.withheld
        became = f"stays through {kept.through}: {kept.ground}" if kept else "erased"
        message(f"{unit.unit.activity} {became}")


def _papers(register: Register, folder: Path, founded: int) -> None:
    """Make every paper in both languages and every form: each is made once, so that all agree."""
    person = _person_of(register)(_ANNA)
    for language in Language:
        here = folder / language
        here.mkdir()
        for report in REPORTS.values():
            model = register.make(
                report.name,
                language=language,
                person=person if report.person else None,
                since=Moment(at=founded) if report.since else None,
            )
            name = f"{report.name}-anna" if report.person else report.name
            for form in formats(report.model):
                content = render_bytes(model, form, language)
                if report.person and report.keys:
                    register.hand_out(model, content, person=person, actor=officer.OFFICER)
                path = here / f"{name}.{_ENDINGS.get(form, form)}"
                write(content, path, private=report.person or report.keys)


def _end(register: Register, target: Path, papers: Path, bundle: Path) -> None:
    head = register.head
    # As the reader can type it: without an activated environment `ropa` is not on the path.
    ropa = "ropa" if shutil.which("ropa") else os.path.relpath(sys.argv[0])
    worth = {
        papers / "en" / "article30.pdf": "the record of processing activities (Art. 30)",
        papers / "en" / "access-anna.pdf": "what is held about Anna, a customer (Art. 15)",
        papers / "sv": "the same in Swedish, and every other paper, in all its forms",
        bundle: "what an auditor verifies without ropa: see VERIFY.md in it",
    }
    width = max(len(str(path)) for path in worth)
    look = "\n".join(f"  {path!s:<{width}}   {what}" for path, what in worth.items())
    message(
        f"""
Made: a register of {head:,} events in {target}, and its papers in {papers}.
Refused: one invoice was filed for the activity "contract", which rests on no duty to keep
accounts; the register said so, recorded nothing of that batch, and took the mended file.

Look at:
{look}

Try:
  {ropa} -r {target} person show webshop/{stories.ANNA} --as support
  {ropa} -r {target} person erase webshop/{stories.ANNA} --dry-run
  {ropa} -r {target} request list
  {ropa} -r {target} retention due
  {ropa} -r {target} check --language en
  {ropa} -r {target} log verify
  {ropa} -r {target} replay --check"""
    )
