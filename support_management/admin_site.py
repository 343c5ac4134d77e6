"""Django admin as admins work: its models in groups by task, what the product keeps for itself at the end.

Beside `admin/`, not in it: Django asks for the site before that package may be imported.
"""

from dataclasses import dataclass

from django.apps import apps
from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.urls import reverse


@dataclass(frozen=True, slots=True)
class ModelGroup:
    """Models under one heading, in this order, then pages, whose names are those of their addresses.

    `collapsed`: the heading opens them.
    """

    slug: str
    name: str
    models: tuple[str, ...]
    pages: tuple[str, ...] = ()
    collapsed: bool = False


GROUPS = (
    ModelGroup(
        "people",
        "People and skills",
        (
            "User",
            "SupportProfile",
            "SupportAvailability",
            "PlannedAbsence",
            "Specialization",
            "SkillLevel",
            "Website",
            "NoticePreference",
            "ApiToken",
        ),
    ),
    ModelGroup(
        "routing",
        "Queues and routing",
        ("Ticket", "TicketType", "Tag", "SkillRule", "AssignmentDecision", "ReassignmentLog", "SupportWorkloadTracker"),
    ),
    ModelGroup(
        "sla",
        "SLA",
        (
            "SLAPolicy",
            "BusinessCalendar",
            "EscalationRule",
            "EscalationLog",
            "OrderDisputeSLA",
            "SLAReport",
            "SLAPolicyVersion",
            "BusinessCalendarVersion",
        ),
    ),
    ModelGroup(
        "orders",
        "Orders",
        (
            "Order",
            "SupportOrderManagement",
            "HeldMessage",
            "MoneyEffect",
            "PaymentIssueLog",
            "PaymentIssueStep",
            "ShopEndpoint",
            "Dispute",
            "DisputeResolutionLog",
            "DisputeWeight",
        ),
        pages=("Reconciliation",),
    ),
    ModelGroup(
        "records",
        "Records",
        (
            "SupportActionLog",
            "RecordChangeLog",
            "TicketMessage",
            "SupportNotification",
            "MailDuty",
            "SLAEvent",
            "AvailabilityInterval",
            "SupportDashboard",
            "TicketParticipation",
            "DisputeParticipation",
        ),
    ),
    ModelGroup(
        "system",
        "System",
        (
            "Heartbeat",
            "DomainEvent",
            "Epoch",
            "PasswordAttempt",
            "NumberSequence",
            "IdempotencyKey",
            "DashboardDrift",
            "SLAFollowUp",
            "EscalationRun",
            "WorkAttention",
        ),
        collapsed=True,
    ),
)
APP = "support_management"


class DeskAdminSite(AdminSite):
    """The index, the side bar and the list of the app show the groups; addresses of models are Django's own."""

    site_header = "Support Console"
    site_title = "Support Console"
    index_title = "Administration"
    empty_value_display = "–"

    def get_app_list(self, request, app_label=None):
        """A group where Django has an app. A model without a group comes last, so that none is lost."""
        by_app = super().get_app_list(request, app_label)
        listed = {model["object_name"]: model for app in by_app for model in app["models"]}
        groups = [(group, [listed.pop(name) for name in group.models if name in listed]) for group in GROUPS]
        groups[-1][1].extend(listed.values())
        for group, models in groups:
            models += [self._page(name) for name in group.pages if models]
        return [self._entry(group, models, request.path) for group, models in groups if models]

    def app_index(self, request, app_label, extra_context=None):
        name = apps.get_app_config(app_label).verbose_name if app_label == APP else ""
        own = {"title": f"{name} administration", "app_name": name}
        return super().app_index(request, app_label, own | (extra_context or {}))

    def _page(self, name: str) -> dict:
        """What Django's templates read of a model."""
        address = reverse(f"admin:{name.lower()}", current_app=self.name)
        return {"name": name, "object_name": name, "admin_url": address, "add_url": None, "view_only": True}

    def _entry(self, group: ModelGroup, models: list[dict], path: str) -> dict:
        """What Django's templates read of an app. The heading leads to the group's first model on the app's page."""
        address = reverse("admin:app_list", kwargs={"app_label": APP}, current_app=self.name)
        return {
            "name": group.name,
            "app_label": group.slug,
            "app_url": f"{address}#{group.slug}-{models[0]['object_name'].lower()}",
            "has_module_perms": True,
            "models": models,
            "collapsed": group.collapsed,
            "opened": any(model["admin_url"] and path.startswith(model["admin_url"]) for model in models),
        }


class DeskAdminConfig(AdminConfig):
    """Django's administration with the site of the desk."""

    default_site = "support_management.admin_site.DeskAdminSite"
