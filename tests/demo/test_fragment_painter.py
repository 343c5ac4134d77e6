"""The benchmark of fragments measures fragments that somebody sees."""

from dataclasses import replace

import pytest

from bench.harness.fragment_painter import FragmentPainter, NotPaintedError
from bench.scenarios.pages import failure
from console.fragments.registry import FRAGMENTS
from support_management.people.models import User


@pytest.fixture
def painter(demo, db):
    people = {user.username: user for user in User.objects.filter(username__in=["lead", "agent1"])}
    return FragmentPainter(lead=people["lead"], agent=people["agent1"])


@pytest.mark.django_db
class TestPainter:
    def test_every_fragment_is_painted(self, painter):
        sizes = {name: painter.action(name)() for name in FRAGMENTS}
        assert [name for name, size in sizes.items() if size == 0] == []

    def test_a_fragment_on_nobodys_screen_is_an_error(self, painter, monkeypatch):
        unseen = replace(FRAGMENTS["bell.count"], name="bench.unseen", template="bench/_unseen.html")
        monkeypatch.setitem(FRAGMENTS, unseen.name, unseen)
        with pytest.raises(NotPaintedError, match=r"bench\.unseen"):
            painter.action(unseen.name)


class TestFailure:
    def test_a_measurement_is_none(self):
        assert failure("fragment bell.count", {320: [{"queries": 1, "bytes": 0}]}) == ""

    def test_nothing_asked_and_nothing_painted_at_one_size_is_one(self):
        rounds = {320: [{"queries": 1, "bytes": 90}], 400: [{"queries": 0, "bytes": 0}]}
        assert "no query and brought no HTML" in failure("fragment bell.count", rounds)

    def test_the_reason_of_an_error_is_told(self):
        rounds = {320: [{"failed": "NotPaintedError: bench.unseen is painted on no screen"}]}
        assert "bench.unseen" in failure("fragment bench.unseen", rounds)
