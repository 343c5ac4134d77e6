"""Public holidays of countries, from the `holidays` package."""

import re
from datetime import date
from functools import cache, lru_cache

from holidays import country_holidays
from holidays.registry import COUNTRIES

_ENGLISH = "en_US"
"""Language of the holiday names on screen; a country without translations shows its own names."""


@cache
def names() -> dict[str, str]:
    """Country names by country code, in the order of the names."""
    countries = {codes[1]: re.sub(r"(?<=[a-z])(?=[A-Z])", " ", codes[0]) for codes in COUNTRIES.values()}
    return dict(sorted(countries.items(), key=lambda country: country[1]))


@lru_cache(maxsize=4096)
def of_year(code: str, year: int) -> dict[date, str]:
    """Names of a country's holidays in a year, by date."""
    return {
        day: name for day, name in country_holidays(code, years=year, language=_ENGLISH).items() if day.year == year
    }
