"""Which countries are third countries (Art. 44): those outside the European Economic Area."""

from ropa.kernel.ids import Country

_UNION = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
_FURTHER = "IS LI NO"
_EEA = frozenset(f"{_UNION} {_FURTHER}".split())


def in_eea(country: Country) -> bool:
    """Tell whether a country belongs to the European Economic Area."""
    return country in _EEA
