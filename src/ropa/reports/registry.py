"""All the papers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ropa.reports import breaches, difference, history, ledger, requests
from ropa.reports.access import build as access
from ropa.reports.access.model import Access
from ropa.reports.article30 import build as article30
from ropa.reports.article30.model import Article30
from ropa.reports.breaches import Breaches
from ropa.reports.cited import with_events
from ropa.reports.difference import Difference
from ropa.reports.disposal import certificate, plan
from ropa.reports.disposal.certificate import Certificate
from ropa.reports.disposal.plan import RetentionPlan
from ropa.reports.history import History
from ropa.reports.ledger import Ledger
from ropa.reports.notice import build as notice
from ropa.reports.notice.model import Notice
from ropa.reports.portability import build as portability
from ropa.reports.portability.model import Portability
from ropa.reports.requests import Requests
from ropa.reports.sources import Sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One paper.

    Attributes:
        name: The name by which one asks for it.
        builder: Builds its model.
        model: The class of its model.
        person: Whether it is about one person, `Sources.person`.
        activity: Whether it can be had of one activity, `Sources.activity`.
        keys: Whether it opens boxes, so that the reader's keys decide what it shows.
        since: Whether it needs an earlier moment, `Sources.since`.
    """

    name: str
    builder: Callable[[Sources], Any]
    model: type
    person: bool = False
    activity: bool = False
    keys: bool = False
    since: bool = False

    def build(self, sources: Sources) -> Any:
        """Build its model, with what is known of the events that it refers to."""
        return with_events(self.builder(sources), sources.at)


def _report(name: str, builder: Callable[[Sources], Any], model: type, **needs: bool) -> Report:
    return Report(name=name, builder=builder, model=model, **needs)


_ALL = (
    _report(article30.NAME, article30.build, Article30),
    _report(access.NAME, access.build, Access, person=True, keys=True),
    _report(portability.NAME, portability.build, Portability, person=True, keys=True),
    _report(history.NAME, history.build, History, person=True),
    _report(ledger.NAME, ledger.build, Ledger, activity=True),
    _report(requests.NAME, requests.build, Requests),
    _report(breaches.NAME, breaches.build, Breaches, keys=True),
    _report(notice.NAME, notice.build, Notice),
    _report(plan.NAME, plan.build, RetentionPlan),
    _report(certificate.NAME, certificate.build, Certificate),
    _report(difference.NAME, difference.build, Difference, since=True),
)

REPORTS: Mapping[str, Report] = MappingProxyType({report.name: report for report in _ALL})
"""The papers by name."""
