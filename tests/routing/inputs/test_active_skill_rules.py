"""Rules from the database: what work asks for, and what nobody is asked for."""

from datetime import timedelta

import pytest

from support_management.conditions.facts import of_dispute, of_ticket
from support_management.conditions.matching import Facts
from support_management.core.errors import Invalid
from support_management.models import SkillLevel, SkillRule, Specialization, SupportProfile, Ticket, User
from support_management.people.skills import queries
from support_management.routing import defaults
from support_management.routing.engine import skills
from support_management.routing.inputs import active_skill_rules
from tests.factories import make_dispute, make_ticket
from tests.refusals import refused

pytestmark = pytest.mark.django_db


def teach(person, **levels) -> None:
    for slug, level in levels.items():
        skill = Specialization.objects.get(slug=slug)
        SkillLevel.objects.create(profile=person.support_profile, specialization=skill, level=level)


def asked_for(facts, waiting=timedelta(0)) -> dict[str, int]:
    return {one.name: one.level for one in skills.needs_of(facts, active_skill_rules.active_rules(), waiting=waiting)}


def ticket(**facts) -> Facts:
    row = make_ticket(**facts)
    read = Ticket.objects.select_related("type", "requester").prefetch_related("tags")
    return of_ticket(read.get(pk=row.pk))


class TestFreshDesk:
    def test_five_skills_and_a_rule_for_each(self):
        assert set(Specialization.objects.values_list("slug", flat=True)) == set(defaults.SKILLS)
        assert SkillRule.objects.count() == 5

    def test_nothing_is_asked_for_until_somebody_has_it(self, ada):
        assert asked_for(ticket(type="payment")) == {}
        teach(ada, billing=1)
        assert asked_for(ticket(type="payment")) == {"Billing": 2}
        assert asked_for(ticket(type="technical")) == {}

    @pytest.mark.parametrize("gone", ["suspended", "disabled"])
    def test_nor_when_who_had_it_is_not_active_any_more(self, ada, gone):
        teach(ada, billing=3)
        if gone == "suspended":
            SupportProfile.objects.filter(user=ada).update(status="suspended")
        else:
            User.objects.filter(pk=ada.pk).update(is_active=False)
        assert active_skill_rules.active_rules() == []
        assert Specialization.objects.get(slug="billing").pk in active_skill_rules.skills_without_agents()

    def test_disputes_ask_for_who_knows_them(self, ada):
        teach(ada, dispute=3)
        assert asked_for(of_dispute(make_dispute())) == {"Dispute": 2}

    def test_what_an_admin_threw_away_does_not_come_back(self):
        SkillRule.objects.filter(name="Accounts").delete()
        defaults.make()
        assert not SkillRule.objects.filter(name="Accounts").exists()


class TestRead:
    def test_conditions_on_tags_language_and_words_reach_the_work(self, ada, cleo):
        teach(ada, account=2)
        User.objects.filter(pk=cleo.pk).update(language="FR")
        cleo.refresh_from_db()
        said = {"tag": ["vip", "late"], "language": "fr", "word": "Mot de passe"}
        SkillRule.objects.update(active=False)
        skill = Specialization.objects.get(slug="account")
        SkillRule.objects.create(name="French", conditions=said, specialization=skill, level=2, relax_minutes=10)
        fits = {"requester": cleo, "tags": ["vip"], "subject": "J'ai perdu mon mot de passe !"}
        assert asked_for(ticket(**fits)) == {"Account": 2}
        assert asked_for(ticket(**fits), waiting=timedelta(minutes=10)) == {"Account": 1}
        assert asked_for(ticket(**fits | {"tags": []})) == {}

    def test_rules_and_levels_cost_a_query_each(self, ada, ben, django_assert_num_queries):
        teach(ada, billing=3, dispute=2)
        teach(ben, technical=1)
        with django_assert_num_queries(2):
            assert len(active_skill_rules.active_rules()) == 3
            levels = queries.levels_of()
        assert {pk: sorted(row.values()) for pk, row in levels.items()} == {ada.pk: [2, 3], ben.pk: [1]}
        assert set(queries.levels_of([ben.pk])) == {ben.pk}


class TestShell:
    @pytest.mark.parametrize(
        ("conditions", "code"),
        [
            ({"colour": "red"}, "unknown_condition"),
            ({"tag": {"a": 1}}, "unknown_value"),
            ({"website": "North"}, "unknown_value"),
            ([], "wrong_type"),
        ],
    )
    def test_conditions_that_no_work_could_be_compared_with_are_refused(self, conditions, code):
        row = SkillRule.objects.first()
        with refused(code, Invalid, field="conditions"):
            SkillRule.objects.filter(pk=row.pk).update(conditions=conditions)
        row.refresh_from_db()
        assert row.conditions == defaults.RULES[0][1]
