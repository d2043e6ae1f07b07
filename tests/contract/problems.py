"""How each problem of ropa is brought about: at least one call for each code."""

from collections.abc import Mapping
from types import MappingProxyType

from ropa.kernel.problem import Code
from tests.contract.cases import asking, bundling, deciding, proving, reading, register, stamping
from tests.contract.world import Case

CASES: Mapping[Code, Case] = MappingProxyType(
    {
        **reading.CASES,
        **deciding.CASES,
        **register.CASES,
        **proving.CASES,
        **stamping.CASES,
        **bundling.CASES,
        **asking.CASES,
    }
)
