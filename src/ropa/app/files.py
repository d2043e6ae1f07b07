"""Where the parts of a register lie in its folder."""

from pathlib import Path
from typing import NamedTuple


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
    def checkpoints(self) -> Path:
        """The signed heads of the log."""
        return self.root / "checkpoints"
