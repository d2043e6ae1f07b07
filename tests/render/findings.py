"""A finding of each rule, made by hand."""

from ropa.reports.findings import RULES, Finding

FINDINGS = tuple(
    Finding(
        rule=rule,
        article=RULES[rule].article,
        severity=RULES[rule].severity,
        stream=stream,
        field=field,
        evidence=(4, 31),
        args=args,
    )
    for rule, stream, field, args in (
        ("controller-incomplete", "controller", "email", {"what": "email"}),
        ("purpose-missing", "activity/contract", "purposes", {"what": "purposes"}),
        ("data-missing", "activity/contract", "subjects", {"what": "subjects"}),
        ("recipients-missing", "activity/contract", "recipients", {"what": "recipients"}),
        ("transfers-missing", "activity/contract", "transfers", {"what": "transfers"}),
        (
            "transfer-without-safeguard",
            "recipient/payment-service",
            "safeguard",
            {"what": "safeguard"},
        ),
        ("measures-missing", "controller", "measures", {"what": "measures"}),
        ("client-incomplete", "activity/other", "client_contact", {"what": "client_contact"}),
        ("client-processing-missing", "activity/other", "purposes", {"what": "purposes"}),
        ("client-transfers-missing", "activity/other", "transfers", {"what": "transfers"}),
        ("client-measures-missing", "controller", "measures", {"what": "measures"}),
        (
            "processor-without-agreement",
            "recipient/payment-service",
            "agreement",
            {"what": "agreement"},
        ),
        ("consent-without-wording", "activity/marketing", "bases", {}),
        (
            "activity-not-reviewed",
            "activity/marketing",
            "review_due",
            {"since": "2025-03-05"},
        ),
        ("role-without-staff", "activity/marketing", "roles", {"role": "marketing"}),
        ("role-without-purpose", "staff/0d3c", "roles", {"role": "billing"}),
        ("notice-missing", "notice", "published", {}),
        (
            "notice-and-register-apart",
            "activity/bookkeeping",
            "retention",
            {
                "parting": "differs",
                "fact": "retention",
                "register": "2 år från insamlingen",
                "page": "12 månader",
                "language": "sv",
                "version": "2025-10",
            },
        ),
        (
            "notice-and-register-apart",
            "activity/contract",
            "recipients",
            {
                "parting": "not-found",
                "fact": "recipients",
                "register": "Parcel Path Example Ltd",
                "page": "",
                "language": "en",
                "version": "2025-10",
            },
        ),
        (
            "notice-and-register-apart",
            "notice/privacy-policy",
            "published",
            {
                "parting": "not-in-register",
                "fact": "cookies",
                "register": "",
                "page": "_fbp",
                "language": "en",
                "version": "2025-10",
            },
        ),
        (
            "notice-and-register-apart",
            "notice/privacy-policy",
            "published",
            {"parting": "unread", "language": "en", "version": "2025-10"},
        ),
        (
            "recipient-not-declared",
            "activity/contract",
            "recipients",
            {"recipient": "mail-service", "count": "7"},
        ),
        (
            "category-never-used",
            "activity/contract",
            "categories",
            {"category": "contact.phone"},
        ),
        ("basis-without-source", "activity/marketing", "bases", {"basis": "consent"}),
        ("basis-without-source", "activity/other", "bases", {"basis": "none"}),
        ("retention-without-rule", "activity/marketing", "retention", {}),
        (
            "recipient-not-told",
            "recipient/parcel-carrier",
            "recipient",
            {"measures": "2", "since": "2026-03-05T09:14:02+00:00"},
        ),
        (
            "erasure-pending",
            "person",
            "erased",
            {"erasures": "2", "since": "2026-03-05T09:14:02+00:00"},
        ),
    )
)
"""In the order in which the tests look at them; some rules have several."""
