"""F3: the desk is away while two hundred sockets are open and the work goes on; everybody comes back to the present."""

import pytest

from tests.faults.reconnecting_clients import Crowd, Member
from tests.servers import wait_for

pytestmark = pytest.mark.fault
PEOPLE = 8
SOCKETS = 200
BACK_SECONDS = 10
"""Five are the longest pause of a browser between two tries; the rest is for a machine that has other work."""
WRITTEN = """
from support_management.events import positions
rows = list(Ticket.objects.filter(pk__in={pks}))
for turn in range(10):
    for row in rows:
        Ticket.objects.filter(pk=row.pk).update(subject=f"Turn {{turn}} of row {{row.pk}}.")
positions.place()
print(positions.head())
"""


@pytest.fixture
def desk(brittle_served):
    return brittle_served


def test_two_hundred_sockets_come_back_and_have_missed_nothing(desk, spares, visitor_of, lead):
    visitors = [visitor_of(next(spares)) for _ in range(PEOPLE)]
    pages = [visitor.get("/queue/").text for visitor in visitors]
    members = [Member(visitors[one % PEOPLE], pages[one % PEOPLE]) for one in range(SOCKETS)]
    pks = [lead.new_ticket(priority="urgent")["id"] for _ in range(5)]
    with Crowd(members) as crowd:
        wait_for(crowd.all_open, within=20, what="everybody listens")
        assert desk.stop() == 0
        wait_for(crowd.none_open, within=5, what="everybody notices")
        before = {member: len(member.texts) for member in members}
        head = int(desk.shell(WRITTEN.format(pks=pks)))
        desk.start()
        behind = [member for member in members if member.pos < head]
        wait_for(
            lambda: all(member.pos >= head for member in members),
            within=BACK_SECONDS,
            what=lambda: f"all at {head}: {sorted({member.pos for member in members})}, {len(behind)} were behind",
        )
    assert [member.returned for member in members] == [2] * SOCKETS
    last_words = [f"Turn 9 of row {pk}." for pk in pks]
    for member in members:
        heard = "".join(member.texts[before[member] :])
        assert [word for word in last_words if word not in heard] == []
