"""Somebody takes a ticket."""

from support_management.tickets import ownership
from tests.factories import make_ticket


class TestClaim:
    def test_ada_takes_an_unowned_ticket(self, ada):
        row = ownership.claim(ticket=make_ticket().pk, by=ada)
        assert row.assignee == ada
        assert row.status == "open"
