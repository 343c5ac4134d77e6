"""How log records are written: repetitions folded, hostile requests in a line without traceback."""

import logging
import os
import time
from collections.abc import Hashable
from pathlib import Path
from types import TracebackType

from console.repeats import LONGEST, Repeats, unvaried

LOOK_SECONDS = 1
OURS = tuple(f"{Path(__file__).resolve().parent.parent / room}/" for room in ("console", "support_management"))


class HostileRequests(logging.Filter):
    """Records of `django.security` (a bad Host header and the like) become one short warning of their kind."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security"):
            record.msg, record.args = record.getMessage()[:LONGEST], ()
            record.exc_info = record.exc_text = None
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            record.kind = record.name
        return True


class FoldingHandler(logging.StreamHandler):
    """The first record of a kind is written in full, later ones once a minute in a line with their number.

    `emit` runs under the handler's lock, which logging renews in a forked process.
    """

    def __init__(self, stream=None) -> None:
        super().__init__(stream)
        self._repeats = Repeats()
        self._looked_at = 0.0
        self._pid = os.getpid()

    def emit(self, record: logging.LogRecord) -> None:
        if self._pid != os.getpid():
            self._pid = os.getpid()
            self._repeats.forget_counts()
        verdict = self._repeats.met(kind(record), lambda: in_one_line(record))
        if verdict.said:
            super().emit(record if verdict.full else in_one_line(record, verdict.folded))
        if time.monotonic() - self._looked_at >= LOOK_SECONDS:
            self._looked_at = time.monotonic()
            self._report()

    def close(self) -> None:
        self.acquire()
        try:
            if not self.stream.closed:
                self._report(all_of_them=True)
        finally:
            self.release()
        super().close()

    def _report(self, *, all_of_them: bool = False) -> None:
        for record, folded in self._repeats.left_out(all_of_them=all_of_them):
            super().emit(in_one_line(record, folded))


def kind(record: logging.LogRecord) -> Hashable:
    """Equal for records that repeat each other: logger, level, and place of the error or message without its values."""
    if named := getattr(record, "kind", ""):
        return named
    if record.exc_info and record.exc_info[0]:
        return record.name, record.levelno, record.exc_info[0], _place(record.exc_info[2])
    template = str(record.msg) if record.args else ""
    words = template.replace("%s", "").replace("%r", "")
    return record.name, record.levelno, template if any(map(str.isalpha, words)) else unvaried(record.getMessage())


def _place(trace: TracebackType | None) -> tuple[str, int]:
    """The innermost line of our own code; without one the innermost of all."""
    place, ours = ("", 0), None
    while trace:
        file = trace.tb_frame.f_code.co_filename
        place = (file, trace.tb_lineno)
        if file.startswith(OURS):
            ours = place
        trace = trace.tb_next
    return ours or place


def in_one_line(record: logging.LogRecord, folded: int = 0) -> logging.LogRecord:
    """A record of now without traceback and extras, with the number of repetitions left out."""
    text = record.getMessage().partition("\n")[0][:LONGEST]
    if record.exc_info and record.exc_info[0]:
        reason = str(record.exc_info[1]).strip().partition("\n")[0][:LONGEST]
        text += "" if reason and reason in text else f": {record.exc_info[0].__name__}: {reason}"
    text += f" … repeated {folded} times" if folded else ""
    return logging.LogRecord(record.name, record.levelno, record.pathname, record.lineno, text, (), None)
