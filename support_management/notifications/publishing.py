"""What is made for all leads: they hear of it in the bell and get it as a letter, as each of them prefers."""

from support_management.notifications.notify import Notice, tell
from support_management.people import roles
from support_management.people.models import User


def report_made(*, text: str, link: str, dedup: str, facts: dict) -> None:
    """Each lead and admin once, however often it is said."""
    leads = User.objects.filter(role__in=roles.LEADS, is_active=True).order_by("pk").values_list("pk", flat=True)
    tell(
        Notice(recipient_id=pk, kind="report", text=text, link=link, dedup=dedup, template="report", facts=facts)
        for pk in leads
    )
