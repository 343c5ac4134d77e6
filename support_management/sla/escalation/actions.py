"""The actions of escalation rules. Each returns its outcome as text for the history."""

from collections.abc import Callable, Iterator

from support_management.core.folding import fold
from support_management.core.priority import PRIORITY_WORDS
from support_management.escalations import raise_escalation
from support_management.sla.escalation.models import EscalationRule, EscalationRun
from support_management.tickets import triage
from support_management.tickets.models import Ticket

Action = Callable[[EscalationRun], str]
ORDER = ("raise", "tag", "reassign", "escalate", "tell")
"""The order in which actions are taken. Notices come last, so that they describe the outcome of the others."""


def wanted(rule: EscalationRule) -> Iterator[str]:
    """The actions of a rule, in the order in which they are taken."""
    enabled = {
        "raise": rule.raise_to,
        "tag": rule.tag,
        "reassign": rule.reassign,
        "escalate": rule.escalate,
        "tell": rule.tell_owner or rule.tell_role or rule.tell_person_id or rule.tell_address,
    }
    return (action for action in ORDER if enabled[action])


def take(action: str, run: EscalationRun) -> str:
    """Take the action in the caller's transaction; returns the outcome. DeskError when it is refused."""
    return PROVIDERS[action](run)


def _raise(run: EscalationRun) -> str:
    clock, rank = run.clock, run.rule.raise_to
    if not clock.ticket_id or rank is None:
        return "priority unchanged: only tickets can be raised"
    ticket = Ticket.objects.get(pk=clock.ticket_id)
    if ticket.priority <= rank:
        return f"priority unchanged: already {ticket.priority_word}"
    triage.set_priority(ticket=ticket.pk, priority=PRIORITY_WORDS[rank], by=None, rule=run.rule.name)
    return f"priority {ticket.priority_word} → {PRIORITY_WORDS[rank]}"


def _tag(run: EscalationRun) -> str:
    if not run.clock.ticket_id:
        return "not tagged: only tickets have tags"
    ticket = Ticket.objects.prefetch_related("tags").get(pk=run.clock.ticket_id)
    if fold(run.rule.tag) in map(fold, ticket.tag_list):
        return f"tag {run.rule.tag} was already set"
    tags = [*ticket.tag_list, run.rule.tag]
    triage.set_tags(ticket=ticket.pk, tags=tags, by=None, rule=run.rule.name)
    return f"tagged {run.rule.tag}"


def _escalate(run: EscalationRun) -> str:
    clock = run.clock
    kind = "payment_issue" if clock.payment_id else clock.kind
    work = {f"{kind}_id": getattr(clock, f"{clock.kind}_id")}
    reason = f"{clock.get_metric_display()}: {run.get_kind_display().lower()}"
    raise_escalation.work(rule=run.rule.name, reason=reason, level=run.rule.level, **work)
    return f"escalated to level {run.rule.level}"


PROVIDERS: dict[str, Action] = {"raise": _raise, "tag": _tag, "escalate": _escalate}


def provide(name: str, action: Action) -> None:
    """Register an action that a concept above this one carries out; signals.py is the only caller."""
    PROVIDERS[name] = action
