"""Killed at whatever boundary of an erasure: nothing is decided, or opening finishes it."""

import multiprocessing
import random
import shutil
import subprocess
from collections.abc import Callable, Iterable
from multiprocessing.context import ForkServerContext
from pathlib import Path
from signal import SIGKILL
from typing import Any, NamedTuple

import pytest

from ropa.app import Register
from ropa.app.forgetting import Asked
from ropa.app.journal import Journal
from ropa.domain.person.forgetting import ErasureCompleted, ErasureDecided
from ropa.kernel.erasing import ErasureGround, Unit
from ropa.kernel.fact import Fact
from ropa.kernel.opening import Erased, Values
from ropa.kernel.problem import Code, Problem
from ropa.vault import Kind
from ropa.views.people import PEOPLE
from tests.app.shop import NOW, append, customer, founded, numbered
from tests.app.test_erasing import (
    anna,
    answers,
    begun,
    erase,
    events_of,
    held_open,
    objection,
    registered,
    tell,
)
from tests.cli.running import ROPA, environ, process, ropa
from tests.e2e import erased
from tests.e2e.residue import bytes_of, left_of, secrets, split

pytestmark = pytest.mark.kills

GROUPS = 4
SPREAD = 14
"""How many boundaries are tried besides those at which something durable happens."""
MANY = 620
"""More persons than are carried out at once."""


class Story(NamedTuple):
    """A register in which Anna is to be erased.

    Attributes:
        shop: Its folder, which nobody changes.
        person: Anna.
        head: Its last position.
        gone: The bytes that go.
        kept: The bytes that stay, of Anna and of everybody else.
    """

    shop: Path
    person: str
    head: int
    gone: set[bytes]
    kept: set[bytes]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    shop = founded(tmp_path_factory.mktemp("story") / "shop")
    with Register.open(shop, clock=lambda: NOW) as register:
        bo = anna(register, "K-2")
        person = anna(register)
        tell(register, objection(person), objection(bo))
        (plan,) = register.preview_erasure(Asked(person))
        register.rows()
        register.checkpoint()
        head = register.head
    units = {(person, unit.activity, unit.bucket) for unit in plan.erased()}
    gone, kept = split(secrets(shop), units)
    assert len(gone) > 8
    assert len(kept) > 16
    return Story(shop, person, head, gone, kept)


@pytest.fixture(scope="module")
def forking() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([erased.__name__])
    return context


def boundaries(forking: ForkServerContext, work: Callable[..., None], shop: Path, about: str,
               scratch: Path) -> list[str]:  # fmt: skip
    """Let a work be done once, and give the boundaries that it came to."""
    ours, theirs = forking.Pipe()
    copy = shutil.copytree(shop, scratch / "counted")
    child = forking.Process(target=erased.run, args=(work, copy, about, theirs))
    child.start()
    assert ours.poll(60)
    labels: list[str] = ours.recv()
    child.join()
    assert child.exitcode == 0
    return labels


def chosen(labels: list[str], spread: int) -> list[int]:
    """Give the boundaries at which something durable happens, and others evenly spread."""
    durable = {number for number, label in enumerate(labels, 1) if erased.is_durable(label)}
    return sorted(durable | {1 + k * len(labels) // spread for k in range(spread)})


def killed_at(
    forking: ForkServerContext, work: Callable[..., None], shop: Path, about: str, boundary: int
) -> None:
    child = forking.Process(target=erased.run, args=(work, shop, about, boundary))
    child.start()
    child.join(60)
    assert child.exitcode == -SIGKILL


# One person.


@pytest.mark.parametrize("group", range(GROUPS))
def test_killed_at_every_durable_boundary(
    story: Story, forking: ForkServerContext, tmp_path: Path, group: int
) -> None:
    labels = boundaries(forking, erased.erase, story.shop, story.person, tmp_path)
    assert len(list(filter(erased.is_durable, labels))) > 20
    outcomes = _tried(story, forking, tmp_path, chosen(labels, SPREAD)[group::GROUPS])
    assert outcomes == {True, False}


@pytest.mark.soak
@pytest.mark.parametrize("group", range(GROUPS))
def test_killed_at_every_boundary(
    story: Story, forking: ForkServerContext, tmp_path: Path, group: int
) -> None:
    labels = boundaries(forking, erased.erase, story.shop, story.person, tmp_path)
    every = range(group + 1, len(labels) + 1, GROUPS)
    assert _tried(story, forking, tmp_path, every) == {True, False}


def _tried(
    story: Story, forking: ForkServerContext, scratch: Path, places: Iterable[int]
) -> set[bool]:
    """Kill at each boundary; tell whether the decision was there afterwards."""
    outcomes = set()
    for place in places:
        shop = shutil.copytree(story.shop, scratch / f"killed-{place}")
        killed_at(forking, erased.erase, shop, story.person, place)
        outcomes.add(_is_whole(shop, story))
        shutil.rmtree(shop)
    return outcomes


def _is_whole(shop: Path, story: Story) -> bool:
    """Look at what a killed erasure left; tell whether it was decided on, and so finished."""
    with Register.open(shop, clock=lambda: erased.LATER) as register:
        decided, completed = (
            events_of(register, one) for one in (ErasureDecided, ErasureCompleted)
        )
        found = answers(register, story.person)
        lines = Journal(shop).lines()
        assert left_of(story.kept, bytes_of(shop)) == story.kept
        if not decided:
            assert (completed, lines, register.head) == ([], [], story.head)
            assert {type(one) for one in found.values()} == {Values}
            assert register.find(numbered("K-1")) == story.person
            assert left_of(story.gone, bytes_of(shop)) == story.gone
            _is_sound(register)
            return False
        (decision,), (completion,) = decided, completed
        assert completion.data.decision == decision.position
        assert [line.position for line in lines] == [decision.position]
        _is_erased(found, decision.position)
        assert register.find(numbered("K-1")) is None
        assert register.find(numbered("K-2")) is not None
        assert left_of(story.gone, bytes_of(shop)) == set()
        _is_sound(register)
        head = register.head
    with Register.open(shop, clock=lambda: erased.LATER) as register:
        assert register.head == head
    assert left_of(story.gone, bytes_of(shop)) == set()
    return True


def _is_erased(found: dict[tuple[int, str], Any], decision: int) -> None:
    """Make sure that of a person nothing before a decision is left but vouchers."""
    for (position, activity), answer in found.items():
        if activity == "bookkeeping":
            assert isinstance(answer, Values)
        else:
            assert isinstance(answer, Erased)
            assert answer.position == decision > position


def _is_sound(register: Register) -> None:
    assert list(register.check_views()) == []
    register.checkpoint()
    assert register.proving.verify().state == "sound"


@pytest.mark.parametrize("share", [0.35, 0.6, 0.8])
def test_the_papers_tell_it_after_a_kill(
    story: Story, forking: ForkServerContext, tmp_path: Path, share: float
) -> None:
    labels = boundaries(forking, erased.erase, story.shop, story.person, tmp_path)
    (decision, *_) = (
        number for number, label in enumerate(labels, 1) if label == "call Journal.write"
    )
    place = decision + int((len(labels) - decision) * share)
    shop = shutil.copytree(story.shop, tmp_path / "shop")
    killed_at(forking, erased.erase, shop, story.person, place)
    paper = ("report", "access", "--person", story.person, "--language", "en")
    told = ropa("-r", shop, *paper).done().text
    assert "Erased on 24 November 2024" in told or "erased on 24 November 2024" in told
    ropa("-r", shop, "replay", "--check").done()
    ropa("-r", shop, "log", "verify").done()


def test_killed_again_and_again(story: Story, forking: ForkServerContext, tmp_path: Path) -> None:
    labels = boundaries(forking, erased.erase, story.shop, story.person, tmp_path)
    shop = shutil.copytree(story.shop, tmp_path / "shop")
    draw = random.Random(7)
    # Whoever finishes dies too, until one lives: the work that is left is only opening it.
    start = labels.index("call Journal.write") + 1
    killed_at(forking, erased.erase, shop, story.person, start)
    for _ in range(5):
        again = shutil.copytree(shop, tmp_path / "again")
        left = boundaries(forking, erased.reopen, again, story.person, tmp_path / "again")
        shutil.rmtree(again)
        killed_at(forking, erased.reopen, shop, story.person, draw.randint(1, len(left)))
    assert _is_whole(shop, story)


def test_killed_while_somebody_appends_for_the_same_person(
    story: Story, forking: ForkServerContext, tmp_path: Path
) -> None:
    draw = random.Random(11)
    decided = 0
    for number in range(8):
        shop = shutil.copytree(story.shop, tmp_path / f"shop-{number}")
        works = (erased.append_about, erased.erase_later)
        children = []
        for work in works:
            ours, theirs = forking.Pipe()
            child = forking.Process(target=work, args=(shop, story.person, theirs))
            child.start()
            children.append(child)
            assert ours.poll(60)
        children[1].join(draw.uniform(0.05, 0.4))
        for child in reversed(children):
            child.kill()
            child.join()
        decided += _let_nothing_in(shop, story)
    assert decided


def _let_nothing_in(shop: Path, story: Story) -> bool:
    with Register.open(shop, clock=lambda: erased.LATER) as register:
        decisions = events_of(register, ErasureDecided)
        found = answers(register, story.person)
        _is_sound(register)
        assert len(events_of(register, ErasureCompleted)) == len(decisions)
        if not decisions:
            assert {type(one) for one in found.values()} == {Values}
            return False
        _is_erased(found, decisions[0].position)
        assert left_of(story.gone, bytes_of(shop)) == set()
        assert register.find(numbered("K-1")) is None
        row = register.rows().get(PEOPLE, story.person)
        assert row is not None
        assert row.parts["contract"].gone[""].completed is not None
    return True


def _by_hand(story: Story, scratch: Path, instants: Iterable[float]) -> set[bool]:
    """Kill the command after so many seconds, again and again."""
    outcomes = set()
    for number, instant in enumerate(instants):
        shop = shutil.copytree(story.shop, scratch / f"shop-{number}")
        with subprocess.Popen(
            [ROPA, "-r", shop, "person", "erase", story.person, "--yes"],
            env=environ(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as command:
            try:
                command.wait(instant)
            except subprocess.TimeoutExpired:
                command.kill()
        with Register.open(shop) as register:
            decided = events_of(register, ErasureDecided)
            assert len(events_of(register, ErasureCompleted)) == len(decided)
            found = answers(register, story.person)
            if decided:
                assert left_of(story.gone, bytes_of(shop)) == set()
                _is_erased(found, decided[0].position)
            else:
                assert {type(one) for one in found.values()} == {Values}
            _is_sound(register)
        outcomes.add(bool(decided))
        shutil.rmtree(shop)
    return outcomes


def test_the_command_is_killed(story: Story, tmp_path: Path) -> None:
    draw = random.Random(3)
    _by_hand(story, tmp_path, [draw.uniform(0.3, 1.5) for _ in range(8)])


@pytest.mark.soak
def test_the_command_is_killed_often(story: Story, tmp_path: Path) -> None:
    draw = random.Random(5)
    instants = [draw.uniform(0.2, 1.5) for _ in range(60)]
    assert _by_hand(story, tmp_path, instants) == {True, False}


# Many persons.


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    shop = founded(tmp_path_factory.mktemp("crowd") / "shop")
    with Register.open(shop, clock=lambda: NOW) as register:
        receipts = append(
            register,
            [
                event
                for number in range(MANY)
                for event in customer(
                    f"KUND{number:04}", name=f"Namn {number}", email=f"n{number}@exempel.example"
                )
            ],
        )
        register.rows()
    return shop, [receipt.subject for receipt in receipts[::3]]


@pytest.mark.parametrize(
    "share",
    [
        0.2,
        0.7,
        *(pytest.param(one / 20, marks=pytest.mark.soak) for one in range(1, 20)),
    ],
)
def test_a_disposal_of_many_is_killed(
    crowd: tuple[Path, list[str]], forking: ForkServerContext, tmp_path: Path, share: float
) -> None:
    shop, persons = crowd
    names = tmp_path / "persons"
    names.write_text("\n".join(persons[:-10]))
    units = {(person, "contract", "") for person in persons[:-10]}
    gone, kept = split(secrets(shop), units)
    labels = boundaries(forking, erased.dispose, shop, str(names), tmp_path)
    decision = labels.index("call Journal.write") + 1
    place = decision + int((len(labels) - decision) * share)
    shop = shutil.copytree(shop, tmp_path / "shop")
    killed_at(forking, erased.dispose, shop, str(names), place)
    with Register.open(shop, clock=lambda: erased.LATER) as register:
        decided = {event.subject for event in events_of(register, ErasureDecided)}
        done = [event.data.decision for event in events_of(register, ErasureCompleted)]
        assert decided == set(persons[:-10])
        assert len(done) == len(set(done)) == len(decided)
        content = bytes_of(shop)
        # Whoever searches for each takes minutes; the tables are looked at whole.
        assert not any(one in content for one in sorted(gone)[::9])
        assert all(one in content for one in sorted(kept)[::9])
        left = {one.content for one in secrets(shop)}
        assert left.isdisjoint(gone)
        assert left.issuperset(kept)
        assert {type(one) for one in answers(register, persons[0]).values()} == {Values, Erased}
        assert {type(one) for one in answers(register, persons[-1]).values()} == {Values}
        _is_sound(register)


def test_all_of_a_disposal_is_beyond_reach_while_a_reader_makes_it_pending(
    crowd: tuple[Path, list[str]], tmp_path: Path
) -> None:
    shop = shutil.copytree(crowd[0], tmp_path / "shop")
    decided = ErasureDecided(
        ground=ErasureGround.RETENTION_ENDED, erased=(Unit(activity="contract"),)
    )
    facts = [Fact(data=decided, subject=one, source="retention") for one in crowd[1]]
    with Register.open(shop, clock=lambda: NOW) as register:
        with held_open(register):
            assert not register.dispose(facts).done
            assert not register.finish_erasures()
            assert events_of(register, ErasureCompleted) == []
            # Of the last as of the first: that its bytes are left says nothing of its key.
            for person in (crowd[1][0], crowd[1][-1]):
                found = answers(register, person).items()
                assert [type(one) for (_, name), one in found if name == "contract"] == [Erased]
        assert register.finish_erasures()
        assert len(events_of(register, ErasureCompleted)) == len(facts)
        raw = (shop / "erasures.ndjson").read_bytes()
        assert raw.count(b"\n") == len(facts)


# What a killed append left must not outlive the person.


def test_what_an_append_left_when_it_was_killed_goes_too(
    story: Story, forking: ForkServerContext, tmp_path: Path
) -> None:
    base = shutil.copytree(story.shop, tmp_path / "base")
    with Register.open(base, clock=lambda: NOW) as register:
        who = numbered("K-9")
        tell(register, registered("K-9"), begun(who))
        person = register.find(who)
    assert person is not None
    labels = boundaries(forking, erased.tell_once, base, person, tmp_path)
    commits = [number for number, label in enumerate(labels, 1) if label == "after COMMIT"]
    orphans = 0
    for place in commits:
        shop = shutil.copytree(base, tmp_path / f"shop-{place}")
        killed_at(forking, erased.tell_once, shop, person, place)
        with Register.open(shop, clock=lambda: erased.LATER) as register:
            # The key was minted for an event that is not there.
            orphans += register.head == story.head + 2 and len(_keys(shop, person)) > 1
            gone = {one.content for one in secrets(shop) if one.owner == person}
            assert gone | _keys(shop, person)
            erase(register, person)
            assert left_of(gone | _keys(shop, person), bytes_of(shop)) == set()
            assert register.find_by(Kind.EMAIL, "ny@exempel.example") == ()
            _is_sound(register)
    assert orphans


def _keys(shop: Path, person: str) -> set[bytes]:
    return {one.content for one in secrets(shop) if (one.kind, one.owner) == ("key", person)}


def test_a_process_of_its_own_erases(story: Story, tmp_path: Path) -> None:
    shop = shutil.copytree(story.shop, tmp_path / "shop")
    process("-r", shop, "person", "erase", story.person, "--yes").done()
    assert left_of(story.gone, bytes_of(shop)) == set()
    again = process("-r", shop, "person", "erase", story.person, "--yes")
    again.refused(Code.ALREADY_DONE)
    with Register.open(shop) as register, pytest.raises(Problem):
        erase(register, story.person)
