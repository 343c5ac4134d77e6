"""What Celery asks the desk to look at."""

from datetime import timedelta

import pytest
from celery import signals
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from console.celery import begin_context, message_is_taken, worker_is_alive
from support_management.core import heartbeats, request_context
from support_management.core.models import Heartbeat, IdempotencyKey
from support_management.core.time import now
from support_management.events.models import DomainEvent
from support_management.tasks import check_sla_breaches, close_resolved_tickets, prune
from support_management.tickets.models import Ticket
from tests.factories import make_ticket
from tests.invariants import assert_desk_is_right

pytestmark = pytest.mark.django_db


class TestCloseResolved:
    def test_after_four_days_and_not_before(self, ada, settings):
        settings.CLOSE_RESOLVED_DAYS = 4
        old, young = make_ticket(assignee=ada, status="resolved"), make_ticket(assignee=ada, status="resolved")
        QuerySet.update(Ticket.objects.filter(pk=old.pk), resolved_at=now() - timedelta(days=4, minutes=1))
        assert close_resolved_tickets() == 1
        assert Ticket.objects.get(pk=old.pk).status == "closed"
        assert Ticket.objects.get(pk=young.pk).status == "resolved"
        assert_desk_is_right()

    def test_a_reopened_ticket_stays_open(self, ada):
        row = make_ticket(assignee=ada, status="resolved")
        QuerySet.update(Ticket.objects.filter(pk=row.pk), resolved_at=now() - timedelta(days=9))
        Ticket.objects.filter(pk=row.pk).update(status="open")
        assert close_resolved_tickets() == 0


class TestPrune:
    def test_keys_and_sessions_go_after_their_time(self, ada, settings):
        kept = IdempotencyKey.objects.create(user=ada, key="new", request_hash="x", status=200)
        gone = IdempotencyKey.objects.create(user=ada, key="old", request_hash="x", status=200)
        hours = timedelta(hours=settings.KEEP_KEYS_HOURS, minutes=1)
        IdempotencyKey.objects.filter(pk=gone.pk).update(created_at=now() - hours)
        session = signed_in(ada)
        Session.objects.update(expire_date=now() - timedelta(minutes=1))
        counts = prune()
        assert (counts["keys"], counts["sessions"]) == (1, 1)
        assert list(IdempotencyKey.objects.all()) == [kept]
        assert not Session.objects.filter(pk=session.session_key).exists()

    def test_sessions_stay_when_the_house_wants_so(self, ada, settings):
        settings.KEEP_SESSIONS = True
        signed_in(ada)
        Session.objects.update(expire_date=now() - timedelta(minutes=1))
        assert prune()["sessions"] == 0

    def test_the_end_of_a_session_is_told_to_whom_it_was(self, ada):
        signed_in(ada).flush()
        event = DomainEvent.objects.filter(kind="AuthorityChanged").latest("pk")
        assert event.payload == {"user_id": ada.pk, "cause": "session_ended"}


def test_what_a_task_writes_names_the_task():
    begin_context(task=check_sla_breaches)
    assert request_context.writer() == (None, "task", "", "check_sla_breaches")


class TestHeartbeat:
    def test_a_task_that_has_ended_shows_that_a_worker_lives(self, db, monkeypatch):
        monkeypatch.setattr(heartbeats, "_last", {})
        check_sla_breaches()
        assert "worker" not in heartbeats.latest(), "a web process did it"
        signals.task_postrun.send(sender=check_sla_breaches, task=check_sla_breaches, state="FAILURE")
        assert (now() - heartbeats.latest()["worker"].at).total_seconds() < 5
        facts = {"task": check_sla_breaches.name, "state": "FAILURE"}
        assert Heartbeat.objects.get(part="worker").facts == facts

    def test_a_message_that_the_broker_has_taken_shows_that_beat_lives(self, db, monkeypatch):
        monkeypatch.setattr(heartbeats, "_last", {})
        signals.beat_init.send(sender=None)
        try:
            signals.before_task_publish.send(sender=check_sla_breaches.name)
            assert "beat" not in heartbeats.latest()
            signals.after_task_publish.send(sender=check_sla_breaches.name)
        finally:
            signals.after_task_publish.disconnect(message_is_taken)
        assert Heartbeat.objects.get(part="beat").facts == {"task": check_sla_breaches.name}

    def test_a_store_that_is_away_ends_neither(self, monkeypatch):
        monkeypatch.setattr(heartbeats, "beat_every", lambda *_, **__: 1 / 0)
        worker_is_alive(task=check_sla_breaches, state="SUCCESS")

    def test_a_part_beats_at_most_once_in_its_time(self, db, monkeypatch):
        monkeypatch.setattr(heartbeats, "_last", {})
        heartbeats.beat_every(60, "tail")
        first = Heartbeat.objects.get(part="tail").at
        heartbeats.beat_every(60, "tail")
        assert Heartbeat.objects.get(part="tail").at == first


def signed_in(person) -> SessionStore:
    session = SessionStore()
    session["_auth_user_id"] = str(person.pk)
    session.save()
    return session
