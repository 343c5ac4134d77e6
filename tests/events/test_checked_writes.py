"""Rows that a shell writes are checked as the forms check them: what no form would save is not saved."""

import pytest
from django.db import transaction
from django.db.models import ProtectedError

from support_management.audit.models import SupportActionLog
from support_management.calendars import editing as calendars
from support_management.disputes import lifecycle
from support_management.models import BusinessCalendar, EscalationRule, EscalationRun, SLAPolicy, Website
from support_management.people.models import SupportProfile
from support_management.sla import policy_editing
from support_management.sla.escalation import editing
from support_management.sla.models import OrderDisputeSLA
from support_management.sla.policy_editing import PolicyValues
from tests.factories import make_dispute, make_ticket
from tests.refusals import refused

pytestmark = pytest.mark.django_db
NONE_OF_THESE = [
    "not a domain !!",
    "https://shop.example",
    "shop.example/a",
    "shop example",
    "shop.example:80",
    "a@shop.example",
    "localhost",
    "shop.example.",
    "sho\u200bp.example",
    "shop\u2003.example",
    "-shop.example",
]


@pytest.mark.parametrize("domain", NONE_OF_THESE)
class TestADomain:
    def test_of_a_new_website(self, domain):
        with refused("bad_domain", field="domain"), transaction.atomic():
            Website.objects.create(name="West", domain=domain)
        assert not Website.objects.exists()

    def test_of_many(self, domain, monkeypatch):
        monkeypatch.setattr("support_management.events.live_models.MANY", 1)
        sites = [Website.objects.create(name=name, domain=f"{name}.example") for name in ("west", "east")]
        with refused("bad_domain"), transaction.atomic():
            Website.objects.filter(pk__in=[site.pk for site in sites]).update(domain=domain)


@pytest.mark.parametrize("domain", ["shop.example", "bücher.example", "भारत.भारत", "xn--bcher-kva.example", ""])
def test_a_domain_is_taken_as_people_read_it(domain):
    assert Website.objects.create(name="West", domain=domain).domain == domain


class TestARule:
    @pytest.mark.parametrize(
        ("facts", "code"),
        [
            ({}, "no_action"),
            ({"tag": "a,b"}, "not_valid"),
            ({"tag": "late", "kind": "order"}, "no_tags"),
            ({"escalate": True, "threshold": "75%"}, "no_such_threshold"),
            ({"escalate": True, "at": "often"}, "not_valid"),
            ({"escalate": True, "raise_to": 9}, "not_valid"),
            ({"escalate": True, "tell_address": "nobody"}, "not_valid"),
            ({"escalate": True, "conditions": {"colour": "red"}}, "unknown_condition"),
            ({"escalate": True, "conditions": {"tag": "a,b"}}, "comma"),
        ],
    )
    def test_that_makes_no_sense(self, facts, code):
        with refused(code), transaction.atomic():
            EscalationRule.objects.create(name="Odd", **facts)
        rule = EscalationRule.objects.create(name="Odd", escalate=True)
        with refused(code), transaction.atomic():
            EscalationRule.objects.filter(pk=rule.pk).update(**{"escalate": False} | facts)
        assert EscalationRule.objects.get().escalate

    def test_that_makes_sense_is_kept_as_the_form_keeps_it_and_audited(self):
        rule = EscalationRule.objects.create(name="Mark", tag="VIP", at="warned", threshold="75%")
        assert EscalationRule.objects.values_list("tag", "threshold").get() == ("vip", "75 %")
        assert SupportActionLog.objects.filter(object_kind="escalationrule", object_id=rule.pk, verb="write").exists()

    def test_that_names_who_left_can_be_switched_off(self, ada):
        rule = EscalationRule.objects.create(name="Call", tell_person=ada)
        type(ada).objects.filter(pk=ada.pk).update(role="client")
        EscalationRule.objects.filter(pk=rule.pk).update(active=False)
        with refused("not_desk"), transaction.atomic():
            EscalationRule.objects.filter(pk=rule.pk).update(active=True)


class TestWhatIsKept:
    """Neither the capability nor a shell deletes what has a history."""

    def test_a_rule_that_ran(self, ira):
        rule = editing.save_rule(EscalationRule(name="Call", escalate=True), by=ira)
        clock = OrderDisputeSLA.objects.filter(ticket=make_ticket()).first()
        EscalationRun.objects.create(rule=rule, clock=clock, kind="breached", due_at=clock.due_at)
        with refused("in_use", match="Deactivate"):
            editing.delete(rule, by=ira)
        with pytest.raises(ProtectedError):
            EscalationRule.objects.all().delete()
        assert EscalationRun.objects.count() == 1

    def test_a_calendar_that_was_changed(self, ira):
        row = calendars.create(by=ira, name="Nights", time_zone="UTC", hours={"mon": [["22:00", "24:00"]]})
        with pytest.raises(ProtectedError):
            BusinessCalendar.objects.get(pk=row.pk).delete()
        calendars.change(calendar=row.pk, by=ira, hours={"tue": [["22:00", "24:00"]]})
        with refused("has_history", match="earlier versions"):
            calendars.delete(calendar=row.pk, by=ira)
        assert row.versions.count() == 2

    def test_a_policy_that_was_changed_or_that_a_rule_names(self, ira):
        values = PolicyValues(name="Night", targets=[{"metric": "resolution", "minutes": 60}])
        changed, named = (policy_editing.create(by=ira, values=values) for _ in range(2))
        policy_editing.change(policy=changed.pk, by=ira, values=PolicyValues(active=False))
        editing.save_rule(EscalationRule(name="Call", escalate=True, policy=named), by=ira)
        for policy, code in ((changed, "has_history"), (named, "in_use")):
            with refused(code, match="eactivate"):
                policy_editing.delete(policy=policy.pk, by=ira)
            with pytest.raises(ProtectedError):
                SLAPolicy.objects.get(pk=policy.pk).delete()
        assert (changed.versions.count(), EscalationRule.objects.count()) == (2, 1)

    def test_a_person_with_a_past_and_work_with_a_decision(self, ada, lea):
        dispute = make_dispute()
        lifecycle.resolve(dispute=dispute.pk, outcome="withdrawn", notes="Settled.", by=lea)
        assert SupportProfile.objects.filter(user=ada).exists()
        for row in (ada, dispute):
            with pytest.raises(ProtectedError):
                row.delete()
