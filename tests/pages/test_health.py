"""/readyz names what is wrong in plain words: the part that is silent, the duty that fails, the work that is late."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import QuerySet

from console.views import health
from support_management import tasks
from support_management.analytics.models import SLAReport
from support_management.core import heartbeats
from support_management.core.models import Heartbeat
from support_management.core.time import now
from support_management.notifications.email import outbox
from support_management.notifications.email.outbox import OutgoingMail
from support_management.notifications.models import MailDuty
from support_management.sla.escalation.models import EscalationRule, EscalationRun
from support_management.sla.models import OrderDisputeSLA
from support_management.tickets.models import Ticket
from tests.factories import make_ticket
from tests.past import erase
from tests.routing.builders import queue

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def well(settings, monkeypatch, db):
    """A desk that has been running for long, with every part in order."""
    settings.REDIS_URL = ""
    monkeypatch.setattr(health, "STARTED_AT", float("-inf"))
    for part in (f"tail:{settings.PORT}", "worker", "beat", *(duty.part for duty in tasks.duties())):
        heartbeats.beat(part)
    tasks.make_sla_reports()


@pytest.fixture
def ready(client):
    """`ready()`: status code, and the parts that are not in order."""

    def ask() -> tuple[int, dict[str, str]]:
        answer = client.get("/readyz")
        said = answer.json()
        wrong = {name: word for name, word in said["parts"].items() if word != "ok"}
        assert said.get("failing", []) == list(wrong)
        assert said["status"] == ("failing" if wrong else "ok")
        return answer.status_code, wrong

    return ask


def move(part: str, by: timedelta, **facts) -> None:
    Heartbeat.objects.filter(part=part).update(at=now() + by, facts=facts)


def test_all_is_well(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(9):
        said = client.get("/readyz").json()
    duties = [duty.name for duty in tasks.duties()]
    assert said == {"status": "ok", "parts": dict.fromkeys(["database", "tail", "worker", "beat", *duties], "ok")}


class TestSigns:
    @pytest.mark.parametrize("part", ["tail", "worker", "beat"])
    @pytest.mark.parametrize(
        ("by", "word"),
        [
            (timedelta(seconds=-16), "last seen 16 s ago"),
            (timedelta(seconds=6), "last seen 6 s in the future: the clock was set back"),
            (3 * HOUR, "last seen 3 h in the future: the clock was set back"),
        ],
    )
    def test_fifteen_seconds_old_or_five_ahead(self, ready, settings, part, by, word):
        move(f"tail:{settings.PORT}" if part == "tail" else part, by + timedelta(milliseconds=100 if by > HOUR else 0))
        status, wrong = ready()
        assert (status, list(wrong)) == (503, [part])
        assert wrong[part].split()[:2] + wrong[part].split()[3:] == word.split()[:2] + word.split()[3:]

    @pytest.mark.parametrize("by", [timedelta(seconds=-14), timedelta(seconds=4)])
    def test_a_little_early_or_late_is_in_order(self, ready, by):
        move("worker", by)
        assert ready() == (200, {})

    def test_never_seen(self, ready):
        Heartbeat.objects.filter(part="beat").delete()
        assert ready() == (503, {"beat": "never seen"})


class TestDuties:
    @pytest.mark.parametrize("name", [duty.name for duty in tasks.duties()])
    def test_one_that_fails_fails_health_with_its_name(self, ready, name):
        move(f"duty:{name}", timedelta(seconds=-4), failed="OperationalError", runs=1, did=0)
        assert ready() == (503, {name: "failed 4 s ago: OperationalError, see the log"})
        move(f"duty:{name}", timedelta(0))
        assert ready() == (200, {})

    @pytest.mark.parametrize("name", [duty.name for duty in tasks.duties()])
    def test_one_that_nobody_does(self, ready, name):
        duty = next(duty for duty in tasks.duties() if duty.name == name)
        move(duty.part, timedelta(seconds=5 - duty.limit))
        assert ready() == (200, {})
        move(duty.part, timedelta(seconds=-5 - duty.limit))
        assert ready()[1][name].startswith("last done ")
        move(duty.part, 3 * HOUR + timedelta(seconds=9))
        assert ready()[1] == {name: "last done 3 h in the future: the clock was set back"}
        Heartbeat.objects.filter(part=duty.part).delete()
        assert ready()[1] == {name: "never done"}

    def test_right_after_the_start_only_failures_count(self, ready, monkeypatch):
        monkeypatch.setattr(health, "STARTED_AT", health.time.monotonic())
        Heartbeat.objects.filter(part="duty:mail").delete()
        assert ready() == (200, {})
        move("duty:rules", timedelta(0), failed="ValueError")
        assert list(ready()[1]) == ["rules"]


def late_threshold(ira) -> None:
    OrderDisputeSLA.objects.filter(ticket=make_ticket(), metric="resolution").update(next_fire_at=now() - 3 * HOUR)


def late_rule(ira) -> None:
    clock = OrderDisputeSLA.objects.filter(ticket=make_ticket()).first()
    rule = EscalationRule.objects.create(name="Call for help", tell_owner=True)
    late = now() - 3 * HOUR
    EscalationRun.objects.create(rule=rule, clock=clock, kind="breached", due_at=late, next_try_at=late)


def late_mail(ira) -> None:
    outbox.enqueue([OutgoingMail(person_id=ira.pk, kind="breached", subject="T-1 is late")])
    MailDuty.objects.update(next_try_at=now() - 3 * HOUR)


def late_assignment(ira) -> None:
    row = make_ticket()
    queue("general")
    move("duty:assignment", -4 * HOUR)
    QuerySet.update(Ticket.objects.filter(pk=row.pk), assignee=None, updated_at=now() - 3 * HOUR)


def late_report(ira) -> None:
    newest = SLAReport.objects.filter(kind="week").latest("start")
    erase(SLAReport.objects.filter(pk=newest.pk))


class TestDueWork:
    """Somebody says that he works, but the work lies there."""

    @pytest.mark.parametrize(
        ("name", "make", "noun"),
        [
            ("thresholds", late_threshold, "SLA threshold"),
            ("rules", late_rule, "escalation rule"),
            ("mail", late_mail, "email"),
            ("assignment", late_assignment, "unassigned work"),
            ("reports", late_report, "SLA report"),
        ],
    )
    def test_the_oldest_is_named_with_its_age_until_it_is_done(self, ready, ira, name, make, noun):
        make(ira)
        status, wrong = ready()
        assert (status, list(wrong)) == (503, [name])
        assert wrong[name].startswith(f"the oldest {noun} is ")
        assert name == "reports" or wrong[name].endswith("is 3 h late")
        duty = next(duty for duty in tasks.duties() if duty.name == name)
        duty.run()
        heartbeats.beat(duty.part)
        assert ready() == (200, {})

    def test_work_that_a_pass_has_left_for_want_of_an_agent_is_not_late(self, ready):
        row = make_ticket()
        queue("general")
        QuerySet.update(Ticket.objects.filter(pk=row.pk), assignee=None, updated_at=now() - 3 * HOUR)
        assert ready() == (200, {})


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("model", "names"),
    [(OrderDisputeSLA, ["thresholds"]), (EscalationRun, ["rules"]), (MailDuty, ["mail"]), (SLAReport, ["reports"])],
)
def test_a_table_that_is_missing_is_named_at_once_and_found_again(ready, model, names):
    table = model._meta.db_table
    rename = "ALTER TABLE {} RENAME TO {}"
    with connection.cursor() as cursor:
        cursor.execute(rename.format(table, "elsewhere"))
    try:
        status, wrong = ready()
    finally:
        with connection.cursor() as cursor:
            cursor.execute(rename.format("elsewhere", table))
    assert (status, list(wrong)) == (503, names)
    assert wrong[names[0]].startswith("cannot be read: ")
    assert ready() == (200, {})
