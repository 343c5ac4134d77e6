"""ASGI entry point for browsers and API clients: Django serves HTTP, the hub serves `/live/`."""

from console.startup import load_settings

load_settings()

from console import http_handler  # noqa: E402  (needs the settings)

django_application = http_handler.application()

from console.live.server import live_application  # noqa: E402  (needs the app registry)
from support_management.core import applied_migrations  # noqa: E402

applied_migrations.stop_if_newer()

application = live_application(django_application)
