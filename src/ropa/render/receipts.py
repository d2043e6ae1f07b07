"""Consent receipts in the forms that others read: Kantara 1.1, and a record as ISO/IEC TS 27560.

What the register leaves open is never made up. The receipt that a person takes along promises a
published form: where that asks for what is not declared there is none. The record, which is the
company's own evidence, has null in such a place, and lists it among its gaps.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import msgspec

from ropa.domain.controller.events import ContactPoint, ControllerDeclared
from ropa.kernel.categories import Category
from ropa.kernel.problem import Code, Problem, Where
from ropa.render.outlines.values import contact_point, retention
from ropa.render.words import Words
from ropa.reports.receipt import Receipt
from ropa.views.consents import Act

KANTARA = "KI-CR-v1.1.0"
"""The version of the Kantara Consent Receipt specification."""
RECORD = "urn:ropa:consent-record.v1"
"""The version of the record's own structure: docs/consent-record.md."""

SPECIAL = frozenset({Category.HEALTH_MATTER})
"""The categories of Art. 9(1)."""


def kantara(model: Receipt) -> str:
    """Give the receipt that a person takes along, as Kantara Consent Receipt 1.1 in JSON.

    A consent that has ended is told as one, by `termination` and by `consentTerminated`.

    Raises:
        Problem: `not-declared` where the register lacks what the form requires.
    """
    words = Words(model.head.language)
    declared, given = model.activity, model.given
    controller = _whole(model)
    special = [words.label(one) for one in declared.categories if one in SPECIAL]
    officer = controller.data_protection_officer
    receipt = {
        "version": KANTARA,
        "jurisdiction": controller.country,
        "consentTimestamp": int(given.occurred_at.timestamp()),
        "collectionMethod": words.label(given.channel),
        "consentReceiptID": _document(model),
        "language": given.language,
        "piiPrincipalId": model.person,
        "piiControllers": [
            {
                "piiController": controller.name,
                "contact": officer.name if officer else controller.name,
                "address": {"postalAddress": controller.address, "country": controller.country},
                "email": controller.email,
                "phone": controller.phone,
                "piiControllerUrl": controller.website,
            }
        ],
        "policyUrl": controller.website,
        "services": [
            {
                "service": words.local(declared.title),
                "purposes": [_purpose(words, model, purpose) for purpose in _purposes(model)],
            }
        ],
        "sensitive": bool(special),
        "spiCat": special,
    }
    if model.denied is not None:
        receipt["consentTerminated"] = int(model.denied.occurred_at.timestamp())
    return _written(receipt)


def _purpose(words: Words, model: Receipt, purpose: Any) -> dict[str, Any]:
    declared = model.activity
    names = [one.name or words.local(one.category) for one in model.recipients]
    told = {
        "purpose": words.local(purpose),
        "consentType": "EXPLICIT",
        "purposeCategory": [words.local(declared.title)],
        "piiCategory": [words.label(one) for one in declared.categories],
        "termination": " ".join(_termination(words, model)),
        "thirdPartyDisclosure": bool(names),
    }
    return told | ({"thirdPartyName": words.listed(names)} if names else {})


def _purposes(model: Receipt) -> tuple[Any, ...]:
    # An activity is named by its title where no purpose is declared.
    return model.activity.purposes or (model.activity.title,)


def _termination(words: Words, model: Receipt) -> Iterator[str]:
    if model.denied is not None:
        day = words.date_of(model.denied.occurred_at)
        yield words(f"consent-receipt/{model.denied.kind}", day=day)
    else:
        yield _withdrawal(words, model.controller) or ""
    yield from _storage(words, model)


def _storage(words: Words, model: Receipt) -> Iterator[str]:
    if rule := model.activity.retention:
        period = ". ".join(retention(words, rule))
        yield words("consent-receipt/kept", period=period)


def _withdrawal(words: Words, controller: ControllerDeclared | None) -> str | None:
    if controller is None:
        return None
    ways = [one for one in (controller.email, controller.phone, controller.address) if one]
    return words("consent-receipt/withdraw", ways=", ".join(ways)) if ways else None


def _whole(model: Receipt) -> ControllerDeclared:
    """Give the controller if all is declared that the form requires."""
    controller, declared = model.controller, model.activity
    lacking = [
        f"controller.{name}"
        for name in ("address", "email", "phone", "website")
        if controller is None or getattr(controller, name) is None
    ]
    if not model.recipients and not declared.no_recipients:
        lacking.append(f"activity.{declared.activity}.recipients")
    if controller is None or lacking:
        raise Problem(
            Code.NOT_DECLARED,
            "The register does not declare what a receipt in this form must hold:"
            f" {', '.join(lacking)}.",
            advice="Amend the entry; or take -f record, which tells what is open.",
            where=Where(field=lacking[0]),
        )
    return controller


def consent_record(model: Receipt) -> str:
    """Give the record of a consent with the fields of ISO/IEC TS 27560, as JSON.

    docs/consent-record.md says what each field means.
    """
    words = Words(model.head.language)
    declared, given, controller = model.activity, model.given, model.controller
    record = {
        "schema_version": RECORD,
        "record_id": f"{model.source}/{model.id}",
        "receipt_id": _document(model),
        "subject": model.person,
        "language": words.language,
        "as_of": {"position": model.head.as_of.position, "root": model.head.as_of.root},
        "notice": {
            "wording": given.wording,
            "language": given.language,
            "text": model.wording.text if model.wording else None,
            "sha256": model.wording.sha256 if model.wording else None,
            "privacy_notice": given.notice,
        },
        "processing": {
            "process": declared.activity,
            "title": words.local(declared.title),
            "legal_basis": "consent",
            "purposes": [words.local(one) for one in declared.purposes] or None,
            "personal_data": [
                {"category": one, "name": words.label(one), "special": one in SPECIAL}
                for one in declared.categories
            ]
            or None,
            "data_sources": [words.label(one) for one in declared.sources],
            "storage": " ".join(_storage(words, model)) or None,
            "storage_location": declared.system,
            "controller": "controller",
            "recipients": [
                {
                    "party": one.recipient,
                    "category": words.local(one.category),
                    "transfers": one.transfers,
                }
                for one in model.recipients
            ]
            if model.recipients or declared.no_recipients
            else None,
            "withdrawal": _withdrawal(words, controller),
            "jurisdiction": controller.country if controller else None,
            "rights": [{"article": one, "name": words.label(one)} for one in model.rights],
        },
        "parties": list(_parties(words, model)),
        "state": model.denied.kind if model.denied else given.kind,
        "events": [_event(model, act) for act in model.acts],
    }
    return _written(record | {"gaps": list(_gaps(msgspec.to_builtins(record), ""))})


def _event(model: Receipt, act: Act) -> dict[str, Any]:
    return {
        "type": "explicit",
        "state": act.kind,
        "time": act.occurred_at,
        # A consent holds until it is taken back; what takes it back has no end.
        "duration": "until-withdrawn" if act.kind == "given" else "indefinite",
        "by": model.person,
        "channel": act.channel,
        "recorded_by": act.actor,
        "recorded_at": act.recorded_at,
        "position": act.position,
    }


def _parties(words: Words, model: Receipt) -> Iterator[dict[str, Any]]:
    controller = model.controller
    officer = controller.data_protection_officer if controller else None
    company = (
        contact_point(
            ContactPoint(name=controller.name, email=controller.email, phone=controller.phone)
        )
        if controller and (controller.email or controller.phone)
        else None
    )
    yield {
        "id": "controller",
        "role": "controller",
        "name": controller.name if controller else None,
        "registration": controller.organisation_number if controller else None,
        "contact": contact_point(officer) if officer else company,
        "address": controller.address if controller else None,
        "country": controller.country if controller else None,
        "url": controller.website if controller else None,
    }
    for number, joint in enumerate(controller.joint_controllers if controller else (), 1):
        yield {
            "id": f"joint-controller-{number}",
            "role": "joint-controller",
            "name": joint.name,
            "contact": joint.email or joint.phone,
            "address": joint.address,
        }
    for one in model.recipients:
        yield {
            "id": one.recipient,
            "role": one.role,
            "name": one.name or words.local(one.category),
            "contact": None,
            "address": None,
            "country": one.country,
        }
    if controller:
        yield {
            "id": "authority",
            "role": "authority",
            "name": controller.complaint_authority,
            "contact": controller.complaint_authority,
            "address": controller.complaint_authority,
        }


_MAY_LACK = frozenset(
    {"privacy_notice", "storage_location", "registration", "url", "safeguard", "documentation"}
)
"""What no table of the specification makes mandatory."""


def _gaps(value: Any, place: str) -> Iterator[str]:
    """Give the places that hold nothing, and should."""
    match value:
        case dict():
            for name, inner in value.items():
                if name not in _MAY_LACK:
                    yield from _gaps(inner, f"{place}.{name}" if place else name)
        case list():
            for number, inner in enumerate(value):
                named = inner.get("id") if isinstance(inner, dict) else None
                yield from _gaps(inner, f"{place}.{named or number}")
        case None:
            yield place


def _document(model: Receipt) -> str:
    """Give the receipt's own random number, which the log does not hold."""
    return str(UUID(hex=model.head.document or ""))


def _written(whole: dict[str, Any]) -> str:
    return msgspec.json.format(msgspec.json.encode(whole), indent=2).decode() + "\n"
