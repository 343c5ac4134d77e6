"""What a change does last, and in which order."""

from support_management.events.end_of_change import at_close, closing, last_of_all


def test_boards_come_after_everything_else_whoever_asked_first():
    done: list[str] = []
    board = last_of_all(lambda *ids: done.append(f"board {ids}"))

    def load(*ids):
        done.append(f"load {ids}")

    with closing():
        at_close(board, 2)
        at_close(load, 7)
        at_close(board, 1)
    assert done == ["load (7,)", "board (1, 2)"]
