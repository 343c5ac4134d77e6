"""The dashboard: own figures, and the team's for leads."""

from django.views.decorators.http import require_POST, require_safe

from console.fragments import dashboard as fragments
from console.responses import desk_page
from console.responses import page as answer
from console.views.write_once import perform
from support_management.analytics import dashboards
from support_management.events import positions
from support_management.people.viewer import viewer_of


@require_safe
@desk_page
def page(request):
    """The stored figures; a button recalculates them."""
    request.live_pos, request.section = positions.head(), "dashboard"
    return answer(
        request, "dashboard/page.html", fragments.page_of(viewer_of(request.user)) | {"pos": request.live_pos}
    )


@require_POST
@desk_page
def refresh(request):
    """Recalculate one's own figures; for leads those of all agents."""

    def recalculate():
        for agent_id in fragments.agents_shown_to(viewer_of(request.user)):
            dashboards.recalculate(agent_id)

    return perform(request, recalculate, "Updated.")
