"""How long the last in line waits: about, steadily, or unknown."""

from datetime import timedelta

import pytest

from support_management.core.time import now
from support_management.routing.preview import FreeCapacity

MINUTES = timedelta(minutes=1)


def wait(waiting: int, *, assigned: int, within: timedelta) -> timedelta | None:
    return FreeCapacity(free=1, total=2, lately=assigned, since=now() - within).wait_of(waiting)


@pytest.mark.parametrize("waiting", [12, 48, 90])
def test_a_few_assignments_at_once_do_not_make_it_jump(waiting):
    before = wait(waiting, assigned=52, within=timedelta(hours=4))
    after = wait(waiting, assigned=56, within=timedelta(hours=4))
    assert before - after <= before / 6


@pytest.mark.parametrize(
    ("assigned", "within", "minutes"),
    [(10, 20 * MINUTES, 60), (10, timedelta(hours=2), 120), (3, timedelta(hours=4), 800)],
)
def test_the_pace_is_taken_over_the_hours_in_which_there_was_work(assigned, within, minutes):
    assert abs(wait(10, assigned=assigned, within=within) - minutes * MINUTES) <= 30 * MINUTES


@pytest.mark.parametrize(("waiting", "minutes"), [(1, 5), (3, 20), (12, 75), (100, 600), (0, 0)])
def test_it_is_as_exact_as_an_estimate_can_be(waiting, minutes):
    assert wait(waiting, assigned=10, within=timedelta(hours=1)) == minutes * MINUTES


def test_without_a_basis_it_is_unknown():
    assert wait(10, assigned=2, within=timedelta(hours=4)) is None
    assert FreeCapacity(free=1, total=2, lately=0).wait_of(10) is None
