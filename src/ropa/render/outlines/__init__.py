"""Outlines: one for each paper; each puts a model into the words of one language."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from ropa.render.document import Document
from ropa.render.outlines.access import access
from ropa.render.outlines.article30 import article30
from ropa.render.outlines.breaches import breaches
from ropa.render.outlines.difference import difference
from ropa.render.outlines.disposal import certificate, retention_plan
from ropa.render.outlines.history import history
from ropa.render.outlines.ledger import ledger
from ropa.render.outlines.notice import notice
from ropa.render.outlines.portability import portability
from ropa.render.outlines.requests import requests
from ropa.render.words import Words
from ropa.reports.access.model import Access
from ropa.reports.article30.model import Article30
from ropa.reports.breaches import Breaches
from ropa.reports.difference import Difference
from ropa.reports.disposal.certificate import Certificate
from ropa.reports.disposal.plan import RetentionPlan
from ropa.reports.history import History
from ropa.reports.ledger import Ledger
from ropa.reports.notice.model import Notice
from ropa.reports.portability.model import Portability
from ropa.reports.requests import Requests

OUTLINES: Mapping[type, Callable[[Any, Words], Document]] = MappingProxyType(
    {
        Article30: article30,
        Access: access,
        Portability: portability,
        History: history,
        Ledger: ledger,
        Requests: requests,
        Breaches: breaches,
        Notice: notice,
        RetentionPlan: retention_plan,
        Certificate: certificate,
        Difference: difference,
    }
)
"""The outline of each paper, by the class of its model."""
