"""Status, priority, type and tags."""

from itertools import product

import pytest

from support_management.audit.models import SupportActionLog
from support_management.core.errors import Conflict, Invalid, NotAllowed
from support_management.people.models import SupportWorkloadTracker
from support_management.tickets import triage
from support_management.tickets.models import Tag, Ticket, TicketType
from support_management.tickets.status import MOVES, Status
from tests.factories import make_ticket
from tests.invariants import assert_desk_is_right
from tests.refusals import refused

pytestmark = pytest.mark.django_db

PAIRS = [(a, b) for a, b in product(Status.values, Status.values) if a != b]


class TestStatus:
    @pytest.mark.parametrize(("before", "after"), PAIRS)
    def test_every_move_is_legal_or_refused_with_a_reason(self, before, after, ada):
        row = make_ticket(assignee=None if before == "new" else ada, status=before)
        if after in MOVES[before]:
            assert triage.set_status(ticket=row.pk, status=after, by=None).status == after
        else:
            with refused("illegal_move", Conflict):
                triage.set_status(ticket=row.pk, status=after, by=None)
            assert Ticket.objects.get(pk=row.pk).version == row.version
        assert_desk_is_right()

    def test_the_table_is_the_one_of_the_desk(self):
        assert {
            "new": {"open", "pending", "on_hold", "resolved"},
            "open": {"pending", "on_hold", "resolved"},
            "pending": {"open", "on_hold", "resolved"},
            "on_hold": {"open", "pending", "resolved"},
            "resolved": {"open", "closed"},
            "closed": set(),
        } == MOVES

    def test_the_status_it_has_is_no_change(self, ada):
        row = make_ticket(assignee=ada)
        assert triage.set_status(ticket=row.pk, status="open", by=ada).version == row.version

    @pytest.mark.parametrize("status", ["gone", "", None, ["open"], 3])
    def test_an_unknown_status_names_the_known_ones(self, ada, status):
        with refused("unknown_status", Invalid, field="status", match="on_hold"):
            triage.set_status(ticket=make_ticket().pk, status=status, by=ada)

    def test_cleo_is_told_that_only_the_desk_does_this(self, cleo):
        with refused("not_yours", NotAllowed, match="Only support staff"):
            triage.set_status(ticket=make_ticket().pk, status="resolved", by=cleo)


class TestPriority:
    def test_ada_makes_it_urgent(self, ada):
        row = triage.set_priority(ticket=make_ticket(assignee=ada).pk, priority="urgent", by=ada)
        assert Ticket.objects.get(pk=row.pk).priority_word == "urgent"
        audit = SupportActionLog.objects.get(verb="priority")
        assert (audit.before, audit.after) == ({"priority": "normal"}, {"priority": "urgent"})
        assert_desk_is_right()

    @pytest.mark.parametrize("word", ["", "Urgent", None, 1, ["urgent"]])
    def test_only_the_four_words(self, ada, word):
        with refused("unknown_priority", Invalid, field="priority"):
            triage.set_priority(ticket=make_ticket().pk, priority=word, by=ada)


class TestType:
    def test_a_heavier_queue_weighs_more(self, ada):
        TicketType.objects.filter(slug="technical").update(weight=3)
        triage.set_type(ticket=make_ticket(assignee=ada).pk, type="technical", by=ada)
        assert SupportWorkloadTracker.objects.get(user=ada).load == 3
        assert_desk_is_right()

    @pytest.mark.parametrize("slug", ["no-such", "", None, 5, "a\x00b"])
    def test_a_queue_that_does_not_exist_is_refused(self, ada, slug):
        with refused("unknown_type", Invalid, field="type"):
            triage.set_type(ticket=make_ticket().pk, type=slug, by=ada)


class TestTags:
    def test_words_are_cleaned_and_kept_once(self, ada):
        row = triage.set_tags(ticket=make_ticket().pk, tags=["VIP", " vip ", "late  parcel"], by=ada)
        assert sorted(Ticket.objects.get(pk=row.pk).tag_list) == ["late parcel", "vip"]
        assert Tag.objects.count() == 2

    def test_the_same_words_again_are_no_change(self, ada):
        row = triage.set_tags(ticket=make_ticket().pk, tags=["b", "a"], by=ada)
        assert triage.set_tags(ticket=row.pk, tags=["a", "b"], by=ada).version == row.version

    @pytest.mark.parametrize(
        ("tags", "code"),
        [
            ("vip", "bad_tags"),
            (None, "bad_tags"),
            ([7], "not_text"),
            (["x" * 41], "too_long"),
            ([""], "empty"),
            (["a"] * 21, "bad_tags"),
            ([["a"]], "not_text"),
        ],
    )
    def test_what_is_no_list_of_short_words_is_refused(self, ada, tags, code):
        with refused(code, Invalid, field="tags"):
            triage.set_tags(ticket=make_ticket().pk, tags=tags, by=ada)
