"""Roles and their permissions, used by every entry point."""

from typing import Protocol

from django.db.models import TextChoices

from support_management.core.errors import ADMINS_ONLY, LEADS_ONLY, NotAllowed


class Role(TextChoices):
    CLIENT = "client", "Client"
    WRITER = "writer", "Writer"
    EDITOR = "editor", "Editor"
    SUPPORT = "support", "Support"
    LEAD = "lead", "Team lead"
    ADMIN = "admin", "Admin"
    SUPERADMIN = "superadmin", "Superadmin"


PARTIES = frozenset({Role.CLIENT, Role.WRITER})
"""Roles of the parties of orders, who may open tickets."""
AGENTS = frozenset({Role.SUPPORT, Role.LEAD})
"""Roles that can own work."""
LEADS = frozenset({Role.LEAD, Role.ADMIN, Role.SUPERADMIN})
"""Roles that see and reassign all work."""
DESK = AGENTS | LEADS
"""Roles with access to the console."""
ADMINS = frozenset({Role.ADMIN, Role.SUPERADMIN})
"""Roles with access to Django admin."""


class HasRole(Protocol):
    """A person, as far as their role goes."""

    role: str


def require_lead(by: HasRole, sentence: str, *, field: str | None = None) -> None:
    """NotAllowed leads_only unless the actor is a lead or an admin; `sentence` says what only leads do."""
    if by.role not in LEADS:
        raise NotAllowed(LEADS_ONLY, sentence, field=field)


def require_admin(by: HasRole, sentence: str) -> None:
    """NotAllowed admins_only unless the actor is an admin; `sentence` says what only admins do."""
    if by.role not in ADMINS:
        raise NotAllowed(ADMINS_ONLY, sentence)
