"""The actors: clients and writers with orders, the agents who are online, the shops. Each gets a token for the run."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count

from support_management.core.time import now
from support_management.orders.shop import endpoints
from support_management.people import accounts, api_tokens, roles
from support_management.people.models import ApiToken, User, Website
from support_management.people.roles import Role

CLIENTS, WRITERS = 30, 8
SHOP = "shop"
LONGEST_RUN_DAYS = 7


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or a shop, with a token."""

    id: int
    name: str
    role: str
    token: str


@contextmanager
def signed_in_actors() -> Iterator[list[Actor]]:
    """Actors with tokens; the tokens are revoked at the end."""
    before = ApiToken.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    people = [*_parties(Role.CLIENT, CLIENTS), *_parties(Role.WRITER, WRITERS), *_agents()]
    end = now() + timedelta(days=LONGEST_RUN_DAYS)  # those of a run that was killed expire
    actors = [
        Actor(
            user.pk,
            user.name,
            user.role,
            api_tokens.issue(user=user, name="simulate", expires_at=end, simulated=True),
        )
        for user in people
    ]
    made = list(ApiToken.objects.filter(pk__gt=before, user__in=people).values_list("pk", flat=True))
    shops = [endpoints.issue(website=website, name="simulate") for website in Website.objects.order_by("pk")]
    actors += [Actor(endpoint.pk, str(endpoint.website), SHOP, token) for endpoint, token in shops]
    try:
        yield actors
    finally:
        for endpoint, _ in shops:
            endpoints.revoke(endpoint=endpoint.pk, by=None)
        for pk in made:
            accounts.revoke_token(token=pk, by=None)


def _parties(role: Role, count: int) -> list[User]:
    bought = "orders_bought" if role == Role.CLIENT else "orders_written"
    busy = User.objects.filter(role=role, is_active=True).annotate(n=Count(bought)).filter(n__gt=0)
    return list(busy.order_by("-n", "pk")[:count])


def _agents() -> list[User]:
    working = User.objects.filter(role__in=roles.AGENTS, is_active=True, support_profile__status="active")
    return list(working.filter(availability__available=True).order_by("pk"))
