"""What a frame may say about work that no board lists to its viewer: its key only if one did before."""

from collections.abc import Iterator

from console.fragments.registry import DirtyFragments, Part, Subject
from support_management.people.participation import OwnedWork
from support_management.people.viewer import Viewer


class Unclear(Exception):
    """Whether the viewer's page shows the work is unknown, so the page fetches its panes: that names no key."""


def removal(
    viewer: Viewer,
    work: OwnedWork | None,
    subject: Subject,
    dirt: DirtyFragments,
    *,
    listed: bool,
    element: str,
    pos: int,
) -> Iterator[Part]:
    """The part that deletes an element which the page no longer shows; nothing when the page can't have shown it.

    `listed`: boards list the work to the viewer, somewhere else.
    """
    if viewer.is_lead or listed or (work is not None and _was_listed(viewer, work, subject, dirt)):
        yield Part(id=element, swap="delete", pos=pos)


def _was_listed(viewer: Viewer, work: OwnedWork, subject: Subject, dirt: DirtyFragments) -> bool:
    """Whether boards listed the work to the viewer before these changes. Unclear after a raw write of its website."""
    if subject in dirt.created:
        return False
    if subject in dirt.unclear:
        raise Unclear
    former = dirt.former.get(subject, set())
    return viewer.id in former or (None in former and viewer.serves(work.website_id))
