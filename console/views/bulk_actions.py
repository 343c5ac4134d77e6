"""Bulk actions: each item has its own outcome, and a form that is sent twice acts once."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

from console import access
from console.views.write_once import once
from support_management.core.errors import Invalid
from support_management.disputes import lifecycle
from support_management.events.bulk_action import each
from support_management.notifications import nudge
from support_management.payment_issues import actions as payment_issues
from support_management.sla import queries
from support_management.sla.lifecycle import extension
from support_management.tickets import ownership

_ORDER = ("ticket", "dispute", "order", "payment")


@dataclass(frozen=True, slots=True)
class TickedRow:
    """A selected row: the item, its SLA clock (0: none) and the version that the person saw."""

    kind: str
    pk: int
    clock: int
    version: int


def act(request: HttpRequest, rows: list[TickedRow], fields: dict) -> list[dict]:
    """Apply the action of `fields` to each row. Per row: its name, whether it was done, and a message."""
    if not rows:
        raise Invalid("nothing_picked", "Select at least one item first.")
    rows = sorted(rows, key=lambda row: (_ORDER.index(row.kind), row.pk, row.clock))
    if fields["act"] != "extend":
        rows = list({(row.kind, row.pk): row for row in rows}.values())  # all clocks of an item are one row
    verb, names = _VERBS[fields["act"]](request.user, fields), _names(rows)

    def make():
        outcomes = each(rows, verb)
        return [{"name": names[outcome.item], "done": outcome.done, "text": outcome.text} for outcome in outcomes]

    return once(request, make)


def sentence(results: list[dict]) -> str:
    """One message for all results."""
    done = sum(result["done"] for result in results)
    if done == len(results):
        return f"{done} updated." if done > 1 else "Updated."
    refused = len(results) - done
    return f"{done} updated, {refused} failed." if done else "Nothing was updated. See the list for the reasons."


def _notify(user, fields: dict) -> Callable[[TickedRow], str]:
    return lambda row: f"{nudge.ask_owner(kind=row.kind, pk=row.pk, by=user, words=fields['reason'])} was notified."


def _extend(user, fields: dict) -> Callable[[TickedRow], str]:
    def extend(row: TickedRow) -> str:
        if not row.clock:
            raise Invalid("no_clock", "It has no SLA, so there is nothing to extend.")
        extension.extend(clock=row.clock, by=user, minutes=fields["minutes"], reason=fields["reason"])
        return f"extended by {fields['minutes']} min."

    return extend


def _assign(user, fields: dict) -> Callable[[TickedRow], str]:
    to = access.agent_by_pk(fields["assignee"])
    if to is None:
        raise Invalid("unknown_agent", "This agent does not exist.", field="assignee")
    arguments = {"to": to, "by": user, "reason": fields["reason"]}

    def assign(row: TickedRow) -> str:
        if row.kind == "ticket":
            ownership.assign(ticket=row.pk, version=row.version, **arguments)
        elif row.kind == "dispute":
            lifecycle.assign(dispute=row.pk, version=row.version, **arguments)
        elif row.kind == "payment":
            payment_issues.assign(issue=row.pk, version=row.version, **arguments)
        else:
            raise Invalid("no_owner", "Orders have no assignee.")
        return f"assigned to {to}."

    return assign


_VERBS = {"notify": _notify, "extend": _extend, "assign": _assign}


def _names(rows: list[TickedRow]) -> dict[TickedRow, str]:
    ids_by_kind = {kind: {row.pk for row in rows if row.kind == kind} for kind in _ORDER}
    names, metrics = queries.names(ids_by_kind), queries.metrics({row.clock for row in rows})
    labels = {}
    for row in rows:
        words = [names.get((row.kind, row.pk), "deleted item"), metrics.get(row.clock, "").lower()]
        labels[row] = ", ".join(word for word in words if word)
    return labels
