"""Public holidays of countries, from the `holidays` package."""

import re
from datetime import date
from functools import cache, lru_cache

from holidays import country_holidays
from holidays.registry import COUNTRIES

_ENGLISH = "en_US"
"""The names that the pages show; a country without them shows its own."""


@cache
def names() -> dict[str, str]:
    """Country codes with the country's name, by name."""
    found = {codes[1]: re.sub(r"(?<=[a-z])(?=[A-Z])", " ", codes[0]) for codes in COUNTRIES.values()}
    return dict(sorted(found.items(), key=lambda one: one[1]))


@lru_cache(maxsize=4096)
def of_year(code: str, year: int) -> dict[date, str]:
    """A country's holidays that fall into a year, with their names."""
    return {
        day: name for day, name in country_holidays(code, years=year, language=_ENGLISH).items() if day.year == year
    }
