"""What was erased is in no byte of any file, and what was not is there; nothing tells a value."""

import json
import random
import shutil
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ropa.app import Register
from ropa.app.forgetting import Asked
from ropa.app.retention import dispose, found
from ropa.domain.person.forgetting import ErasureDecided
from ropa.kernel.erasing import ErasureGround, Unit, WithholdingGround
from ropa.kernel.fact import Fact, Recorded
from ropa.kernel.problem import Problem
from tests.app.shop import NOW, founded, numbered
from tests.app.test_erasing import KEPT_YEARS, anna, begun, filed, objection, tell
from tests.app.test_erasing import given as told_of
from tests.cli.running import Ran, process, ropa
from tests.e2e.residue import Secret, bytes_of, files, left_of, pieces, secrets, split
from tests.e2e.test_at_rest import Scanner, codings, filled, values

NUMBER = "webshop/K-20417"


class Demo(NamedTuple):
    """The demo register of which one person was erased.

    Attributes:
        before: It, as it was.
        after: It, as it is.
        outside: What was written elsewhere: papers, a backup, an auditor's bundle.
        person: Who was erased.
        found: All bytes that led to a value before.
        gone: Those that go.
        kept: Those that stay.
    """

    before: Path
    after: Path
    outside: Path
    person: str
    found: list[Secret]
    gone: set[bytes]
    kept: set[bytes]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("demo")
    shop = filled(folder / "shop")
    with Register.open(shop) as register:
        person = register.find(numbered(NUMBER.partition("/")[2]))
    assert person is not None
    rows = ropa("-r", shop, "person", "erase", NUMBER, "--dry-run", "--json").done().text
    units = {
        (person, row["activity"], row["unit"] or "")
        for row in map(json.loads, rows.splitlines())
        if row["outcome"] == "would be erased"
    }
    found_before = secrets(shop)
    gone, kept = split(found_before, units)
    before = shutil.copytree(shop, folder / "before")
    process("-r", shop, "person", "erase", NUMBER, "--yes").done()
    outside = folder / "outside"
    outside.mkdir()
    _use(shop, person, outside)
    return Demo(before, shop, outside, person, found_before, gone, kept)


def _use(shop: Path, person: str, outside: Path) -> None:
    """Do with a register what is done with one, so that all is written that ever is."""
    for form in ("text", "html", "json"):
        out = outside / f"access.{form}"
        ropa("-r", shop, "report", "access", "--person", person, "-f", form, "-o", out).done()
    for report in ("article30", "ledger", "breaches", "retention", "disposal"):
        ropa("-r", shop, "report", report, "-o", outside / f"{report}.txt").done()
    for call in (
        ("person", "show", person, "--as", "support"),
        ("person", "history", person),
        ("retention", "plan", "--years", "10"),
        ("retention", "certificate"),
        ("check", "--keys"),
        ("replay", "--check"),
        ("log", "verify"),
        ("log", "checkpoint"),
        ("backup", outside / "backup"),
        ("backup", outside / "keys", "--keys"),
        ("log", "bundle", "-o", outside / "bundle"),
    ):
        ran = ropa("-r", shop, *call)
        assert ran.code in {0, 1}, ran.told


def test_no_value_lies_in_any_file_before_or_after(demo: Demo) -> None:
    scanner = Scanner(values())
    for path in (*files(demo.before), *files(demo.after)):
        assert scanner.found(path.read_bytes()) == set(), path


def test_what_is_erased_is_in_no_byte(demo: Demo) -> None:
    assert {one.kind for one in demo.found if one.content in demo.gone} == {
        "box", "key", "lookup", "contents",
    }  # fmt: skip
    assert left_of(demo.gone, bytes_of(demo.before)) == demo.gone
    names = {path.name for path in files(demo.outside)}
    assert {"log.db", "keys.db", "access.html"} <= names
    scanner = Scanner({piece for one in demo.gone for piece in pieces(one)})
    for path in (*files(demo.after), *files(demo.outside)):
        assert scanner.found(path.read_bytes()) == set(), path


def test_what_is_not_erased_is_all_there(demo: Demo) -> None:
    mine = {one.content for one in demo.found if one.owner == demo.person}
    assert demo.kept & mine
    assert demo.kept - mine
    content = bytes_of(demo.after)
    assert [one for one in demo.kept if one not in content] == []


@pytest.mark.parametrize("pack", [bytes, *(lambda one, n=n: list(codings(one))[n] for n in (1, 4))])
def test_the_scanner_finds_what_is_planted(demo: Demo, tmp_path: Path, pack: object) -> None:
    one = min(demo.gone)
    scanner = Scanner({piece for other in demo.gone for piece in pieces(other)})
    assert callable(pack)
    (tmp_path / "planted").write_bytes(b"SQLite" * 9 + pack(one) + b"\0" * 9)
    assert scanner.found((tmp_path / "planted").read_bytes())


def test_a_later_year_takes_the_vouchers_too(demo: Demo, tmp_path: Path) -> None:
    shop = shutil.copytree(demo.after, tmp_path / "shop")
    mine = {one.content for one in secrets(shop) if one.owner == demo.person}
    vouchers = {
        one.content
        for one in secrets(shop)
        if (one.owner, one.activity) == (demo.person, "bookkeeping")
    }
    assert vouchers
    later = datetime(2044, 1, 2, 12, tzinfo=UTC)
    with Register.open(shop, clock=lambda: later) as register:
        with found(register, later.date()) as due:
            assert dispose(register, due, actor="officer").done
        assert left_of(vouchers, bytes_of(shop)) == set()
        assert {one.content for one in secrets(shop)} & mine <= mine - vouchers
        assert list(register.check_views()) == []
        assert register.proving.verify().state != "damaged"


# Many histories.


_ACTIVITIES = ("accountability", "contract", "marketing", "bookkeeping")
# A register for each smaller history takes minutes, and says little more.
_PHASES = (Phase.reuse, Phase.generate)
_STEPS = st.lists(
    st.tuples(
        st.sampled_from(["tell", "file", "begin", "object", "erase", "dispose"]),
        st.integers(0, 2),
        st.sets(st.sampled_from(_ACTIVITIES), min_size=1, max_size=3),
    ),
    min_size=3,
    max_size=14,
)


@given(steps=_STEPS)
@settings(max_examples=12, phases=_PHASES)
def test_after_any_history_what_was_erased_is_gone(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, set[str]]]
) -> None:
    _told(founded(tmp_path_factory.mktemp("history") / "shop"), steps)


@pytest.mark.soak
@given(steps=_STEPS)
@settings(max_examples=400, phases=_PHASES)
def test_after_very_many_histories_what_was_erased_is_gone(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, set[str]]]
) -> None:
    _told(founded(tmp_path_factory.mktemp("history") / "shop"), steps)


def _told(shop: Path, steps: list[tuple[str, int, set[str]]]) -> None:
    gone: set[bytes] = set()
    clock = [NOW]
    with Register.open(shop, clock=lambda: clock[0]) as register:
        persons = [anna(register, f"K-{number}") for number in range(3)]
        for number, (step, which, activities) in enumerate(steps, 1):
            before = secrets(shop)
            decisions = _taken(register, step, persons[which], activities, number)
            units = {
                (event.subject or "", unit.activity, unit.bucket)
                for event in decisions
                for unit in event.data.erased
            }
            if units:
                going, staying = split(before, units)
                gone |= going
                assert all(one in bytes_of(shop) for one in staying)
        present = {one.content for one in secrets(shop)}
        # An address that came back is looked up by the same digest again.
        gone -= {one.content for one in secrets(shop) if one.kind == "lookup"}
        assert present.isdisjoint(gone)
        assert left_of(gone, bytes_of(shop)) == set()
        assert list(register.check_views()) == []
        assert register.proving.verify().state != "damaged"
    assert left_of(gone, bytes_of(shop)) == set()
    shutil.rmtree(shop.parent)


def _taken(
    register: Register, step: str, person: str, activities: set[str], number: int
) -> list[Recorded[Any]]:
    """Take a step, and give the decisions that it came to; what is refused is no step."""
    head = register.head
    years = sorted(KEPT_YEARS)
    try:
        match step:
            case "tell":
                named = sorted(activities - {"bookkeeping"}) or ["contract"]
                email = f"n{number}@exempel.example"
                tell(register, told_of(person, *named, email=email, days=0))
            case "file":
                tell(register, filed(person, years[number % 2]))
            case "begin":
                tell(register, begun(person, days=0))
            case "object":
                tell(register, objection(person, days=0))
            case "erase":
                withhold = dict.fromkeys(activities, WithholdingGround.LEGAL_CLAIMS)
                register.erase(Asked(person, withhold=withhold), actor="officer")
            case _:
                units = tuple(
                    Unit(
                        activity=one,
                        bucket=str(years[number % 2]) if one == "bookkeeping" else "",
                    )
                    for one in sorted(activities)
                )
                decided = ErasureDecided(ground=ErasureGround.RETENTION_ENDED, erased=units)
                register.dispose([Fact(data=decided, subject=person, source="retention")])
    except Problem:
        assert register.head == head
    return [
        event for event in register.events(after=head) if isinstance(event.data, ErasureDecided)
    ]


# Nothing is told of anybody.


TOLD = (
    "asa.hemlig@postlada.example",
    "19811218-9876",
    "Åsa Hemlig",
    "webshop/Åsa Hemlig",
    "webshop/asa.hemlig@postlada.example",
    "+46 70 123 45 67",
)
_SECRET = ("hemlig", "9876", "123 45")
_ID = "3f0d7c52-8f0e-4c5b-9a55-0d7a3c1b9e21"


def _calls(told: str) -> Iterable[tuple[object, ...]]:
    erase = ("person", "erase")
    yield (*erase, told)
    yield (*erase, told, "--dry-run")
    yield (*erase, NUMBER, "--request", told)
    yield (*erase, NUMBER, "--withhold", told)
    yield (*erase, NUMBER, "--withhold", f"{told}=legal-claims")
    yield (*erase, NUMBER, "--withhold", f"contract={told}")
    yield (*erase, NUMBER, "--ground", told)
    yield (*erase, NUMBER, told)
    yield (*erase, NUMBER, f"--{told}")
    hold = ("--activity", "contract", "--ground", "dispute")
    yield ("person", "hold", told, *hold)
    yield ("person", "hold", NUMBER, "--activity", told, "--ground", "dispute")
    yield ("person", "hold", NUMBER, "--activity", "contract", "--ground", told)
    yield ("person", "release", told, "--activity", "contract", "--reason", "settled")
    yield ("person", "release", NUMBER, "--activity", told, "--reason", "settled")
    yield ("person", "release", NUMBER, "--activity", "contract", "--reason", told)
    yield ("person", "weigh", told, "marketing", "upheld")
    yield ("person", "weigh", NUMBER, told, "upheld")
    yield ("person", "weigh", NUMBER, "marketing", told)
    yield ("person", "show", told)
    yield ("person", "show", NUMBER, "--as", told)
    yield ("person", "find", "--email", told)
    yield ("person", "find", "--number", told)
    yield ("person", "merge", told, NUMBER, "--ground", "same-account")
    yield ("person", "part", NUMBER, told)
    yield ("person", "history", told)
    yield ("person", told)
    yield (told,)
    yield ("--actor", told, *erase, NUMBER, "--yes")


def _others(told: str) -> Iterable[tuple[object, ...]]:
    yield ("retention", "due", "--activity", told)
    yield ("retention", "due", "--on", told)
    yield ("retention", "plan", "--years", told)
    yield ("retention", "run", told)
    yield ("retention", "certificate", "--from", told)
    yield ("recipient", "inform", told, "delivery-service", "--about", "1")
    yield ("recipient", "inform", NUMBER, told, "--about", "1")
    yield ("recipient", "inform", NUMBER, "delivery-service", "--about", told)
    yield ("recipient", "inform", NUMBER, "delivery-service", "--about", "1", "--reason", told)
    yield ("recipient", "tasks", "--older-than", told)
    yield ("request", "letter", told, "receipt")
    yield ("request", "letter", _ID, told)
    yield ("request", "show", told)
    yield ("request", "refuse", told, "--reason", told)
    yield ("request", "withdraw", told)
    yield ("request", "receive", told)
    yield ("report", "portability", "--person", told)
    yield ("report", "access", "--person", told)
    yield ("report", told)
    yield ("staff", "give-out", told)
    yield ("consent", "withdraw", told, "newsletter")
    yield ("key", "rotate", told)
    yield ("restore", told)


@pytest.mark.parametrize("told", TOLD)
def test_no_problem_tells_what_it_was_given(demo: Demo, told: str, tmp_path: Path) -> None:
    shop = shutil.copytree(demo.before, tmp_path / "shop")
    for call in (*_calls(told), *_others(told)):
        for more in ((), ("--verbose",)):
            ran = ropa(*more, "-r", shop, *call)
            assert ran.code != 0 or call[0] in {"retention", "--actor"}, call
            _tells_nothing(ran)
            assert "[internal]" not in ran.told, call


def test_a_broken_file_tells_nothing(demo: Demo, tmp_path: Path) -> None:
    shop = shutil.copytree(demo.after, tmp_path / "shop")
    line = '{"subject": "Åsa Hemlig", "email": "asa.hemlig@postlada.example"}\n'
    journal = shop / "erasures.ndjson"
    journal.write_text(journal.read_text() + line)
    ran = ropa("--verbose", "-r", shop, "person", "erase", demo.person)
    _tells_nothing(ran)
    assert ran.code != 0
    for name in ("ropa.toml", "vault/keys.db", "log.db"):
        shop = shutil.copytree(demo.after, tmp_path / name.replace("/", "-"))
        (shop / name).write_text(line * 40)
        ran = process("--verbose", "-r", shop, "person", "erase", demo.person, "--yes")
        assert ran.code != 0
        _tells_nothing(ran)


def _tells_nothing(ran: Ran) -> None:
    output = (ran.text + ran.told).lower()
    assert not [one for one in _SECRET if one in output], ran.told


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_knows_nobody(demo: Demo, shell: str) -> None:
    scanner = Scanner(values())
    with Register.open(demo.after) as register:
        ids = {event.subject for event in register.events() if event.subject}
    draw = random.Random(1)
    known = draw.sample(sorted(values()), 5)
    for begun_with in ("", "webshop/", "K-", *known, *(one[:3] for one in sorted(ids)[:3])):
        for words in (
            ("person", "erase"),
            ("person", "show"),
            ("person", "hold"),
            ("person", "find", "--email"),
            ("person", "erase", NUMBER, "--request"),
            ("person", "erase", NUMBER, "--withhold"),
            ("report", "access", "--person"),
            ("request", "letter"),
            ("recipient", "inform"),
            ("retention", "due", "--activity"),
        ):
            line = ["ropa", "-r", str(demo.after), *words]
            asked = {
                "_ROPA_COMPLETE": f"{shell}_complete",
                "COMP_WORDS": " ".join([*line, begun_with]),
                "COMP_CWORD": begun_with if shell == "fish" else str(len(line)),
            }
            ran = ropa(env=asked)
            assert scanner.found(ran.out + ran.err) == set()
            assert not [one for one in ids if one in ran.text]
