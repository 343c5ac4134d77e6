"""Iris looks after people: who comes in, as what, and who is shut out."""

from datetime import timedelta

import pytest
from django.db.models import QuerySet

from support_management.core.time import now
from support_management.models import (
    ApiToken,
    AvailabilityInterval,
    BusinessCalendar,
    DomainEvent,
    PlannedAbsence,
    SupportActionLog,
    SupportAvailability,
    SupportProfile,
    User,
    Website,
)
from support_management.people import api_tokens
from tests import cast
from tests.admin.conftest import page_of, words

pytestmark = pytest.mark.django_db
LONG = "correct horse battery"


def person_form(user: User, **changes) -> dict:
    facts = {name: getattr(user, name) for name in ("username", "name", "email", "role", "time_zone")}
    return {name: value for name, value in (facts | {"is_active": "on"} | changes).items() if value is not None}


def save(browser, user: User, **changes):
    return browser.post(page_of(User, "change", user.pk), person_form(user, **changes), follow=True)


def act(browser, model, action: str, *rows):
    chosen = {"action": action, "_selected_action": [row.pk for row in rows]}
    return words(browser.post(page_of(model, "changelist"), chosen, follow=True))


class TestNewPeople:
    def make(self, browser, **changes):
        facts = {"username": "nora", "name": "Nora New", "email": "nora@desk.example", "role": "support"}
        facts |= {"usable_password": "true", "password1": LONG, "password2": LONG}
        return browser.post(page_of(User, "add"), facts | changes)

    def test_an_agent_gets_seat_board_and_tracker(self, as_ira, ira):
        self.make(as_ira)
        nora = User.objects.get(username="nora")
        assert nora.check_password(LONG)
        assert nora.support_profile.registration_id.startswith("SUP-")
        assert nora.dashboard
        assert nora.workload.load == 0
        line = SupportActionLog.objects.get(object_kind="user", object_id=nora.pk, verb="add")
        assert line.actor == ira
        assert LONG not in str(line.after)

    def test_a_weak_password_is_refused(self, as_ira):
        response = self.make(as_ira, password1="nora", password2="nora")
        assert response.status_code == 200
        assert not User.objects.filter(username="nora").exists()

    def test_one_address_is_one_person(self, as_ira, ada):
        response = self.make(as_ira, email=ada.email.upper())
        assert "This email address is already in use." in response.content.decode()

    def test_an_admin_makes_no_superadmin(self, as_ira):
        response = self.make(as_ira, role="superadmin")
        assert "Only a superadmin can appoint a superadmin." in response.content.decode()
        assert not User.objects.filter(username="nora").exists()

    @pytest.mark.parametrize("word", ["Mars/Olympus", "europe/berlin", "../etc/passwd"])
    def test_a_zone_that_is_none_is_refused_in_words(self, as_ira, ada, word):
        response = save(as_ira, ada, time_zone=word)
        assert "Unknown time zone. Write it like Europe/Berlin or UTC." in response.content.decode()
        assert User.objects.get(pk=ada.pk).time_zone == "UTC"
        save(as_ira, ada, time_zone="Europe/Berlin")
        assert User.objects.get(pk=ada.pk).time_zone == "Europe/Berlin"


class TestChanges:
    def test_a_new_role_is_told_and_kept_with_before_and_after(self, as_ira, ira, ada):
        save(as_ira, ada, role="lead")
        assert User.objects.get(pk=ada.pk).role == "lead"
        assert DomainEvent.objects.filter(kind="AuthorityChanged", payload__user_id=ada.pk).exists()
        line = SupportActionLog.objects.get(object_kind="user", object_id=ada.pk, verb="edit")
        assert (line.actor, line.before, line.after) == (ira, {"role": "support"}, {"role": "lead"})

    def test_nobody_raises_themselves(self, as_ira, ira):
        page = save(as_ira, ira, role="superadmin").content.decode()
        assert "Only a superadmin can appoint a superadmin." in page
        assert User.objects.get(pk=ira.pk).role == "admin"

    def test_nobody_shuts_themselves_out(self, as_ira, ira):
        page = save(as_ira, ira, is_active=None).content.decode()
        assert "You can&#x27;t deactivate yourself." in page
        assert User.objects.get(pk=ira.pk).is_active

    def test_an_admin_does_not_touch_the_owner(self, as_ira):
        owner = cast.person("olga", "superadmin")
        assert "Only a superadmin can change a superadmin." in save(as_ira, owner, role="client").content.decode()
        address = f"/admin/support_management/user/{owner.pk}/password/"
        response = as_ira.post(address, {"usable_password": "true", "password1": LONG, "password2": LONG}, follow=True)
        assert "Only a superadmin can change a superadmin." in words(response)
        assert act(as_ira, User, "shut_out", owner)[0].endswith("Only a superadmin can change a superadmin.")
        owner.refresh_from_db()
        assert owner.is_active
        assert owner.role == "superadmin"
        assert not owner.check_password(LONG)

    def test_a_new_password_ends_screens_and_is_in_the_audit(self, as_ira, ira, ada):
        start = DomainEvent.objects.filter(kind="AuthorityChanged").count()
        address = f"/admin/support_management/user/{ada.pk}/password/"
        assert as_ira.get(address).status_code == 200
        assert (
            as_ira.post(address, {"usable_password": "true", "password1": LONG, "password2": LONG}).status_code == 302
        )
        assert User.objects.get(pk=ada.pk).check_password(LONG)
        assert DomainEvent.objects.filter(kind="AuthorityChanged").count() > start
        assert SupportActionLog.objects.get(object_kind="user", object_id=ada.pk, verb="password").actor == ira

    def test_shutting_out_and_letting_in(self, as_ira, ira, ada, ben):
        assert act(as_ira, User, "shut_out", ada, ben, ira)[0] == "2 deactivated."
        assert not User.objects.filter(pk__in=[ada.pk, ben.pk], is_active=True).exists()
        assert User.objects.get(pk=ira.pk).is_active
        act(as_ira, User, "let_in", ada)
        assert User.objects.get(pk=ada.pk).is_active
        assert SupportActionLog.objects.filter(verb="active", actor=ira).count() == 3


class TestSeats:
    def test_suspend_and_activate(self, as_ira, ada):
        act(as_ira, SupportProfile, "suspend", ada.support_profile)
        assert SupportProfile.objects.get(user=ada).status == "suspended"
        act(as_ira, SupportProfile, "activate", ada.support_profile)
        assert SupportProfile.objects.get(user=ada).status == "active"
        assert SupportActionLog.objects.filter(verb="standing").count() == 2

    def test_capacity_and_websites_change_and_screens_hear_of_it(self, as_ira, ada):
        profile, south = ada.support_profile, cast.south()
        start = DomainEvent.objects.filter(kind="AuthorityChanged").count()
        facts = {"status": "active", "capacity": 12, "websites": [south.pk], "phone": ""}
        facts |= {"skills-TOTAL_FORMS": 0, "skills-INITIAL_FORMS": 0}  # the page holds the skills, too
        assert as_ira.post(page_of(SupportProfile, "change", profile.pk), facts).status_code == 302
        profile = SupportProfile.objects.get(user=ada)
        assert profile.capacity == 12
        assert list(profile.websites.all()) == [south]
        assert DomainEvent.objects.filter(kind="AuthorityChanged").count() > start

    def test_what_an_agent_says_counts_from_now(self, as_ira, ada):
        row = SupportAvailability.objects.get(user=ada)
        assert as_ira.post(page_of(SupportAvailability, "change", row.pk), {"says": "away"}).status_code == 302
        after = SupportAvailability.objects.get(user=ada)
        assert (after.says, after.since > row.since) == ("away", True)
        assert AvailabilityInterval.objects.get(user=ada, ended_at=None).cause == "lead"

    def test_assignment_is_paused_without_changing_what_the_agent_says(self, as_ira, ada):
        address = page_of(SupportAvailability, "change", SupportAvailability.objects.get(user=ada).pk)
        for paused, available in (({"paused": "on"}, False), ({}, True)):
            assert as_ira.post(address, {"says": "online"} | paused).status_code == 302
            row = SupportAvailability.objects.get(user=ada)
            assert (row.says, row.state, row.available) == ("online", "online", available)
        assert SupportActionLog.objects.filter(verb="pause").count() == 2

    def test_an_absence_is_planned_and_withdrawn_and_a_wrong_one_says_why(self, as_ira, ada):
        moments = {"begins_at_0": "2026-01-05", "begins_at_1": "09:00", "ends_at_0": "2026-01-04", "ends_at_1": "09:00"}
        refused = as_ira.post(page_of(PlannedAbsence, "add"), {"user": ada.pk, "reason": "Holiday"} | moments)
        assert "The end is before the start." in refused.content.decode()
        ends = now() + timedelta(days=2)
        moments |= {"ends_at_0": f"{ends:%Y-%m-%d}", "begins_at_0": f"{now() - timedelta(days=1):%Y-%m-%d}"}
        assert (
            as_ira.post(page_of(PlannedAbsence, "add"), {"user": ada.pk, "reason": "Holiday"} | moments).status_code
            == 302
        )
        row = PlannedAbsence.objects.get()
        assert (row.user, row.reason) == (ada, "Holiday")
        assert as_ira.post(page_of(PlannedAbsence, "delete", row.pk), {"post": "yes"}).status_code == 302
        assert PlannedAbsence.objects.get().ends_at <= now(), "it had begun, so it ends now"

    def test_a_shift_is_a_calendar_and_changes_who_is_there(self, as_ira, ada):
        QuerySet.update(SupportAvailability.objects.filter(user=ada), since=now() - timedelta(days=30))
        closed = BusinessCalendar.objects.create(name="A minute long ago", hours={"mon": [["00:00", "00:01"]]})
        facts = {"status": "active", "capacity": 8, "websites": [], "phone": "", "shift": closed.pk}
        facts |= {"skills-TOTAL_FORMS": 0, "skills-INITIAL_FORMS": 0}
        assert as_ira.post(page_of(SupportProfile, "change", ada.support_profile.pk), facts).status_code == 302
        assert SupportAvailability.objects.get(user=ada).why_not == "off_shift"


class TestTokens:
    def test_a_revoked_token_opens_nothing(self, as_ira, ira, ada):
        word = api_tokens.issue(user=ada)
        row = ApiToken.objects.get()
        assert api_tokens.owner(word) == ada
        assert act(as_ira, ApiToken, "revoke", row) == ["1 revoked."]
        assert api_tokens.owner(word) is None
        assert SupportActionLog.objects.get(verb="revoke").actor == ira


class TestSites:
    def test_a_site_is_made_renamed_and_deleted_with_audit(self, as_ira, ira):
        assert as_ira.post(page_of(Website, "add"), {"name": "West", "domain": "west.example"}).status_code == 302
        site = Website.objects.get(name="West")
        assert (
            as_ira.post(page_of(Website, "change", site.pk), {"name": "Far West", "domain": "west.example"}).status_code
            == 302
        )
        assert as_ira.post(page_of(Website, "delete", site.pk), {"post": "yes"}).status_code == 302
        assert not Website.objects.filter(pk=site.pk).exists()
        lines = SupportActionLog.objects.filter(object_kind="website", actor=ira).exclude(verb="write").order_by("pk")
        assert [line.verb for line in lines if line.before or line.after != {"fields": ["deleted"]}] == [
            "add",
            "edit",
            "delete",
        ]
        assert DomainEvent.objects.filter(kind="RecordChanged", payload__kind="website").count() == 3

    @pytest.mark.parametrize("domain", ["not a domain !!", "https://west.example", "west.example/shop"])
    def test_a_domain_that_is_none_comes_back_with_the_reason(self, as_ira, domain):
        answer = as_ira.post(page_of(Website, "add"), {"name": "West", "domain": domain})
        assert "Enter a domain such as shop.example" in answer.text
        assert not Website.objects.filter(name="West").exists()

    def test_a_site_with_work_is_kept(self, as_ira):
        from tests import factories

        ticket = factories.make_ticket()
        response = as_ira.post(page_of(Website, "delete", ticket.website_id), {"post": "yes"}, follow=True)
        assert response.status_code == 200
        assert Website.objects.filter(pk=ticket.website_id).exists()
