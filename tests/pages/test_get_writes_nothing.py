"""Opening an address changes nothing: browsers fetch pages ahead, and links of other sites may lead anywhere."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from console.urls import urlpatterns
from support_management.notifications.models import SupportNotification
from tests.live.scenario import Desk

pytestmark = pytest.mark.django_db
BY_POST = {"logout", "theme", "updates", "take-next", "sla-act", "workload-move", "workload-undo", "dashboard-refresh"}
BY_POST |= {"notifications-seen", "notifications-read"}
"""Without arguments in their address; a GET is answered 405."""
WRITES = ("INSERT", "UPDATE", "DELETE")


def addresses(desk: Desk, user) -> list[str]:
    """The pages of this person, and every address of the console without arguments."""
    plain = [
        pattern.name for pattern in urlpatterns if getattr(pattern, "name", "") and "<" not in str(pattern.pattern)
    ]
    notice = SupportNotification.objects.filter(recipient=user).latest("pk")
    own = [*desk.pages_of(user).values(), reverse("notification", args=[notice.pk])]
    return [*own, *(reverse(name) for name in plain if name not in BY_POST)]


def test_no_page_writes_when_it_is_opened(client, ada, ben, lea, cleo):
    desk = Desk(ada, ben, lea, cleo)
    SupportNotification.objects.create(recipient=lea, kind="assigned", text="Assigned to you", link="/queue/")
    client.force_login(lea)
    wrote, visited = {}, addresses(desk, lea)
    for address in visited:
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        if sql := [entry["sql"][:120] for entry in asked if entry["sql"].startswith(WRITES)]:
            wrote[address] = sql
    assert len(visited) > 20
    assert wrote == {}
