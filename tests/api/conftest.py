"""Programs of the cast: `api(ada)` calls the API as Ada would, with a token of hers."""

import pytest
from django.core.cache import cache

from tests.api.program import Program


@pytest.fixture(autouse=True)
def _nobody_asked_before():
    """The throttle's counters live in the process; every test begins with none."""
    cache.clear()


@pytest.fixture
def api():
    return Program
