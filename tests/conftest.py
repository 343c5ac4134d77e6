"""The standing cast and its factories are there for every test; running desks for those that ask."""

pytest_plugins = ["tests.cast", "tests.stack.fixtures"]
