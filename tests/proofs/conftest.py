"""The same empty log as the tests of the log have."""

from tests.log.conftest import log, path

__all__ = ["log", "path"]
