"""What our codes are called in the Data Privacy Vocabulary (DPV) 2.3: plain tables.

Where the vocabulary has no term that fits, the table names the wider one: what is narrower stands
in the graph as a concept of our own, under it. Nothing is called more than the register declares.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ropa.domain.activity.events import DataSource, DataSubjects
from ropa.domain.recipient.events import RecipientRole, Safeguard
from ropa.kernel.categories import Category
from ropa.kernel.ids import Role
from ropa.kernel.law import Duty, LegalBasis
from ropa.reports.rights import Right

PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "dct": "http://purl.org/dc/terms/",
        "dpv": "https://w3id.org/dpv#",
        "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
        "pd": "https://w3id.org/dpv/pd#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "ropa": "urn:uuid:4b0c1f6e-6d0f-4d1b-8a51-0f6d2f3c9e74#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)
"""The vocabularies; `ropa` holds what none of the others has, such as that something is a gap."""

DPV_VERSION: Final = "https://w3id.org/dpv/2.3"

CATEGORIES: Mapping[Category, str] = MappingProxyType(
    {
        Category.CONTACT_NAME: "pd:Name",
        Category.CONTACT_ADDRESS: "pd:PhysicalAddress",
        Category.CONTACT_EMAIL: "pd:EmailAddress",
        Category.CONTACT_PHONE: "pd:TelephoneNumber",
        Category.IDENTITY_NUMBER: "pd:OfficialID",
        Category.IDENTITY_CHECK: "pd:Authenticating",
        Category.IDENTIFIER_ACCOUNT: "pd:UID",
        Category.FINANCIAL_AMOUNT: "pd:Transactional",
        Category.FINANCIAL_VOUCHER: "pd:Transactional",
        Category.ORDER_MATTER: "pd:Purchase",
        Category.SERVICE_MATTER: "pd:Communication",
        Category.ONLINE_IDENTIFIER: "pd:Identifier",
        Category.ONLINE_USAGE: "pd:BrowsingBehaviour",
        Category.CONSENT_FACT: "pd:PrivacyPreference",
        Category.REQUEST_TEXT: "pd:Communication",
        Category.STAFF_NAME: "pd:Name",
        Category.STAFF_ROLE: "pd:Job",
        Category.INCIDENT_ACCOUNT: "dpv:PersonalData",
        Category.EMPLOYMENT_MATTER: "pd:Professional",
        Category.HEALTH_MATTER: "pd:Health",
    }
)

SUBJECTS: Mapping[DataSubjects, str] = MappingProxyType(
    {
        DataSubjects.CUSTOMERS: "dpv:Customer",
        DataSubjects.PROSPECTS: "dpv:DataSubject",
        DataSubjects.SUBSCRIBERS: "dpv:Subscriber",
        DataSubjects.VISITORS: "dpv:Visitor",
        DataSubjects.REQUESTERS: "dpv:DataSubject",
        DataSubjects.STAFF: "dpv:Employee",
        DataSubjects.SUPPLIERS: "dpv:DataSubject",
    }
)

SOURCES: Mapping[DataSource, str] = MappingProxyType(
    {
        DataSource.REGISTRATION_FORM: "dpv:DataSubjectDataSource",
        DataSource.ACCOUNT_SETTINGS: "dpv:DataSubjectDataSource",
        DataSource.DIRECT_CONTACT: "dpv:DataSubjectDataSource",
        DataSource.ORDER: "dpv:DataSubjectDataSource",
        DataSource.COOKIES: "dpv:DataSubjectDataSource",
        DataSource.EMPLOYMENT: "dpv:DataSource",
        DataSource.OWN_RECORDS: "dpv:DataControllerDataSource",
        DataSource.PUBLIC_REGISTER: "dpv:PublicDataSource",
    }
)

OBTAINING: Mapping[DataSource, str] = MappingProxyType(
    {
        DataSource.REGISTRATION_FORM: "dpv:Collect",
        DataSource.ACCOUNT_SETTINGS: "dpv:Collect",
        DataSource.DIRECT_CONTACT: "dpv:Collect",
        DataSource.ORDER: "dpv:Collect",
        DataSource.COOKIES: "dpv:Collect",
        DataSource.EMPLOYMENT: "dpv:Collect",
        DataSource.OWN_RECORDS: "dpv:Generate",
        DataSource.PUBLIC_REGISTER: "dpv:Acquire",
    }
)
"""The processing operation by which data comes from a source."""

BASES: Mapping[LegalBasis, str] = MappingProxyType(
    {
        LegalBasis.CONSENT: "eu-gdpr:A6-1-a",
        LegalBasis.CONTRACT: "eu-gdpr:A6-1-b",
        LegalBasis.LEGAL_OBLIGATION: "eu-gdpr:A6-1-c",
        LegalBasis.VITAL_INTEREST: "eu-gdpr:A6-1-d",
        LegalBasis.PUBLIC_TASK: "eu-gdpr:A6-1-e",
        LegalBasis.LEGITIMATE_INTEREST: "eu-gdpr:A6-1-f",
    }
)

PURPOSES_OF_BASES: Mapping[LegalBasis, tuple[str, ...]] = MappingProxyType(
    {
        LegalBasis.CONSENT: (),
        LegalBasis.CONTRACT: ("dpv:FulfilmentOfContractualObligation",),
        LegalBasis.LEGAL_OBLIGATION: ("dpv:LegalCompliance",),
        LegalBasis.VITAL_INTEREST: (),
        LegalBasis.PUBLIC_TASK: (),
        LegalBasis.LEGITIMATE_INTEREST: (),
    }
)
"""What the basis of an activity tells of its purposes, where it rests on that basis alone."""

PURPOSES_OF_DUTIES: Mapping[Duty, tuple[str, ...]] = MappingProxyType(
    {
        Duty.ACCOUNTING: ("dpv:RecordManagement",),
        Duty.DATA_SUBJECT_RIGHTS: (),
        Duty.ACCOUNTABILITY: ("dpv:OrganisationComplianceManagement", "dpv:RecordManagement"),
        Duty.ACCESS_CONTROL: ("dpv:EnforceAccessControl",),
        Duty.OBJECTIONS: (),
    }
)
"""What a duty tells of the purposes, beside what its legal basis does."""

DIRECT_MARKETING: Final = "dpv:DirectMarketing"

ROLES: Mapping[Role, str] = MappingProxyType(dict.fromkeys(Role, "dpv:OrganisationalUnit"))

CAPACITIES: Mapping[RecipientRole, str] = MappingProxyType(
    {
        RecipientRole.PROCESSOR: "dpv:DataProcessor",
        RecipientRole.CONTROLLER: "dpv:DataController",
        RecipientRole.JOINT_CONTROLLER: "dpv:DataController",
        RecipientRole.AUTHORITY: "dpv:Authority",
    }
)

SAFEGUARDS: Mapping[Safeguard, str] = MappingProxyType(
    {
        Safeguard.ADEQUACY: "eu-gdpr:A45-3",
        Safeguard.STANDARD_CLAUSES: "eu-gdpr:A46-2-c",
        Safeguard.BINDING_CORPORATE_RULES: "eu-gdpr:A46-2-b",
        # The register does not tell the code from the certification, nor which letter of 49(1).
        Safeguard.CODE_OR_CERTIFICATION: "dpv:DataTransferLegalBasis",
        Safeguard.DEROGATION: "dpv:DataTransferLegalBasis",
        # The vocabulary's name for the second subparagraph of Art. 49(1).
        Safeguard.COMPELLING_INTERESTS: "eu-gdpr:A49-2",
    }
)

RIGHTS: Mapping[Right, str] = MappingProxyType(
    {
        Right.WITHDRAW_CONSENT: "eu-gdpr:A7-3",
        Right.INFORMATION_COLLECTED: "eu-gdpr:A13",
        Right.INFORMATION_OBTAINED: "eu-gdpr:A14",
        Right.ACCESS: "eu-gdpr:A15",
        Right.RECTIFICATION: "eu-gdpr:A16",
        Right.ERASURE: "eu-gdpr:A17",
        Right.RESTRICTION: "eu-gdpr:A18",
        Right.PORTABILITY: "eu-gdpr:A20",
        Right.OBJECTION: "eu-gdpr:A21",
        Right.NO_AUTOMATED_DECISION: "eu-gdpr:A22",
        Right.COMPLAINT: "eu-gdpr:A77",
    }
)
"""Rights by their articles, in the order in which papers list them."""
