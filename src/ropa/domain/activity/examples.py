"""One canonical example of each event of an activity."""

from datetime import date

from ropa.domain.activity.events import (
    ActivityAmended,
    ActivityDeclared,
    ActivityRetired,
    ActivityReviewed,
    DataSource,
    DataSubjects,
    Retention,
    RetentionStart,
)
from ropa.kernel.categories import Category
from ropa.kernel.ids import Role
from ropa.kernel.law import Basis, LegalBasis, LocalText

DECLARED = ActivityDeclared(
    activity="contract",
    title=LocalText(sv="Avtal om varor och tjänster", en="Contracts for goods and services"),
    purposes=(LocalText(sv="Leverera det som beställts", en="Deliver what was ordered"),),
    bases=(
        Basis(
            basis=LegalBasis.CONTRACT,
            source=LocalText(sv="Avtalet med kunden", en="The agreement with the customer"),
        ),
    ),
    subjects=(DataSubjects.CUSTOMERS,),
    categories=(Category.CONTACT_NAME, Category.CONTACT_EMAIL, Category.CONTACT_ADDRESS),
    roles=(Role.SUPPORT, Role.BILLING),
    sources=(DataSource.REGISTRATION_FORM,),
    retention=Retention(start=RetentionStart.RELATION_ENDED, years=3, confirmed=False),
    reason="The register is begun",
)
AMENDED = ActivityAmended(
    activity="contract",
    categories=(
        Category.CONTACT_NAME,
        Category.CONTACT_EMAIL,
        Category.CONTACT_ADDRESS,
        Category.CONTACT_PHONE,
    ),
    review_due=date(2027, 3, 1),
    reason="Parcels are announced by telephone",
)
RETIRED = ActivityRetired(activity="contract", reason="The shop was sold")
REVIEWED = ActivityReviewed(
    activity="contract",
    version=2,
    review_due=date(2027, 11, 1),
    reason="Gone through with customer service",
)

EXAMPLES = ((DECLARED, None), (AMENDED, None), (RETIRED, None), (REVIEWED, None))
