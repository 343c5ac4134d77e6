"""Ira says who is good at what, which work asks for it, and how much it weighs."""

import pytest

from support_management.models import (
    DisputeWeight,
    SkillLevel,
    SkillRule,
    Specialization,
    SupportActionLog,
    SupportProfile,
    SupportWorkloadTracker,
    TicketType,
)
from tests import cast
from tests.admin.conftest import page_of, words
from tests.factories import make_dispute, make_ticket

pytestmark = pytest.mark.django_db


def rule(**facts) -> dict:
    skill = Specialization.objects.get(slug="billing")
    usual = {"name": "Refunds", "position": 9, "active": "on", "specialization": skill.pk, "level": 3}
    return usual | {"relax_minutes": 20, "kind": ["ticket"], "type": ["payment", "order"]} | facts


class TestRule:
    def test_ira_makes_one_from_fields_and_words(self, as_ira, ira):
        site = cast.north()
        facts = rule(website=[site.pk], tag="vip, late", language="DE", word="Geld zurück, refund")
        assert as_ira.post(page_of(SkillRule, "add"), facts).status_code == 302
        row = SkillRule.objects.get(name="Refunds")
        assert row.conditions == {
            "kind": "ticket",
            "type": ["payment", "order"],
            "tag": ["vip", "late"],
            "website": site.pk,
            "language": "de",
            "word": ["Geld zurück", "refund"],
        }
        told = SupportActionLog.objects.get(object_kind="skillrule", object_id=row.pk, verb="add")
        assert (told.actor, told.after["word"]) == (ira, "Geld zurück, refund")

    def test_ira_is_told_when_no_agent_has_the_skill(self, as_ira, ada):
        [said] = [
            word for word in words(as_ira.post(page_of(SkillRule, "add"), rule(), follow=True)) if "Billing" in word
        ]
        assert said == "No active agent has Billing: this rule is not applied until somebody has it."
        row, skill = SkillRule.objects.get(name="Refunds"), Specialization.objects.get(slug="billing")
        SkillLevel.objects.create(profile=ada.support_profile, specialization=skill)
        answer = as_ira.post(page_of(SkillRule, "change", row.pk), rule(level=2), follow=True)
        assert not [word for word in words(answer) if "No active agent" in word]

    def test_the_form_shows_what_it_says_and_saves_it_across_versions(self, as_ira):
        facts = rule(tag="vip, late", word="refund", website=[cast.north().pk])
        assert as_ira.post(page_of(SkillRule, "add"), facts).status_code == 302
        row = SkillRule.objects.get(name="Refunds")
        form = as_ira.get(page_of(SkillRule, "change", row.pk)).context["adminform"].form
        sent = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
        assert as_ira.post(page_of(SkillRule, "change", row.pk), sent | {"active": "on"}).status_code == 302
        assert SkillRule.objects.get(pk=row.pk).conditions == row.conditions

    @pytest.mark.parametrize(
        ("facts", "said"),
        [
            ({"word": "?!"}, "Unknown word: ?!."),
            ({"language": "a long language"}, "Unknown language: a long language."),
            ({"level": 6}, "6 is not one of the available choices"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_is_saved(self, as_ira, facts, said):
        response = as_ira.post(page_of(SkillRule, "add"), rule(**facts))
        assert said in response.content.decode()
        assert not SkillRule.objects.filter(name="Refunds").exists()

    def test_the_list_says_which_hold(self, as_ira, ada):
        billing = Specialization.objects.get(slug="billing")
        SkillLevel.objects.create(profile=ada.support_profile, specialization=billing, level=1)
        page = as_ira.get(page_of(SkillRule, "changelist")).content.decode()
        assert "Type: ticket; queue: payment" in page
        assert page.count('alt="True"') == SkillRule.objects.count() + 1
        assert page.count('alt="False"') == SkillRule.objects.count() - 1


class TestSeat:
    def test_ira_gives_ada_a_skill_and_a_limit_for_disputes(self, as_ira, ada):
        row, skill = ada.support_profile, Specialization.objects.get(slug="technical")
        facts = {"status": "active", "capacity": 9, "dispute_capacity": 2, "phone": ""}
        facts |= {"skills-TOTAL_FORMS": 1, "skills-INITIAL_FORMS": 0}
        facts |= {"skills-0-profile": row.pk, "skills-0-specialization": skill.pk, "skills-0-level": 4}
        assert as_ira.post(page_of(SupportProfile, "change", row.pk), facts).status_code == 302
        row.refresh_from_db()
        assert (row.capacity, row.ticket_capacity, row.dispute_capacity) == (9, None, 2)
        assert list(row.skills.values_list("specialization__slug", "level")) == [("technical", 4)]

    def test_a_skill_that_somebody_has_stays(self, as_ira, ada):
        skill = Specialization.objects.get(slug="billing")
        SkillLevel.objects.create(profile=ada.support_profile, specialization=skill, level=1)
        assert as_ira.post(page_of(Specialization, "delete", skill.pk), {"post": "yes"}).status_code == 200
        assert Specialization.objects.filter(pk=skill.pk).exists()


class TestWeights:
    def test_a_queue_weighed_anew_is_seen_in_the_load(self, as_ira, ada):
        make_ticket(type="payment", priority="urgent", assignee=ada)
        row = TicketType.objects.get(slug="payment")
        facts = {"name": row.name, "slug": row.slug, "mode": row.mode, "weight": 2, "urgent_weight": 5, "position": 2}
        assert as_ira.post(page_of(TicketType, "change", row.pk), facts).status_code == 302
        assert SupportWorkloadTracker.objects.get(user=ada).ticket_load == 5

    def test_so_is_a_dispute(self, as_ira, ada):
        row = make_dispute(assignee=ada)
        assert as_ira.post(page_of(DisputeWeight, "add"), {"priority": row.priority, "units": 3}).status_code == 302
        assert SupportWorkloadTracker.objects.get(user=ada).dispute_load == 3
