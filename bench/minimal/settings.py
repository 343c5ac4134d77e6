"""The product's own settings and middleware, with the minimal views beside its addresses."""

from console.settings import *

ROOT_URLCONF = "bench.minimal.urls"
