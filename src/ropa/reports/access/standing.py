"""How a person stands to an activity, where several records are one person's: denial wins."""

from datetime import datetime

from ropa.kernel.law import LegalBasis
from ropa.views.people import Ended, Part, Restriction, Started


class Standing:
    """The parts that an activity has of each record of a person, read together.

    A withdrawal, an objection or a restriction on one record holds for all of them, until that
    record itself says otherwise: doubt means no.
    """

    def __init__(self, parts: tuple[Part, ...]) -> None:
        """Take the parts."""
        self.parts = parts
        self.evidence = tuple(sorted(one for part in parts for one in part.positions()))

    def live(self, basis: LegalBasis) -> bool:
        """Tell whether the activity runs for the person on a basis that is no duty."""
        if basis is LegalBasis.CONSENT:
            denied = any(part.withdrew() or part.objects() for part in self.parts)
            return not denied and any(part.consented() for part in self.parts)
        objected = any(part.objected for part in self.parts)
        return not objected and any(part.running(basis) for part in self.parts)

    def since(self, basis: LegalBasis) -> datetime | None:
        """Give since when a basis has been used; None where it never was."""
        if basis is LegalBasis.CONSENT:
            return max((part.given.at for part in self.parts if part.given), default=None)
        return max((one.at for one in self._started() if one.basis is basis), default=None)

    def running(self) -> bool:
        """Tell whether the activity runs for the person on any basis that is no duty."""
        return any(self.live(basis) for basis in self.used())

    def used(self) -> tuple[LegalBasis, ...]:
        """Give the bases that the person's history names."""
        consent = {LegalBasis.CONSENT} if any(part.given for part in self.parts) else set()
        return tuple(sorted(consent | {one.basis for one in self._started()}))

    def ended_at(self) -> datetime | None:
        """Give when the activity ended for the person; None while it runs, or never began."""
        if self.running():
            return None
        stamps = (
            stamp
            for part in self.parts
            for stamp in (part.ended, part.withdrawn, part.objected)
            if stamp is not None
        )
        return max((stamp.at for stamp in stamps), default=None)

    def basis_ended_at(self, basis: LegalBasis) -> datetime | None:
        """Give when one basis ended; None while it holds."""
        if self.live(basis):
            return None
        consent = basis is LegalBasis.CONSENT
        stamps = (
            stamp
            for part in self.parts
            for stamp in (part.withdrawn if consent else part.ended, part.objected)
            if stamp is not None
        )
        return max((stamp.at for stamp in stamps), default=None)

    def objected(self) -> datetime | None:
        """Give when the person objected; None where not, or where a later consent holds."""
        objections = (part.objected.at for part in self.parts if part.objects() and part.objected)
        return max(objections, default=None)

    def ended(self) -> Ended | None:
        """Give the latest end that still holds."""
        ends = (
            part.ended
            for part in self.parts
            if part.ended and not (part.started and part.started.at > part.ended.at)
        )
        return max(ends, default=None, key=lambda one: (one.at, one.position))

    def restriction(self) -> Restriction | None:
        """Give the latest restriction that holds on any record."""
        found = (part.restriction for part in self.parts if part.restriction and part.restricted())
        return max(found, default=None, key=lambda one: one.position)

    def restriction_evidence(self) -> tuple[int, ...]:
        """Give the last word on restriction of each record."""
        return tuple(sorted(part.restriction.position for part in self.parts if part.restriction))

    def _started(self) -> tuple[Started, ...]:
        return tuple(part.started for part in self.parts if part.started)
