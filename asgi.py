"""The one door for browsers and programs: HTTP by Django, `/live/` by the hub."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
django_application = get_asgi_application()

from console.live.server import live_application  # noqa: E402  (needs the app registry)

application = live_application(django_application)
