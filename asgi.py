"""The one door for browsers and programs: HTTP by Django, `/live/` by the hub."""

import os

from console import http_handler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
django_application = http_handler.application()

from console.live.server import live_application  # noqa: E402  (needs the app registry)

application = live_application(django_application)
