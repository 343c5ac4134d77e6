"""The demo people's password: from the environment, or made once and kept where only the owner reads it."""

import os
import secrets
from pathlib import Path

from django.conf import settings

from support_management.management.demo.cast import DEMO
from support_management.people.models import User

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def file() -> Path:
    return settings.DATA_DIR / "demo_password"


def password() -> str:
    """What to load the demo with."""
    return os.environ.get("DEMO_PASSWORD") or kept() or _keep("".join(secrets.choice(LETTERS) for _ in range(14)))


def kept() -> str:
    """The generated one, or nothing."""
    return file().read_text().strip() if file().exists() else ""


def _keep(word: str) -> str:
    """The first one kept stays, even when two processes come here at once."""
    try:
        with open(os.open(file(), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            handle.write(word + "\n")
    except FileExistsError:
        return kept()
    return word


def lines() -> list[str]:
    """Who can sign in, in words. Nothing when there is no demo here."""
    people = list(User.objects.filter(username__in=[player.username for player in DEMO], is_active=True).order_by("pk"))
    if not people:
        return []
    known = [word for word in (os.environ.get("DEMO_PASSWORD"), kept()) if word]
    word = next((word for word in known if people[0].check_password(word)), None)
    names = ", ".join(user.username for user in people)
    return [f"Demo logins: {names}", f"Password: {word or 'as given when the demo was loaded, or changed since'}"]
