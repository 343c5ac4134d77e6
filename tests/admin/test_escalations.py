"""Ira writes rules; nonsense comes back in words with everything typed kept."""

import pytest

from support_management.audit.models import SupportActionLog
from support_management.sla.escalation.models import EscalationRule, EscalationRun
from support_management.sla.models import OrderDisputeSLA
from tests import cast
from tests.admin.conftest import page_of, words
from tests.factories import make_ticket

pytestmark = pytest.mark.django_db
USUAL = {"name": "Call Lea", "active": "on", "at": "breached", "level": "1"}


def test_ira_adds_a_rule(as_ira):
    answer = as_ira.post(page_of(EscalationRule, "add"), USUAL | {"tell_role": "lead", "tag": "Late"})
    assert answer.status_code == 302
    rule = EscalationRule.objects.get()
    assert (rule.name, rule.tell_role, rule.tag) == ("Call Lea", "lead", "late")
    assert SupportActionLog.objects.get(object_kind="escalationrule").verb == "create"


def test_each_condition_is_a_field_and_the_list_says_them_in_words(as_ira):
    site = cast.north()
    facts = {"escalate": "on", "kind": "ticket", "for_type": ["payment", "order"], "for_website": [site.pk]}
    facts |= {"for_tag": "VIP, late", "for_language": "PT-br", "for_word": "money back"}
    assert as_ira.post(page_of(EscalationRule, "add"), USUAL | facts).status_code == 302
    rule = EscalationRule.objects.get()
    assert (rule.kind, rule.tag) == ("ticket", "")
    assert rule.conditions == {
        "type": ["payment", "order"],
        "website": site.pk,
        "tag": ["VIP", "late"],
        "language": "pt-br",
        "word": "money back",
    }
    assert SupportActionLog.objects.get(object_kind="escalationrule").after["conditions"] == rule.conditions
    said = "Queue: payment or order; website: North; tag: VIP or late; language: pt-br; subject contains: money back"
    assert said in as_ira.get(page_of(EscalationRule, "changelist")).text


def test_the_form_shows_the_conditions_and_saves_them_as_they_were(as_ira):
    facts = {"escalate": "on", "for_tag": "VIP, late", "for_kind": ["ticket"], "for_segment": "Gold"}
    assert as_ira.post(page_of(EscalationRule, "add"), USUAL | facts).status_code == 302
    rule = EscalationRule.objects.get()
    form = as_ira.get(page_of(EscalationRule, "change", rule.pk)).context["adminform"].form
    sent = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    sent = {name: value for name, value in sent.items() if value not in (None, False)}
    assert as_ira.post(page_of(EscalationRule, "change", rule.pk), sent).status_code == 302
    assert EscalationRule.objects.get().conditions == rule.conditions
    assert SupportActionLog.objects.filter(object_kind="escalationrule").count() == 1


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"for_word": "?!"}, "Unknown word: ?!."),
        ({"kind": "order", "for_tag": "vip"}, "No work fits"),
        ({"for_tag": ",".join("abcdefghijklmnopqrstuvwxyz")}, "Enter at most 20 values"),
        ({"for_type": ["nosuch"]}, "Select a valid choice"),
    ],
)
def test_conditions_that_cannot_be_come_back_with_the_reason(as_ira, facts, said):
    answer = as_ira.post(page_of(EscalationRule, "add"), USUAL | {"escalate": "on"} | facts)
    assert said in answer.text
    assert 'value="Call Lea"' in answer.text
    assert not EscalationRule.objects.exists()


def test_a_rule_without_an_action_comes_back_with_the_reason(as_ira):
    answer = as_ira.post(page_of(EscalationRule, "add"), USUAL)
    assert answer.status_code == 200
    assert "Choose at least one action" in answer.text
    assert 'value="Call Lea"' in answer.text
    assert not EscalationRule.objects.exists()


def test_ira_throws_one_away_and_the_audit_keeps_what_it_said(as_ira):
    assert as_ira.post(page_of(EscalationRule, "add"), USUAL | {"escalate": "on"}).status_code == 302
    rule = EscalationRule.objects.get()
    assert as_ira.post(page_of(EscalationRule, "delete", rule.pk), {"post": "yes"}).status_code == 302
    assert not EscalationRule.objects.exists()
    assert SupportActionLog.objects.filter(verb="delete", object_kind="escalationrule").exists()


def test_a_rule_that_ran_stays_and_ira_reads_why(as_ira):
    assert as_ira.post(page_of(EscalationRule, "add"), USUAL | {"escalate": "on"}).status_code == 302
    rule, clock = EscalationRule.objects.get(), OrderDisputeSLA.objects.filter(ticket=make_ticket()).first()
    EscalationRun.objects.create(rule=rule, clock=clock, kind="breached", due_at=clock.due_at)
    answer = as_ira.post(page_of(EscalationRule, "delete", rule.pk), {"post": "yes"}, follow=True)
    assert words(answer)[-1] == "Call Lea has run before. Deactivate it instead: its runs stay."
    assert EscalationRun.objects.filter(rule=rule).exists()


def test_a_tag_with_a_comma_comes_back_with_the_reason(as_ira):
    answer = as_ira.post(page_of(EscalationRule, "add"), USUAL | {"tag": "a,b"})
    assert "Leave out the comma" in answer.text
    assert not EscalationRule.objects.exists()


def test_a_lead_does_not_get_in(client, lea):
    client.force_login(lea)
    assert client.get(page_of(EscalationRule, "changelist")).status_code != 200
