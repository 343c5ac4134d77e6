"""What is said on a ticket."""

from functools import partial

import pytest

from support_management.core.errors import Conflict, Invalid, NotAllowed, Stale
from support_management.people.models import SupportProfile, SupportWorkloadTracker
from support_management.people.viewer import viewer_of
from support_management.sla.models import OrderDisputeSLA
from support_management.tickets import conversation, ownership, queries, triage
from support_management.tickets.models import Ticket, TicketMessage
from tests.concurrency import at_once, errors
from tests.factories import make_ticket
from tests.invariants import assert_desk_is_right
from tests.refusals import refused

pytestmark = pytest.mark.django_db


class TestReply:
    def test_the_first_answer_opens_the_ticket_and_meets_the_first_response(self, ada):
        row = conversation.reply(ticket=make_ticket().pk, by=ada, body="On it")
        stored = Ticket.objects.get(pk=row.pk)
        assert (stored.status, stored.version) == ("open", row.version)
        assert stored.first_replied_at is not None
        assert OrderDisputeSLA.objects.get(ticket=row, metric="first_response").state == "met"
        assert_desk_is_right()

    def test_a_later_answer_keeps_the_status_unless_it_brings_one(self, ada):
        row = make_ticket(assignee=ada)
        assert conversation.reply(ticket=row.pk, by=ada, body="One").status == "open"
        assert conversation.reply(ticket=row.pk, by=ada, body="Two", status="pending").status == "pending"
        assert conversation.reply(ticket=row.pk, by=ada, body="Three").status == "pending"
        assert conversation.reply(ticket=row.pk, by=ada, body="Four", status="resolved").status == "resolved"
        assert_desk_is_right()

    def test_the_words_come_before_the_move_in_the_timeline(self, ada, cleo):
        row = conversation.reply(ticket=make_ticket(assignee=ada).pk, by=ada, body="Done", status="resolved")
        kinds = list(queries.timeline(row.pk, viewer_of(ada)).values_list("kind", flat=True))
        assert kinds[-2:] == ["reply", "system"]

    def test_markup_is_text(self, ada):
        row = conversation.reply(ticket=make_ticket().pk, by=ada, body="<script>alert(1)</script> & <b>")
        message = TicketMessage.objects.get(ticket=row, kind="reply")
        assert message.html == '<p dir="auto">&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;</p>'

    @pytest.mark.parametrize(
        ("status", "code"),
        [
            ("new", "illegal_move"),
            ("closed", "illegal_move"),
            ("nonsense", "unknown_status"),
            (7, "unknown_status"),
        ],
    )
    def test_a_status_that_cannot_be_is_refused_and_nothing_is_said(self, ada, status, code):
        row = make_ticket(assignee=ada)
        with refused(code, Conflict if code == "illegal_move" else Invalid):
            conversation.reply(ticket=row.pk, by=ada, body="Hello", status=status)
        assert not TicketMessage.objects.filter(ticket=row, kind="reply").exists()
        assert Ticket.objects.get(pk=row.pk).version == row.version

    def test_ben_may_read_and_note_what_went_to_ada_but_not_answer(self, ada, ben, lea):
        row = make_ticket(assignee=ben)
        ownership.assign(ticket=row.pk, to=ada, by=lea)
        with refused("not_yours", NotAllowed, match="Assigned to Ada Agent"):
            conversation.reply(ticket=row.pk, by=ben, body="Me too")
        conversation.note(ticket=row.pk, by=ben, body="They called me")

    def test_nothing_is_said_on_a_closed_ticket(self, ada, cleo):
        row = make_ticket(assignee=ada, status="closed")
        with refused("closed", Conflict):
            conversation.reply(ticket=row.pk, by=ada, body="Hello?")


class TestRequester:
    @pytest.mark.parametrize("status", ["pending", "on_hold", "resolved"])
    def test_cleos_words_reopen_what_waits(self, ada, cleo, status):
        row = make_ticket(assignee=ada, status=status)
        assert SupportWorkloadTracker.objects.get(user=ada).load == 0
        after = conversation.reply(ticket=row.pk, by=cleo, body="It is still missing")
        assert (after.status, after.resolved_at) == ("open", None)
        assert SupportWorkloadTracker.objects.get(user=ada).load == 1
        assert_desk_is_right()

    def test_new_and_open_stay_as_they_are(self, cleo):
        assert conversation.reply(ticket=make_ticket().pk, by=cleo, body="Hello?").status == "new"

    def test_her_words_are_no_answer_of_the_desk(self, cleo):
        row = conversation.reply(ticket=make_ticket().pk, by=cleo, body="Hello?")
        assert Ticket.objects.get(pk=row.pk).first_replied_at is None

    def test_she_does_not_set_the_status(self, cleo):
        with refused("not_yours", NotAllowed):
            conversation.reply(ticket=make_ticket().pk, by=cleo, body="Done", status="resolved")

    def test_wim_does_not_find_her_ticket(self, wim):
        with refused("not_found"):
            conversation.reply(ticket=make_ticket().pk, by=wim, body="Hello")

    def test_a_ticket_resolved_again_after_reopening_is_whole(self, ada, cleo):
        row = make_ticket(assignee=ada, status="resolved")
        conversation.reply(ticket=row.pk, by=cleo, body="Not yet")
        conversation.reply(ticket=row.pk, by=ada, body="Now", status="resolved")
        assert_desk_is_right()

    def test_ada_asking_the_desk_herself_writes_as_the_requester(self, ada, ben):
        row = make_ticket(requester=ada)
        conversation.reply(ticket=row.pk, by=ada, body="Any news?")
        assert TicketMessage.objects.filter(ticket=row, kind="reply").count() == 0
        conversation.reply(ticket=row.pk, by=ben, body="Yes")
        assert TicketMessage.objects.filter(ticket=row, kind="reply").count() == 1


class TestNote:
    def test_a_note_stays_inside_the_desk(self, ada, cleo):
        row = make_ticket(assignee=ada)
        conversation.note(ticket=row.pk, by=ada, body="Careful with this one")
        assert "note" in queries.timeline(row.pk, viewer_of(ada)).values_list("kind", flat=True)
        assert set(queries.timeline(row.pk, viewer_of(cleo)).values_list("kind", flat=True)) == {"requester"}

    def test_closed_tickets_take_notes(self, ada):
        conversation.note(ticket=make_ticket(assignee=ada, status="closed").pk, by=ada, body="For the record")

    def test_cleo_leaves_none(self, cleo):
        with refused("not_found"):
            conversation.note(ticket=make_ticket().pk, by=cleo, body="Psst")


class TestHostile:
    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ("", "empty"),
            ("   ", "empty"),
            ("\u0000", "null_character"),
            ("\ud800", "broken_text"),
            (None, "not_text"),
            (7, "not_text"),
            ("x" * 100_001, "too_long"),
        ],
    )
    def test_what_cannot_be_stored_is_refused_with_a_sentence(self, ada, body, code):
        with refused(code, Invalid, field="body") as refusal:
            conversation.reply(ticket=make_ticket().pk, by=ada, body=body)
        assert refusal.value.text


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_of_two_answers_to_the_same_version_one_is_late(self, ada):
        row = make_ticket(assignee=ada)
        say = partial(conversation.reply, ticket=row.pk, by=ada, version=row.version)
        results = at_once(partial(say, body="One"), partial(say, body="Two"))
        assert [type(error) for error in errors(results)] == [Stale]
        assert TicketMessage.objects.filter(ticket=row, kind="reply").count() == 1
        assert_desk_is_right()

    def test_without_a_version_both_are_said(self, ada, cleo):
        row = make_ticket(assignee=ada)
        results = at_once(
            partial(conversation.reply, ticket=row.pk, by=ada, body="One", status="pending"),
            partial(conversation.reply, ticket=row.pk, by=cleo, body="Two"),
        )
        assert errors(results) == []
        assert Ticket.objects.get(pk=row.pk).version == row.version + 2
        assert_desk_is_right()

    def test_many_changes_of_adas_tickets_do_not_block_each_other_for_ever(self, ada, lea):
        SupportProfile.objects.filter(user=ada).update(capacity=20)  # room in whatever order they come
        rows = [make_ticket(assignee=ada) for _ in range(6)]
        acts = [partial(conversation.reply, ticket=row.pk, by=lea, body="x", status="resolved") for row in rows[:3]]
        acts += [partial(triage.set_priority, ticket=row.pk, by=ada, priority="urgent") for row in rows[3:]]
        acts += [partial(ownership.claim, ticket=make_ticket().pk, by=ada) for _ in range(3)]
        assert errors(at_once(*acts)) == []
        assert_desk_is_right()
