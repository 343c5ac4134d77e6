"""The product's own settings and middleware, with the minimal views beside its addresses."""

from console.settings import *  # noqa: F403

ROOT_URLCONF = "bench.minimal.urls"
