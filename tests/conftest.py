"""The standing cast and its factories are there for every test; running desks for those that ask."""

import os

from hypothesis import settings

pytest_plugins = ["tests.cast", "tests.stack.fixtures"]

settings.register_profile("the same examples each time", derandomize=True)
if "RUNS" not in os.environ:  # set, others are looked for
    settings.load_profile("the same examples each time")
