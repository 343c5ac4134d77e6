"""A person's page, followed without a socket: the old page and the frames of a change must be the new page.

The rules are those of static/js/live for a page that nobody touches: drop what is older, morph by id, insert in
order, keep the window, fetch what is missing at its end.
"""

import copy
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.test import Client

from console.fragments.registry import FRAGMENTS, Part, find_pane
from console.live import rendering
from support_management.events import positions
from support_management.people.models import User
from support_management.people.viewer import Viewer, viewer_of
from tests import html
from tests.html import Node

GONE = "You no longer have access to this ticket."
IGNORED = frozenset({"data-pos", "title", "datetime", "data-now", "data-epoch", "viewbox", "data-hour", "data-x"})
"""Positions, and what the browser's own clock moves on."""
PRIVATE = (
    (re.compile(rf' (?:{"|".join(sorted(IGNORED))})="[^"]*"', re.IGNORECASE), ""),
    (re.compile(r"<time\b.*?</time>", re.DOTALL), "<time></time>"),
    (re.compile(r'<input [^>]*name="(?:csrfmiddlewaretoken|key)"[^>]*>'), '<input name="key">'),
    (re.compile(r'nonce="[^"]*"|"X-CSRFToken": "[^"]*"'), ""),
)
"""The same in markup, and what its replacement is: pages that differ in nothing else have the same lines."""


def _skipped(node: Node) -> bool:
    """What is private to the viewer's hands or clock: tokens, keys, the composer, times, the way to more."""
    return (
        (node.tag == "input" and node.get("name") in ("csrfmiddlewaretoken", "key"))
        or "composer-box" in node.classes
        or node.tag == "time"
        or "data-list-more" in node
        or "data-hour-due" in node
        or "data-elapsed" in node
    )


def _lines_of(markup: str) -> list[str]:
    for pattern, replacement in PRIVATE:
        markup = pattern.sub(replacement, markup)
    return _lines_of_public(markup)


@lru_cache(256)
def _lines_of_public(markup: str) -> list[str]:
    """Most pages are those of the test before."""
    return _lines(html.parse(markup))


def _lines(tree: Node) -> list[str]:
    """The page, and the bell and the status above it."""
    above = tree.all(lambda node: not {"bell", "status"}.isdisjoint(node.classes))
    return [line for part in (*above, _main(tree)) for line in html.lines(part, _skipped, IGNORED)]


def _main(tree: Node) -> Node:
    [main] = tree.all(lambda node: node.tag == "main")
    return main


@dataclass
class Screen:
    """What one person's browser shows at one address."""

    user: User
    path: str
    client: Client | None = None
    borrowed: bool = False
    """The tree is another screen's until it changes."""

    def __post_init__(self):
        if self.client is None:
            self.client = Client()
            self.client.force_login(self.user)
        self.refetch()

    @classmethod
    def several(cls, user: User, paths: Iterable[str]) -> "list[Screen]":
        """Tabs of one browser."""
        client = Client()
        client.force_login(user)
        return [cls(user, path, client) for path in paths]

    def copy(self) -> "Screen":
        """The same page in the same browser, to be followed on its own."""
        made = copy.copy(self)
        made.borrowed = True
        return made

    def refetch(self) -> None:
        """Load the page. One that is gone becomes the error page."""
        positions.place()
        markup = self.fresh()
        if markup is None:
            self._change().children = [GONE]
            return
        self.tree, self.borrowed, self._known_lines = html.parse(markup), False, None
        self.pos = int(self.tree.all(lambda node: node.tag == "body")[0]["data-pos"])
        self.panes = tuple(find_pane(node["data-pane"]) for node in self.tree.with_("data-pane"))
        self.panes = tuple(pane for pane in self.panes if pane and pane[0].may_see(self.viewer, pane[1]))

    @property
    def viewer(self) -> Viewer:
        return viewer_of(User.objects.get(pk=self.user.pk))

    def fresh(self) -> str | None:
        """The page as static/js/live/refetch.js gets it anew; None when there is nothing to see."""
        answer = self.client.get(self.path, headers={"HX-Request": "true"})
        assert answer.status_code in (200, 404), (self.path, answer.status_code, answer.content[:300])
        return answer.content.decode() if answer.status_code == 200 else None

    def lines(self) -> list[str]:
        if self._known_lines is None:
            self._known_lines = _lines(self.tree)
        return self._known_lines

    def text(self) -> str:
        return _main(self.tree).text

    def _change(self) -> Node:
        """The page's main part in a tree of its own, to be changed."""
        self.tree, self.borrowed = self.tree.copy() if self.borrowed else self.tree, False
        self._known_lines = None
        return _main(self.tree)

    # --- The stream ---

    def follow(self) -> set[str]:
        """Hear what happened since, and show it. The names of the fragments that were dirty; "refetch" for a reload."""
        positions.place()
        dirt = rendering.dirt_since(positions.since(self.pos))
        parts = self.parts(self.pos)
        if rendering.too_much(dirt) or parts is None:
            self.refetch()
            return {"refetch", *dirt.subjects}
        self.apply(parts)
        self.pos = positions.head()
        return {name for name in dirt.subjects if name in FRAGMENTS}

    def parts(self, since: int) -> tuple[Part, ...] | None:
        """What the hub writes to this screen's socket for everything after a position; None: fetch it anew."""
        positions.place()
        dirt, audience = rendering.dirt_since(positions.since(since)), (self.viewer, self.panes)
        return rendering.paint(pos=positions.head(), dirt=dirt, audiences=[audience])[audience]

    def apply(self, parts: tuple[Part, ...]) -> None:
        if not parts:
            return
        self._change()
        for part in _newest(parts):
            known = self.tree.by_id(part.id)
            if known is None or part.pos >= int(known.get("data-pos") or part.pos):
                getattr(self, f"_{part.swap}")(part, known)
        for some in self.lists():
            _settle(some)
        self._fill()

    def lists(self) -> list[Node]:
        return self.tree.with_("data-list")

    def _outerMorph(self, part: Part, known: Node | None) -> None:
        if known is not None:
            known.replace(_morphed(known, _element(part)))

    def _delete(self, _part: Part, known: Node | None) -> None:
        if known is not None:
            known.remove()

    def _row(self, part: Part, known: Node | None) -> None:
        target, element = self.tree.by_id(part.target), _element(part)
        if known is not None:
            element = _morphed(known, element)
            known.remove()
        if target is not None and not _beyond(target, element):
            target.append(element)

    def _fill(self) -> None:
        """static/js/live/more.js: a list that lost rows of its window fetches the next ones."""
        for some in self.lists():
            here, link, total = _rows(some), _more(some), _total(some)
            if link is None or total is None or not here or len(here) >= min(total, int(some["data-window"])):
                continue
            answer = self.client.get(link["data-rest"], {"after": here[-1]["data-order"]})
            for row in html.parse(answer.content.decode()).elements:
                if self.tree.by_id(row["id"]) is None:
                    some.append(row)
            _settle(some)


def assert_screen_follows(screen: Screen, action=lambda: None, *, changes: bool | None = None) -> set[str]:
    """Old page + frames = new page. Who may not see the page any more is told so instead.

    `changes`: whether the page must look different afterwards, where that is known. Answers with the fragments
    that were dirty.
    """
    before = None if changes is None else screen.lines()
    action()
    dirty = screen.follow()
    if "refetch" not in dirty and (fresh := screen.fresh()) is None:
        assert GONE in screen.text(), f"{screen.user} still sees {screen.path}"
        return dirty
    here = screen.lines()
    there = here if "refetch" in dirty else _lines_of(fresh)
    assert here == there, f"{screen.user} at {screen.path}:\n{_difference(here, there)}"
    if changes is not None:
        assert (before != there) == changes, f"{screen.user} at {screen.path} {'hides' if changes else 'shows'} it"
    return dirty


def _difference(here: list[str], fresh: list[str]) -> str:
    at = next((i for i, (a, b) in enumerate(zip(here, fresh, strict=False)) if a != b), min(len(here), len(fresh)))
    return "\n".join(["followed:", *here[max(0, at - 2) : at + 4], "fresh:", *fresh[max(0, at - 2) : at + 4]])


def _newest(parts) -> list[Part]:
    """static/js/live/fresh.js: of two pictures of an element only the newer is painted."""
    newest: dict[str, Part] = {}
    for part in parts:
        if part.id not in newest or newest[part.id].pos <= part.pos:
            newest.pop(part.id, None)
            newest[part.id] = part
    return list(newest.values())


def _element(part: Part) -> Node:
    [element] = html.parse(part.html or "").elements
    assert element["id"] == part.id, f"{part.id} is rendered as {element['id']}"
    return element


def _morphed(known: Node, element: Node) -> Node:
    """What carries hx-morph-skip stays as it is within an element that is morphed."""
    for slot in element.with_("hx-morph-skip"):
        kept = known.by_id(slot["id"])
        if kept is not None:
            kept.remove()
            slot.replace(kept)
    return element


def _rows(some: Node) -> list[Node]:
    return [row for row in some.elements if "data-order" in row]


def _pane(some: Node) -> Node:
    pane = some.closest("data-part") or some.closest("data-pane")
    assert pane is not None, f"{some.attributes} lies in no pane"
    return pane


def _total(some: Node) -> int | None:
    heads = _pane(some).with_("data-total")
    return int(heads[0]["data-total"]) if heads else None


def _more(some: Node) -> Node | None:
    return next(iter(_pane(some).with_("data-list-more")), None)


def _beyond(target: Node, row: Node) -> bool:
    here = _rows(target)
    if not here or "data-timeline" in target or _more(target) is None or len(here) >= (_total(target) or 0):
        return False
    return row["data-order"] > max(other["data-order"] for other in here)


def _settle(some: Node) -> None:
    """Order, window, and what "shown" says."""
    rows = sorted(_rows(some), key=lambda row: row["data-order"])
    window = int(some.get("data-window") or 0)
    for row in rows:
        row.remove()
    for row in rows[: window or None]:
        some.append(row)
    total, shown = _total(some), _pane(some).with_("data-list-shown")
    if total is not None and shown:
        here = len(_rows(some))
        shown[0].children = [f"{here} of {total} shown"] if here < total else []
