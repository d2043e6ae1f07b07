"""The four programs of the demo: what each reports when something happens to a person."""

from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from ropa.cli.demo.feed import LAST_DAY, Chance, Feed, Person, Sent, financial_year_end

LOCAL: Final = ZoneInfo("Europe/Stockholm")

_MINUTE: Final = timedelta(minutes=1)
_SECOND_WORDING: Final = datetime(2026, 5, 4, tzinfo=LOCAL)


def _version(at: datetime) -> str:
    return "2026-05" if at >= _SECOND_WORDING else "2025-10"


def _shown(notice: str, version: str) -> dict[str, str]:
    return {"notice": notice, "version": version}


class Programs:
    """The web shop, the newsletter tool, the consent banner and the invoicing program."""

    def __init__(self, chance: Chance) -> None:
        """Begin a year in which nothing has happened yet."""
        self.shop = Feed("webshop", "ws")
        self.newsletter = Feed("newsletter", "nl")
        self.banner = Feed("banner", "cb")
        self.invoicing = Feed("invoicing", "inv", zone=LOCAL)
        self._chance = chance
        self._forms = 0
        self._billed: set[str] = set()
        self._bought: set[str] = set()

    def feeds(self) -> tuple[Feed, ...]:
        """Give the feeds in the order in which the demo appends them."""
        return (self.shop, self.newsletter, self.banner, self.invoicing)

    def form(self) -> str:
        """Give the id of a form that was sent in: the cause that its events have in common."""
        self._forms += 1
        return f"form-{self._forms:05}"

    def opens_account(self, who: Person, at: datetime) -> None:
        """Register a customer of the shop."""
        cause = self.form()
        self._registers(self.shop, who.shop, at, cause=cause)
        self.shop.add(
            "activity-started",
            who.shop,
            at,
            cause=cause,
            activity="contract",
            basis="contract",
        )
        given = {
            "name": who.name,
            "email": who.email,
            "phone": who.phone,
            "address": who.address,
        }
        self.shop.add(
            "contact-changed",
            who.shop,
            at,
            cause=cause,
            channel="registration-form",
            activities=["contract", "marketing"],
            personal={name: value for name, value in given.items() if value is not None},
        )

    def known_as(self, who: Person, namespace: str, number: str, at: datetime) -> Sent:
        """Tell under which number another program knows the customer."""
        return self.shop.add(
            "identified",
            who.shop,
            at,
            namespace=namespace,
            activities=["accountability"],
            personal={"number": number},
        )

    def orders(
        self,
        who: Person,
        at: datetime,
        total: int,
        *,
        exception: bool,
        card: bool | None = None,
    ) -> None:
        """Sell goods: payment, invoice, delivery, and perhaps the customer exception."""
        by_card = self._chance.often(0.35)
        self.bills(who, at)
        if exception and who.shop not in self._bought:
            self._bought.add(who.shop)
            self.shop.add(
                "activity-started",
                who.shop,
                at + 2 * _MINUTE,
                activity="marketing",
                basis="legitimate-interest",
            )
        self.discloses(who, at + _MINUTE, "payment-service", ["contact.name", "contact.email"])
        shipped = at + timedelta(hours=20 + self._chance.below(30))
        if shipped < LAST_DAY:
            late = timedelta(hours=9 + self._chance.below(40) if self._chance.often(0.2) else 0)
            self.discloses(
                who,
                shipped,
                "delivery-service",
                ["contact.name", "contact.address"],
                sent=shipped + late,
            )
        self.invoices(who, at + 5 * _MINUTE, total, card=by_card if card is None else card)

    def bills(self, who: Person, at: datetime) -> None:
        """Make the person a customer of the invoicing program, unless it is done."""
        if who.invoicing in self._billed:
            return
        self._billed.add(who.invoicing)
        if who.shop:
            self.known_as(who, "invoicing", who.invoicing, at)
        self._registers(self.invoicing, who.invoicing, at)

    def discloses(
        self,
        who: Person,
        at: datetime,
        recipient: str,
        categories: list[str],
        *,
        activity: str = "contract",
        sent: datetime | None = None,
    ) -> None:
        """Disclose a customer's details to a recipient."""
        self.shop.add(
            "disclosed",
            who.shop,
            at,
            sent=sent,
            recipient=recipient,
            activity=activity,
            categories=categories,
        )

    def invoices(
        self, who: Person, at: datetime, total: int, *, card: bool = False, paid: bool = True
    ) -> None:
        """File the invoice and its payment, or the receipt of a payment by card."""
        self.bills(who, at)
        self.files(who, at, "receipt" if card else "invoice", total)
        payday = at + timedelta(days=1 + self._chance.below(20), minutes=self._chance.below(300))
        if paid and not card and payday < LAST_DAY:
            self.files(who, payday, "payment", total)

    def files(self, who: Person, at: datetime, kind: str, total: int) -> None:
        """File an accounting record, with what stands on the voucher that day."""
        record: dict[str, Any] = {
            "voucher": "",  # given when all of them are known, in the order of the books
            "amount": {"total": f"{total}.00", "vat": f"{total / 5:.2f}"},
            "name": who.name,
            "address": who.then("address", at),
            "email": who.then("email", at),
            "personal_number": who.personal_number,
        }
        if kind == "payment":
            record = {
                "voucher": "",
                "amount": {"total": f"{total}.00"},
                "name": who.name,
            }
        self.invoicing.add(
            "accounting-record-filed",
            who.invoicing,
            at,
            kind=kind,
            financial_year_end=financial_year_end(at, LOCAL).isoformat(),
            activities=["bookkeeping"],
            personal={name: value for name, value in record.items() if value is not None},
        )

    def changes(
        self,
        who: Person,
        at: datetime,
        *,
        channel: str = "account-page",
        activities: tuple[str, ...] = ("contract", "marketing"),
        sent: datetime | None = None,
        **personal: Any,
    ) -> None:
        """Change a customer's contact details."""
        who.changed += [(at, detail, value) for detail, value in personal.items()]
        self.shop.add(
            "contact-changed",
            who.shop,
            at,
            sent=sent,
            actor="webshop/customer-service" if channel == "phone" else None,
            channel=channel,
            activities=list(activities),
            personal=personal,
        )

    def moves(self, who: Person, at: datetime, address: dict[str, str]) -> None:
        """Move house: the contract gets the new address, and old vouchers keep the old one."""
        self.changes(who, at, activities=("contract",), address=address)

    def closes_account(self, who: Person, at: datetime, *, exception: bool) -> None:
        """End the relation, and with it marketing under the customer exception."""
        cause = self.form()
        for activity in ("contract", "marketing") if exception else ("contract",):
            self.shop.add(
                "activity-ended",
                who.shop,
                at,
                cause=cause,
                activity=activity,
                reason="relation-ended",
            )

    def objects(self, who: Person, at: datetime, channel: str = "account-page") -> None:
        """Object to marketing."""
        if channel == "account-page":
            self.shop.add("objected", who.shop, at, activity="marketing", channel=channel)
        else:
            self.newsletter.add(
                "objected", who.newsletter, at, activity="marketing", channel=channel
            )

    def subscribes(
        self, who: Person, at: datetime, *, sent: datetime | None = None, details: bool = True
    ) -> None:
        """Consent to the newsletter; whoever is no customer gives the details here."""
        cause = self.form()
        self._registers(self.newsletter, who.newsletter, at, cause=cause)
        self._consents(
            self.newsletter,
            who.newsletter,
            at,
            cause=cause,
            sent=sent,
            activity="marketing",
            wording=_shown("newsletter-wording", _version(at)),
            language=who.language,
            channel="web-form",
        )
        if details:
            self.newsletter.add(
                "contact-changed",
                who.newsletter,
                at,
                cause=cause,
                channel="web-form",
                activities=["marketing"],
                personal={"name": who.name, "email": who.email},
            )

    def unsubscribes(self, who: Person, at: datetime) -> Sent:
        """Withdraw the consent to the newsletter."""
        return self.newsletter.add(
            "consent-withdrawn",
            who.newsletter,
            at,
            activity="marketing",
            channel="unsubscribe-link",
        )

    def allows_cookies(self, who: Person, at: datetime) -> Sent:
        """Consent to analytics in the banner."""
        self._registers(self.banner, who.device, at)
        return self._consents(
            self.banner,
            who.device,
            at,
            activity="web-analytics",
            wording=_shown("analytics-wording", _version(at)),
            language=who.language,
            channel="consent-banner",
        )

    def forbids_cookies(self, who: Person, at: datetime) -> Sent:
        """Withdraw the consent to analytics in the banner."""
        return self.banner.add(
            "consent-withdrawn",
            who.device,
            at,
            activity="web-analytics",
            channel="consent-banner",
        )

    def _registers(
        self, feed: Feed, number: str, at: datetime, *, cause: str | None = None
    ) -> None:
        # The namespace and the number are those of the envelope.
        feed.add("registered", number, at, cause=cause, activities=["accountability"])

    def _consents(self, feed: Feed, number: str, at: datetime, **event: Any) -> Sent:
        return feed.add(
            "consent-given", number, at, notice=_shown("privacy-policy", "2025-10"), **event
        )
