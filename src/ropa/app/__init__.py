"""The composition root: what the parts of a register are together, and its verbs."""

from ropa.app.intake import MAX_LINE, subject_reference
from ropa.app.moment import PRESENT, Moment
from ropa.app.receipt import Receipt, Status
from ropa.app.register import Register

__all__ = [
    "MAX_LINE",
    "PRESENT",
    "Moment",
    "Receipt",
    "Register",
    "Status",
    "subject_reference",
]
