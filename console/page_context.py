"""Template context of every page: its position in the event stream, the build, the person's preferences."""

import functools
import hashlib
from collections.abc import Callable

from django.conf import settings
from django.contrib.messages import get_messages
from django.contrib.staticfiles.storage import staticfiles_storage

from console.forms.preferences import THEMES
from support_management.core.time import now
from support_management.events import positions
from support_management.people import preferences
from support_management.people.models import User
from support_management.people.suspension import is_suspended

SLA_SECTIONS = ("sla", "policies", "calendars", "compliance", "reports")
"""Sections grouped under one entry of the navigation rail."""
ANONYMOUS = {
    "me": "",
    "suspended": False,
    "theme": User.Theme.AUTO,
    "density": User.Density.DEFAULT,
    "updates": User.Updates.LIVE,
    "announced": User.Announcements.OFF,
    "zone": "",
}
"""Pages without a signed-in person use the system's theme and the browser's time zone."""


@functools.cache
def build() -> str:
    """A hash that changes with templates, styles and scripts: browsers with another build are offered a reload."""
    names = getattr(staticfiles_storage, "hashed_files", None) or {}
    templates = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
    digest = hashlib.sha256(repr(sorted(names.items())).encode())
    for file in templates:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def frame(request) -> dict:
    """Context processor. Live pages set `request.live_pos` before their queries; of other pages only the bar is live.

    `request.address`: the address of the page, set when it is rendered in response to a form sent elsewhere.
    """
    pos = getattr(request, "live_pos", None)
    moment = now()
    return {
        "frame": {
            "section": getattr(request, "section", ""),
            "sla_sections": SLA_SECTIONS,
            "pos": pos,
            "stream": _stream(request, pos),
            "build": build(),
            "now": f"{moment.timestamp():.3f}",
            "moment": moment,
            "live_url": "/live/",
            "address": getattr(request, "address", None) or request.get_full_path(),
            "themes": THEMES,
            "frequencies": User.Updates.choices,
            "toasts": get_messages(request),
            **_person(getattr(request, "user", None)),
        }
    }


def _stream(request, pos: int | None) -> Callable[[], dict]:
    """Where the page's stream begins, read when the frame of a page is rendered, before its bell.

    Every page of the team listens, for the bell and the title of its tab; an error page and the answer to a form that
    is no live page do not: they cannot be fetched again.
    """

    @functools.cache
    def stream() -> dict:
        listens = request.method == "GET" and not getattr(request, "is_error", False)
        user = getattr(request, "user", None)
        at = positions.head() if pos is None and listens and user and user.is_authenticated and user.is_desk else pos
        return {"pos": at, "epoch": positions.epoch() if at is not None else ""}

    return stream


def _person(user) -> dict:
    if user is None or not user.is_authenticated:
        return ANONYMOUS
    chosen = {"theme": user.theme, "density": user.density, "updates": user.updates, "zone": user.time_zone}
    return {"me": user.pk, "suspended": is_suspended(user), "announced": preferences.announced_to(user)} | chosen
