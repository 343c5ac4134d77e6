"""How long a request or a look may wait for the database, and when the database is known to be silent."""

import re
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.test import RequestFactory

from console import http_handler
from console.views.compliance import asks_for_csv
from support_management.core import database_wait
from support_management.events.bulk_action import each


@pytest.fixture(autouse=True)
def answering():
    """As left by a database that answers."""
    database_wait.heard()
    yield
    database_wait.heard()


def seconds(path: str = "/queue/", method: str = "GET", waited: float = 0.0) -> float | None:
    """What this request may wait for its first answer."""
    with http_handler._limited({"path": path, "method": method}, time.monotonic() - waited):
        return database_wait.current().seconds()


class TestLimit:
    def test_who_has_none_waits_without(self):
        assert database_wait.current() is None
        database_wait.extend(60)
        assert database_wait.current() is None

    def test_what_was_waited_counts_and_never_below_nothing(self):
        with database_wait.limited(5, each=2):
            limit = database_wait.current()
            assert limit.seconds() == 2
            limit.left -= 4
            assert limit.seconds() == 1
            limit.left -= 4
            assert limit.seconds() == 0

    def test_more_time_is_given_to_what_needs_it_and_none_is_taken(self):
        with database_wait.limited(5):
            database_wait.extend(60)
            assert (database_wait.current().left, database_wait.current().seconds()) == (60, 5)
            database_wait.extend(20, each=20)
            assert (database_wait.current().left, database_wait.current().seconds()) == (60, 20)


class TestSilence:
    def test_a_slow_answer_while_others_are_answered_is_none(self):
        began = time.monotonic()
        database_wait.heard()
        assert not database_wait.unanswered(began)
        assert not database_wait.is_silent()

    def test_nobody_was_answered_and_then_somebody_is(self):
        assert database_wait.unanswered(time.monotonic() + 1)
        assert database_wait.is_silent()
        database_wait.heard()
        assert not database_wait.is_silent()


class TestRequests:
    def test_each_has_its_own_limit(self):
        assert seconds() == seconds("/api/v1/support-management/tickets/", "POST") == settings.WEB_DATABASE_SECONDS
        assert seconds("/readyz") == http_handler.HEALTH_SECONDS

    def test_forms_of_the_administration_are_cut_when_nothing_comes_not_when_much_is_done(self):
        with http_handler._limited({"path": "/admin/x/", "method": "POST"}, time.monotonic()):
            limit = database_wait.current()
        assert (limit.left, limit.each) == (settings.EXPORT_DATABASE_SECONDS, settings.WEB_DATABASE_SECONDS)

    def test_while_the_database_says_nothing_those_who_waited_for_a_thread_do_not_wait_again(self):
        database_wait.unanswered(time.monotonic() + 1)
        assert seconds() == http_handler.SILENT_SECONDS
        assert seconds("/admin/x/", "POST") == http_handler.SILENT_SECONDS
        assert seconds(waited=settings.WEB_DATABASE_SECONDS) == 0

    @pytest.mark.parametrize(("query", "seconds"), [("?format=csv", 60), ("?format=html", 5), ("", 5)])
    def test_files_take_longer(self, query, seconds):
        with database_wait.limited(5):
            assert asks_for_csv(RequestFactory().get(f"/sla/compliance/{query}")) == (seconds == 60)
            assert database_wait.current().seconds() == seconds

    def test_every_view_that_makes_a_file_says_so(self):
        views = Path(asks_for_csv.__code__.co_filename).parent.glob("*.py")
        asking = [place.name for place in views if re.search(r"""\.get\(["']format""", place.read_text())]
        assert asking == ["compliance.py"], "Ask with asks_for_csv of console/views/compliance.py."

    @pytest.mark.django_db
    def test_bulk_actions_take_longer_while_each_answer_does_not(self):
        with database_wait.limited(5):
            each([], str)
            limit = database_wait.current()
        assert limit.left == pytest.approx(settings.EXPORT_DATABASE_SECONDS, abs=1)
        assert limit.each == 5
