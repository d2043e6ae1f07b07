"""Which rights a legal basis gives, as the Data Privacy Vocabulary lists them (DPV 2.3)."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from ropa.kernel.law import LegalBasis


class Right(StrEnum):
    """A right of data subjects, by its article."""

    WITHDRAW_CONSENT = "7(3)"
    INFORMATION_COLLECTED = "13"
    INFORMATION_OBTAINED = "14"
    ACCESS = "15"
    RECTIFICATION = "16"
    ERASURE = "17"
    RESTRICTION = "18"
    PORTABILITY = "20"
    OBJECTION = "21"
    NO_AUTOMATED_DECISION = "22"
    COMPLAINT = "77"


_INFORMATION = (Right.INFORMATION_COLLECTED, Right.INFORMATION_OBTAINED)
_ALWAYS = (Right.ACCESS, Right.RECTIFICATION, Right.RESTRICTION, Right.COMPLAINT)


def _rights(*more: Right) -> frozenset[Right]:
    return frozenset((*_ALWAYS, *more))


RIGHTS: Mapping[LegalBasis, frozenset[Right]] = MappingProxyType(
    {
        LegalBasis.CONSENT: _rights(
            *_INFORMATION,
            Right.ERASURE,
            Right.PORTABILITY,
            Right.NO_AUTOMATED_DECISION,
            Right.WITHDRAW_CONSENT,
        ),
        LegalBasis.CONTRACT: _rights(
            *_INFORMATION, Right.ERASURE, Right.PORTABILITY, Right.NO_AUTOMATED_DECISION
        ),
        # Article 14 is not in the list: Art. 14(5)(c), where law lays the processing down.
        LegalBasis.LEGAL_OBLIGATION: _rights(Right.INFORMATION_COLLECTED),
        LegalBasis.VITAL_INTEREST: _rights(
            *_INFORMATION, Right.ERASURE, Right.NO_AUTOMATED_DECISION
        ),
        LegalBasis.PUBLIC_TASK: _rights(
            *_INFORMATION, Right.OBJECTION, Right.NO_AUTOMATED_DECISION
        ),
        LegalBasis.LEGITIMATE_INTEREST: _rights(
            *_INFORMATION, Right.ERASURE, Right.OBJECTION, Right.NO_AUTOMATED_DECISION
        ),
    }
)
"""The rights by legal basis."""
