"""What an action of the simulator works with."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from support_management.core.money import money_text
from support_management.management.demo.scenes import Scene, scenes
from support_management.management.simulator.actors import Actor
from support_management.management.simulator.api_client import ApiClient, ApiResponse
from support_management.management.simulator.work_cache import WorkCache


@dataclass(frozen=True, slots=True)
class ActionContext:
    """One thread's connection and random numbers, the work that all threads know, and all actors."""

    cache: WorkCache
    api: ApiClient
    rng: Random
    clients: list[Actor]
    agents: list[Actor]
    leads: list[Actor]
    shops: list[Actor]

    def send(self, actor: Actor, kind: str, path: str, body: dict) -> ApiResponse:
        """A change by an actor; the cache learns from the response."""
        response = self.api.post(path, actor.token, body)
        if response.good:
            self.cache.keep(kind, response.data)
        elif response.status in (404, 409) and path.count("/") > 1:
            self.cache.forget(kind, int(path.split("/")[1]))  # read again with the next refresh
        return response

    def scene_of(self, ticket: dict) -> Scene:
        """The scene that the ticket was made from; for other tickets any scene of their type."""
        of_type = scenes(ticket["type"])
        return self.rng.choice([scene for scene in of_type if scene.matches(ticket["subject"])] or of_type)


Action = Callable[[ActionContext], ApiResponse | None]
"""Picks work and sends one change. None when there was nothing to do."""


def text_values(*, requester: str, agent: str = "", order: dict | None = None) -> dict[str, str]:
    """Values for the placeholders of a scene, as far as they are known."""
    values = {"first": requester.split()[0], "agent": agent, "days": "3"}
    if order:
        writer = order["writer"]["name"] if order["writer"] else "the writer"
        values |= {"ref": order["reference"], "title": order["title"], "writer": writer}
        values |= {"client": order["client"]["name"], "amount": money_text(Decimal(order["amount"]), order["currency"])}
    return values
