"""Ira writes rules; nonsense comes back in words with everything typed kept."""

import pytest

from support_management.audit.models import SupportActionLog
from support_management.sla.escalation.models import EscalationRule
from tests.admin.conftest import page_of

pytestmark = pytest.mark.django_db
USUAL = {"name": "Call Lea", "active": "on", "at": "breached", "level": "1"}


def test_ira_adds_a_rule(as_ira):
    answer = as_ira.post(page_of(EscalationRule, "add"), USUAL | {"tell_role": "lead", "tag": "Late"})
    assert answer.status_code == 302
    rule = EscalationRule.objects.get()
    assert (rule.name, rule.tell_role, rule.tag) == ("Call Lea", "lead", "late")
    assert SupportActionLog.objects.get(object_kind="escalationrule").verb == "create"


def test_a_rule_without_an_action_comes_back_with_the_reason(as_ira):
    answer = as_ira.post(page_of(EscalationRule, "add"), USUAL)
    assert answer.status_code == 200
    assert "Say what the rule does" in answer.text
    assert 'value="Call Lea"' in answer.text
    assert not EscalationRule.objects.exists()


def test_ira_throws_one_away_and_the_audit_keeps_what_it_said(as_ira):
    as_ira.post(page_of(EscalationRule, "add"), USUAL | {"escalate": "on"})
    rule = EscalationRule.objects.get()
    assert as_ira.post(page_of(EscalationRule, "delete", rule.pk), {"post": "yes"}).status_code == 302
    assert not EscalationRule.objects.exists()
    assert SupportActionLog.objects.filter(verb="delete", object_kind="escalationrule").exists()


def test_a_lead_does_not_get_in(client, lea):
    client.force_login(lea)
    assert client.get(page_of(EscalationRule, "changelist")).status_code != 200
