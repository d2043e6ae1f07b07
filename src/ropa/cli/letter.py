"""`ropa request letter`: what the requester is told, ready to print or to paste into a mail."""

from pathlib import Path

import click

from ropa.cli.common import Session, language_option, pass_session
from ropa.cli.papers import deliver, fits, look_of, output_option
from ropa.kernel.ids import Language
from ropa.render import Format, render_letter_bytes
from ropa.reports.letters.model import LetterKind

_FORMS = (str(Format.TEXT), str(Format.HTML), str(Format.PDF))


@click.command(
    epilog="Example: ropa request letter 3f0d7c52-… receipt --language sv -f pdf -o receipt.pdf"
)
@click.argument("request_id", metavar="REQUEST")
@click.argument("kind", type=click.Choice([str(one) for one in LetterKind]), metavar="KIND")
@click.option("--format", "-f", "form", type=click.Choice(_FORMS), default="text")
@output_option
@language_option
@pass_session
def letter(
    session: Session,
    *,
    request_id: str,
    kind: str,
    form: str,
    output: Path | None,
    language: Language | None,
) -> None:
    """Make the letter that tells the requester what is recorded (Art. 12).

    receipt says that the request came in, and until when it is answered; identity asks who the
    requester is; extension says that it takes longer; answer tells the outcome of each kind;
    refusal says that it is refused as a whole. Record first what the letter is to tell.

    A letter to somebody whom the register knows is recorded as a paper about that person.
    """
    fits(form, output)
    with session.opened() as register:
        model = register.letter(request_id, LetterKind(kind), language=language)
        look = look_of(register, form)
        content = render_letter_bytes(model, Format(form), model.head.language, look)
        if model.person is not None:
            register.hand_out(model, content, person=model.person, actor=session.actor)
    deliver(content, output, private=True)
