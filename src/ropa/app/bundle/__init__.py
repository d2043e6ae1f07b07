"""The auditor's bundle: all that proves a part of the log, in one file, for tools of others."""

from ropa.app.bundle.check import check
from ropa.app.bundle.verdict import Finding, Kind, Verdict
from ropa.app.bundle.write import write

__all__ = ["Finding", "Kind", "Verdict", "check", "write"]
