"""`ropa person …`: the data subjects."""

import re
from collections.abc import Iterator
from typing import Any

import click

from ropa.app import Register, subject_reference
from ropa.cli.common import (
    Session,
    data,
    language_option,
    listing,
    message,
    moment_options,
    pass_session,
    record,
    reference,
)
from ropa.cli.papers import FORMATS, paper
from ropa.domain.person.events import (
    LookedUp,
    LookUpPurpose,
    MergeGround,
    PersonMerged,
    PersonParted,
    PersonRegistered,
)
from ropa.domain.person.values import AccountNumber
from ropa.kernel.categories import Category
from ropa.kernel.fact import Number
from ropa.kernel.ids import Role
from ropa.kernel.opening import NotPermitted, Opened, Restricted, Values
from ropa.kernel.problem import Code, Problem, Where
from ropa.reports.sources import Sources
from ropa.reports.standing import Standing
from ropa.vault import Kind
from ropa.views.aliases import group
from ropa.views.people import PEOPLE


@click.group()
def person() -> None:
    """Persons: the data subjects, and what is held of them."""


@person.command(epilog="Example: ropa person register webshop/K-20417")
@click.argument("number", metavar="NAMESPACE/NUMBER")
@click.option(
    "--activity",
    "-a",
    "activities",
    multiple=True,
    default=("accountability",),
    show_default=True,
    help="What the number is kept for.",
)
@pass_session
def register(session: Session, number: str, activities: tuple[str, ...]) -> None:
    """Register a person under the number by which an application knows them."""
    found = subject_reference(number)
    if not isinstance(found, Number):
        raise Problem(
            Code.MALFORMED_VALUE,
            "A person is registered under an application's number.",
            advice="Give it as namespace/number, such as webshop/K-20417.",
            where=Where(field="NAMESPACE/NUMBER"),
        )
    fact = PersonRegistered(namespace=found.namespace, activities=activities)
    with session.opened() as opened:
        (receipt,) = record(
            session, opened, fact, subject=found, personal=AccountNumber(number=found.number)
        )
    data(receipt.subject or "")


@person.command(epilog="Example: ropa person find --email anna@exempel.example")
@click.option("--email", help="By e-mail address.")
@click.option("--phone", help="By telephone number, in any usual spelling.")
@click.option("--number", metavar="NAMESPACE/NUMBER", help="By an application's number.")
@listing("person", "namespaces", "activities")
@pass_session
def find(
    session: Session, email: str | None, phone: str | None, number: str | None
) -> Iterator[dict[str, Any]]:
    """Find persons; several may share an address."""
    with session.opened() as opened:
        found: set[str] = set()
        if email:
            found |= set(opened.find_by(Kind.EMAIL, email))
        if phone:
            found |= set(opened.find_by(Kind.PHONE, phone))
        if number:
            asked = subject_reference(number)
            known = opened.find(asked) if isinstance(asked, Number) else None
            found |= {known} if known else set()
        if not (email or phone or number):
            raise Problem(
                Code.USAGE,
                "Nothing is given to find by.",
                advice="Give --email, --phone or --number.",
            )
        rows = opened.rows()
        for one in sorted(found):
            row = rows.get(PEOPLE, one)
            if row is not None:
                yield {
                    "person": one,
                    "namespaces": sorted({account.namespace for account in row.accounts}),
                    "activities": sorted(row.parts),
                }
        if not found:
            raise Problem(Code.NOT_FOUND, "Nobody is found by this.")


@person.command(epilog="Example: ropa person show webshop/K-20417 --purpose support-case")
@click.argument("who", metavar="PERSON")
@click.option(
    "--purpose",
    type=click.Choice([str(one) for one in LookUpPurpose]),
    default=str(LookUpPurpose.REQUEST),
    show_default=True,
    help="Why it is looked up; it stands in the person's access report.",
)
@click.option(
    "--role",
    type=click.Choice([str(one) for one in Role]),
    default=str(Role.OFFICER),
    show_default=True,
    help="In which role it is looked up.",
)
@listing("activity", "category", "value", "since", "position")
@pass_session
def show(session: Session, who: str, purpose: str, role: str) -> Iterator[dict[str, Any]]:
    """Show what is held of a person now, by activity. The look-up is recorded first."""
    with session.opened() as opened:
        person_id = reference(opened, who)
        row = opened.rows().get(PEOPLE, person_id)
        if row is None:
            return
        looked_up = LookedUp(
            role=Role(role),
            purpose=LookUpPurpose(purpose),
            activities=tuple(sorted(name for name, part in row.parts.items() if part.current())),
        )
        record(session, opened, looked_up, subject=person_id)
        with opened.asking(person=person_id) as sources:
            records = [
                one
                for name in group(sources.rows, person_id).persons
                if (one := sources.rows.get(PEOPLE, name)) is not None
            ]
            for activity, part in sorted(row.parts.items()):
                # A restriction on one record of the person holds for the others too.
                parts = tuple(one.parts[activity] for one in records if activity in one.parts)
                shown = [(str(category), at) for category, at in sorted(part.current().items())]
                if Category.IDENTIFIER_ACCOUNT in part.current():
                    # Each application has a number of its own, and none replaces another.
                    shown = [pair for pair in shown if pair[0] != Category.IDENTIFIER_ACCOUNT]
                    shown += [(f"number in {one.namespace}", one.position) for one in row.accounts]
                for name, position in shown:
                    restricted = Standing(activity, parts, None).restriction() is not None
                    yield _shown(opened, sources, activity, name, position, restricted=restricted)


def _shown(
    register: Register,
    sources: Sources,
    activity: str,
    name: str,
    position: int,
    *,
    restricted: bool,
) -> dict[str, Any]:
    event = sources.at(position)
    answer: Opened = Restricted() if restricted else sources.open(event, activity)
    category = Category.IDENTIFIER_ACCOUNT if name.startswith("number in ") else Category(name)
    if isinstance(answer, Values) and category not in answer.values:
        answer = NotPermitted()  # held still, but the register declares it no longer
    found = answer.values.get(category) if isinstance(answer, Values) else None
    return {
        "activity": activity,
        "category": name,
        "value": found if found is not None else f"[{_word(answer)}]",
        "since": event.occurred_at.astimezone(register.zone).date().isoformat(),
        "position": position,
    }


def _word(answer: Opened) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(answer).__name__).lower()


@person.command(epilog="Example: ropa person history webshop/K-20417 --language en")
@click.argument("who", metavar="PERSON")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@language_option
@moment_options
@pass_session
def history(session: Session, who: str, form: str, language: Any, moment: Any) -> None:
    """Show each event about a person, without any personal value."""
    with session.opened() as opened:
        found = reference(opened, who)
        asked = {"moment": moment, "language": language}
        data(paper(opened, "history", form, actor=session.actor, person=found, **asked))


@person.command(
    epilog="Example: ropa person merge webshop/K-1 newsletter/N-7 --ground same-account"
)
@click.argument("who", metavar="PERSON")
@click.argument("other", metavar="OTHER")
@click.option("--ground", type=click.Choice([str(one) for one in MergeGround]), required=True)
@pass_session
def merge(session: Session, who: str, other: str, ground: str) -> None:
    """Record that two records are one person's; nothing is rewritten, and `part` undoes it."""
    with session.opened() as opened:
        fact = PersonMerged(other=reference(opened, other), ground=MergeGround(ground))
        record(session, opened, fact, subject=reference(opened, who))


@person.command(epilog="Example: ropa person part webshop/K-1 newsletter/N-7")
@click.argument("who", metavar="PERSON")
@click.argument("other", metavar="OTHER")
@pass_session
def part(session: Session, who: str, other: str) -> None:
    """Record that two records taken for one person's are not."""
    with session.opened() as opened:
        fact = PersonParted(other=reference(opened, other))
        record(session, opened, fact, subject=reference(opened, who))
    message("each record stands for itself again")
