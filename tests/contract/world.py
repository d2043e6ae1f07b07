"""A register in which the canary lives, and how each problem of ropa is brought about there."""

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from ropa.app import Register
from tests.app.shop import NOW, VERSION, append, customer, founded, lines, sent
from tests.cli.running import Ran, ropa

CANARY = "Kanariefågel-7Q"
"""A personal value; it is not in the form of an id."""
ASCII_CANARY = "kanariefagel-7q"
"""The same in the form of an id or a short name."""
STEM = b"kanarief"
"""What both have in common, in whatever case."""
NUMBER = 198_001_019_876
"""A personal identity number, where a number is asked for."""

REQUEST = "3f0d7c52-8f0e-4c5b-9a55-0d7a3c1b9e21"
CLOSED = "3f0d7c52-8f0e-4c5b-9a55-0d7a3c1b9e22"
NOBODY = "3f0d7c52-8f0e-4c5b-9a55-0d7a3c1b9e23"

OF: Any = {"subject": "K-1"}
"""Whom a fact is about: the customer with the canary's name."""


@dataclass(frozen=True)
class Call:
    """One run of the command line; `{shop}` stands for the folder of the register."""

    arguments: tuple[str, ...]
    stdin: bytes = b""
    env: Mapping[str, str] = field(default_factory=dict)
    run: Callable[..., Ran] = ropa

    def made(self, shop: Path, *, verbose: bool) -> Ran:
        told = [part.replace("{shop}", str(shop)) for part in self.arguments]
        flags = ["--verbose"] if verbose else []
        return self.run(*flags, "-r", shop, *told, stdin=self.stdin, env=self.env)

    def __str__(self) -> str:
        return "ropa " + " ".join(self.arguments)


def call(*arguments: str, stdin: bytes = b"", **env: str) -> Call:
    return Call(arguments, stdin, env)


def send(*events: Any) -> Call:
    """Append events from standard input."""
    return call("append", "-", stdin=lines(*events))


Case = Callable[[Path], list[Call]]
"""Brings the register into the state that a problem needs, and gives the calls that meet it."""


def always(*calls: Call) -> Case:
    return lambda _shop: list(calls)


def facts(*facts: tuple[str, Any]) -> Case:
    """Send each fact, about the customer with the canary's name."""
    return always(
        *(
            send(sent(kind, data, **(OF if kind.startswith("person.") else {})))
            for kind, data in facts
        )
    )


def changed(**changes: Any) -> dict[str, Any]:
    """Give a change of that customer's contact details."""
    return sent("person.contact-changed", {**CONTACT, **changes}, **OF)


def leaks(ran: Ran) -> bool:
    """Say whether the canary can be heard in what a run put out."""
    return bool(re.search(STEM + b"|%d" % NUMBER, ran.out + ran.err, re.IGNORECASE))


def registered(directory: Path) -> Path:
    """Put the register of the canary into a folder."""
    shutil.copytree(_registered(), directory)
    return directory


@cache
def _registered() -> Path:
    directory = founded(Path(mkdtemp()) / "shop")
    with Register.open(directory, clock=lambda: NOW) as register:
        append(register, customer("K-1", name=CANARY, email=f"{ASCII_CANARY}@exempel.example"))
        append(register, customer("K-2", name="Bo Exempel", email="bo@exempel.example"))
        append(
            register,
            [
                sent(
                    "person.objected", {"activity": "marketing", "channel": "e-mail"}, id="o", **OF
                ),
                sent("person.looked-up", {"role": "officer", "purpose": "request"}, id="l", **OF),
                sent("activity.declared", activity("lottery"), id="a-1"),
                sent("activity.retired", {"activity": "lottery", "reason": "Over"}, id="a-2"),
                sent(
                    "recipient.retired",
                    {"recipient": "google-analytics", "reason": "Over"},
                    id="a-3",
                ),
                *_request(REQUEST, "access", "erasure"),
                *_request(CLOSED, "access"),
                sent("request.withdrawn", {"request": CLOSED, "channel": "phone"}, id="w"),
                sent(
                    "request.extended",
                    {"request": REQUEST, "reason": "complexity", "channel": "e-mail"},
                    id="x",
                ),
                sent("breach.discovered", {"breach": "mix-up", "natures": ["integrity"]}, id="b-1"),
                sent("breach.closed", {"breach": "mix-up", "reason": "Over"}, id="b-2"),
            ],
        )
    return directory


def activity(name: str, **changes: Any) -> dict[str, Any]:
    """Give an activity that may hold a name, on the basis of a contract."""
    return {
        "activity": name,
        "title": {"sv": "Namn", "en": "Title"},
        "purposes": [{"sv": "Syfte", "en": "Purpose"}],
        "bases": [{"basis": "contract"}],
        "subjects": ["customers"],
        "categories": ["contact.name"],
        "reason": "It begins",
        **changes,
    }


def _request(request: str, *kinds: str) -> Iterator[dict[str, Any]]:
    personal = {"text": f"Jag heter {CANARY}"}
    data = {"request": request, "kinds": kinds, "channel": "e-mail", "activities": ["rights"]}
    yield sent("request.received", {**data, "personal": personal}, id=f"q-{request}")


def later(shop: Path, ahead: timedelta) -> None:
    """Append an event by a clock that is ahead."""
    with Register.open(shop, clock=lambda: NOW + ahead) as register:
        append(register, [sent("person.disclosed", DISCLOSED, id="late", subject="K-2")])


def grow(shop: Path) -> None:
    """Append some events, which are not signed."""
    with Register.open(shop, clock=lambda: NOW) as register:
        append(register, customer("K-3", name=CANARY, email=f"{ASCII_CANARY}@b.example"))


def sign(shop: Path) -> str:
    """Sign the log as it stands, and give the note."""
    return ropa("-r", shop, "log", "checkpoint").done().text


def bundle(shop: Path) -> Path:
    """Sign the log, and give a bundle of all of it."""
    made = shop / "audit.zip"
    ropa("-r", shop, "log", "bundle", "-o", made).done()
    return made


DISCLOSED = {
    "recipient": "payment-service",
    "activity": "contract",
    "categories": ["contact.name"],
}
CONTACT = {
    "channel": "account-page",
    "activities": ["contract"],
    "personal": {"name": CANARY, "email": f"{ASCII_CANARY}@exempel.example"},
}
CONSENT = {
    "activity": "marketing",
    "wording": {"notice": "newsletter-wording", "version": VERSION},
    "language": "sv",
    "channel": "web-form",
}
