"""A program that keeps the toy's tables: `follower.py DIRECTORY follow|rebuild|append`.

It has no `if __name__ == "__main__"`: a rebuild must not run it a second time.
"""

import sys
from pathlib import Path

from ropa.tables import Tables
from tests.tables.histories import long_history
from tests.tables.toy import VIEWS, Log, decode

directory, verb = Path(sys.argv[1]), sys.argv[2]
log = Log(directory / "log.db")
tables = Tables.open(directory / "views.db", VIEWS, log_id="toy", source=log, decode=decode)
print("ready", flush=True)  # noqa: T201
match verb:
    case "append":
        for seed in range(40):
            log.append(long_history(50, seed=seed))
    case "follow":
        while tables.follow() < int(sys.argv[3]):
            pass
    case "one-by-one":
        for upto in range(log.head()):
            tables.follow(upto)
    case "rebuild":
        tables.rebuild(processes=2)
print("done", flush=True)  # noqa: T201
