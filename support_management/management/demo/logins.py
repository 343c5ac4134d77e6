"""The password of the demo: from the environment, or generated once and kept in a file that only its owner reads."""

import os
import secrets
from pathlib import Path

from django.conf import settings

from support_management.management.demo.people.staff import SIGN_INS
from support_management.people.models import User

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def file() -> Path:
    return settings.DATA_DIR / "demo_password"


def password() -> str:
    """The password to load the demo with."""
    return settings.DEMO_PASSWORD or kept() or _keep("".join(secrets.choice(LETTERS) for _ in range(14)))


def kept() -> str:
    """The generated password; empty when there is none."""
    return file().read_text().strip() if file().exists() else ""


def _keep(word: str) -> str:
    """Keeps the first password, even when two processes store one at the same time."""
    try:
        with open(os.open(file(), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            handle.write(word + "\n")
    except FileExistsError:
        return kept()
    return word


def lines() -> list[str]:
    """Lines that say who can sign in; none without a demo."""
    people = list(
        User.objects.filter(username__in=[member.username for member in SIGN_INS], is_active=True).order_by("pk")
    )
    if not people:
        return []
    candidates = [word for word in (settings.DEMO_PASSWORD, kept()) if word]
    word = next((word for word in candidates if people[0].check_password(word)), None)
    names = ", ".join(user.username for user in people)
    return [f"Demo logins: {names}", f"Password: {word or 'as given when the demo was loaded, or changed since'}"]
