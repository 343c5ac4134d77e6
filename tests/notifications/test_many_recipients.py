"""Thousands at once cost what one costs; each person hears once, where they want to."""

import time

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from support_management.events.models import DomainEvent
from support_management.notifications import preferences
from support_management.notifications.models import MailDuty, SupportNotification
from support_management.notifications.notify import Notice, send
from support_management.notifications.preferences import DeliveryChannels
from tests.factories import make_agent, make_ticket

pytestmark = pytest.mark.django_db


def breach(person, at: int, **facts) -> Notice:
    return Notice(
        **{"recipient_id": person.pk, "kind": "breached", "priority": "critical", "name": f"T-{at} Late"}
        | {"text": "SLA breached", "about": ("ticket", at), "dedup": f"clock-{at}-breached"}
        | facts
    )


def statements(notices) -> int:
    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        send(notices)
    return len([query for query in asked.captured_queries if "SAVEPOINT" not in query["sql"]])


def test_five_thousand_cost_as_many_statements_as_ten(ada, ben):
    few = statements(breach((ada, ben)[at % 2], at) for at in range(10))
    many = statements(breach((ada, ben)[at % 2], at) for at in range(100, 5100))
    assert many == few <= 8
    assert SupportNotification.objects.count() == 5010


def test_five_thousand_take_no_more_than_a_moment(db):
    people = [make_agent() for _ in range(20)]
    notices = [breach(people[at % 20], at) for at in range(5000)]
    began = time.perf_counter()
    with transaction.atomic():
        send(notices)
    assert time.perf_counter() - began < 3, "a bound against loops of statements, not a measurement"


def test_each_person_gets_one_event_and_one_digest_not_a_mail_per_ticket(ada, ben):
    before = DomainEvent.objects.count()
    send([breach(ada, at) for at in range(60)] + [breach(ben, 1)])
    told = DomainEvent.objects.order_by("pk")[before:]
    assert [(event.kind, event.payload["recipient_id"]) for event in told] == [
        ("NotificationCreated", pk) for pk in sorted([ada.pk, ben.pk])
    ]
    digest, single = MailDuty.objects.order_by("-template", "pk").reverse()
    assert (digest.person, digest.template, len(digest.facts["items"]), digest.facts["more"]) == (ada, "digest", 50, 10)
    assert (single.person, single.subject) == (ben, "T-1 Late: SLA breached")


def test_the_same_reason_tells_the_same_person_once(ada, ben):
    assert send([breach(ada, 1), breach(ada, 1), breach(ben, 1)]) == 2
    assert send([breach(ada, 1), breach(ben, 1)]) == 0
    assert SupportNotification.objects.count() == MailDuty.objects.count() == 2


@pytest.mark.parametrize(
    ("bell", "mail", "shown", "owed"),
    [(True, True, 1, 1), (True, False, 1, 0), (False, True, 0, 1), (False, False, 0, 0)],
)
def test_it_goes_where_the_person_wants_it(ada, bell, mail, shown, owed):
    preferences.choose(by=ada, choices={"breached": DeliveryChannels(bell, mail)})
    send([breach(ada, 1)])
    assert SupportNotification.objects.filter(recipient=ada, on_bell=True).count() == shown
    assert MailDuty.objects.filter(person=ada).count() == owed
    assert send([breach(ada, 1)]) == 0


def test_a_refused_change_tells_nobody(ada):
    def refused():
        with transaction.atomic():
            send([breach(ada, 1)])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        refused()
    assert not SupportNotification.objects.exists()
    assert not MailDuty.objects.exists()
    assert not DomainEvent.objects.filter(kind="NotificationCreated").exists()


def test_the_place_is_found_by_the_work(ada):
    ticket = make_ticket()
    send([breach(ada, ticket.pk), breach(ada, 10**9)])
    links = dict(SupportNotification.objects.values_list("about_id", "link"))
    assert links == {ticket.pk: ticket.get_absolute_url(), 10**9: ""}


def test_a_kind_that_nobody_knows_is_a_mistake_of_the_program(ada):
    with pytest.raises(KeyError):
        send([breach(ada, 1, kind="nonsense")])
