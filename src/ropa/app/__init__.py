"""The composition root: what the parts of a register are together, and its verbs."""

from ropa.app.intake import MAX_LINE, problem_of, subject_reference
from ropa.app.moment import PRESENT, Moment
from ropa.app.proving import check_proof
from ropa.app.reading import Reading
from ropa.app.receipt import Receipt, Status
from ropa.app.register import Register
from ropa.app.verifying import Verification, read_policy

__all__ = [
    "MAX_LINE",
    "PRESENT",
    "Moment",
    "Reading",
    "Receipt",
    "Register",
    "Status",
    "Verification",
    "check_proof",
    "problem_of",
    "read_policy",
    "subject_reference",
]
