"""The standing cast and its factories are there for every test."""

pytest_plugins = ["tests.cast"]
