"""The work of the live path's database thread: check permissions and render changes, one call per batch."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError

from console.fragments.disclosure import Unclear
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
    """Answer to a hello: the panes the person may see, and their changed parts; None: the browser fetches the panes."""

    panes: Panes
    parts: tuple[Part, ...] | None


def dirt_since(events: Iterable[PositionedEvent]) -> DirtyFragments:
    """All fragments that these events dirty."""
    dirt = DirtyFragments()
    for placed in events:
        try:
            if placed.event is not None:
                dirt.merge(dirt_of(placed.event))
        except Exception:
            log.exception("event %s cannot be followed; every page is fetched again", placed.pos)
            dirt.refetch = True
    return dirt


def too_much(dirt: DirtyFragments) -> bool:
    """Whether fetching whole panes is cheaper than sending the changed parts."""
    rows = [subjects for name, subjects in dirt.subjects.items() if not FRAGMENTS[name].counter]
    return dirt.refetch or any(len(subjects) > MANY_ROWS for subjects in rows)


def paint(*, pos: int, dirt: DirtyFragments, audiences: Iterable[Audience]) -> dict[Audience, tuple[Part, ...] | None]:
    """Per audience the changed parts of its panes; None: the browser fetches the panes."""
    pass_ = RenderPass(pos=pos, dirt=dirt)
    return {(viewer, panes): _parts(viewer, panes, pass_) for viewer, panes in audiences}


def _parts(viewer: Viewer, panes: Panes, pass_: RenderPass) -> tuple[Part, ...] | None:
    try:
        return tuple(parts_for(viewer, panes, pass_))
    except Unclear:
        return None
    except (OperationalError, InterfaceError):
        raise  # the database is unavailable: the whole pass is repeated
    except Exception:
        log.exception("panes of user %s cannot be painted, pos=%s", viewer.id, pass_.pos)
        return None


def welcome(
    *,
    pos: int,
    requests: list[tuple[Viewer, tuple[str, ...], int]],
    missed: dict[int, list[PositionedEvent] | None],
) -> list[Welcome]:
    """The answers to hellos. A request is (viewer, names of panes, the position from which it resumes).

    `missed`: the events since each of these positions; None: no longer in memory. A page reads its position before its
    rows, so it may show what was created since.
    """
    dirt_by_position = {resume: None if events is None else dirt_since(events) for resume, events in missed.items()}
    for dirt in dirt_by_position.values():
        if dirt is not None:
            dirt.created.clear()
    passes: dict[int, RenderPass] = {}
    answers = []
    for viewer, names, resume in requests:
        dirt = dirt_by_position[resume]
        named = [find_pane(name) for name in names]
        panes = tuple(pane for pane in named if pane and pane[0].may_see(viewer, pane[1]))
        if dirt is None or too_much(dirt):
            answers.append(Welcome(panes, None))
            continue
        pass_ = passes.setdefault(id(dirt), RenderPass(pos=pos, dirt=dirt))
        answers.append(Welcome(panes, _parts(viewer, panes, pass_)))
    return answers
