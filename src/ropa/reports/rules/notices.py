"""The rules on the privacy notice: that there is one, and that it says what the register says."""

from collections.abc import Iterator, Mapping
from typing import Final

from ropa.domain.notice.events import NoticeKind
from ropa.reports.cell import Severity
from ropa.reports.entry import entry_of
from ropa.reports.notice.apart import Apart, Kind
from ropa.reports.notice.build import is_told
from ropa.reports.rules.model import Checked, Finding, Rule
from ropa.views.register import activities, entries

_ARTICLES: Final[Mapping[str, str]] = {
    "name": "13(1)(a)",
    "organisation_number": "13(1)(a)",
    "address": "13(1)(a)",
    "email": "13(1)(a)",
    "phone": "13(1)(a)",
    "data_protection_officer": "13(1)(b)",
    "activity": "13(1)(c)",
    "purposes": "13(1)(c)",
    "bases": "13(1)(c)",
    "cookies": "13(1)(c)",
    "recipients": "13(1)(e)",
    "transfers": "13(1)(f)",
    "retention": "13(2)(a)",
    "retention-start": "13(2)(a)",
    "cookie-lifetime": "13(2)(a)",
    "rights": "13(2)(b)",
    "complaint_authority": "13(2)(d)",
    "automated_decisions": "13(2)(f)",
    "categories": "14(1)(d)",
}
"""By what kind of fact it is, the provision that has a notice tell it."""

_FIELDS: Final[Mapping[str, str]] = {
    "activity": "title",
    "retention-start": "retention",
    "cookie-lifetime": "cookies",
    "transfers": "recipients",
}
"""The field of an activity's entry, where it is not called what the fact is."""


def notices_missing(asked: Checked) -> Iterator[Finding]:
    """Find that no privacy notice is shown by the day, although there is something to tell of."""
    shown = any(
        one.notice.kind is NoticeKind.PRIVACY_NOTICE and one.notice.effective <= asked.on
        for entry in entries(asked.rows, "notice")
        for one in entry.published
    )
    told = [entry.declared for entry, one in activities(asked.rows) if is_told(entry, one)]
    if told and not shown:
        yield Finding(
            rule="notice-missing",
            article="13",
            severity=Severity.ERROR,
            stream="notice",
            field="published",
            evidence=tuple(told),
        )


def notices_apart(asked: Checked) -> Iterator[Finding]:
    """Find each fact in which a notice that is shown parts from the register.

    Only what a page says otherwise is an error. What was not found may stand there in words that
    nobody thought of.
    """
    for held in asked.held:
        shown = held.published.notice
        about = {"language": str(shown.language), "version": shown.version}
        notice = f"notice/{shown.notice}"
        if held.apart is None:
            yield Finding(
                rule="notice-and-register-apart",
                article="13",
                severity=Severity.REASON_NEEDED,
                stream=notice,
                field="published",
                evidence=(held.published.position,),
                args={**about, "parting": "unread"},
            )
        for one in held.apart or ():
            stream, field, behind = _place(asked, one)
            yield Finding(
                rule="notice-and-register-apart",
                article=_ARTICLES[one.what],
                severity=Severity.ERROR if one.kind is Kind.DIFFERS else Severity.REASON_NEEDED,
                stream=stream or notice,
                field=field,
                evidence=tuple(sorted({held.published.position, *behind})),
                args={
                    **about,
                    "parting": one.kind.value,
                    "fact": one.what,
                    "register": one.register,
                    "page": one.page,
                },
            )


def _place(asked: Checked, one: Apart) -> tuple[str, str, tuple[int, ...]]:
    """Give the entry, the field and its events that a page parts from; no entry for the whole."""
    if one.activity:
        stream, field = f"activity/{one.activity}", _FIELDS.get(one.what, one.what)
    elif one.register and one.what not in {"rights", "cookies"}:
        stream, field = "controller", one.what
    else:
        return "", "published", ()
    entry = entry_of(asked.rows, stream)
    return stream, field, entry.behind(field) if entry else ()


NOTICES: Final = (
    Rule(name="notice-missing", article="13", severity=Severity.ERROR, check=notices_missing),
    Rule(
        name="notice-and-register-apart",
        article="13",
        severity=Severity.ERROR,
        check=notices_apart,
    ),
)
"""The rules on the privacy notice."""
