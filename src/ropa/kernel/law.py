"""Terms of law that more than one noun speaks of."""

from enum import StrEnum

from ropa.kernel.fact import value
from ropa.kernel.ids import Line


class LegalBasis(StrEnum):
    """A lawful ground of processing (Art. 6(1))."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal-obligation"
    VITAL_INTEREST = "vital-interest"
    PUBLIC_TASK = "public-task"
    LEGITIMATE_INTEREST = "legitimate-interest"


class Duty(StrEnum):
    """A duty whose own kind of fact is the basis of processing.

    An activity that rests on a duty gets values through the facts that the duty is about, and in
    no other way: bookkeeping through filed accounting records, never through a changed address.
    """

    ACCOUNTING = "accounting"
    DATA_SUBJECT_RIGHTS = "data-subject-rights"
    ACCOUNTABILITY = "accountability"
    ACCESS_CONTROL = "access-control"
    OBJECTIONS = "objections"
    """No fact is about it, so nothing is sealed for it: objections outlive erasure as digests."""


@value
class LocalText:
    """One line of the register's own text in both languages of its papers."""

    sv: Line
    en: Line


@value
class Basis:
    """A legal basis, where it comes from, and the duty that it rests on, if it rests on one."""

    basis: LegalBasis
    source: LocalText | None = None
    duty: Duty | None = None
