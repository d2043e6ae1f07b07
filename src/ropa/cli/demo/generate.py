"""Writes the four files of the demo anew: `python -m ropa.cli.demo.generate`.

The same people, happenings and bytes each time; a test holds the files to this.
"""

import json
from datetime import datetime, timedelta
from typing import Final

from ropa.cli.demo import names
from ropa.cli.demo.feed import LAST_DAY, Chance, Person, Sent
from ropa.cli.demo.feeds import CORRECTION, path
from ropa.cli.demo.programs import Programs
from ropa.cli.demo.stories import MISFILED, tell

SEED: Final = 20251101
CUSTOMERS: Final = 140
READERS: Final = 46
VISITORS: Final = 38
BY_TELEPHONE: Final = 12


class Year:
    """A year in which ordinary people buy, read, browse and change their minds."""

    def __init__(self, programs: Programs, chance: Chance, taken: tuple[Person, ...]) -> None:
        """Begin the year.

        Args:
            programs: The programs that report what happens.
            chance: What decides.
            taken: People whose names and telephone numbers are theirs already.
        """
        self._programs = programs
        self._chance = chance
        self._names = {person.name for person in taken}
        theirs = {person.phone for person in taken} | {"070-174 06 71", "08-465 004 12"}
        self._phones = [number for number in map(names.phone, range(195)) if number not in theirs]

    def live(self) -> None:
        """Let everybody live through it."""
        days = sorted(2 + self._chance.below(330) for _ in range(CUSTOMERS))
        for number, day in enumerate(days):
            self._customer(number, day)
        for number in range(READERS):
            self._reader(number)
        for number in range(VISITORS):
            self._visitor(number)
        for number in range(BY_TELEPHONE):
            self._by_telephone(number)

    def _name(self) -> str:
        while True:
            name = f"{self._chance.one(names.FIRST)} {self._chance.one(names.LAST)}"
            if name not in self._names:
                self._names.add(name)
                return name

    def _home(self) -> dict[str, str]:
        prefix, city = self._chance.one(names.TOWNS)
        return {
            "street": f"{self._chance.one(names.STREETS)} {1 + self._chance.below(94)}",
            "postal_code": f"{prefix} {20 + self._chance.below(60)}",
            "city": city,
        }

    def _person(self, number: int) -> Person:
        name = self._name()
        language = "en" if self._chance.often(0.08) else "sv"
        return Person(name=name, email=names.email(name, number), language=language)

    def _customer(self, number: int, day: int) -> None:
        chance, programs = self._chance, self._programs
        who = self._person(number)
        who.phone = self._phones.pop(0) if chance.often(0.7) else None
        who.address = self._home()
        who.shop = f"K-{20520 + 3 * number + chance.below(3)}"
        who.invoicing = f"F-{8900 + number}"
        start = chance.moment(day)
        exception = chance.often(0.75)
        programs.opens_account(who, start)
        changed = self._changes(who, start, number)
        service = chance.often(0.45)
        if service:
            programs.bills(who, start + timedelta(minutes=2))
        last = start
        for _ in range(chance.below(4)):
            last += timedelta(days=chance.below(75), minutes=7 + chance.below(600))
            if last > LAST_DAY - timedelta(days=4):
                break
            total = 99 + 50 * chance.below(60)
            programs.orders(who, last, total, exception=exception)
        if service:
            self._service(who, start)
        elif chance.often(0.1) and (end := max(last, changed) + timedelta(days=12)) < LAST_DAY:
            programs.closes_account(who, end, exception=exception)
        self._newsletter_of(who, last, number, exception=exception)
        if chance.often(0.08):
            self._device_of(who, start)

    def _service(self, who: Person, start: datetime) -> None:
        """Invoice a service each month."""
        month = start + timedelta(days=3)
        price = self._chance.one((149, 249, 399))
        while month < LAST_DAY:
            self._programs.invoices(who, month, price)
            month += timedelta(days=30)

    def _changes(self, who: Person, start: datetime, number: int) -> datetime:
        """Let some change their details, and tell when; the start, where they do not."""
        chance, programs = self._chance, self._programs
        later = self._later(start)
        if later is None:
            return start
        if chance.often(0.1):
            programs.moves(who, later, self._home())
        elif chance.often(0.08):
            programs.changes(who, later, email=names.email(who.name, number + 1))
        elif chance.often(0.06):
            late = timedelta(days=2 + chance.below(5))
            programs.changes(
                who,
                later,
                channel="phone",
                activities=("contract",),
                sent=min(later + late, LAST_DAY),
                phone=self._phones.pop(0),
            )
        return later

    def _newsletter_of(self, who: Person, start: datetime, number: int, *, exception: bool) -> None:
        chance, programs = self._chance, self._programs
        at = self._later(start)
        if at is None:
            return
        if not chance.often(0.35):
            if exception and chance.often(0.08):
                programs.objects(who, at)
            return
        who.newsletter = f"N-{5200 + number}"
        programs.known_as(who, "newsletter", who.newsletter, at - timedelta(minutes=1))
        programs.subscribes(who, at, details=False)
        end = self._later(at)
        if end is not None and chance.often(0.2):
            programs.unsubscribes(who, end)
        elif end is not None and exception and chance.often(0.1):
            programs.objects(who, end, "unsubscribe-link")

    def _device_of(self, who: Person, start: datetime) -> None:
        who.device = self._device()
        at = start + timedelta(minutes=12)
        self._programs.known_as(who, "banner", who.device, at)
        self._programs.allows_cookies(who, at - timedelta(minutes=11))

    def _device(self) -> str:
        return f"dev-{self._chance.below(1 << 32):08x}"

    def _reader(self, number: int) -> None:
        chance, programs = self._chance, self._programs
        who = self._person(number)
        who.newsletter = f"N-{5600 + number}"
        at = chance.moment(chance.below(340))
        programs.subscribes(who, at)
        end = self._later(at)
        if end is not None and chance.often(0.25):
            programs.unsubscribes(who, end)
            again = self._later(end)
            if again is not None and chance.often(0.3):
                programs.subscribes(who, again)

    def _visitor(self, number: int) -> None:
        who = Person(name="", email="", device=self._device())
        who.language = "en" if number % 7 == 0 else "sv"
        at = self._chance.moment(self._chance.below(350))
        self._programs.allows_cookies(who, at)
        end = self._later(at)
        if end is not None and self._chance.often(0.3):
            self._programs.forbids_cookies(who, end)

    def _by_telephone(self, number: int) -> None:
        who = self._person(number)
        who.address = self._home()
        who.invoicing = f"F-{9410 + number}"
        at = self._chance.moment(self._chance.below(360))
        self._programs.invoices(who, at, 400 + 100 * self._chance.below(40))

    def _later(self, start: datetime) -> datetime | None:
        """Give a moment at least three weeks later, if the year has one."""
        at = start + timedelta(days=21 + self._chance.below(150), minutes=self._chance.below(500))
        return at if at < LAST_DAY - timedelta(days=8) else None


def _number_vouchers(events: list[Sent]) -> None:
    series = {"invoice": "A", "credit-note": "A", "receipt": "R", "payment": "B"}
    last = dict.fromkeys("ARB", 1000)
    for event in events:
        if event.type.startswith("person.accounting"):
            letter = series[event.data["kind"]]
            last[letter] += 1
            event.data["personal"]["voucher"] = f"{letter}-{last[letter]}"


def _repeat(events: list[Sent], chance: Chance, times: int) -> None:
    """Let a program that got no answer send some of its events again."""
    for _ in range(times):
        event = chance.one(events)
        event.repeated = event.sent + timedelta(seconds=40 + chance.below(7200))


def _spoil(lines: list[str]) -> tuple[list[str], str]:
    """Give the lines with one bad one, and that one as it should be.

    An invoice of a customer is filed for the contract instead of for bookkeeping: every field is
    well formed, and the contract lives, but it declares neither amounts nor voucher numbers.
    """
    for index, line in enumerate(lines):
        event = json.loads(line)
        if event["subject"] == MISFILED[0] and event["time"].startswith(MISFILED[1]):
            bad = line.replace('"activities":["bookkeeping"]', '"activities":["contract"]')
            return [*lines[:index], bad, *lines[index + 1 :]], line
    raise LookupError("the story has lost its misfiled invoice")


def made() -> dict[str, list[str]]:
    """Give the lines of each file, by its name."""
    chance = Chance(SEED)
    programs = Programs(chance)
    told = tell(programs)
    Year(programs, chance, told).live()
    _number_vouchers(programs.invoicing.in_order())
    for feed in programs.feeds():
        _repeat(feed.in_order(), chance, 3)
    files = {feed.source: feed.lines() for feed in programs.feeds()}
    files["invoicing"], corrected = _spoil(files["invoicing"])
    return {**files, CORRECTION: [corrected]}


def main() -> None:
    """Write the files."""
    for name, lines in made().items():
        path(name).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
