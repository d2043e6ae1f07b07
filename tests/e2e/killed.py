"""A process that appends batches until it is killed, and writes down what was promised."""

import os
import random
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

from ropa.app import Register
from ropa.domain.person.events import ActivityStarted, ContactChanged, Objected, PersonRegistered
from ropa.domain.person.values import AccountNumber, ContactDetails
from ropa.kernel.fact import Fact, Number
from ropa.kernel.ids import Channel
from ropa.kernel.law import LegalBasis


def append_for_ever(directory: Path, promises: Path, run: int, begun: Connection) -> None:
    """Append batches of one to four persons; each receipt is written once it is given."""
    draw = random.Random(run)
    descriptor = os.open(promises, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    with Register.open(directory) as register:
        begun.send_bytes(b"begun")
        for batch in count(1):
            persons = draw.randint(1, 4)
            cause = f"b.{run}.{batch}.{persons * 5}"
            facts = [
                fact
                for person in range(persons)
                for fact in _person(f"K{run}x{batch}x{person}", cause, draw)
            ]
            receipts = register.append(facts)
            lines = (f"{receipt.position} {receipt.leaf}\n" for receipt in receipts)
            os.write(descriptor, "".join(lines).encode())


def _person(number: str, cause: str, draw: random.Random) -> list[Fact[object]]:
    details = ContactDetails(name=f"Namn {draw.random()}", email=f"{draw.random()}@exempel.example")
    told: list[tuple[object, object]] = [
        (
            PersonRegistered(namespace="webshop", activities=("accountability",)),
            AccountNumber(number=number),
        ),
        (ActivityStarted(activity="contract", basis=LegalBasis.CONTRACT), None),
        (ContactChanged(channel=Channel.PHONE, activities=("contract",)), details),
        (ActivityStarted(activity="marketing", basis=LegalBasis.LEGITIMATE_INTEREST), None),
        (Objected(activity="marketing", channel=Channel.PHONE), None),
    ]
    return [
        Fact(
            data=data,
            personal=personal,
            subject=Number("webshop", number),
            source="webshop",
            cause=cause,
        )
        for data, personal in told
    ]
