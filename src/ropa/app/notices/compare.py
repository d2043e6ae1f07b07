"""Holds a published notice against the register, fact by fact.

What is not found may still be there in words that nobody thought of: it is told as not found, and
never as wrong. What a page says beyond the register is told where it can be known for what it is:
addresses of e-mail, cookies' names, kinds of data and legal bases under an activity's own heading.
"""

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from functools import cached_property

from ropa.app.notices.claims import Claims, Period
from ropa.app.notices.page import CELL, Page, Part, plain, read_page
from ropa.domain.activity.events import CookieKind, Retention
from ropa.kernel.categories import Category
from ropa.kernel.ids import Language
from ropa.kernel.law import LegalBasis
from ropa.render import outline
from ropa.render.markdown import write_markdown
from ropa.render.outlines import values
from ropa.render.outlines.notice import recipient as recipient_name
from ropa.render.words import Words
from ropa.reports.article30.model import CookieEntry
from ropa.reports.notice.apart import Apart, Kind
from ropa.reports.notice.model import Notice, NoticeActivity

_FEW = 3


def titles(notice: Notice, words: Words) -> tuple[str, ...]:
    """Give what a page may have as the heading of an activity."""
    return tuple(
        words.local(one.title.value) for one in notice.activities if one.title.value is not None
    )


def compare(notice: Notice, page: Page, language: Language) -> list[Apart]:
    """Give each fact in which a page parts from the register, in the order of the notice."""
    return list(_Comparing(notice, page, language).all())


class _Comparing:
    def __init__(self, notice: Notice, page: Page, language: Language) -> None:
        self.notice = notice
        self.page = page
        self.words = Words(language)
        self.claims = Claims(self.words)
        self.names = {one.recipient: one for one in notice.recipients}

    def all(self) -> Iterator[Apart]:
        yield from self._controller()
        for activity in self.notice.activities:
            yield from _Of(self, activity).all()
        yield from self._rights()
        automated = self.notice.controller.automated_decisions
        if automated.value and not self.claims.mentions(self.page.text, "automated"):
            label = self.words("parting/labels/automated_decisions")
            yield Apart(kind=Kind.NOT_FOUND, what="automated_decisions", register=label)
        yield from self._beyond()

    @cached_property
    def own(self) -> Page:
        """What the register's own notice says: nothing of it is beyond the register."""
        text = write_markdown(outline(self.notice, self.words.language))
        return read_page(text.encode(), titles(self.notice, self.words))

    def _controller(self) -> Iterator[Apart]:
        found = self.notice.controller
        for what in ("name", "organisation_number", "address", "phone"):
            value = getattr(found, what).value
            if value and _squashed(value) not in _squashed(self.page.text):
                yield Apart(kind=Kind.NOT_FOUND, what=what, register=value)
        officer = found.data_protection_officer.value
        if officer and not any(
            plain(one) in self.page.text for one in (officer.email, officer.name) if one
        ):
            said = values.contact_point(officer)
            yield Apart(kind=Kind.NOT_FOUND, what="data_protection_officer", register=said)
        if found.email.value and plain(found.email.value) not in self.page.text:
            others = sorted(self.claims.emails(self.page.text) - self.claims.emails(self.own.text))
            yield Apart(
                kind=Kind.DIFFERS if others else Kind.NOT_FOUND,
                what="email",
                register=found.email.value,
                page=self.words.listed(others) if others else "",
            )
        authority = found.complaint_authority.value
        if authority and not self._authority(authority):
            yield Apart(kind=Kind.NOT_FOUND, what="complaint_authority", register=authority)

    def _authority(self, authority: str) -> bool:
        """Tell whether an authority is named: whole, before its address, or by its letters."""
        if plain(authority) in self.page.text:
            return True
        name, _, rest = authority.partition(",")[0].partition("(")
        names = (name, rest.partition(")")[0])
        padded = f" {' '.join(_worded(self.page.text))} "
        return any(one and f" {' '.join(_worded(plain(one)))} " in padded for one in names)

    def _rights(self) -> Iterator[Apart]:
        for one in self.notice.rights:
            label = self.words.label(one.right)
            if plain(label) in self.page.text:
                continue
            if not self.claims.mentions(self.page.text, f"Right/{one.right}"):
                yield Apart(kind=Kind.NOT_FOUND, what="rights", register=label)

    def _beyond(self) -> Iterator[Apart]:
        claims = self.claims
        if plain(self.notice.controller.email.value or "") in self.page.text:
            for email in sorted(claims.emails(self.page.text) - claims.emails(self.own.text)):
                yield Apart(kind=Kind.NOT_IN_REGISTER, what="email", page=email)
        for cookie in sorted(claims.cookies(self.page.text) - claims.cookies(self.own.text)):
            yield Apart(kind=Kind.NOT_IN_REGISTER, what="cookies", page=cookie)
        known = tuple(claims.companies(self.own.lines))
        for company, name in claims.companies(self.page.lines).items():
            # A word before the name may have a capital too, and a line may end inside a name.
            if not any(one.endswith(company) or company.endswith(one) for one in known):
                yield Apart(kind=Kind.NOT_IN_REGISTER, what="recipients", page=name)
        for country in sorted(claims.abroad(self.page.text) - claims.abroad(self.own.text)):
            yield Apart(kind=Kind.NOT_IN_REGISTER, what="transfers", page=country)


class _Of:
    """Compares one activity: with what stands under its own heading, or else the whole page."""

    def __init__(self, comparing: _Comparing, activity: NoticeActivity) -> None:
        self.activity = activity
        self.claims, self.words = comparing.claims, comparing.words
        self.names, self.page = comparing.names, comparing.page
        title = activity.title.value
        own = self.words.local(title) if title else activity.activity
        self.title = own
        self.part: Part | None = self.page.titled(own)
        self.text = self.part.text if self.part else self.page.text
        self.own = comparing.own.titled(own)

    def all(self) -> Iterator[Apart]:
        purposes = [self.words.local(one) for one in self.activity.purposes.value or ()]
        silent = [one for one in purposes if not self.claims.says(self.text, one)]
        unheard = self.part is None and len(silent) == len(purposes)
        if unheard and plain(self.title) not in self.text:
            # Of what is not there at all, one line is enough.
            yield self._not_found("activity", self.title)
            return
        for one in silent:
            yield self._not_found("purposes", one)
        yield from self._categories()
        yield from self._recipients()
        yield from self._retention()
        yield from self._bases()
        for entry in self.activity.cookies:
            yield from self._cookie(entry)

    def _not_found(self, what: str, register: str) -> Apart:
        return self._apart(Kind.NOT_FOUND, what, register)

    def _apart(self, kind: Kind, what: str, register: str = "", page: str = "") -> Apart:
        return Apart(
            kind=kind,
            activity=self.activity.activity,
            what=what,
            register=register,
            page=page,
            section=self.part.title if self.part else "",
        )

    def _named(self, label: str, key: str) -> bool:
        return plain(label) in self.text or self.claims.mentions(self.text, key)

    def _categories(self) -> Iterator[Apart]:
        for one in self.activity.categories.value or ():
            label = self.words.label(one)
            if not self._named(label, f"Category/{one}"):
                yield self._not_found("categories", label)
        declared = self.activity.categories.value or ()
        yield from self._not_declared("categories", Category, declared)

    def _bases(self) -> Iterator[Apart]:
        for one in self.activity.bases:
            if one.basis.value is None:
                continue
            label = self.words.label(one.basis.value)
            if not self._named(label, f"LegalBasis/{one.basis.value}"):
                yield self._not_found("bases", label)
        declared = [one.basis.value for one in self.activity.bases if one.basis.value]
        yield from self._not_declared("bases", LegalBasis, declared)

    def _not_declared(
        self, what: str, members: Iterable[StrEnum], declared: Iterable[StrEnum]
    ) -> Iterator[Apart]:
        """Give what stands as an item of its own under the heading, and not in the register."""
        if self.part is None or self.own is None:
            return
        beyond = self.part.items - self.own.items
        for one in members:
            label = self.words.label(one)
            if one not in declared and plain(label) in beyond:
                yield self._apart(Kind.NOT_IN_REGISTER, what, page=label)

    def _recipients(self) -> Iterator[Apart]:
        for one in self.activity.recipients.value or ():
            found = self.names.get(one)
            if found is None:
                continue
            kind = self.words.local(found.category.value) if found.category.value else ""
            name = found.name.value
            there = plain(name) in self.text if name else self.claims.says(self.text, kind)
            if not there:
                yield self._not_found("recipients", recipient_name(self.words, found))
        for transfer in self.activity.transfers.value or ():
            country = self.words.country(transfer.country)
            if plain(country) not in self.text:
                yield self._not_found("transfers", country)

    def _retention(self) -> Iterator[Apart]:
        rule = self.activity.retention.value
        if rule is None:
            yield from self._period_beyond()
            return
        said = values.retention(self.words, rule)[0]
        if plain(said) in self.text:
            return
        expected = Period(months=12 * rule.years + rule.months)
        if expected.months:
            periods = self.claims.periods(self.text) if self.part else ()
            everywhere = periods or self.claims.periods(self.page.text)
            if not any(expected.equals(one) for one in everywhere):
                other = self.words.listed(dict.fromkeys(one.said for one in periods))
                kind = Kind.DIFFERS if other else Kind.NOT_FOUND
                yield self._apart(kind, "retention", said, other)
                return
        if not self._starts(rule):
            yield self._not_found("retention-start" if expected.months else "retention", said)

    def _period_beyond(self) -> Iterator[Apart]:
        """Give the periods under the activity's own heading, where the register has no rule."""
        if self.part is None or self.own is None or self.activity.cookies:
            return  # what cookies live is compared by itself
        ours = self.claims.periods(self.own.text)
        beyond = [
            one.said
            for one in self.claims.periods(self.part.text)
            if not any(one.equals(each) for each in ours)
        ]
        if beyond:
            other = self.words.listed(dict.fromkeys(beyond))
            yield self._apart(Kind.NOT_IN_REGISTER, "retention", page=other)

    def _starts(self, rule: Retention) -> bool:
        """Tell whether the text says from when a period is counted."""
        if not self.claims.mentions(self.text, f"RetentionStart/{rule.start}"):
            return False
        of_year = self.claims.mentions(self.text, "calendar-year")
        return of_year or not rule.from_end_of_calendar_year

    def _cookie(self, entry: CookieEntry) -> Iterator[Apart]:
        cookie, text = entry.cookie.value, self.page.text
        if cookie is None:
            return
        parts = [plain(one) for one in cookie.name.replace(",", " ").split()]
        generic = cookie.name == cookie.kind  # a kind of cookies, which has no name of its own
        if generic:
            there = self.claims.mentions(text, f"CookieKind/{cookie.kind}")
        else:
            there = all(one in text for one in parts)
        if not there:
            yield self._not_found("cookies", cookie.name)
        elif cookie.kind is CookieKind.PERSISTENT and cookie.lifetime_days is not None:
            expected = Period(days=cookie.lifetime_days)
            label = self.words.count("day", cookie.lifetime_days)
            told = f"{cookie.name}: {label}"
            near = self._beside(parts)
            if any(expected.equals(one) for one in near) or plain(label) in text:
                return
            if near:
                other = self.words.listed(dict.fromkeys(one.said for one in near))
                yield self._apart(Kind.DIFFERS, "cookie-lifetime", told, other)
            elif not any(expected.equals(one) for one in self.claims.periods(text)):
                yield self._not_found("cookie-lifetime", told)

    def _beside(self, parts: list[str]) -> list[Period]:
        """Give the periods in the lines that name a cookie; best in those that begin with it."""
        lines = [line for part in self.page.parts for line in part.lines]

        def naming(told: Callable[[str], str]) -> list[Period]:
            named = (line for line in lines if all(one in plain(told(line)) for one in parts))
            return [period for line in named for period in self.claims.periods(plain(line))]

        return naming(lambda line: line.split(CELL)[0]) or naming(lambda line: line)


def _squashed(text: str) -> str:
    return "".join(sign for sign in plain(text) if sign.isalnum())


def _worded(text: str) -> list[str]:
    return "".join(sign if sign.isalnum() else " " for sign in text).split()
