"""Refusals. Each has a code (for programs), a sentence (for people) and maybe the field it is about."""

LEADS_ONLY, ADMINS_ONLY = "leads_only", "admins_only"
"""Codes of NotAllowed where only a role opens the door. `people.roles.require_lead` and `require_admin` raise them."""


class DeskError(Exception):
    """Something was refused and nothing changed."""

    status = 400

    def __init__(self, code: str, text: str, *, field: str | None = None, current=None, extra: dict | None = None):
        super().__init__(text)
        self.code = code
        self.text = text
        self.field = field
        self.current = current
        self.extra = extra or {}


class Invalid(DeskError):
    """The input cannot be taken."""

    status = 400


class NotAllowed(DeskError):
    """The person may see it but may not do this."""

    status = 403


class NotFound(DeskError):
    """There is no such thing, or the person may not know of it."""

    status = 404

    def __init__(self, what: str = "This"):
        super().__init__("not_found", f"{what} does not exist or you don't have access to it.")


class Conflict(DeskError):
    """The world moved on: someone was first, the state forbids it, the version is old."""

    status = 409


class Stale(Conflict):
    """The caller looked at an older version. `current` is the object as it is now."""

    def __init__(self, current):
        super().__init__("stale", "It was changed in the meantime. Review it, then try again.", current=current)
