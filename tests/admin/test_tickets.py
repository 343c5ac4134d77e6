"""Iris edits a ticket in admin: the same verbs, rights, events and audit as everywhere."""

import pytest

from support_management.models import DomainEvent, SupportActionLog, Tag, Ticket, TicketType
from support_management.tickets import conversation, triage
from tests import factories
from tests.admin.conftest import page_of, words

pytestmark = pytest.mark.django_db


def fields_of(ticket: Ticket, **changes) -> dict:
    """The form as the page shows it, with these fields changed."""
    row = Ticket.objects.get(pk=ticket.pk)
    facts = {
        "status": row.status,
        "priority": row.priority,
        "type": row.type_id,
        "assignee": row.assignee_id or "",
        "tags": [tag.pk for tag in row.tags.all()],
        "version_seen": row.version,
    }
    for prefix in ("clocks", "messages"):
        facts |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    return facts | changes


def save(browser, ticket: Ticket, **changes):
    return browser.post(page_of(Ticket, "change", ticket.pk), fields_of(ticket, **changes), follow=True)


def events_since(start: int) -> list[str]:
    return list(DomainEvent.objects.order_by("pk").values_list("kind", flat=True))[start:]


def act(browser, action: str, *tickets: Ticket, **facts):
    chosen = {"action": action, "_selected_action": [ticket.pk for ticket in tickets]} | facts
    return browser.post(page_of(Ticket, "changelist"), chosen, follow=True)


class TestEdit:
    def test_a_new_owner_gets_the_work_its_load_and_a_line_in_the_timeline(self, as_ira, ira, ada):
        ticket = factories.make_ticket()
        save(as_ira, ticket, assignee=ada.pk)
        row = Ticket.objects.get(pk=ticket.pk)
        assert (row.assignee, row.status, row.units) == (ada, "open", 1)
        ada.workload.refresh_from_db()
        assert ada.workload.load == 1
        assert row.messages.filter(body__contains="Ada").exists()
        line = SupportActionLog.objects.filter(object_kind="ticket", object_id=row.pk, verb="assign").get()
        assert (line.actor, line.door) == (ira, "admin")

    def test_every_field_is_told_by_its_own_event(self, as_ira, ada):
        ticket = factories.make_ticket()
        payment = TicketType.objects.get(slug="payment")
        tag = Tag.objects.create(name="vip")
        start = DomainEvent.objects.count()
        save(as_ira, ticket, priority=1, type=payment.pk, tags=[tag.pk], assignee=ada.pk, status="pending")
        kinds = events_since(start)
        assert kinds.count("TicketTriaged") == 3
        assert {"TicketAssigned", "TicketMoved"} <= set(kinds)
        row = Ticket.objects.get(pk=ticket.pk)
        assert (row.priority, row.type, row.status, row.tag_list) == (1, payment, "pending", ["vip"])

    def test_nothing_changed_raises_nothing(self, as_ira):
        ticket = factories.make_ticket()
        start = DomainEvent.objects.count()
        save(as_ira, ticket)
        assert not {"TicketTriaged", "TicketAssigned", "TicketMoved"} & set(events_since(start))
        assert Ticket.objects.get(pk=ticket.pk).version == ticket.version

    def test_an_illegal_move_is_a_sentence_and_nothing_changes(self, as_ira):
        ticket = factories.make_ticket(status="closed")
        response = save(as_ira, ticket, status="open", priority=1)
        assert response.status_code == 200
        assert "This ticket is closed" in response.content.decode()
        row = Ticket.objects.get(pk=ticket.pk)
        assert (row.status, row.priority) == ("closed", ticket.priority)

    def test_who_overtook_the_admin_is_not_written_over(self, as_ira, ada):
        ticket = factories.make_ticket()
        form = fields_of(ticket, priority=4)
        triage.set_priority(ticket=ticket.pk, priority="urgent", by=ada)
        response = as_ira.post(page_of(Ticket, "change", ticket.pk), form)
        assert "changed in the meantime" in response.content.decode()
        assert Ticket.objects.get(pk=ticket.pk).priority == 1

    def test_only_agents_own_work(self, as_ira, cleo):
        ticket = factories.make_ticket()
        response = save(as_ira, ticket, assignee=cleo.pk)
        assert "can&#x27;t be assigned work" in response.content.decode()
        assert Ticket.objects.get(pk=ticket.pk).assignee is None

    def test_taking_the_owner_away_frees_their_load(self, as_ira, ada):
        ticket = factories.make_ticket(assignee=ada)
        save(as_ira, ticket, assignee="")
        ada.workload.refresh_from_db()
        assert ada.workload.load == 0


class TestPreview:
    def test_it_names_the_deadlines_that_would_move_and_saves_nothing(self, as_ira):
        ticket = factories.make_ticket()
        shown = save(as_ira, ticket, priority=1, _preview="Preview")
        assert [effect.metric for effect in shown.context["preview"]] == ["first_response", "resolution"]
        assert "nothing is saved yet" in shown.content.decode()
        assert "First response" in shown.content.decode()
        assert Ticket.objects.get(pk=ticket.pk).version == ticket.version
        assert "No SLA deadline changes" in save(as_ira, ticket, _preview="Preview").content.decode()


class TestNew:
    @pytest.mark.parametrize(("ticked", "kind", "clocks"), [("on", "reply", 1), ("", "requester", 2)])
    def test_its_text_is_a_letter_or_the_customers_own(self, as_ira, cleo, ticked, kind, clocks):
        facts = {
            "subject": "Your order",
            "body": "It is late.",
            "requester": cleo.pk,
            "priority": 3,
            "channel": "email",
        }
        facts |= {"type": TicketType.objects.get(slug="order").pk, "tags": [], "opened_by_desk": ticked}
        assert as_ira.post(page_of(Ticket, "add"), facts).status_code == 302
        row = Ticket.objects.get()
        assert (row.messages.get().kind, row.clocks.count()) == (kind, clocks)

    def test_a_ticket_made_here_is_a_whole_ticket(self, as_ira, cleo):
        kind = TicketType.objects.get(slug="order")
        facts = {"subject": "Called by phone", "body": "Wants a date.", "requester": cleo.pk, "priority": 2}
        facts |= {"type": kind.pk, "channel": "internal", "tags": []}
        assert as_ira.post(page_of(Ticket, "add"), facts).status_code == 302
        row = Ticket.objects.get()
        assert (row.subject, row.requester, row.priority, row.channel) == ("Called by phone", cleo, 2, "internal")
        assert row.messages.get().body == "Wants a date."
        assert row.clocks.count() == 2
        assert DomainEvent.objects.filter(kind="TicketCreated").exists()

    def test_an_empty_body_is_refused_in_the_form(self, as_ira, cleo):
        kind = TicketType.objects.get(slug="order")
        facts = {"subject": "x", "body": " ", "requester": cleo.pk, "priority": 2, "type": kind.pk, "channel": "portal"}
        response = as_ira.post(page_of(Ticket, "add"), facts)
        assert response.status_code == 200
        assert response.context["errors"]
        assert not Ticket.objects.exists()


class TestActions:
    def test_several_are_resolved_and_the_refused_one_says_why(self, as_ira):
        good, closed = factories.make_ticket(), factories.make_ticket(status="closed")
        said = words(act(as_ira, "resolve", good, closed))
        assert "1 resolved." in said
        assert any(closed.number in word and "is closed" in word for word in said)
        assert Ticket.objects.get(pk=good.pk).status == "resolved"

    def test_close_and_open_again(self, as_ira):
        done = factories.make_ticket(status="resolved")
        again = factories.make_ticket(status="resolved")
        act(as_ira, "close", done)
        act(as_ira, "reopen", again)
        assert Ticket.objects.get(pk=done.pk).status == "closed"
        assert Ticket.objects.get(pk=again.pk).status == "open"

    def test_assign_goes_to_the_agent_chosen(self, as_ira, ada):
        ticket = factories.make_ticket()
        assert "Select an agent" in words(act(as_ira, "assign", ticket))[0]
        assert words(act(as_ira, "assign", ticket, agent=ada.pk)) == ["1 assigned to Ada Agent."]
        assert Ticket.objects.get(pk=ticket.pk).assignee == ada

    def test_release_and_priority(self, as_ira, ada):
        ticket = factories.make_ticket(assignee=ada)
        act(as_ira, "release", ticket)
        act(as_ira, "set_priority", ticket, priority="urgent")
        row = Ticket.objects.get(pk=ticket.pk)
        assert (row.assignee, row.priority) == (None, 1)

    def test_a_priority_that_was_not_chosen_is_a_sentence(self, as_ira):
        said = words(act(as_ira, "set_priority", factories.make_ticket()))
        assert any("Unknown priority" in word for word in said)


class TestTimeline:
    def test_it_is_shown_and_cannot_be_written(self, as_ira, ada):
        ticket = factories.make_ticket(assignee=ada)
        conversation.note(ticket=ticket.pk, by=ada, body="Seen in the log.")
        page = as_ira.get(page_of(Ticket, "change", ticket.pk)).content.decode()
        assert "Seen in the log." in page
        assert 'name="messages-0-body"' not in page
