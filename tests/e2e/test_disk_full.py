"""A disk that is really full: nothing of the batch is there, and it goes on once there is room."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from ropa.app import Register
from ropa.kernel.problem import Code, Problem
from tests.app.shop import append, customer, founded, lines, new, sent, stored
from tests.cli.running import ropa


def fill(disk: Path, leave: int) -> Path:
    """Fill a disk up to so many bytes, and give the file that does."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        with suppress(OSError):
            while file.write(b"\0" * 4096) == 4096:
                pass
        file.truncate(max(file.tell() - leave, 0))
    return ballast


def many(count: int) -> list[dict[str, object]]:
    return [
        event
        for number in range(count)
        for event in customer(
            f"KUND{number:05}", name=f"Namn {number}", email=f"n{number}@exempel.example"
        )
    ]


def changes(count: int) -> list[dict[str, object]]:
    """Give changes of one customer: no key is minted for them, so that the log alone is written."""
    details = {"channel": "phone", "activities": ["contract"]}
    return [
        sent(
            "person.contact-changed",
            {**details, "personal": {"name": f"Namn {number}"}},
            id=f"n.{new()}",
            subject="KUND00001",
        )
        for number in range(count)
    ]


@pytest.mark.parametrize("leave", [0, 4096, 16_384, 65_536, 262_144])
@pytest.mark.parametrize(
    "feed_of", [lambda: many(330), lambda: changes(990)], ids=["keys", "no-keys"]
)
def test_nothing_of_a_batch_is_recorded(
    disk: Path, leave: int, feed_of: Callable[[], list[dict[str, object]]]
) -> None:
    shop = founded(disk / "shop")
    with Register.open(shop) as register:
        append(register, many(2))
        register.rows()
    feed = disk.parent / "feed.ndjson"
    feed.write_bytes(lines(*feed_of()))
    before = stored(shop)
    ballast = fill(disk, leave)
    ran = ropa("-r", shop, "append", feed).refused("disk-full")
    assert "Namn" not in ran.told
    ballast.unlink()
    after = stored(shop)
    for table in ("events", "boxes", "seen"):
        assert after[f"log.db:{table}"] == before[f"log.db:{table}"]
    # Keys come first, so that no event lacks one: those of the batch may have been made.
    assert set(after["vault/keys.db:data_keys"]) >= set(before["vault/keys.db:data_keys"])
    _works(shop)
    ropa("-r", shop, "append", feed).done()
    _works(shop)


def test_a_long_lived_process_goes_on(disk: Path) -> None:
    shop = founded(disk / "shop")
    with Register.open(shop) as register:
        append(register, many(2))
        head = register.head
        ballast = fill(disk, 8192)
        for _ in range(3):
            with pytest.raises(Problem) as refused:
                append(register, many(300))
            assert refused.value.code is Code.DISK_FULL
            assert register.head == head
        ballast.unlink()
        # Two of the three are there already: of these only the contact details are recorded.
        append(register, many(3))
        assert register.head == head + 5
        assert [event.position for event in register.events()] == list(range(1, head + 6))
    _works(shop)


def test_no_room_for_the_views(disk: Path) -> None:
    shop = founded(disk / "shop")
    with Register.open(shop) as register:
        append(register, many(400))
    ballast = fill(disk, 100_000)
    for call in (("replay", "people"), ("person", "find", "--number", "webshop/KUND00001")):
        ropa("-r", shop, *call).refused("disk-full")
    ballast.unlink()
    _works(shop)


def test_no_room_for_a_register(disk: Path) -> None:
    ballast = fill(disk, 8192)
    ropa("init", disk / "shop", "--template", "founding").refused("disk-full")
    ballast.unlink()


def test_no_room_for_a_paper(disk: Path) -> None:
    shop = founded(disk.parent / "shop")
    fill(disk, 0)
    ropa("-r", shop, "report", "article30", "-o", disk / "paper.txt").refused("file-unreadable")


def _works(shop: Path) -> None:
    ropa("-r", shop, "replay", "--check").done()
    with Register.open(shop) as register, register.asking() as sources:
        for event in register.events():
            for activity in event.sealed:
                assert type(sources.open(event, activity)).__name__ == "Values"
