"""Creating: an empty register in a folder of its own."""

import os
from collections.abc import Mapping
from pathlib import Path

from ropa.app.files import Files
from ropa.app.ids import new_id
from ropa.app.settings import Settings, checked_sources, write_settings
from ropa.kernel.ids import Language
from ropa.kernel.problem import Code, Problem, Where
from ropa.log import Log
from ropa.vault import Vault, root_key


def create(
    directory: str | Path,
    *,
    sources: Mapping[str, str] | None = None,
    language: Language = Language.SV,
    environ: Mapping[str, str] = os.environ,
) -> None:
    """Make an empty register in a folder that is empty or does not exist.

    Args:
        directory: The folder.
        sources: The namespace of each application's numbers, by the application's name.
        language: The language of papers where none is asked for.
        environ: The environment, which may hold the root key in `ROPA_ROOT_KEY`.

    Raises:
        Problem: `register-exists`, `malformed-value`, `file-unreadable` or `disk-full`.
    """
    files = Files(Path(directory))
    if files.root.exists() and (not files.root.is_dir() or any(files.root.iterdir())):
        raise Problem(
            Code.REGISTER_EXISTS,
            "There is something in this folder already.",
            advice="Name a folder that is empty or does not exist.",
            where=Where(file=str(files.root)),
        )
    settings = Settings(
        register=new_id(),
        language=language,
        sources=checked_sources(sources or {}),
    )
    try:
        files.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        files.notices.mkdir()
        files.checkpoints.mkdir()
        given = root_key(files.vault, environ) if environ.get("ROPA_ROOT_KEY") else None
        Vault.create(files.vault, settings.register, given)
        Log.create(files.log, settings.register)
        # The settings come last: without them the folder is no register.
        write_settings(files.root, settings)
    except OSError:
        raise Problem(
            Code.FILE_UNREADABLE,
            "The folder of the register cannot be written.",
            advice="Look to the disk's room and the folder's permissions.",
            where=Where(file=str(files.root)),
        ) from None
