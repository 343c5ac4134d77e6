"""ASGI entry point for browsers and API clients: Django serves HTTP, the hub serves `/live/`."""

import os

from console import http_handler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
django_application = http_handler.application()

from console.live.server import live_application  # noqa: E402  (needs the app registry)

application = live_application(django_application)
