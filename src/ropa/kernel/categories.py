"""The categories of personal data, and how a field of a fact says which one it holds."""

from enum import StrEnum


class Category(StrEnum):
    """A category of personal data; the unit in which the register declares and seals.

    The list is closed, so that every category has its name in both languages and the enforcement
    knows each one.
    """

    CONTACT_NAME = "contact.name"
    CONTACT_ADDRESS = "contact.address"
    CONTACT_EMAIL = "contact.email"
    CONTACT_PHONE = "contact.phone"
    IDENTITY_NUMBER = "identity.personal-number"
    IDENTITY_CHECK = "identity.check"
    IDENTIFIER_ACCOUNT = "identifier.account"
    FINANCIAL_AMOUNT = "financial.amount"
    FINANCIAL_VOUCHER = "financial.voucher"
    ORDER_MATTER = "order.matter"
    SERVICE_MATTER = "service.matter"
    ONLINE_IDENTIFIER = "online.identifier"
    ONLINE_USAGE = "online.usage"
    CONSENT_FACT = "consent.fact"
    REQUEST_TEXT = "request.text"
    STAFF_NAME = "staff.name"
    STAFF_ROLE = "staff.role"
    INCIDENT_ACCOUNT = "incident.account"
    EMPLOYMENT_MATTER = "employment.matter"
    HEALTH_MATTER = "health.matter"
