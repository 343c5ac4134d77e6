"""What a frame may say about work that its viewer can't see: its key only to those who could see it before."""

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
    may_see: bool,
    element: str,
    pos: int,
) -> Iterator[Part]:
    """The part that deletes an element which the page no longer shows; nothing when the page can't have shown it."""
    if viewer.is_lead or may_see or (work is not None and _could_see(viewer, work, subject, dirt)):
        yield Part(id=element, swap="delete", pos=pos)


def _could_see(viewer: Viewer, work: OwnedWork, subject: Subject, dirt: DirtyFragments) -> bool:
    """Whether the work was visible to the viewer before these changes. Unclear after a raw write of its website."""
    if subject in dirt.created:
        return False
    if subject in dirt.unclear:
        raise Unclear
    former = dirt.former.get(subject, set())
    return viewer.id in former or (None in former and viewer.serves(work.website_id))
