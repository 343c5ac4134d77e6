"""One pass of rendering: each object is loaded once and each fragment rendered once for all viewers."""

import logging
from collections.abc import Callable, Hashable

from django.db import InterfaceError, OperationalError
from django.template.loader import render_to_string

from console.fragments import row_cache
from console.fragments.registry import DirtyFragments, Fragment, Part
from support_management.people.viewer import Viewer

log = logging.getLogger(__name__)


class RenderPass:
    """`pos` was read before any query of this pass: the rendered state is at least as new."""

    def __init__(self, *, pos: int, dirt: DirtyFragments) -> None:
        self.pos = pos
        self.dirt = dirt
        self._kept: dict[Hashable, object] = {}

    def once[T](self, key: Hashable, make: Callable[[], T]) -> T:
        """The result of `make`, called once per key and pass."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]  # type: ignore[return-value]

    def html(self, fragment: Fragment, key: Hashable, element: str, context: Callable[[], dict], link: str = "") -> str:
        """HTML of a fragment for one object and audience; an error becomes a message in its place."""
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
    """HTML of a fragment's element. `keep`, a key of everything it shows, makes it cached across passes."""
    try:
        if keep is not None:
            return row_cache.html(
                keep, lambda slot: render_to_string(fragment.template, {**context(), "pos": slot}), pos=pos
            )
        return render_to_string(fragment.template, {**context(), "pos": pos})
    except (OperationalError, InterfaceError):
        raise  # the database is unavailable: the whole pass is repeated
    except Exception:  # an error in one fragment must not stop the others
        log.exception("fragment %s of %s cannot be shown, pos=%s", fragment.name, element, pos)
        context_values = {"element": element, "link": link, "pos": pos, "tag": fragment.tag}
        return render_to_string("live/_broken.html", context_values)


def parts_for(viewer: Viewer, panes, paint: RenderPass) -> list[Part]:
    """All changed parts of these panes for a viewer.

    The panes are those which the viewer could see until now; for one that is no longer visible: the parts of `gone`.
    """
    changed: list[Part] = []
    for pane, arg in panes:
        parts = list(pane.parts(viewer, arg, paint))
        if not parts:
            continue  # most panes most of the time: the permission check is saved
        if pane.may_see(viewer, arg):
            changed += parts
        elif pane.gone is not None:
            changed += pane.gone(arg, paint)
    return changed
