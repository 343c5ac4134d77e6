"""Tokens of people and of shops. Bearer comes first, so that anonymous requests get 401 with WWW-Authenticate."""

from dataclasses import asdict

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed

from support_management.core import request_context
from support_management.orders.shop import endpoints
from support_management.orders.shop.caller import ShopCaller
from support_management.people import api_tokens

SCHEME = "Bearer"


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer <token>`. Other schemes are left to session authentication, which comes next."""

    def authenticate(self, request):
        scheme, _, token = get_authorization_header(request).strip().partition(b" ")
        if scheme.lower() != SCHEME.lower().encode():
            return None
        secret = token.strip().decode("latin-1")
        if secret.startswith(endpoints.PREFIX):
            return self._shop(secret), None
        user = api_tokens.owner(secret)
        if user is None:
            raise AuthenticationFailed("This token is unknown or no longer valid.", code="bad_token")
        door = {"door": request_context.SIMULATOR} if secret.startswith(api_tokens.SIMULATED) else {}
        request_context.begin(**asdict(request_context.current()) | {"user_id": user.pk} | door)
        return user, None

    def _shop(self, secret: str) -> ShopCaller:
        endpoint = endpoints.owner(secret)
        if endpoint is None:
            raise AuthenticationFailed("This token is unknown or no longer valid.", code="bad_token")
        request_context.begin(**asdict(request_context.current()) | {"user_id": None, "door": request_context.SHOP})
        return ShopCaller(endpoint)

    def authenticate_header(self, request):
        return SCHEME
