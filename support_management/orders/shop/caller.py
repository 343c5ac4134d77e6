"""The shop as the caller of a request: it is no user, and has none of a user's rights."""

from support_management.orders.shop.models import ShopEndpoint

ROLE = "shop"


class ShopCaller:
    """Stands where requests have their user."""

    pk = None
    role = ROLE
    is_authenticated = is_active = True
    is_anonymous = is_desk = is_lead = is_agent = False

    def __init__(self, endpoint: ShopEndpoint) -> None:
        self.endpoint = endpoint

    def __str__(self):
        return str(self.endpoint)

    @property
    def key_owner(self) -> dict:
        """Whose idempotency keys are looked at."""
        return {"endpoint": self.endpoint}
