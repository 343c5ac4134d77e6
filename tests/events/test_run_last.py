"""What a change does last, and in which order."""

from support_management.events.end_of_change import at_close, closing, run_last


def test_boards_come_after_everything_else_whoever_asked_first():
    done: list[str] = []

    def board(*ids):
        done.append(f"board {ids}")

    def load(*ids):
        done.append(f"load {ids}")

    run_last(board)
    with closing():
        at_close(board, 2)
        at_close(load, 7)
        at_close(board, 1)
    assert done == ["load (7,)", "board (1, 2)"]
