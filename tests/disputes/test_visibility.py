"""Who may know of which dispute, and for how long after it left their hands."""

from datetime import timedelta

import pytest
from django.db.models import QuerySet

from support_management.core.errors import NotAllowed
from support_management.core.time import now
from support_management.disputes import lifecycle, queries
from support_management.disputes.models import Dispute, DisputeParticipation
from support_management.people.models import User
from support_management.people.viewer import Viewer, viewer_of
from tests import cast
from tests.factories import make_dispute, make_order
from tests.refusals import refused

pytestmark = pytest.mark.django_db


def eyes(person: User) -> Viewer:
    return viewer_of(User.objects.get(pk=person.pk))


def sees(person: User, dispute: Dispute) -> bool:
    """By the list, by the board and by the row in hand: all must say the same."""
    viewer, row = eyes(person), Dispute.objects.select_related("order").get(pk=dispute.pk)
    took_part = queries.participants([row.pk])[row.pk]
    listed = queries.visible_to(viewer).filter(pk=row.pk).exists()
    assert queries.may_see(viewer, row) == queries.may_see(viewer, row, took_part) == listed
    if viewer.is_desk:
        assert queries.in_board(viewer, row, took_part) == listed
    return listed


class TestAgents:
    def test_ada_sees_hers_and_free_ones_of_her_website(self, ada, ben):
        assert sees(ada, make_dispute())
        assert sees(ada, make_dispute(assignee=ada))
        assert not sees(ada, make_dispute(assignee=ben))
        assert not sees(ada, make_dispute(order=make_order(website=cast.south())))

    def test_what_was_hers_stays_readable_for_fourteen_days(self, ada, ben, lea):
        row = make_dispute(assignee=ada)
        lifecycle.assign(dispute=row.pk, to=ben, by=lea)
        assert sees(ada, row)
        QuerySet.update(DisputeParticipation.objects.all(), at=now() - timedelta(days=14, minutes=1))
        assert not sees(ada, row)

    @pytest.mark.parametrize("verb", ["advance", "open_dispute", "hand over"])
    def test_so_does_what_she_worked_on(self, ada, ben, lea, verb):
        if verb == "open_dispute":
            row = lifecycle.open_dispute(order=make_order().pk, by=ada, reason="late")
        else:
            row = make_dispute(assignee=ada if verb == "hand over" else None)
        if verb == "advance":
            lifecycle.advance(dispute=row.pk, status="under_review", by=ada)
        if verb == "hand over":
            lifecycle.assign(dispute=row.pk, to=ben, by=ada, reason="Knows the writer")
        else:
            lifecycle.assign(dispute=row.pk, to=ben, by=ben)
        assert sees(ada, row)

    def test_she_may_read_it_and_nothing_else(self, ada, ben, lea):
        row = make_dispute(assignee=ada)
        lifecycle.assign(dispute=row.pk, to=ben, by=lea)
        for change in (
            lambda: lifecycle.advance(dispute=row.pk, status="under_review", by=ada),
            lambda: lifecycle.resolve(dispute=row.pk, outcome="withdrawn", notes="x", by=ada),
            lambda: lifecycle.assign(dispute=row.pk, to=ada, by=ada),
        ):
            with refused("not_yours", NotAllowed):
                change()
        after = Dispute.objects.get(pk=row.pk)
        assert (after.assignee, after.status, after.is_open) == (ben, "open", True)

    def test_another_website_is_out_of_sight_whoever_took_part(self, ada, ben, lea):
        row = make_dispute(assignee=ada)
        lifecycle.assign(dispute=row.pk, to=ben, by=lea)
        ada.support_profile.websites.set([cast.south()])
        assert not sees(ada, row)
        with refused("not_found"):
            lifecycle.advance(dispute=row.pk, status="under_review", by=User.objects.get(pk=ada.pk))

    def test_heads_count_what_she_took_part_in_once(self, ada, ben, lea):
        row = make_dispute(order=make_order(amount="40.00"), assignee=ada)
        lifecycle.advance(dispute=row.pk, status="under_review", by=ada)
        lifecycle.assign(dispute=row.pk, to=ben, by=lea)
        viewer = eyes(ada)
        assert [card.pk for card in queries.column("under_review", viewer)] == [row.pk]
        total, [(_, amount)] = queries.column_totals(viewer)["under_review"]
        assert (total, amount) == (1, 40)


class TestOthers:
    def test_leads_see_all_and_parties_those_of_their_orders(self, lea, cleo, wim, eda, ada):
        row = make_dispute(assignee=ada)
        assert sees(lea, row)
        assert sees(cleo, row)
        assert sees(wim, row)
        assert not sees(eda, row)
        assert not sees(cast.person("carl", "client"), row)
