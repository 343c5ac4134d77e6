"""Many pieces of work at once: each has its own outcome, and a form that is sent twice acts once."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

from console import access
from console.views.write_once import once
from support_management.core.errors import Invalid
from support_management.disputes import lifecycle
from support_management.events.bulk_action import each
from support_management.notifications import nudge
from support_management.sla import queries
from support_management.sla.lifecycle import extension
from support_management.tickets import ownership

_ORDER = ("ticket", "dispute", "order")


@dataclass(frozen=True, slots=True)
class TickedRow:
    """A row that was ticked: the work and its version before the person's eyes; `clock` 0 where none runs."""

    kind: str
    pk: int
    clock: int
    version: int


def act(request: HttpRequest, picks: list[TickedRow], asked: dict) -> list[dict]:
    """Do what was asked to everything picked; per line its name, whether it was done, and the sentence."""
    if not picks:
        raise Invalid("nothing_picked", "Select at least one item first.")
    picks = sorted(picks, key=lambda one: (_ORDER.index(one.kind), one.pk, one.clock))
    if asked["act"] != "extend":
        picks = list({(one.kind, one.pk): one for one in picks}.values())  # its clocks are one piece of work
    verb, names = _VERBS[asked["act"]](request.user, asked), _names(picks)

    def make():
        outcomes = each(picks, verb)
        return [{"name": names[one.item], "done": one.done, "text": one.text} for one in outcomes]

    return once(request, make)


def sentence(results: list[dict]) -> str:
    """The outcome in one breath."""
    done = sum(one["done"] for one in results)
    if done == len(results):
        return f"{done} updated." if done > 1 else "Updated."
    refused = len(results) - done
    return f"{done} updated, {refused} failed." if done else "Nothing was updated. See the list for the reasons."


def _notify(user, asked: dict) -> Callable[[TickedRow], str]:
    return lambda one: f"{nudge.ask_owner(kind=one.kind, pk=one.pk, by=user, words=asked['reason'])} was notified."


def _extend(user, asked: dict) -> Callable[[TickedRow], str]:
    def extend(one: TickedRow) -> str:
        if not one.clock:
            raise Invalid("no_clock", "It has no SLA, so there is nothing to extend.")
        extension.extend(clock=one.clock, by=user, minutes=asked["minutes"], reason=asked["reason"])
        return f"extended by {asked['minutes']} min."

    return extend


def _assign(user, asked: dict) -> Callable[[TickedRow], str]:
    to = access.agent_by_pk(asked["assignee"])
    if to is None:
        raise Invalid("unknown_agent", "This agent does not exist.", field="assignee")
    facts = {"to": to, "by": user, "reason": asked["reason"]}

    def assign(one: TickedRow) -> str:
        if one.kind == "ticket":
            ownership.assign(ticket=one.pk, version=one.version, **facts)
        elif one.kind == "dispute":
            lifecycle.assign(dispute=one.pk, version=one.version, **facts)
        else:
            raise Invalid("no_owner", "Orders have no assignee.")
        return f"assigned to {to}."

    return assign


_VERBS = {"notify": _notify, "extend": _extend, "assign": _assign}


def _names(picks: list[TickedRow]) -> dict[TickedRow, str]:
    works = {kind: {one.pk for one in picks if one.kind == kind} for kind in _ORDER}
    names, metrics = queries.names(works), queries.metrics({one.clock for one in picks})
    found = {}
    for one in picks:
        words = [names.get((one.kind, one.pk), "deleted item"), metrics.get(one.clock, "").lower()]
        found[one] = ", ".join(word for word in words if word)
    return found
