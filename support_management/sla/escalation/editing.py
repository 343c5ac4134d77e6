"""Saves and deletes escalation rules."""

import re

from django.core.exceptions import ValidationError
from django.db.models import ProtectedError

from support_management.audit import log
from support_management.conditions import checks
from support_management.conditions.matching import TICKET_ONLY, listed
from support_management.core import labels, text
from support_management.core.errors import Conflict, Invalid
from support_management.events.capability import capability
from support_management.people import roles
from support_management.people.models import User
from support_management.sla.escalation.models import EscalationRule
from support_management.sla.models import Metric, WorkKind

FOR_ADMINS = "Only admins can change escalation rules."
ACTIONS = ("tell_owner", "tell_role", "tell_person", "tell_address", "raise_to", "reassign", "tag", "escalate")
_WHEN = ("at", "threshold", "metric", "kind", "policy_id", "conditions")
AUDITED = ("name", "active", *_WHEN, *ACTIONS[:2], "tell_person_id", *ACTIONS[3:], "level")
_PERCENT = re.compile(r"^([0-9]+)\s*%$")
"""A share as people write it; warnings in the history are named `75 %`."""


@capability
def save_rule(rule: EscalationRule, *, by: User) -> EscalationRule:
    """Save a new or changed rule; it applies to thresholds that fire from now on.

    Invalid when it has no action, can never apply, or needs something that its kind of work does not have.
    NotAllowed unless `by` is an admin.
    """
    roles.require_admin(by, FOR_ADMINS)
    rule.name = text.clean(rule.name, field="name", limit=80, one_line=True)
    rule.threshold = _threshold_of(rule)
    rule.tag = _tag_of(rule)
    rule.conditions = checks.conditions_of(rule.conditions, kinds=WorkKind.values)
    _check(rule)
    stored = EscalationRule.objects.filter(pk=rule.pk).first()
    rule.version = stored.version + 1 if stored else 1
    rule.save()
    before, after = _snapshot(stored) if stored else {}, _snapshot(rule)
    if before != after:
        log.record(by=by, verb="change" if stored else "create", on=rule, before=before, after=after)
    return rule


@capability
def delete(rule: EscalationRule, *, by: User) -> None:
    """Delete a rule that never ran. Conflict in_use for any other; NotAllowed unless `by` is an admin."""
    roles.require_admin(by, FOR_ADMINS)
    log.record(by=by, verb="delete", on=rule, before=_snapshot(rule))
    try:
        rule.delete()
    except ProtectedError:
        raise Conflict("in_use", f"{rule.name} has run before. Deactivate it instead: its runs stay.") from None


def check_written(rule_id: int) -> None:
    """Validate a rule that was not written by a form. Invalid when it could not be evaluated or carried out."""
    rule = EscalationRule.objects.select_related("tell_person").filter(pk=rule_id).first()
    if rule is None:
        return
    checks.check_shape(rule.conditions, kinds=WorkKind.values)
    try:
        rule.clean_fields(exclude=("conditions",))
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        raise Invalid("not_valid", sentences[0], field=field) from None
    if rule.active:  # an inactive one may name who has left
        _check(rule)
    normal = {"tag": _tag_of(rule), "threshold": _threshold_of(rule)}
    if any(getattr(rule, name) != value for name, value in normal.items()):
        EscalationRule.objects.filter(pk=rule.pk).update(**normal)


def check_all_written() -> None:
    """The same after a bulk write."""
    for pk in EscalationRule.objects.order_by("pk").values_list("pk", flat=True):
        check_written(pk)


def _threshold_of(rule: EscalationRule) -> str:
    return _PERCENT.sub(r"\1 %", rule.threshold.strip())


def _tag_of(rule: EscalationRule) -> str:
    return labels.lower(labels.label(rule.tag, field="tag", blank=True), field="tag")


def _snapshot(rule: EscalationRule) -> dict:
    return {name: getattr(rule, name) for name in AUDITED}


def _check(rule: EscalationRule) -> None:
    if not any(getattr(rule, name) for name in ACTIONS):
        raise Invalid(
            "no_action", "Choose at least one action: notify, raise priority, reassign, add a tag or escalate."
        )
    if rule.threshold and rule.at != EscalationRule.At.WARNED:
        raise Invalid("no_such_threshold", "Only warnings can be limited to one threshold.", field="threshold")
    if rule.metric and rule.metric != Metric.RESOLUTION and rule.kind not in ("", WorkKind.TICKET):
        sentence = f"{WorkKind(rule.kind).label}s only have the resolution metric."
        raise Invalid("no_such_clock", sentence, field="metric")
    if rule.kind == WorkKind.ORDER and (rule.reassign or rule.tell_owner):
        raise Invalid("no_owner", "Orders have no assignee.", field="reassign" if rule.reassign else "tell_owner")
    if rule.kind == WorkKind.PAYMENT and rule.reassign:
        raise Invalid("by_hand", "Payment issues are assigned by people only.", field="reassign")
    if rule.kind not in ("", WorkKind.TICKET) and rule.tag:
        raise Invalid("no_tags", "Only tickets have tags.", field="tag")
    if rule.kind not in ("", WorkKind.TICKET) and rule.raise_to:
        raise Invalid("no_raise", "Rules can only raise the priority of tickets.", field="raise_to")
    if not _kinds(rule):
        raise Invalid("no_such_work", "No work fits: only tickets have a type, channel, tag or subject.", field="kind")
    if rule.tell_person and not rule.tell_person.is_desk:
        raise Invalid("not_desk", f"{rule.tell_person} is not an agent, lead or admin.", field="tell_person")


def _kinds(rule: EscalationRule) -> set[str]:
    """Kinds of work that both the column and the conditions allow."""
    kinds = {rule.kind} if rule.kind else set(WorkKind.values)
    kinds &= set(listed(rule.conditions.get("kind"))) or kinds
    return kinds if TICKET_ONLY.isdisjoint(rule.conditions) else kinds & {WorkKind.TICKET.value}
