"""Ira writes a promise in the administration: conditions as fields, lengths as words, a preview before saving."""

from datetime import timedelta

import pytest

from support_management.audit.models import SupportActionLog
from support_management.models import BusinessCalendar, OrderDisputeSLA, SLAFollowUp, SLAPolicy, User
from support_management.sla import policy_editing
from support_management.sla.lifecycle import follow_up
from tests import cast
from tests.admin.conftest import page_of, words
from tests.factories import make_old, make_ticket

pytestmark = pytest.mark.django_db
NO_VERSIONS = {"versions-TOTAL_FORMS": 0, "versions-INITIAL_FORMS": 0}


@pytest.fixture
def normal(db) -> SLAPolicy:
    return SLAPolicy.objects.get(name="Tickets, normal")


def typed(**facts) -> dict:
    always = BusinessCalendar.objects.get(name="Always open")
    usual = {
        "name": "Urgent payments",
        "active": "on",
        "type": ["payment"],
        "priority": ["urgent", "high"],
        "first_response": "30m",
        "resolution": "1d 4h",
        "calendar": always.pk,
        "resolution_pauses_on": ["pending"],
        "minimum_left_percent": "25",
        "thresholds": "75%, 30 min",
        "running": "keep",
    }
    return usual | facts


def shown(row: SLAPolicy, **facts) -> dict:
    """What the form of a policy of the first install sends when only these facts are changed."""
    lengths = {metric: f"{minutes}m" for metric, minutes in row.targets.items()}
    usual = {"name": row.name, "position": row.position, "active": "on", "kind": ["ticket"], "type": []}
    usual |= {"priority": [row.conditions["priority"]], "thresholds": "75%", "version_seen": row.version}
    return NO_VERSIONS | typed(**usual | lengths | facts)


def save(browser, row: SLAPolicy, **facts):
    return browser.post(page_of(SLAPolicy, "change", row.pk), shown(row, **facts), follow=True)


class TestMake:
    def test_ira_makes_one_from_fields_and_words(self, as_ira, ira):
        site = cast.north()
        assert (
            as_ira.post(
                page_of(SLAPolicy, "add"), typed(position=1, website=[site.pk], tag="vip, late", segment="gold")
            ).status_code
            == 302
        )
        row = SLAPolicy.objects.get(name="Urgent payments")
        assert row.conditions == {
            "type": "payment",
            "priority": ["urgent", "high"],
            "website": site.pk,
            "segment": "gold",
            "tag": ["vip", "late"],
        }
        assert row.targets == {"first_response": 30, "resolution": 28 * 60}
        assert row.thresholds == [{"at_percent": 75}, {"minutes_before": 30}]
        assert (row.position, SLAPolicy.objects.get(name="Tickets, urgent").position) == (1, 2)
        assert (row.versions.get().by, SLAFollowUp.objects.count()) == (ira, 0)

    def test_what_is_stored_stands_in_the_fields_again(self, as_ira, ira):
        assert as_ira.post(page_of(SLAPolicy, "add"), typed(tag="vip, late")).status_code == 302
        row = SLAPolicy.objects.get(name="Urgent payments")
        form = as_ira.get(page_of(SLAPolicy, "change", row.pk)).context["adminform"].form
        assert (form.initial["tag"], form.initial["thresholds"]) == ("vip, late", "75%, 30m")
        assert (form.initial["first_response"], form.initial["resolution"]) == ("30m", "1d 4h")
        assert (form.initial["priority"], form.initial["type"]) == (["urgent", "high"], ["payment"])
        sent = {name: value for name, value in form.initial.items() if value is not None} | NO_VERSIONS
        assert as_ira.post(page_of(SLAPolicy, "change", row.pk), sent | {"active": "on"}).status_code == 302
        assert SLAPolicy.objects.get(pk=row.pk).version == 1, "nothing was changed"

    @pytest.mark.parametrize(
        ("facts", "field", "said"),
        [
            ({"first_response": "soon"}, "first_response", "Enter a duration like 30m"),
            ({"resolution": "99999d"}, "resolution", "up to ten years"),
            ({"first_response": "", "resolution": ""}, "resolution", "needs at least one target"),
            ({"thresholds": "soon"}, "thresholds", "Enter a duration"),
            ({"thresholds": "100 %"}, "thresholds", "at_percent"),
            ({"thresholds": ",".join(["1 %"] * 30)}, "thresholds", "Enter at most 20 values"),
            ({"tag": "x" * 41}, None, "Unknown tag: xxx"),
            ({"tag": ",".join("abcdefghijklmnopqrstuvwxyz")}, "tag", "Enter at most 20 values"),
            ({"priority": ["soon"]}, "priority", "Select a valid choice"),
            ({"website": ["\x00"]}, "website", "Select a valid choice"),
            ({"calendar": 10**30}, "calendar", "Select a valid choice"),
            ({"calendar": ""}, "calendar", "required"),
            ({"position": -1}, "position", "greater than or equal to 0"),
            ({"position": 10**30}, "position", "less than or equal to"),
            ({"running": "later"}, "running", "Select a valid choice"),
            ({"name": "a\x00b"}, "name", "Null characters"),
        ],
    )
    def test_what_cannot_be_taken_is_said_at_its_field(self, as_ira, facts, field, said):
        answer = as_ira.post(page_of(SLAPolicy, "add"), typed(**facts))
        assert answer.status_code == 200
        form = answer.context["adminform"].form
        assert said in " ".join(form.errors[field] if field else form.non_field_errors())
        assert SLAPolicy.objects.count() == 7


class TestChange:
    def test_a_change_makes_a_version_and_a_line_of_the_audit(self, as_ira, ira, normal):
        save(as_ira, normal, first_response="2h")
        row = SLAPolicy.objects.get(pk=normal.pk)
        assert (row.targets["first_response"], row.version) == (120, 2)
        assert row.versions.get(number=2).by == ira
        assert SupportActionLog.objects.filter(object_kind="slapolicy", verb="change").count() == 1
        page = as_ira.get(page_of(SLAPolicy, "change", normal.pk)).text
        assert "first response 4h" in page
        assert "Ira Admin" in page

    def test_running_clocks_follow_when_she_chooses_so(self, as_ira, normal):
        save(as_ira, normal, first_response="2h", running="follow")
        assert SLAFollowUp.objects.get().policy == normal

    def test_who_was_overtaken_is_told_and_what_was_typed_stays(self, as_ira, ira, normal):
        policy_editing.change(policy=normal.pk, by=ira, values=policy_editing.PolicyValues(name="Usual"))
        answer = save(as_ira, normal, first_response="3h")
        assert "changed in the meantime" in answer.text
        assert 'value="3h"' in answer.text
        assert SLAPolicy.objects.get(pk=normal.pk).targets["first_response"] == 240

    def test_one_that_clocks_ran_under_stays(self, as_ira, normal, ira):
        make_ticket()
        hour = [{"metric": "resolution", "minutes": 60}]
        spare = policy_editing.create(by=ira, values=policy_editing.PolicyValues(name="Spare", targets=hour))
        refused = as_ira.post(page_of(SLAPolicy, "delete", normal.pk), {"post": "yes"}, follow=True)
        assert words(refused) == ["2 clocks ran under this policy. Deactivate it instead."]
        assert SLAPolicy.objects.filter(pk=normal.pk).exists()
        assert as_ira.post(page_of(SLAPolicy, "delete", spare.pk), {"post": "yes"}).status_code == 302
        assert not SLAPolicy.objects.filter(pk=spare.pk).exists()


class TestPreview:
    def test_it_says_how_many_would_change_and_saves_nothing(self, as_ira, normal):
        make_ticket()
        make_old(make_ticket(), timedelta(hours=3))
        make_ticket(priority="high")
        answer = save(as_ira, normal, first_response="2h", running="follow", _preview="Preview")
        assert answer.status_code == 200
        said = " ".join(answer.text.split())
        assert "<strong>4 targets</strong> would change, and <strong>1</strong> of them have used it up" in said
        assert "Please correct" not in answer.text
        assert 'value="2h"' in answer.text
        row = SLAPolicy.objects.get(pk=normal.pk)
        assert (row.version, row.targets["first_response"], SLAFollowUp.objects.count()) == (1, 240, 0)

    def test_it_tells_the_truth(self, as_ira, normal, ira):
        make_old(make_ticket(), timedelta(hours=3))
        told = save(as_ira, normal, first_response="2h", _preview="Preview").context["preview"]
        save(as_ira, normal, first_response="2h", running="follow")
        assert follow_up.run_waiting() == told.clocks == 2
        used_up = OrderDisputeSLA.objects.filter(target_seconds__gt=2 * 3600, metric="first_response")
        assert (used_up.get().state, told.late) == ("running", 1)

    def test_a_new_one_and_one_that_is_moved_can_be_tried_too(self, as_ira, normal):
        make_ticket(type="payment", priority="high")
        answer = as_ira.post(page_of(SLAPolicy, "add"), typed(position=1, _preview="Preview"))
        assert answer.context["preview"].clocks == 2
        assert as_ira.post(page_of(SLAPolicy, "add"), typed(_preview="Preview")).context["preview"].clocks == 0
        assert SLAPolicy.objects.count() == 7

    def test_what_cannot_be_taken_comes_first(self, as_ira, normal):
        answer = save(as_ira, normal, first_response="soon", _preview="Preview")
        assert answer.context.get("preview") is None
        assert "Please correct" in answer.text


class TestTestPanel:
    def test_ira_sees_who_wins_and_why_not_the_ones_before(self, as_ira):
        ticket = make_ticket()
        address = "/admin/support_management/slapolicy/test/"
        page = as_ira.get(address, {"ticket": ticket.number.lower()}).text
        assert "<strong><bdi>Tickets, normal</bdi></strong> applies to" in page
        assert "does not match: requires priority urgent, has normal." in page
        assert "does not exist" not in page
        assert "Test policy" in as_ira.get(page_of(SLAPolicy, "changelist")).text

    @pytest.mark.parametrize("number", ["x", "\x00", "T-999999999999999", "9" * 5000, "<script>"])
    def test_an_odd_number_is_a_sentence(self, as_ira, number):
        answer = as_ira.get("/admin/support_management/slapolicy/test/", {"ticket": number})
        assert answer.status_code == 200
        assert 'class="error"' in answer.text
        assert "<script>" not in answer.text

    def test_it_is_for_admins(self, client, lea):
        client.force_login(lea)
        assert client.get("/admin/support_management/slapolicy/test/", follow=True).status_code == 403


def test_the_segment_of_a_client_can_be_set(as_ira, cleo):
    sent = {"username": "cleo", "name": "Cleo", "email": cleo.email, "role": "client", "is_active": "on"}
    assert (
        as_ira.post(page_of(User, "change", cleo.pk), sent | {"time_zone": "UTC", "segment": "vip"}).status_code == 302
    )
    assert User.objects.get(pk=cleo.pk).segment == "vip"


def test_follow_ups_are_only_shown(as_ira, ira, normal):
    policy_editing.change(policy=normal.pk, by=ira, values=policy_editing.PolicyValues(), running="follow")
    page = as_ira.get(page_of(SLAFollowUp, "changelist"))
    assert "Tickets, normal" in page.text
    assert as_ira.get(page_of(SLAFollowUp, "add")).status_code == 403
    assert words(page) == []
