"""Where the parts of a register lie in its folder."""

import re
from pathlib import Path
from typing import NamedTuple

JOURNAL = "erasures.ndjson"
"""The name of the journal of erasures, in the register's folder and in the anchor's."""

_CHECKPOINT = re.compile(r"[0-9]{12}\.txt")


class Files(NamedTuple):
    """The folder of a register: one register, one controller, one log, one folder."""

    root: Path

    @property
    def log(self) -> Path:
        """Events, boxes and tree."""
        return self.root / "log.db"

    @property
    def vault(self) -> Path:
        """The keys; not to be backed up with the rest."""
        return self.root / "vault"

    @property
    def views(self) -> Path:
        """The views; disposable."""
        return self.root / "views.db"

    @property
    def notices(self) -> Path:
        """The texts of published notices."""
        return self.root / "notices"

    @property
    def templates(self) -> Path:
        """The company's own templates, where it has any."""
        return self.root / "templates"

    @property
    def checkpoints(self) -> Path:
        """The signed heads of the log."""
        return self.root / "checkpoints"

    @property
    def policy(self) -> Path:
        """The keys that the checkpoints are verified by."""
        return self.checkpoints / "policy"

    def checkpoint(self, size: int) -> Path:
        """The checkpoint of a size; the names sort as the sizes do."""
        return self.checkpoints / f"{size:012}.txt"

    def signed(self) -> list[Path]:
        """The checkpoints that there are, the smallest first."""
        return checkpoints_in(self.checkpoints)


def checkpoints_in(folder: Path) -> list[Path]:
    """Give the checkpoints in a folder, the smallest first; other files are passed over."""
    return sorted(path for path in folder.glob("*.txt") if _CHECKPOINT.fullmatch(path.name))
