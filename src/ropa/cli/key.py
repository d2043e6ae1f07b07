"""`ropa key …`: the keys of the vault changed, without touching the log."""

import os

import click

from ropa.cli.common import Session, confirmed, message, pass_session

_YES = click.option("--yes", is_flag=True, help="Do not ask.")
_ADVICE = "Give --yes to do it."


@click.group(short_help="Keys: change the root key, or an activity's.")
def key() -> None:
    """Keys: change the root key, or an activity's (Art. 32(1)(a)).

    Nothing in the log changes, and everything still opens. Back the vault up again afterwards:
    its older backups need the older root key.
    """


@key.command("rotate-root", epilog="Example: ropa key rotate-root --yes")
@_YES
@pass_session
def rotate_root(session: Session, *, yes: bool) -> None:
    """Change the root key; the old one opens nothing any more.

    The new key is drawn, and written to root.key. Where ROPA_ROOT_KEY holds the root key, the new
    one is what ROPA_NEW_ROOT_KEY holds, and nothing is written. Programs that have the register
    open are to be started anew.
    """
    with session.opened() as opened:
        if not yes:
            confirmed("Change the root key?", advice=_ADVICE)
        opened.rotate_root(os.environ)
    message("the root key is changed; back up the vault's folder anew")


@key.command(epilog="Example: ropa key rotate contract --yes")
@click.argument("activity")
@_YES
@pass_session
def rotate(session: Session, activity: str, *, yes: bool) -> None:
    """Change the key of an activity; whoever was given the old one reads nothing with it."""
    with session.opened() as opened:
        if not yes:
            confirmed("Change the key of the activity?", advice=_ADVICE)
        opened.rotate_key(activity)
    message("the activity's key is changed; back up the vault's folder anew")
