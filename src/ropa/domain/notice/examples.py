"""One canonical example of each event of a notice."""

from datetime import date

from ropa.domain.notice.events import NoticeKind, NoticePublished
from ropa.kernel.ids import Language

PUBLISHED = NoticePublished(
    notice="newsletter-wording",
    version="2026-01",
    language=Language.SV,
    kind=NoticeKind.CONSENT_WORDING,
    effective=date(2026, 1, 1),
    sha256="91d933f3bb3de358f5a83ad10815f01db50e4977b06f3291ec9c9992d5d058e2",
    text="Ja, skicka mig nyhetsbrevet med e-post. Jag kan säga nej när som helst.",
)

EXAMPLES = ((PUBLISHED, None),)
