"""What happened stays: no row of history goes along when something else is deleted."""

import pytest
from django.apps import apps
from django.db import models

from support_management import models as ours

STATE = {
    ours.ApiToken,
    ours.IdempotencyKey,
    ours.NoticePreference,
    ours.SkillLevel,
    ours.SupportAvailability,
    ours.SupportDashboard,
    ours.SupportProfile,
    ours.SupportWorkloadTracker,
    ours.Ticket,
    ours.WorkAttention,
}
"""What is now, and goes with whom it is about. Every other model is history, or nothing that it names may take it."""
WORK = {ours.Ticket, ours.Dispute, ours.Order, ours.OrderDisputeSLA}
"""Work that a shell deletes takes its own parts along; no other door deletes work."""
DECIDED = {ours.DisputeResolutionLog, ours.EscalationLog}
"""What people decided about work, or are asked to decide: such work stays."""
LETS_GO = (models.CASCADE, models.SET_NULL, models.SET_DEFAULT, models.DO_NOTHING)


def goes_along(model: type[models.Model], field: models.Field) -> bool:
    """Whether the row goes, or forgets what it is about, when what the field names is deleted."""
    if not field.is_relation or field.remote_field.on_delete not in LETS_GO or field.related_model is model:
        return False
    is_part = field.remote_field.on_delete is models.CASCADE and field.related_model in WORK
    return not is_part or model in DECIDED


def test_history_is_protected_from_what_it_names():
    history = set(apps.get_app_config("support_management").get_models()) - STATE
    loose = [
        f"{model.__name__}.{field.name}"
        for model in history
        for field in model._meta.concrete_fields
        if goes_along(model, field)
    ]
    assert loose == [], "on_delete=models.PROTECT, and the capability says what to do instead."


@pytest.mark.parametrize("lets_go", [models.CASCADE, models.SET_NULL])
def test_the_rule_sees_a_decision_that_would_go(lets_go):
    kept = ours.DisputeResolutionLog._meta.get_field("dispute")
    assert not goes_along(ours.DisputeResolutionLog, kept)
    loose = models.ForeignKey(ours.Dispute, null=True, on_delete=lets_go)
    assert goes_along(ours.DisputeResolutionLog, loose)
