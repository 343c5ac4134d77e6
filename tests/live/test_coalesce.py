"""The first change at once, a burst in one paint, nothing forgotten."""

from console.fragments.queue import HEAD, ROW
from console.fragments.registry import DirtyFragments
from console.live.coalesce import Window, split


def dirt(*ids: int, fragment=ROW) -> DirtyFragments:
    made = DirtyFragments()
    made.subjects[fragment.name] |= {("ticket", pk) for pk in ids}
    return made


def test_the_first_change_is_due_at_once():
    window = Window(0.1)
    window.add(dirt(1), pos=5)
    assert window.due_in(100.0) == 0
    taken, first = window.take(100.0)
    assert taken.of(ROW, "ticket") == {1}
    assert first == 5
    assert window.due_in(100.0) is None


def test_a_burst_waits_for_the_end_of_the_window_and_comes_together():
    window = Window(0.1)
    window.add(dirt(1), pos=5)
    window.take(100.0)
    window.add(dirt(2), pos=6)
    window.add(dirt(3), pos=7)
    assert window.take(100.05) is None
    assert round(window.due_in(100.05), 6) == 0.05
    taken, first = window.take(100.1)
    assert taken.of(ROW, "ticket") == {2, 3}
    assert first == 6


def test_what_could_not_be_painted_goes_back_and_keeps_its_position():
    window = Window(0.1)
    window.add(dirt(1), pos=5)
    window.take(100.0)
    window.add(dirt(2), pos=6)
    window.put_back()
    assert window.first == 5
    assert window.take(101.0)[0].of(ROW, "ticket") == {1, 2}


def test_what_is_being_painted_has_not_been_sent():
    window = Window(0.1)
    assert window.oldest is None
    window.add(dirt(1), pos=5)
    window.take(100.0)
    window.add(dirt(2), pos=6)
    assert (window.oldest, window.first) == (5, 6)
    window.sent()
    assert window.oldest == 6


def test_clean_is_not_dirty():
    window = Window(0.1)
    window.add(DirtyFragments(), pos=5)
    assert window.due_in(0) is None


def test_figures_are_painted_less_often_than_rows():
    both = dirt(1)
    both.merge(dirt(1, fragment=HEAD))
    rows, counters = split(both)
    assert set(rows.subjects) == {ROW.name}
    assert set(counters.subjects) == {HEAD.name}
