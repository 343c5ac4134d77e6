"""Whoever writes a row, by whatever way: an event goes with it, and what follows from the row is right."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F, ProtectedError

from support_management.audit.models import SupportActionLog
from support_management.core.time import now
from support_management.disputes.models import Dispute
from support_management.events import live_models, positions
from support_management.events.catalogue import RecordChanged, RecordsChanged
from support_management.orders.models import Order
from support_management.people.models import SupportProfile, SupportWorkloadTracker, User, Website
from support_management.routing.models import ReassignmentLog
from support_management.sla.models import OrderDisputeSLA
from support_management.tickets.models import Tag, Ticket, TicketMessage, TicketType
from tests import cast
from tests.factories import make_dispute, make_order, make_ticket, make_tickets
from tests.invariants import assert_desk_is_right
from tests.past import erase_clocks, erase_history
from tests.refusals import refused

pytestmark = pytest.mark.django_db


def events_of(write) -> list:
    """What the write told."""
    positions.place()
    before = positions.head()
    write()
    positions.place()
    return [placed.event for placed in positions.since(before)]


def told(write, kind="ticket") -> list[RecordChanged]:
    return [event for event in events_of(write) if isinstance(event, RecordChanged) and event.kind == kind]


class TestEachWay:
    def test_save(self, ada):
        row = make_ticket(assignee=ada)
        row.subject = "Another"
        events = told(row.save)
        assert [(event.id, event.fields, event.owner_id) for event in events] == [(row.pk, ("all",), ada.pk)]
        assert row.version == Ticket.objects.get(pk=row.pk).version

    def test_save_of_some_fields_raises_the_version_too(self, ada):
        row = make_ticket()
        events = told(lambda: row.save(update_fields=["subject"]))
        assert events[0].fields == ("subject",)
        stored = Ticket.objects.get(pk=row.pk)
        assert (stored.version, stored.updated_at) == (row.version, row.updated_at)
        assert stored.version == 2

    def test_update_with_an_expression(self, ada):
        row = make_ticket()
        events = told(lambda: Ticket.objects.filter(pk=row.pk).update(priority=F("priority") - 1))
        assert len(events) == 1
        stored = Ticket.objects.get(pk=row.pk)
        assert (stored.priority, stored.version) == (2, row.version + 1)
        assert stored.updated_at > row.updated_at

    def test_update_of_what_the_filter_no_longer_matches_afterwards(self, ada):
        make_tickets(3, assignee=ada)
        events = told(lambda: Ticket.objects.filter(assignee=ada).update(assignee=None))
        assert [event.owner_id for event in events] == [ada.pk] * 3
        assert_desk_is_right()

    def test_update_through_a_relation_and_after_values(self, ada):
        row = make_ticket(assignee=ada)
        assert len(told(lambda: ada.assigned_tickets.all().update(subject="x"))) == 1
        assert len(told(lambda: Ticket.objects.values("pk").filter(pk=row.pk).update(subject="y"))) == 1
        assert len(told(lambda: Ticket.objects.filter(type__slug="general").update(subject="z"))) == 1

    def test_the_base_manager(self, ada):
        row = make_ticket()
        assert len(told(lambda: Ticket._base_manager.filter(pk=row.pk).update(subject="x"))) == 1

    def test_bulk_update(self, ada):
        rows = make_tickets(3)
        for row in rows:
            row.priority = 1
        events = told(lambda: Ticket.objects.bulk_update(rows, ["priority"]))
        assert {event.id for event in events} == {row.pk for row in rows}
        assert set(Ticket.objects.values_list("version", flat=True)) == {2}

    def test_bulk_create_numbers_the_tickets_and_starts_their_clocks(self, cleo):
        kind = TicketType.objects.get(slug="general")
        rows = [Ticket(subject=f"Import {at}", type=kind, requester=cleo) for at in range(3)]
        assert len(told(lambda: Ticket.objects.bulk_create(rows))) == 3
        assert len(set(Ticket.objects.values_list("number", flat=True))) == 3
        assert OrderDisputeSLA.objects.count() == 6
        assert_desk_is_right()

    def test_create_get_or_create_and_update_or_create(self, cleo):
        facts = {"subject": "x", "type": TicketType.objects.get(slug="general")}
        assert len(told(lambda: Ticket.objects.create(requester=cleo, **facts))) == 1
        assert len(told(lambda: Ticket.objects.get_or_create(requester=cleo, defaults=facts))) == 0
        assert len(told(lambda: Ticket.objects.update_or_create(requester=cleo, defaults={"subject": "y"}))) == 1

    def test_delete_of_a_row_and_of_a_queryset(self, ada):
        rows = make_tickets(3, assignee=ada)
        ids = [row.pk for row in rows]
        erase_history(*rows)
        gone = told(rows[0].delete)
        gone += told(lambda: Ticket.objects.filter(assignee=ada).delete())
        assert [(event.id, event.deleted) for event in gone] == [(pk, True) for pk in ids]
        assert SupportWorkloadTracker.objects.get(user=ada).load == 0
        assert_desk_is_right()

    def test_what_goes_along_is_told_where_a_screen_shows_it(self, cleo):
        dispute = make_dispute()
        row = make_ticket(order=dispute.order)
        Ticket.objects.filter(pk=row.pk).update(dispute=dispute)
        erase_clocks(OrderDisputeSLA.objects.filter(dispute=dispute))
        assert [event.id for event in told(dispute.delete)] == [row.pk]
        assert Ticket.objects.get(pk=row.pk).dispute is None

    def test_work_protects_its_people(self, cleo):
        make_ticket()
        with pytest.raises(ProtectedError):
            cleo.delete()

    def test_tags_from_both_sides(self, ada):
        row, tag = make_ticket(), Tag.objects.create(name="vip")
        assert len(told(lambda: row.tags.add(tag))) == 1
        assert len(told(lambda: tag.tickets.remove(row))) == 1
        assert len(told(lambda: Tag.objects.filter(pk=tag.pk).update(name="gold"), kind="tag")) == 1


class TestHowMany:
    def test_nothing_written_nothing_told(self, db):
        assert events_of(lambda: Ticket.objects.filter(pk=0).update(subject="x")) == []
        assert events_of(lambda: Ticket.objects.bulk_create([])) == []
        assert events_of(lambda: Ticket.objects.filter(pk=0).delete()) == []

    def test_more_than_five_hundred_rows_are_one_event(self, cleo, ada, monkeypatch):
        assert live_models.MANY == 500
        monkeypatch.setattr(live_models, "MANY", 20)
        kind = TicketType.objects.get(slug="general")
        rows = [Ticket(subject="Import", type=kind, requester=cleo) for _ in range(21)]
        created = self.tickets_told(lambda: Ticket.objects.bulk_create(rows))
        assert created == [RecordsChanged(kind="ticket", fields=("created",))]
        assert OrderDisputeSLA.objects.values("ticket").distinct().count() == len(rows)
        written = self.tickets_told(lambda: Ticket.objects.update(assignee=ada, status="open"))
        assert written == [RecordsChanged(kind="ticket", fields=("assignee", "status"))]
        assert SupportWorkloadTracker.objects.get(user=ada).load == len(rows)
        for row in rows:
            row.status = "resolved"
        written = self.tickets_told(lambda: Ticket.objects.bulk_update(rows, ["status"]))
        assert written == [RecordsChanged(kind="ticket", fields=("status",))]
        assert set(Ticket.objects.values_list("version", flat=True)) == {3}
        assert_desk_is_right()

    @staticmethod
    def tickets_told(write) -> list:
        return [event for event in events_of(write) if isinstance(event, (RecordChanged, RecordsChanged))]


class TestTransaction:
    def test_a_write_that_is_rolled_back_tells_nothing(self, ada):
        row = make_ticket()

        def fails():
            try:
                with transaction.atomic():
                    Ticket.objects.filter(pk=row.pk).update(subject="x")
                    raise KeyError
            except KeyError:
                pass

        assert events_of(fails) == []
        assert Ticket.objects.get(pk=row.pk).version == row.version

    def test_a_write_that_the_database_refuses_leaves_the_object_usable(self, ada):
        row = make_ticket()
        row.status = "banana"
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()
        assert row.version == 1
        row.status = "open"
        row.save()
        assert Ticket.objects.get(pk=row.pk).version == 2

    def test_saving_what_somebody_deleted_is_said_in_words(self, ada):
        row = make_ticket()
        erase_history(row)
        Ticket.objects.filter(pk=row.pk).delete()
        with refused("not_found"):
            row.save()

    @pytest.mark.django_db(transaction=True)
    def test_save_outside_any_transaction_is_one_with_its_event(self, ada):
        row = make_ticket()
        assert not connection.in_atomic_block
        assert len(told(row.save)) == 1


class TestDerived:
    @pytest.mark.one_database
    @pytest.mark.parametrize("before", ["open", "pending", "resolved", "closed"])
    @pytest.mark.parametrize("after", ["new", "open", "pending", "on_hold", "resolved", "closed"])
    def test_a_status_written_by_hand_legal_or_not(self, before, after, ada):
        row = make_ticket(assignee=ada, status=before)
        Ticket.objects.filter(pk=row.pk).update(status=after)
        assert_desk_is_right()
        line = SupportActionLog.objects.filter(object_kind="ticket", object_id=row.pk).latest("pk")
        assert (line.verb, line.actor_name, line.after) == ("write", "system (shell)", {"fields": ["status"]})

    def test_an_owner_written_by_hand(self, ada, ben):
        row = make_ticket(assignee=ada)
        Ticket.objects.filter(pk=row.pk).update(assignee=ben)
        last = ReassignmentLog.objects.filter(ticket=row).latest("pk")
        assert (last.from_agent, last.to_agent, last.reason) == (ada, ben, "written by hand")
        loads = SupportWorkloadTracker.objects.order_by("user").values_list("user", "load")
        assert dict(loads) == {ada.pk: 0, ben.pk: 1}
        assert_desk_is_right()

    def test_priority_type_and_requester(self, ada, wim):
        row = make_ticket(assignee=ada)
        TicketType.objects.filter(slug="order").update(weight=2)
        Ticket.objects.filter(pk=row.pk).update(priority=1)
        Ticket.objects.filter(pk=row.pk).update(type=TicketType.objects.get(slug="order"))
        Ticket.objects.filter(pk=row.pk).update(requester=wim)
        assert SupportWorkloadTracker.objects.get(user=ada).load == 2
        assert_desk_is_right()

    def test_the_weight_of_a_queue(self, ada):
        make_ticket(assignee=ada)
        TicketType.objects.filter(slug="general").update(weight=4)
        assert SupportWorkloadTracker.objects.get(user=ada).load == 4
        assert_desk_is_right()

    def test_a_load_written_by_hand_is_what_the_work_says(self, ada):
        make_ticket(assignee=ada)
        SupportWorkloadTracker.objects.filter(user=ada).update(load=99)
        assert SupportWorkloadTracker.objects.get(user=ada).load == 1

    def test_a_reply_written_by_hand_meets_the_first_response(self, ada):
        row = make_ticket(assignee=ada)
        message = TicketMessage.objects.create(ticket=row, kind="reply", author=ada, body="From the shell")
        assert message.html == '<p dir="auto">From the shell</p>'
        assert OrderDisputeSLA.objects.get(ticket=row, metric="first_response").state == "met"
        assert_desk_is_right()

    def test_a_dispute_decided_and_reopened_by_hand(self, ada):
        row = make_dispute(assignee=ada)
        Dispute.objects.filter(pk=row.pk).update(status="withdrawn")
        assert_desk_is_right()
        Dispute.objects.filter(pk=row.pk).update(status="open")
        assert_desk_is_right()

    def test_a_dispute_given_away_by_hand(self, ada, ben):
        row = make_dispute(assignee=ada)
        row.assignee = ben
        row.save()
        assert ReassignmentLog.objects.filter(dispute=row).latest("pk").to_agent == ben
        assert_desk_is_right()

    def test_a_clock_written_by_hand_shows_on_the_work(self, ada):
        row = make_ticket()
        soon = now() + timedelta(minutes=1)
        OrderDisputeSLA.objects.filter(ticket=row, metric="first_response").update(due_at=soon)
        assert Ticket.objects.get(pk=row.pk).next_due_at == soon

    def test_an_order_written_by_hand(self, cleo):
        order = make_order()
        assert len(told(lambda: Order.objects.filter(pk=order.pk).update(status="paused"), kind="order")) == 1


class TestPeople:
    def authority(self, write) -> set[int]:
        return {event.user_id for event in events_of(write) if type(event).__name__ == "AuthorityChanged"}

    def test_who_becomes_an_agent_is_equipped(self, cleo):
        User.objects.filter(pk=cleo.pk).update(role="support")
        user = User.objects.get(pk=cleo.pk)
        assert user.support_profile.registration_id.startswith("SUP-0")
        assert (user.availability.says, user.workload.load, user.dashboard.tickets_pending) == ("offline", 0, 0)

    def test_many_new_agents_are_equipped_as_well(self, db, monkeypatch):
        monkeypatch.setattr(live_models, "MANY", 3)
        User.objects.bulk_create(User(username=f"a{at}", name="A", role="support") for at in range(4))
        assert SupportProfile.objects.count() == 4
        assert SupportWorkloadTracker.objects.count() == 4

    def test_whose_rights_change_is_told(self, ada):
        assert self.authority(lambda: User.objects.filter(pk=ada.pk).update(role="client")) == {ada.pk}
        assert self.authority(lambda: User.objects.filter(pk=ada.pk).update(is_active=False)) == {ada.pk}
        assert self.authority(lambda: SupportProfile.objects.filter(user=ada).update(status="suspended")) == {ada.pk}
        assert self.authority(lambda: ada.support_profile.websites.clear()) == {ada.pk}
        assert self.authority(lambda: cast.south().agents.add(ada.support_profile)) == {ada.pk}
        assert self.authority(lambda: cast.south().agents.clear()) == {ada.pk}

    def test_signing_in_or_another_theme_is_nobodys_business(self, ada):
        assert self.authority(lambda: User.objects.filter(pk=ada.pk).update(last_login=now())) == set()
        assert self.authority(lambda: User.objects.filter(pk=ada.pk).update(theme="dark", density="compact")) == set()

    def test_a_website_that_goes_changes_what_its_agents_see(self, ada):
        other = Website.objects.create(name="East")
        ada.support_profile.websites.set([other])
        assert ada.pk in self.authority(other.delete)

    def test_a_demoted_agent_keeps_valid_figures_until_the_work_moves(self, ada):
        make_ticket(assignee=ada)
        User.objects.filter(pk=ada.pk).update(role="client")
        assert_desk_is_right()

    def test_who_wrote_through_a_door_stands_in_the_audit(self, ira, ada):
        from support_management.core import request_context

        request_context.begin(door="admin", user_id=ira.pk, ip="10.0.0.7", request_id="r-1")
        SupportProfile.objects.filter(user=ada).update(capacity=3)
        line = SupportActionLog.objects.latest("pk")
        assert (line.actor, line.door, line.ip, line.request_id) == (ira, "admin", "10.0.0.7", "r-1")

    def test_one_address_is_one_person_however_it_is_written(self, cleo):
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.create_user("other", email=cleo.email.upper(), name="Other")
