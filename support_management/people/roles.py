"""Roles and what they open. One table, asked by every door."""

from django.db.models import TextChoices


class Role(TextChoices):
    CLIENT = "client", "Client"
    WRITER = "writer", "Writer"
    EDITOR = "editor", "Editor"
    SUPPORT = "support", "Support"
    LEAD = "lead", "Team lead"
    ADMIN = "admin", "Admin"
    SUPERADMIN = "superadmin", "Superadmin"


PARTIES = frozenset({Role.CLIENT, Role.WRITER})
"""Who takes part in orders and may open tickets for them."""
AGENTS = frozenset({Role.SUPPORT, Role.LEAD})
"""Who can own work."""
LEADS = frozenset({Role.LEAD, Role.ADMIN, Role.SUPERADMIN})
"""Who sees and moves everybody's work."""
DESK = AGENTS | LEADS
"""Whom the console is for."""
ADMINS = frozenset({Role.ADMIN, Role.SUPERADMIN})
"""Who may enter Django admin."""
