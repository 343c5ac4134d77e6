"""Who hears of deadlines: the owner, the leads of the website, everybody once."""

from datetime import timedelta

import pytest

from support_management.notifications import preferences
from support_management.notifications.models import MailDuty, SupportNotification
from support_management.notifications.preferences import DeliveryChannels
from support_management.sla.lifecycle import extension, sweep
from support_management.sla.models import OrderDisputeSLA
from tests import cast
from tests.factories import make_dispute, make_old, make_old_dispute, make_ticket
from tests.invariants import assert_desk_is_right

pytestmark = pytest.mark.django_db
SOON, RISK, LATE = timedelta(hours=3, minutes=1), timedelta(hours=3, minutes=40), timedelta(hours=5)


def told(person) -> list[tuple[str, str]]:
    notices = SupportNotification.objects.filter(recipient=person, on_bell=True).exclude(kind="assigned")
    return list(notices.order_by("pk").values_list("kind", "priority"))


@pytest.fixture
def ned(db):
    """Leads the desk of North only."""
    person = cast.person("ned", "lead", "Ned North")
    person.support_profile.websites.set([cast.north()])
    return person


@pytest.fixture
def sam(db):
    """Leads the desk of South only."""
    person = cast.person("sam", "lead", "Sam South")
    person.support_profile.websites.set([cast.south()])
    return person


class TestOwner:
    @pytest.mark.parametrize(
        ("age", "heard"),
        [(SOON, ("due_soon", "medium")), (RISK, ("at_risk", "high")), (LATE, ("breached", "critical"))],
    )
    def test_ada_hears_of_the_worst_that_a_sweep_found(self, ada, age, heard):
        row = make_old(make_ticket(assignee=ada), by=age)
        sweep.fire_due()
        assert told(ada) == [heard]
        note = SupportNotification.objects.get(recipient=ada, kind=heard[0])
        assert (note.about_kind, note.about_id, note.name) == ("ticket", row.pk, str(row))
        assert note.link == row.get_absolute_url()

    def test_one_after_the_other_she_hears_of_all_three(self, ada):
        row = make_ticket(assignee=ada)
        for more in (SOON, RISK - SOON, LATE - RISK):
            row = make_old(row, by=more)
            sweep.fire_due()
        assert [kind for kind, _ in told(ada)] == ["due_soon", "at_risk", "breached"]

    def test_after_an_extension_she_is_warned_again_before_the_new_deadline(self, ada, lea):
        row = make_old(make_ticket(assignee=ada), by=RISK)
        sweep.fire_due()
        clock = OrderDisputeSLA.objects.get(ticket=row, metric="first_response")
        for _ in range(2):
            extension.extend(clock=clock.pk, by=lea, minutes=1, reason="Still at risk")
            sweep.fire_due()
        assert [kind for kind, _ in told(ada)] == ["at_risk"], "nothing that she has passed is told again"
        extension.extend(clock=clock.pk, by=lea, minutes=240, reason="The carrier answers tomorrow")
        for more in (timedelta(hours=2, minutes=30), timedelta(hours=1, minutes=10), timedelta(hours=1)):
            make_old(row, by=more)
            sweep.fire_due()
        assert [kind for kind, _ in told(ada)] == ["at_risk", "due_soon", "at_risk", "breached"]
        assert [kind for kind, _ in told(lea)].count("team_breached") == 1
        assert_desk_is_right()

    def test_ada_hears_of_her_dispute(self, ada):
        make_old_dispute(make_dispute(assignee=ada), by=timedelta(hours=80))
        sweep.fire_due()
        assert told(ada) == [("breached", "critical")]

    def test_ada_who_wants_to_hear_of_nothing_early_hears_of_nothing_early(self, ada):
        preferences.choose(by=ada, choices={"due_soon": DeliveryChannels(bell=False, mail=False)})
        make_old(make_ticket(assignee=ada), by=SOON)
        sweep.fire_due()
        assert told(ada) == []


class TestLeads:
    def test_lea_hears_of_a_missed_deadline_whoever_has_the_work(self, ada, lea):
        make_old(make_ticket(assignee=ada), by=LATE)
        sweep.fire_due()
        assert told(lea) == [("team_breached", "critical")]
        assert MailDuty.objects.filter(person=lea, kind="team_breached").count() == 1

    def test_risk_of_owned_work_is_the_owners_until_lea_asks_for_it(self, ada, lea):
        make_old(make_ticket(assignee=ada), by=RISK)
        sweep.fire_due()
        assert told(lea) == []
        preferences.choose(by=lea, choices={"team_at_risk": DeliveryChannels(bell=True, mail=False)})
        make_old(make_ticket(assignee=ada), by=RISK)
        sweep.fire_due()
        assert told(lea) == [("team_at_risk", "high")]

    def test_risk_of_work_without_an_owner_is_leas(self, lea, ada):
        make_old(make_ticket(), by=RISK)
        sweep.fire_due()
        assert told(lea) == [("unowned_at_risk", "high")]
        assert told(ada) == []

    def test_only_who_leads_the_website_hears(self, ned, sam, lea):
        make_old(make_ticket(), by=LATE)
        sweep.fire_due()
        assert (told(ned), told(sam), told(lea)) == (
            [("team_breached", "critical")],
            [],
            [("team_breached", "critical")],
        )

    def test_an_admin_hears_when_he_has_asked(self, ira, ada):
        make_old(make_ticket(assignee=ada), by=LATE)
        sweep.fire_due()
        assert told(ira) == []
        preferences.choose(by=ira, choices={"team_breached": DeliveryChannels(bell=True, mail=False)})
        make_old(make_ticket(assignee=ada), by=LATE)
        sweep.fire_due()
        assert told(ira) == [("team_breached", "critical")]

    def test_a_lead_who_owns_the_work_hears_once(self, lea):
        make_old(make_ticket(assignee=lea), by=LATE)
        sweep.fire_due()
        assert told(lea) == [("breached", "critical")]

    def test_nobody_at_the_desk_nobody_is_told(self):
        make_old(make_ticket(), by=LATE)
        assert sweep.fire_due() == 3
        assert not SupportNotification.objects.exists()
