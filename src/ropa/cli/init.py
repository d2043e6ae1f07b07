"""`ropa init`: a new register."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from ropa.app import Register
from ropa.cli.common import SOURCE, Session, message, pass_session
from ropa.cli.founding import founding_register, swedish_sme
from ropa.domain.controller.events import ContactPoint
from ropa.kernel.fact import Fact
from ropa.kernel.ids import Language
from ropa.kernel.problem import Code, Problem, Where

TEMPLATES = ("swedish-sme", "founding", "empty")

SOURCES = {name: name for name in ("webshop", "newsletter", "banner", "invoicing")}
"""The applications that a new register knows, each with numbers of its own."""

_OPEN = {
    "name": "Registered name of the company",
    "organisation_number": "Organisation number",
    "address": "Postal address, in one line",
    "email": "E-mail address for matters of data protection",
    "phone": "Telephone number",
    "website": "Web site",
    "dpo": "E-mail address of the data protection officer, if there is one",
}


@click.command(
    epilog='Example: ropa init shop --name "Exempelbolaget AB" --organisation-number 556000-0167'
)
@click.argument("directory", required=False, type=click.Path(path_type=Path))
@click.option(
    "--template",
    type=click.Choice(TEMPLATES),
    default=TEMPLATES[0],
    show_default=True,
    help="What the register holds on its first day.",
)
@click.option("--name", help=f"{_OPEN['name']}.")
@click.option("--organisation-number", help=f"{_OPEN['organisation_number']}.")
@click.option("--address", help=f"{_OPEN['address']}.")
@click.option("--email", help=f"{_OPEN['email']}.")
@click.option("--phone", help=f"{_OPEN['phone']}.")
@click.option("--website", help=f"{_OPEN['website']}.")
@click.option("--dpo", help=f"{_OPEN['dpo']}.")
@click.option(
    "--source",
    "sources",
    multiple=True,
    metavar="NAME[=NAMESPACE]",
    help="An application that will append, and the namespace of its numbers.",
)
@click.option(
    "--language",
    "-l",
    type=click.Choice([str(one) for one in Language]),
    default=str(Language.SV),
    show_default=True,
    help="Language of papers where none is asked for.",
)
@click.option("--yes", is_flag=True, help="Ask nothing: what is not given stays a gap.")
@pass_session
def init(
    session: Session,
    /,
    *,
    directory: Path | None,
    template: str,
    sources: tuple[str, ...],
    language: str,
    yes: bool,
    **given: str | None,
) -> None:
    """Make a register in DIRECTORY, by default the folder of `--register`.

    The template swedish-sme begins with the activities of a Swedish company that sells to
    consumers, and asks on a terminal for what is open. The template founding is the register of
    the demo, as its policy has it; empty has nothing.
    """
    target = directory or session.directory
    answers = dict(given)
    if template == "swedish-sme":
        answers = _asked(answers, ask=not yes and sys.stdin.isatty())
    facts = _facts(template, answers)
    Register.create(target, sources=_sources(sources), language=Language(language))
    with replace(session, directory=target).opened() as register:
        if facts:
            receipts = register.append(
                [_by_hand(fact, number, session) for number, fact in enumerate(facts, 1)]
            )
            message(f"{target}: a register with {len(receipts)} entries")
        else:
            message(f"{target}: an empty register")
    message(f"its keys lie in {target / 'vault'}: keep them, and back them up apart from the log")


def _by_hand(fact: Any, number: int, session: Session) -> Any:
    return Fact(data=fact, source=SOURCE, id=f"init-{number}", actor=session.actor)


def _facts(template: str, answers: dict[str, str | None]) -> tuple[Any, ...]:
    if template == "empty":
        return ()
    if template == "founding":
        return founding_register()
    name, dpo = answers["name"], answers["dpo"]
    if not name:
        raise Problem(
            Code.MISSING_FIELD,
            "The register needs the name of its controller (Art. 30(1)(a)).",
            advice="Give it with --name.",
            where=Where(field="--name"),
        )
    try:
        return swedish_sme(
            name=name,
            data_protection_officer=ContactPoint(name="Dataskyddsombud", email=dpo)
            if dpo
            else None,
            organisation_number=answers["organisation_number"] or None,
            address=answers["address"] or None,
            email=answers["email"] or None,
            phone=answers["phone"] or None,
            website=answers["website"] or None,
        )
    except ValueError:
        raise Problem(
            Code.MALFORMED_VALUE,
            "One of the answers is not a line of text of at most 400 characters.",
            advice="Give each in one line that does not begin with a space.",
        ) from None


def _asked(answers: dict[str, str | None], *, ask: bool) -> dict[str, str | None]:
    if not ask:
        return answers
    message("What is left empty becomes a gap, which the register prints as one.")
    return {
        name: answers[name] or click.prompt(question, default="", show_default=False, err=True)
        for name, question in _OPEN.items()
    }


def _sources(given: tuple[str, ...]) -> dict[str, str]:
    if not given:
        return SOURCES
    pairs = (text.partition("=") for text in given)
    return {name: namespace or name for name, _, namespace in pairs}
