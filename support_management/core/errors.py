"""Domain errors: a code for programs, a sentence for people and, where it applies, the field at fault."""

import math

LEADS_ONLY, ADMINS_ONLY = "leads_only", "admins_only"
"""Codes of NotAllowed for a missing role, raised by `people.roles.require_lead` and `require_admin`."""


class DeskError(Exception):
    """The action was refused and nothing changed. `status` is the HTTP status."""

    status = 400

    def __init__(self, code: str, text: str, *, field: str | None = None, current=None, extra: dict | None = None):
        super().__init__(text)
        self.code = code
        self.text = text
        self.field = field
        self.current = current
        self.extra = extra or {}


class Invalid(DeskError):
    """The input is not valid."""

    status = 400


class NotAllowed(DeskError):
    """The actor may see the object but may not do this."""

    status = 403


class NotFound(DeskError):
    """The object does not exist or the actor may not see it."""

    status = 404

    def __init__(self, what: str = "This"):
        super().__init__("not_found", f"{what} does not exist or you don't have access to it.")


class Conflict(DeskError):
    """The current state forbids the action: another actor was first, or the version is outdated."""

    status = 409


class Stale(Conflict):
    """The caller's version of the object is outdated. `current` is the object as it is now."""

    def __init__(self, current):
        super().__init__("stale", "It was changed in the meantime. Review it, then try again.", current=current)


class SlowDown(DeskError):
    """Too many attempts. `wait`: seconds until the next one can succeed."""

    status = 429

    def __init__(self, wait: int):
        self.wait = max(1, wait)
        minutes = math.ceil(self.wait / 60)
        count, unit = (minutes, "minute") if minutes > 1 else (self.wait, "second")
        super().__init__("slow_down", f"Too many attempts. Try again in {count} {unit}{'s' if count > 1 else ''}.")
