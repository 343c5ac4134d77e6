"""A desk with the demo on it."""

import pytest

from support_management.core.time import now
from support_management.management.demo import initial_load

PASSWORD = "for the demo only"


@pytest.fixture(scope="module")
def demo(shared_db):
    """The demo as `load_demo` makes it; gives the moment of loading."""
    moment = now()
    initial_load.load(seed=1, password=PASSWORD, moment=moment)
    return moment
