"""How a company's papers look: the files in the folder `templates` of its register."""

from pathlib import Path

from ropa.kernel.problem import Where
from ropa.render.look import FOLDER, Look, broken, look_of

_LARGEST = 5_000_000
"""How large one of the files may be, in bytes."""


def read_look(folder: Path) -> Look:
    """Read a company's templates and pictures; hidden files are passed over.

    Raises:
        Problem: `template-broken` where a file cannot be read, or is none that papers are made of.
    """
    if not folder.exists():
        return Look()
    if not folder.is_dir():
        raise broken("This is no folder.", "Make a folder of it.", Where(file=FOLDER))
    found = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    return look_of({path.name: _read(path) for path in found})


def _read(path: Path) -> bytes:
    where = Where(file=f"{FOLDER}/{path.name}")
    if not path.is_file():
        raise broken("This is no file.", "All of the templates' files lie side by side.", where)
    try:
        if path.stat().st_size > _LARGEST:
            raise broken(f"The file is larger than {_LARGEST} bytes.", "Make it smaller.", where)
        return path.read_bytes()
    except OSError:
        raise broken("The file cannot be read.", "Let whoever runs ropa read it.", where) from None
