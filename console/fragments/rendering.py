"""One pass of rendering: each object loaded once, each fragment rendered once, whoever looks at it."""

import logging
from collections.abc import Callable, Hashable

from django.db import InterfaceError, OperationalError
from django.template.loader import render_to_string

from console.fragments import row_cache
from console.fragments.registry import DirtyFragments, Fragment, Part
from support_management.people.viewer import Viewer

log = logging.getLogger(__name__)


class RenderPass:
    """`pos` was read before any query of this pass: what is rendered is at least as new."""

    def __init__(self, *, pos: int, dirt: DirtyFragments) -> None:
        self.pos = pos
        self.dirt = dirt
        self._kept: dict[Hashable, object] = {}

    def once[T](self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` answers, asked once in this pass."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]  # type: ignore[return-value]

    def html(self, fragment: Fragment, key: Hashable, element: str, context: Callable[[], dict], link: str = "") -> str:
        """The fragment for one object and audience. One that raises becomes a sentence; the stream goes on."""
        return self.once(
            (fragment.name, element, key), lambda: render(fragment, element, context, pos=self.pos, link=link)
        )


def render(
    fragment: Fragment,
    element: str,
    context: Callable[[], dict],
    *,
    pos: int,
    link: str = "",
    keep: Hashable = None,
) -> str:
    """HTML of a fragment's element at a position. `keep` names everything it shows: then it is made once for all."""
    try:
        if keep is not None:
            return row_cache.html(
                keep, lambda slot: render_to_string(fragment.template, {**context(), "pos": slot}), pos=pos
            )
        return render_to_string(fragment.template, {**context(), "pos": pos})
    except (OperationalError, InterfaceError):
        raise  # the database is away: the whole pass is tried again
    except Exception:  # whatever a template or its data does, others must be shown
        log.exception("fragment %s of %s cannot be shown, pos=%s", fragment.name, element, pos)
        facts = {"element": element, "link": link, "pos": pos, "tag": fragment.tag}
        return render_to_string("live/_broken.html", facts)


def parts_for(viewer: Viewer, panes, paint: RenderPass) -> list[Part]:
    """Everything in these panes that the dirt of this pass changes for this person.

    The panes are those the person could see until now; who may no longer see one is told so, once, and nothing else.
    """
    found: list[Part] = []
    for pane, arg in panes:
        parts = list(pane.parts(viewer, arg, paint))
        if not parts:
            continue  # most panes most of the time: their right is not even asked for
        if pane.may_see(viewer, arg):
            found += parts
        elif pane.gone is not None:
            found += pane.gone(arg, paint)
    return found
