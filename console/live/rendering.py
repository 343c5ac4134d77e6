"""What the live path's database thread does: read rights, render what changed. One call for a whole batch."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError

from console.fragments.registry import FRAGMENTS, DirtyFragments, Part, dirt_of, find_pane
from console.fragments.rendering import RenderPass, parts_for
from console.live.connection import Panes
from support_management.events.positions import PositionedEvent
from support_management.people.viewer import Viewer

log = logging.getLogger(__name__)
MANY_ROWS = 100
Audience = tuple[Viewer, Panes]


@dataclass(frozen=True, slots=True)
class Welcome:
    """Answer to a hello: the panes the person may see, and what changed in them. None: fetch them anew."""

    panes: Panes
    parts: tuple[Part, ...] | None


def dirt_since(placed: Iterable[PositionedEvent]) -> DirtyFragments:
    """Everything that these events touch."""
    dirt = DirtyFragments()
    for one in placed:
        try:
            if one.event is not None:
                dirt.merge(dirt_of(one.event))
        except Exception:
            log.exception("event %s cannot be followed; everybody looks anew", one.pos)
            dirt.refetch = True
    return dirt


def too_much(dirt: DirtyFragments) -> bool:
    """Whether fetching the panes is cheaper than sending them piece by piece."""
    rows = [subjects for name, subjects in dirt.subjects.items() if not FRAGMENTS[name].counter]
    return dirt.refetch or any(len(subjects) > MANY_ROWS for subjects in rows)


def paint(*, pos: int, dirt: DirtyFragments, audiences: Iterable[Audience]) -> dict[Audience, tuple[Part, ...] | None]:
    """Per audience the parts that this dirt changes on its screens; None: fetch them anew."""
    pass_ = RenderPass(pos=pos, dirt=dirt)
    return {(viewer, panes): _parts(viewer, panes, pass_) for viewer, panes in audiences}


def _parts(viewer: Viewer, panes: Panes, pass_: RenderPass) -> tuple[Part, ...] | None:
    try:
        return tuple(parts_for(viewer, panes, pass_))
    except (OperationalError, InterfaceError):
        raise  # the database is away: the whole pass is tried again
    except Exception:
        log.exception("panes of user %s cannot be painted, pos=%s", viewer.id, pass_.pos)
        return None


def welcome(*, pos: int, asked: list[tuple[Viewer, tuple[str, ...], DirtyFragments | None]]) -> list[Welcome]:
    """Per newcomer (person, names of panes, dirt since its page; None when that is unknown) its answer."""
    passes: dict[int, RenderPass] = {}
    answers = []
    for viewer, names, dirt in asked:
        found = [find_pane(name) for name in names]
        panes = tuple(pane for pane in found if pane and pane[0].may_see(viewer, pane[1]))
        if dirt is None or too_much(dirt):
            answers.append(Welcome(panes, None))
            continue
        pass_ = passes.setdefault(id(dirt), RenderPass(pos=pos, dirt=dirt))
        answers.append(Welcome(panes, _parts(viewer, panes, pass_)))
    return answers
