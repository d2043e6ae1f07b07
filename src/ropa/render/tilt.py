"""TILT: the privacy notice as transparency information for machines, Art. 13 to 15 (JSON).

The form asks for some things without exception that a register may leave open. A text then says in
words that it is open; a country is `ZZ`, which ISO 3166-1 leaves to users; an address of e-mail is
one under `.invalid`, which nobody can have (RFC 2606). Nothing is invented.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import msgspec

from ropa.domain.activity.events import DataSource, Retention
from ropa.domain.controller.events import ContactPoint
from ropa.domain.recipient.events import Safeguard
from ropa.kernel.categories import Category
from ropa.kernel.ids import Language
from ropa.kernel.law import LegalBasis
from ropa.render.outlines import values
from ropa.render.words import Words
from ropa.reports.article30.model import RecipientTransfer
from ropa.reports.cell import Cell
from ropa.reports.notice.model import Notice, NoticeActivity
from ropa.reports.rights import Right

NO_COUNTRY = "ZZ"
NO_EMAIL = "not-declared@register.invalid"
_ARTICLES = {
    LegalBasis.CONSENT: "a",
    LegalBasis.CONTRACT: "b",
    LegalBasis.LEGAL_OBLIGATION: "c",
    LegalBasis.VITAL_INTEREST: "d",
    LegalBasis.PUBLIC_TASK: "e",
    LegalBasis.LEGITIMATE_INTEREST: "f",
}
_NOT_FROM_THE_PERSON = (DataSource.OWN_RECORDS, DataSource.PUBLIC_REGISTER)
_GUARANTEES = {Safeguard.BINDING_CORPORATE_RULES, Safeguard.CODE_OR_CERTIFICATION}


def write_tilt(notice: Notice, language: Language) -> str:
    """Give the notice as TILT; of the same state of the register always the same text."""
    words = Words(language)
    body = _body(notice, words)
    meta = _meta(notice, language)
    whole = {"meta": {**meta, "_hash": _digest({"meta": meta, **body})}, **body}
    return msgspec.json.format(msgspec.json.encode(whole), indent=2).decode() + "\n"


def _digest(whole: Any) -> str:
    """Give the SHA-256 of the document as compact JSON in this order, without its own `_hash`."""
    return sha256(msgspec.json.encode(whole)).hexdigest()


def _meta(notice: Notice, language: Language) -> dict[str, Any]:
    point = notice.head.as_of
    moment = (point.moment or notice.head.printed_at).isoformat(timespec="microseconds")
    moment = moment.replace("+00:00", "Z")
    return {
        "_id": sha256(f"{point.root} {language} {notice.version}".encode()).hexdigest()[:32],
        "name": notice.head.controller.value or "",
        "created": moment,
        "modified": moment,
        "version": point.position,
        "language": language,
        # The form means whether it is in force, which a draft is not.
        "status": "active" if notice.version else "inactive",
        "url": notice.controller.website.value or "",
    }


def _body(notice: Notice, words: Words) -> dict[str, Any]:
    found = notice.controller
    return {
        "controller": {
            "name": _text(found.name, words, "name"),
            "address": _text(found.address, words, "address"),
            "country": found.country.value or NO_COUNTRY,
            "representative": _point(found.representative, words, "representative"),
        },
        "dataProtectionOfficer": _officer(notice, words),
        "dataDisclosed": [
            _disclosed(notice, activity, category, words)
            for activity in notice.activities
            for category in activity.categories.value or ()
        ],
        "thirdCountryTransfers": [
            _transfer(one, words)
            for activity in notice.activities
            for one in activity.transfers.value or ()
        ],
        "accessAndDataPortability": {
            **_right(notice, words, Right.ACCESS),
            "administrativeFee": {"amount": 0, "currency": "SEK"},
            "dataFormats": ["json", "csv"],
        },
        "sources": list(_sources(notice, words)),
        "rightToInformation": _right(notice, words, Right.ACCESS),
        "rightToRectificationOrDeletion": _right(notice, words, Right.RECTIFICATION, Right.ERASURE),
        "rightToDataPortability": _right(notice, words, Right.PORTABILITY),
        "rightToWithdrawConsent": _right(notice, words, Right.WITHDRAW_CONSENT),
        "rightToComplain": {
            **_given(notice, words, Right.COMPLAINT),
            "supervisoryAuthority": {
                "name": _text(found.complaint_authority, words, "complaint_authority")
            },
        },
        "automatedDecisionMaking": {"inUse": bool(found.automated_decisions.value)},
        "changesOfPurpose": [],
    }


def _missing(words: Words, what: str) -> str:
    return words("words/gap", what=words(f"gaps/{what}"))


def _text(cell: Cell[str], words: Words, what: str) -> str:
    return cell.value or _missing(words, what)


def _point(cell: Cell[ContactPoint], words: Words, what: str) -> dict[str, str]:
    point = cell.value
    if point is None:
        nothing = words("words/none") if cell.gap is None else _missing(words, what)
        return {"name": nothing, "email": NO_EMAIL}
    return {"name": point.name, "email": point.email or NO_EMAIL}


def _officer(notice: Notice, words: Words) -> dict[str, str]:
    cell = notice.controller.data_protection_officer
    found = _point(cell, words, "data_protection_officer")
    address = cell.value.address if cell.value else None
    # The register has no field for an officer's country, which need not be the controller's.
    return {**found, "address": address or _missing(words, "address"), "country": NO_COUNTRY}


def _disclosed(
    notice: Notice, activity: NoticeActivity, category: Category, words: Words
) -> dict[str, Any]:
    title = words.local(activity.title.value) if activity.title.value else activity.activity
    bases = [(one.basis.value, one.source.value) for one in activity.bases if one.basis.value]
    named = {basis for basis, _ in bases}
    return {
        "_id": f"{activity.activity}/{category}",
        "category": words.label(category),
        "purposes": [
            {"purpose": title, "description": words.local(one)}
            for one in activity.purposes.value or ()
        ],
        "legalBases": [
            {
                "reference": f"GDPR-6-1-{_ARTICLES[basis]}",
                "description": words.local(source) if source else words.label(basis),
            }
            for basis, source in bases
        ],
        "legitimateInterests": [
            {"exists": True, "reasoning": words.local(source) if source else words.label(basis)}
            for basis, source in bases
            if basis is LegalBasis.LEGITIMATE_INTEREST
        ],
        "recipients": list(_recipients(notice, activity, words)),
        "storage": [_storage(activity, words)],
        "nonDisclosure": {
            "legalRequirement": LegalBasis.LEGAL_OBLIGATION in named,
            "contractualRegulation": LegalBasis.CONTRACT in named,
            # No register says that a person is bound to provide anything.
            "obligationToProvide": False,
            "consequences": " ".join(
                words(f"notice/must/{basis}") for basis in dict.fromkeys(one for one, _ in bases)
            )
            or words("notice/must-unknown"),
        },
    }


def _recipients(notice: Notice, activity: NoticeActivity, words: Words) -> Iterator[dict[str, str]]:
    known = {one.recipient: one for one in notice.recipients}
    for one in activity.recipients.value or ():
        found = known.get(one)
        if found is None:
            yield {"category": one}
            continue
        kind = words.local(found.category.value) if found.category.value else one
        yield {**({"name": found.name.value} if found.name.value else {}), "category": kind}


def _storage(activity: NoticeActivity, words: Words) -> dict[str, Any]:
    rule = activity.retention.value
    if rule is not None:
        lines = values.retention(words, rule)
        period = _period(rule)
        temporal = [{"description": lines[0], "ttl": period}] if period else []
        return {
            "temporal": temporal,
            "purposeConditional": [lines[0]],
            "aggregationFunction": "max",
        }
    lives = [
        {"description": words("words/pair", one=cookie.name, other=told), "ttl": f"P{days}D"}
        for one in activity.cookies
        if (cookie := one.cookie.value)
        and (days := cookie.lifetime_days)
        and (told := values.lifetime(words, cookie))
    ]
    if lives and all(one.lifetime_days.gap is None for one in activity.cookies):
        return {"temporal": lives, "purposeConditional": [], "aggregationFunction": "max"}
    gap = activity.retention.gap
    said = words.local(gap.reason) if gap and gap.reason else _missing(words, "retention")
    return {"temporal": [], "purposeConditional": [said], "aggregationFunction": "max"}


def _period(rule: Retention) -> str:
    years = f"{rule.years}Y" if rule.years else ""
    months = f"{rule.months}M" if rule.months else ""
    return f"P{years}{months}" if years or months else ""


def _transfer(one: RecipientTransfer, words: Words) -> dict[str, Any]:
    said = words.label(one.safeguard) if one.safeguard else words("notice/no-safeguard")
    if one.documentation is not None:
        said = words("words/pair", one=said, other=words.local(one.documentation))

    def part(*, available: bool) -> dict[str, Any]:
        return {"available": available, "description": said}

    return {
        "country": one.country,
        "adequacyDecision": part(available=one.safeguard is Safeguard.ADEQUACY),
        "appropriateGuarantees": part(available=one.safeguard in _GUARANTEES),
        "standardDataProtectionClause": part(available=one.safeguard is Safeguard.STANDARD_CLAUSES),
    }


def _sources(notice: Notice, words: Words) -> Iterator[dict[str, Any]]:
    """Give the sources other than the person (Art. 14(2)(f))."""
    for activity in notice.activities:
        others = [one for one in activity.sources.value or () if one in _NOT_FROM_THE_PERSON]
        for category in activity.categories.value or () if others else ():
            yield {
                "_id": f"{activity.activity}/{category}",
                "dataCategory": words.label(category),
                "sources": [
                    {
                        "description": words.label(one),
                        "url": "",
                        "publiclyAvailable": one is DataSource.PUBLIC_REGISTER,
                    }
                    for one in others
                ],
            }


def _right(notice: Notice, words: Words, *rights: Right) -> dict[str, Any]:
    """Give rights that one uses by writing to the controller."""
    email = notice.controller.email.value
    return {**_given(notice, words, *rights), **({"email": email} if email else {})}


def _given(notice: Notice, words: Words, *rights: Right) -> dict[str, Any]:
    given = [one.right for one in notice.rights if one.right in rights]
    return {
        "available": bool(given),
        "description": "; ".join(words.label(one) for one in given) or words("words/none"),
    }
