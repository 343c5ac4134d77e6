"""The bell in the top bar, and the notifications page. Both are visible to their owner only."""

from collections.abc import Iterable, Iterator
from functools import partial

from console import access
from console.fragments import groups
from console.fragments.registry import ALL, Fragment, Part, fragment, pane
from console.fragments.rendering import RenderPass, render
from support_management.events.catalogue import NotificationCreated, NotificationsRead, RecordChanged
from support_management.notifications import queries
from support_management.notifications.queries import WINDOW, BellState, NotificationGroup
from support_management.people.viewer import Viewer

NOTICE_EVENTS = (NotificationCreated, NotificationsRead, RecordChanged)
BELL = fragment(
    name="bell.count", template="notifications/_bell.html", tag="button", dirtied_by=NOTICE_EVENTS, counter=True
)
HEAD = fragment(
    name="notices.head", template="notifications/_head.html", tag="div", dirtied_by=NOTICE_EVENTS, counter=True
)
WORK = fragment(
    name="notices.work", template="notifications/_work.html", tag="li", dirtied_by=NOTICE_EVENTS, counter=True
)


def bell_of(person_id: int, *, pos: int | None) -> str:
    """HTML of the bell in the top bar."""

    def context() -> dict:
        return _bell(person_id, queries.bell_states([person_id])[person_id])

    return render(BELL, f"bell-{person_id}", context, pos=pos or 0)


def page_of(viewer: Viewer, *, after: int | None = None) -> dict:
    """The viewer's notifications, from the newest on; with `after` from that key on, not live."""
    works, total = queries.works(viewer.id, after=after), queries.total_works(viewer.id)
    more = len(works) == WINDOW if after else total > len(works) > 0
    return {"works": works, "more": more, "live": after is None, "window": WINDOW} | _head(viewer.id, total)


def panel_of(viewer: Viewer) -> dict:
    """The newest notifications, for the panel under the bell."""
    works = queries.works(viewer.id, window=8)
    return {"works": works, "newest": works[0].newest.pk if works else 0}


def _bell(person_id: int, state: BellState) -> dict:
    return {"person_id": person_id, "unseen": state.unseen, "marked": state.marked}


def _head(person_id: int, total: int) -> dict:
    newest, unread = queries.newest_and_unread(person_id)
    return {"person_id": person_id, "total": total, "unread": unread, "newest": newest}


def _dirty(fragment: Fragment, viewer: Viewer, paint: RenderPass) -> bool:
    people: set[int] = paint.once(("people of", fragment.name), lambda: paint.dirt.of(fragment, "person"))
    return viewer.id in people or ALL in people


def _bells(viewer: Viewer, _arg: str, paint: RenderPass) -> Iterable[Part]:
    if not _dirty(BELL, viewer, paint):
        return []
    people = paint.dirt.of(BELL, "person") - {ALL} | {viewer.id}
    # Everybody who is dirty in this pass is counted in one statement.
    states: dict[int, BellState] = paint.once(("bells", frozenset(people)), lambda: queries.bell_states(people))
    element = f"bell-{viewer.id}"
    html = paint.html(BELL, viewer.id, element, lambda: _bell(viewer.id, states[viewer.id]), link="/notifications/")
    return [Part(id=element, swap="outerMorph", pos=paint.pos, html=html)]


def _notices(viewer: Viewer, _arg: str, paint: RenderPass) -> Iterator[Part]:
    if _dirty(HEAD, viewer, paint):
        element = f"notices-{viewer.id}-head"
        head = partial(_head, viewer.id, queries.total_works(viewer.id))
        html = paint.html(HEAD, viewer.id, element, head)
        yield Part(id=element, swap="outerMorph", pos=paint.pos, html=html)
    if _dirty(WORK, viewer, paint):
        for work in paint.once(("works", viewer.id), lambda: queries.works(viewer.id)):
            yield _row(viewer, work, paint)


def _row(viewer: Viewer, work: NotificationGroup, paint: RenderPass) -> Part:
    element = f"notices-{work.slug}"
    html = paint.html(WORK, (viewer.id, work.slug), element, partial(_work, work))
    return Part(id=element, swap="row", pos=paint.pos, target="notices-list", html=html)


def _work(work: NotificationGroup) -> dict:
    return {"work": work, "place": "notices"}


def _topics(arg: str) -> set[str]:
    return {groups.person(int(arg))}


pane(name="bell", may_see=access.may_see_notices, parts=_bells, topics=_topics)
pane(name="notices", may_see=access.may_see_notices, parts=_notices, topics=_topics)
