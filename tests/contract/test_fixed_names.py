"""Names that existing users of the desk rely on."""

import importlib
import re
from pathlib import Path

import django_htmx
import pytest
from django.apps import apps
from django.conf import settings
from django.urls import reverse

import support_management.models
from console.celery import app

MODELS = [
    "User",
    "Website",
    "SupportProfile",
    "SupportAvailability",
    "SupportWorkloadTracker",
    "TicketType",
    "Ticket",
    "TicketMessage",
    "ReassignmentLog",
    "Order",
    "Dispute",
    "DisputeResolutionLog",
    "SupportOrderManagement",
    "SupportNotification",
    "NoticePreference",
    "MailDuty",
    "SupportActionLog",
    "SupportDashboard",
    "SLAPolicy",
    "OrderDisputeSLA",
    "SLAEvent",
    "EscalationLog",
    "EscalationRule",
    "BusinessCalendar",
    "DomainEvent",
    "IdempotencyKey",
]
TASKS = [
    "support_management.tasks.refresh_all_support_dashboards",
    "support_management.tasks.check_loads",
    "support_management.tasks.check_sla_breaches",
    "support_management.tasks.run_escalations",
    "support_management.tasks.follow_promises",
    "support_management.tasks.auto_reassign_unresolved_tasks",
    "support_management.tasks.route_waiting_work",
    "support_management.tasks.follow_availability",
    "support_management.tasks.close_resolved_tickets",
    "support_management.tasks.send_mail",
    "support_management.tasks.prune",
    "support_management.tasks.make_sla_reports",
    "support_management.tasks.follow_orders",
    "support_management.tasks.follow_payment_issues",
    "support_management.tasks.check_search",
]
PAGES = {
    "home": "/",
    "login": "/login/",
    "logout": "/logout/",
    "password": "/password/",
    "preferences": "/preferences/",
    "queue": "/queue/",
    "disputes": "/disputes/",
    "orders": "/orders/",
    "dashboard": "/dashboard/",
    "calendars": "/sla/calendars/",
    "policies": "/sla/policies/",
    "sla-compliance": "/sla/compliance/",
    "sla-reports": "/sla/reports/",
    "availability": "/availability/",
    "notifications": "/notifications/",
    "notice-preferences": "/preferences/notices/",
    "healthz": "/healthz",
    "readyz": "/readyz",
}
HTMX = Path(django_htmx.__file__).parent / "static" / "django_htmx"
JS = Path(settings.BASE_DIR) / "static" / "js"


class TestModels:
    @pytest.mark.parametrize("name", MODELS)
    def test_each_is_importable_from_one_module(self, name):
        assert getattr(support_management.models, name)._meta.app_label == "support_management"

    def test_the_list_is_complete(self):
        listed = {getattr(support_management.models, name) for name in support_management.models.__all__}
        made = {
            model for model in apps.get_app_config("support_management").get_models() if not model._meta.auto_created
        }
        assert listed == made


class TestTasks:
    @pytest.mark.parametrize("name", TASKS)
    def test_each_has_its_dotted_name(self, name):
        module, _, function = name.rpartition(".")
        assert getattr(importlib.import_module(module), function).name == name
        assert name in app.tasks

    def test_the_timetable_calls_each_of_them(self):
        assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} == set(TASKS)

    def test_the_sweep_runs_twice_a_second_and_goes_stale_soon(self):
        entry = settings.CELERY_BEAT_SCHEDULE["sla"]
        assert (entry["schedule"], entry["options"]["expires"]) == (0.5, 5)


class TestAddresses:
    @pytest.mark.parametrize(("name", "path"), PAGES.items())
    def test_each_page_is_where_it_was(self, name, path):
        assert reverse(name) == path

    def test_the_api_lives_under_its_prefix(self):
        routes = Path(settings.BASE_DIR, "console", "urls.py").read_text()
        assert "api/v1/support-management/" in routes


class TestHtmx:
    """The few calls of htmx 4 that our modules make exist in the build that is shipped."""

    def test_what_we_call_is_there(self):
        build = (HTMX / "htmx-4.js").read_text()
        called = {name for file in JS.rglob("*.js") for name in re.findall(r"\bhtmx\.([a-zA-Z]+)\(", file.read_text())}
        assert called, "no module calls htmx any more: remove this test"
        missing = {name for name in called if not re.search(rf"\b{name}\b\s*(\(|[:=])", build)}
        assert missing == set(), "the shipped htmx has other names for these"

    @pytest.mark.parametrize("word", ["innerMorph", "outerMorph", "hx-partial", "inherited"])
    def test_what_our_markup_says_is_understood(self, word):
        assert word in (HTMX / "htmx-4.js").read_text()

    def test_events_we_listen_to_are_sent(self):
        build = (HTMX / "htmx-4.js").read_text()
        heard = {
            name for file in JS.rglob("*.js") for name in re.findall(r"[\"'](htmx:[a-z:]+)[\"']", file.read_text())
        }
        sent = set(re.findall(r"[\"'`](htmx:[a-z:]+)", build))
        assert {name for name in heard if name not in sent} == set()
