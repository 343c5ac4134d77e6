"""Messages of a socket: those sent to the browser, and those it may send."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from console.fragments.registry import Part
from support_management.core.time import now

MAX_INBOUND = 64 * 1024
MAX_PANES = 20
MAX_ATTENDED = 5
MAX_DIGITS = 18

SIGNED_OUT = 4401
COME_BACK = 4408
NOT_UNDERSTOOD = 4400
TOO_LARGE = 4413
TOO_MANY = 4429


class Refused(Exception):
    """An invalid message of the browser; its socket is closed with `code`."""

    def __init__(self, code: int):
        super().__init__(str(code))
        self.code = code


@dataclass(frozen=True, slots=True)
class Hello:
    """First message of every connection, and after each fetch: the page's position, its epoch and its panes.

    `by_page`: the page says it, and may show what has happened since that position; otherwise the hub does.
    """

    resume: int
    epoch: str
    panes: tuple[str, ...]
    by_page: bool = True


@dataclass(frozen=True, slots=True)
class Ack:
    """The newest position that the browser has applied."""

    pos: int


@dataclass(frozen=True, slots=True)
class Attending:
    """Tickets and disputes, as (kind, key, draft), in which the person is active; `draft`: they have begun to write."""

    works: tuple[tuple[str, int, bool], ...]


def read(text: str | None) -> Hello | Ack | Attending:
    """The message. Raises Refused: 4413 too large, 4400 anything else."""
    if text is None:
        raise Refused(NOT_UNDERSTOOD)
    if len(text) > MAX_INBOUND:
        raise Refused(TOO_LARGE)
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        raise Refused(NOT_UNDERSTOOD) from None
    match message:
        case {"ack": int(pos)} if not isinstance(pos, bool):
            return Ack(pos)
        case {"resume": int(pos), "epoch": str(epoch), "panes": list(panes)} if _is_hello(pos, panes):
            return Hello(pos, epoch, tuple(dict.fromkeys(panes)))
        case {"attending": dict(drafts)} if len(drafts) <= MAX_ATTENDED:
            return Attending(tuple(_attended(name, draft) for name, draft in drafts.items()))
    raise Refused(NOT_UNDERSTOOD)


def _attended(name: str, draft: object) -> tuple[str, int, bool]:
    """`ticket.12` and whether there is a draft."""
    kind, _, pk = name.partition(".")
    if kind not in ("ticket", "dispute") or not isinstance(draft, bool):
        raise Refused(NOT_UNDERSTOOD)
    if not (pk.isascii() and pk.isdigit() and len(pk) <= MAX_DIGITS):
        raise Refused(NOT_UNDERSTOOD)
    return kind, int(pk), draft


def _is_hello(pos: int, panes: list) -> bool:
    return not isinstance(pos, bool) and len(panes) <= MAX_PANES and all(isinstance(name, str) for name in panes)


@dataclass(frozen=True, slots=True)
class Frame:
    """Parts as text, their size in bytes, and the position of the stream with them."""

    text: str
    size: int
    pos: int


def frame(pos: int, parts: Iterable[Part], *, since: int | None = None) -> Frame:
    """A frame: once its parts are applied, the reader's panes show every change up to `pos`.

    `since` marks the answer to a hello: the parts contain every change after that position.
    """
    answer = {} if since is None else {"since": since}
    text = _text({"pos": pos, "now": _clock(), **answer, "parts": [_part(part) for part in parts]})
    return Frame(text, len(text.encode()), pos)


def numbered(text: str, number: int) -> str:
    """The message with its number on this socket, so that the browser notices a lost one."""
    return f'{{"n":{number},{text[1:]}'


def heartbeat(*, head: int, epoch: str, build: str, mode: str) -> str:
    """The heartbeat. `mode` is "polling" while hints are lost and changes are found by polling."""
    return _text({"head": head, "now": _clock(), "epoch": epoch, "build": build, "mode": mode})


def refetch(pos: int) -> str:
    """Tells the browser to fetch its panes: too much has changed to be sent as parts."""
    return _text({"refetch": True, "pos": pos, "now": _clock()})


def _part(part: Part) -> dict:
    fields = {"id": part.id, "swap": part.swap, "pos": part.pos, "html": part.html, "target": part.target}
    return {name: value for name, value in fields.items() if value is not None}


def _clock() -> float:
    return now().timestamp()


def _text(message: dict) -> str:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))
