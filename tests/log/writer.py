"""A process that appends batches and says each head that it was promised.

Run as `python -m tests.log.writer PATH STREAM BATCH COUNT`.
"""

import sys
from pathlib import Path

from ropa.log import Log, Seen
from tests.log.making import REGISTER, entry


def main() -> None:
    path, stream, batch, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    with Log.open(path, REGISTER) as log:
        for _ in range(count):
            with log.writing() as tx:
                first, version = tx.head().position + 1, tx.version(stream) + 1
                entries = [
                    entry(first + n, stream, version + n, boxes=(("contract", b"box"),))
                    for n in range(batch)
                ]
                tx.append(entries, [Seen("webshop", f"{stream}/{version}", first, batch, b"d")])
            print(first + batch - 1, flush=True)  # noqa: T201 - what it is for


if __name__ == "__main__":
    main()
