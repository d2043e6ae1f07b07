"""`ropa person …`: the data subjects."""

from collections.abc import Iterator
from typing import Any

import click

from ropa.app import Register, subject_reference
from ropa.app.roles import Held, activities_of
from ropa.cli.common import (
    Session,
    answered,
    data,
    language_option,
    listing,
    message,
    moment_options,
    pass_session,
    record,
    reference,
    told,
)
from ropa.cli.erase import erase
from ropa.cli.holding import hold, release, weigh
from ropa.cli.papers import FORMATS, paper
from ropa.cli.papers import show as show_paper
from ropa.cli.rights import correct, lift, objection, restrict
from ropa.domain.person.events import (
    LookUpPurpose,
    MergeGround,
    PersonMerged,
    PersonParted,
    PersonRegistered,
    RestrictionException,
)
from ropa.domain.person.values import AccountNumber
from ropa.kernel.categories import Category
from ropa.kernel.fact import Number
from ropa.kernel.ids import Role
from ropa.kernel.opening import Restricted
from ropa.kernel.problem import Code, Problem, Where
from ropa.vault import Kind
from ropa.views.people import PEOPLE, Part

_NOTHING = Part()


@click.group()
def person() -> None:
    """Persons: the data subjects, and what is held of them."""


person.add_command(erase)
person.add_command(correct)
person.add_command(restrict)
person.add_command(lift)
person.add_command(objection)
person.add_command(weigh)
person.add_command(hold)
person.add_command(release)


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
                numbered = any(
                    Category.IDENTIFIER_ACCOUNT in part.current() for part in row.parts.values()
                )
                namespaces = {account.namespace for account in row.accounts if numbered}
                yield {
                    "person": one,
                    "namespaces": sorted(namespaces),
                    "activities": sorted(name for name, part in row.parts.items() if part.kept),
                }
        if not found:
            raise Problem(Code.NOT_FOUND, "Nobody is found by this.")


@person.command(
    epilog="Example: ropa person show webshop/K-20417 --as support --purpose support-case"
)
@click.argument("who", metavar="PERSON")
@click.option(
    "--as",
    "role",
    type=click.Choice([str(one) for one in Role]),
    default=str(Role.OFFICER),
    show_default=True,
    help="In which role; only what that role's activities hold is opened.",
)
@click.option(
    "--purpose",
    type=click.Choice([str(one) for one in LookUpPurpose]),
    default=str(LookUpPurpose.REQUEST),
    show_default=True,
    help="Why; it stands in the person's access report.",
)
@click.option(
    "--exception",
    type=click.Choice([str(one) for one in RestrictionException]),
    help="Why restricted values are shown too (Art. 18(2)); it stands in the access report.",
)
@listing("activity", "category", "value", "since", "position")
@pass_session
def show(
    session: Session, who: str, role: str, purpose: str, exception: str | None
) -> Iterator[dict[str, Any]]:
    """Show what a role may see of a person now, by activity. The look-up is recorded first."""
    with session.opened() as opened:
        found = reference(opened, who)
        look = opened.look_up(
            found,
            role=Role(role),
            purpose=LookUpPurpose(purpose),
            actor=session.actor,
            exception=RestrictionException(exception) if exception else None,
        )
        message(told(look.receipt))
        for held in look.held:
            yield {
                "activity": held.activity,
                "category": f"number in {held.namespace}" if held.namespace else held.category,
                "value": _value(held),
                "since": held.since.isoformat(),
                "position": held.position,
            }
        for line in _erased(opened, found, Role(role)):
            message(line)
    if role == Role.AUDITOR:
        message(f"an auditor is shown no value; activities that hold something: {look.others}")
    elif look.others:
        message(f"not shown to {role}: what {look.others} other activity(ies) hold")


def _erased(opened: Register, person: str, role: Role) -> Iterator[str]:
    """Tell what the role's activities held of a person and hold no more."""
    rows = opened.rows()
    row = rows.get(PEOPLE, person)
    for name in sorted(activities_of(rows, role)):
        part = row.parts.get(name, _NOTHING) if row else _NOTHING
        for bucket, gone in part.gone.items():
            if bucket not in part.kept:
                what = f"{name} ({bucket})" if bucket else name
                yield f"{what}: erased on {opened.calendar.day(gone.at)}, {gone.ground}"


def _value(held: Held) -> Any:
    if isinstance(held.answer, Restricted):
        return f"[restricted: {held.restricted}]"
    return answered(held.answer, held.category)


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
        show_paper(paper(opened, "history", form, actor=session.actor, person=found, **asked))


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
