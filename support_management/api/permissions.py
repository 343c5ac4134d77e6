"""Permissions of API resources by role. Visibility of rows is decided by the domain's queries."""

from rest_framework.permissions import SAFE_METHODS, BasePermission

from support_management.core.errors import ADMINS_ONLY, LEADS_ONLY
from support_management.orders.shop.caller import ROLE as SHOP
from support_management.people import roles
from support_management.people.suspension import require_not_suspended


class IsDesk(BasePermission):
    """Agents, leads and admins. Anonymous requests get 401, other roles 403.

    A suspended agent only reads, except for the actions that a view names as `open_to_suspended`.
    """

    message = "This part of the API is for support staff: agents, team leads and admins."
    code = "desk_only"
    roles = roles.DESK

    def has_permission(self, request, view) -> bool:
        if not (request.user.is_authenticated and request.user.role in self.roles):
            return False
        if request.method not in SAFE_METHODS and getattr(view, "action", "") not in getattr(
            view, "open_to_suspended", ()
        ):
            require_not_suspended(request.user)
        return True


class IsDeskOrParty(IsDesk):
    """Agents, leads and admins, and the clients and writers of orders."""

    message = "This part of the API is for clients, writers and support staff."
    code = "not_for_you"
    roles = roles.DESK | roles.PARTIES


class IsShop(BasePermission):
    """The endpoint of a shop."""

    message = "Only the shop can do this, with the token of its endpoint."
    code = "shop_only"

    def has_permission(self, request, view) -> bool:
        return request.user.is_authenticated and request.user.role == SHOP


class IsDeskOrShop(IsDesk):
    """Agents, leads and admins, and the endpoints of shops."""

    message = "This part of the API is for support staff and for shops."
    roles = frozenset({*roles.DESK, SHOP})  # type: ignore[arg-type]


class IsLead(IsDesk):
    """Leads and admins."""

    message = "This part of the API is for team leads and admins."
    code = LEADS_ONLY
    roles = roles.LEADS


class IsAdmin(IsDesk):
    """Admins."""

    message = "This part of the API is for admins."
    code = ADMINS_ONLY
    roles = roles.ADMINS
