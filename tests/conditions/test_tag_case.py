"""However it is spelled and wherever it is typed, "VIP" and "vip" are one tag."""

import pytest
from django.db import IntegrityError, transaction

from support_management.models import EscalationRule, OrderDisputeSLA, SLAPolicy, Tag, Ticket, User
from support_management.sla import policy_editing
from support_management.sla.escalation import actions
from support_management.sla.escalation.models import EscalationRun
from support_management.sla.policy_editing import PolicyValues
from support_management.tickets import intake, triage
from tests.admin.conftest import page_of
from tests.concurrency import at_once, errors
from tests.factories import make_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def vip() -> Tag:
    return Tag.objects.create(name="VIP")


class TestTyped:
    @pytest.mark.parametrize("typed", ["vip", "VIP", "Vip", " vIp "])
    def test_a_new_ticket_gets_the_tag_that_is_there_in_its_first_spelling(self, vip, cleo, typed):
        row = intake.create(by=None, requester=cleo, subject="Hello", body="Please", tags=[typed])
        assert (list(row.tags.all()), Tag.objects.get().name) == ([vip], "VIP")

    def test_two_spellings_at_once_are_one_tag(self, vip, ada):
        row = triage.set_tags(ticket=make_ticket().pk, tags=["vip", "VIP", "ÉTÉ", "été"], by=ada)
        assert sorted(Ticket.objects.get(pk=row.pk).tag_list) == ["VIP", "été"]

    def test_the_same_tags_in_other_capitals_are_no_change(self, vip, ada):
        row = make_ticket(tags=["vip"])
        assert triage.set_tags(ticket=row.pk, tags=["Vip"], by=ada).version == row.version

    def test_the_api_takes_and_finds_it_in_any_spelling(self, vip, api, lea):
        row = make_ticket()
        make_ticket(tags=["late"])
        assert api(lea).post(f"tickets/{row.pk}/tags/", tags=["vip"], version=row.version).json()["tags"] == ["VIP"]
        for typed in ("VIP", "vip", "ViP"):
            found = api(lea).get("tickets/", tag=typed).json()["results"]
            assert [ticket["id"] for ticket in found] == [row.pk], typed

    def test_the_admin_keeps_it_on_a_ticket(self, vip, as_ira):
        row = make_ticket(tags=["vip"])
        page = as_ira.get(page_of(Ticket, "change", row.pk))
        form = page.context["adminform"].form
        sent = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
        sent = {name: value for name, value in sent.items() if value is not None}
        sent |= {"tags": [vip.pk, Tag.objects.create(name="Late").pk]}
        for formset in page.context["inline_admin_formsets"]:
            prefix = formset.formset.prefix
            sent |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
        assert as_ira.post(page_of(Ticket, "change", row.pk), sent).status_code == 302
        assert sorted(Ticket.objects.get(pk=row.pk).tag_list) == ["Late", "VIP"]
        assert Tag.objects.count() == 2

    def test_an_escalation_rule_does_not_add_it_twice(self, vip):
        row = make_ticket(tags=["vip"])
        rule = EscalationRule.objects.create(name="Mark", tag="vip")
        clock = OrderDisputeSLA.objects.filter(ticket=row).first()
        run = EscalationRun.objects.create(rule=rule, clock=clock, kind="breached", due_at=clock.due_at)
        before = Ticket.objects.get(pk=row.pk).version
        assert actions.take("tag", run).startswith("tag vip ")
        after = Ticket.objects.get(pk=row.pk)
        assert (after.tag_list, after.version) == (["VIP"], before)


class TestAdmin:
    @pytest.mark.parametrize("typed", ["vip", "VIP", " Vip "])
    def test_ira_cannot_make_it_twice(self, vip, as_ira, typed):
        answer = as_ira.post(page_of(Tag, "add"), {"name": typed})
        assert "There is already a tag" in answer.text
        assert Tag.objects.count() == 1

    def test_she_can_spell_it_another_way(self, vip, as_ira):
        assert as_ira.post(page_of(Tag, "change", vip.pk), {"name": "Vip"}).status_code == 302
        assert Tag.objects.values_list("name", "folded").get() == ("Vip", "vip")

    @pytest.mark.parametrize(("name", "typed"), [("VIP", "vip"), ("été", "ÉTÉ"), ("Late parcel", "LATE PAR")])
    def test_she_finds_it_in_any_spelling(self, as_ira, name, typed):
        Tag.objects.create(name=name)
        Tag.objects.create(name="something else")
        page = as_ira.get(page_of(Tag, "changelist"), {"q": typed})
        assert [tag.name for tag in page.context["cl"].result_list] == [name]


class TestPolicy:
    def test_a_policy_for_vip_is_that_of_a_ticket_tagged_vip(self, vip, ira):
        hour = [{"metric": "first_response", "minutes": 60}]
        saying = PolicyValues(name="Ours", position=1, conditions={"tag": "vIP"}, targets=hour)
        row = policy_editing.create(by=ira, values=saying)
        clock = OrderDisputeSLA.objects.get(ticket=make_ticket(tags=["vip"]), metric="first_response")
        assert clock.policy == row

    @pytest.mark.parametrize(("key", "value"), [("segment", "Gold"), ("language", "PT-br")])
    def test_clocks_follow_what_is_written_about_a_person(self, ira, cleo, key, value):
        asked = {"segment": "GOLD", "language": "pt"}[key]
        targets = [{"metric": "resolution", "minutes": 60}]
        saying = PolicyValues(name="Ours", position=1, conditions={key: asked}, targets=targets)
        policy_editing.create(by=ira, values=saying)
        clocks = OrderDisputeSLA.objects.filter(ticket=make_ticket(requester=cleo), metric="resolution")
        assert clocks.get().policy.name != "Ours"
        User.objects.filter(pk=cleo.pk).update(**{key: value})
        assert clocks.get().policy == SLAPolicy.objects.get(name="Ours")


class TestStored:
    def test_the_database_refuses_a_second_one(self, vip):
        with pytest.raises(IntegrityError), transaction.atomic():
            Tag.objects.create(name="vip")
        with pytest.raises(IntegrityError), transaction.atomic():
            Tag.objects.bulk_create([Tag(name="Vip")])

    def test_every_way_to_write_a_name_folds_it(self, vip):
        def folded() -> str:
            return Tag.objects.values_list("folded", flat=True).get()

        Tag.objects.update(name="GOLD")
        assert folded() == "gold"
        row = Tag.objects.get()
        row.name = "ÉTÉ"
        Tag.objects.bulk_update([row], ["name"])
        assert folded() == "été"
        row.name = "Late"
        row.save(update_fields=["name"])
        assert folded() == "late"

    @pytest.mark.django_db(transaction=True)
    def test_two_people_who_type_it_at_once_make_one(self, ada, ben):
        first, second = make_ticket(), make_ticket()
        done = at_once(
            lambda: triage.set_tags(ticket=first.pk, tags=["VIP"], by=ada),
            lambda: triage.set_tags(ticket=second.pk, tags=["vip"], by=ben),
        )
        assert errors(done) == []
        assert Tag.objects.count() == 1
