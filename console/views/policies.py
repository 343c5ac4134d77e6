"""SLA policies for leads, in order of evaluation, and a test which policy applies to a ticket."""

from django.views.decorators.http import require_safe

from console.responses import lead_page, page
from support_management.conditions import wording as conditions
from support_management.people.viewer import viewer_of
from support_management.sla.policy import explain, matching, wording


@require_safe
@lead_page
def board(request):
    """All policies. `?ticket=T-10482` tests which one applies to it, and why earlier ones do not."""
    request.section = "policies"
    names = conditions.websites()
    lines = [_line(row, names) for row in matching.policies_with_calendars()]
    test = explain.for_number(request.GET.get("ticket", ""), seen_by=viewer_of(request.user))
    return page(request, "sla/policies.html", {"policies": lines, "asked": test})


def _line(row, names) -> dict:
    return {
        "policy": row,
        "conditions": conditions.conditions(row.conditions, names),
        "targets": wording.targets(row.targets),
        "pauses": wording.pauses(row.pause_on),
        "thresholds": wording.thresholds(row.thresholds),
    }
