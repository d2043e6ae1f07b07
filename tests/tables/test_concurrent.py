"""Threads and processes that keep the same tables at the same time."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.tables.conftest import Opener
from tests.tables.histories import long_history
from tests.tables.programs import finish, start
from tests.tables.reading import everything, from_memory
from tests.tables.toy import ACCOUNTS, Log


def test_processes_follow_a_growing_log_together(tmp_path: Path, opened: Opener, log: Log) -> None:
    # 40 batches of 50, while two follow, one of them from nothing, and one rebuilds.
    appending = start(tmp_path, "append")
    others = [start(tmp_path, "follow", "2000"), start(tmp_path, "follow", "2000")]
    rebuilding = start(tmp_path, "rebuild")
    for process in (appending, *others, rebuilding):
        finish(process)
    tables = opened()
    assert tables.follow() == 2000
    assert everything(tables) == from_memory(log)


def test_threads_share_one_object(opened: Opener, log: Log) -> None:
    tables = opened()
    log.append(long_history(20))

    def follow(seed: int) -> None:
        for upto in range(seed, 400, 7):
            reached = tables.follow(upto)
            with tables.reading() as rows:
                assert rows.position >= reached
                assert rows.count(ACCOUNTS) == len(list(rows.all(ACCOUNTS)))
            if seed == 3 and upto % 5 == 0:
                tables.rebuild(1)

    def append() -> None:
        for seed in range(38):
            log.append(long_history(10, seed=seed))

    with ThreadPoolExecutor(6) as pool:
        appended = pool.submit(append)
        for future in [pool.submit(follow, seed) for seed in range(5)]:
            future.result()
        appended.result()
    tables.follow()
    assert everything(tables) == from_memory(log)


def test_many_begin_with_no_file_at_all(tmp_path: Path, opened: Opener, log: Log) -> None:
    log.append(long_history(1_000))
    for process in [start(tmp_path, "follow", "1000") for _ in range(5)]:
        finish(process)
    tables = opened()
    assert everything(tables) == from_memory(log)
