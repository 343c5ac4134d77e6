"""The minimal views under the same server and the same threads as the product, without its live path."""

import os

from console import http_handler

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.minimal.settings"
application = http_handler.application()
