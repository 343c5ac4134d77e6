"""URLs of the REST API."""

from django.urls import path

from support_management.api.analytics import AnalyticsView
from support_management.api.availability import AvailabilityView, HistoryView, OwnHistoryView
from support_management.api.calendars import CalendarView
from support_management.api.clocks import ClockHistoryView, ClockView
from support_management.api.dashboard import DashboardView
from support_management.api.disputes import DisputeView
from support_management.api.money_effects import MoneyEffectView
from support_management.api.notifications import NotificationView
from support_management.api.order_management import OrderActionView, OrderManagementView
from support_management.api.orders import OrderView
from support_management.api.payment_issues import PaymentIssueView, PaymentStepView
from support_management.api.policies import PolicyView
from support_management.api.profiles import LoadView, ProfileView
from support_management.api.routing import DecisionView, DisputeDecisionView, ReassignmentView, RoutingView
from support_management.api.schema import RedocView, SchemaView, SwaggerView
from support_management.api.search import SearchView
from support_management.api.specializations import SpecializationView
from support_management.api.tickets import MessageView, TicketView
from support_management.order_management.actions import ACTIONS as ORDER_ACTIONS

TICKET_ACTIONS = ("claim", "release", "assign", "reply", "note", "status", "priority", "type", "tags")
DISPUTE_ACTIONS = ("assign", "advance", "resolve")
PAYMENT_ISSUE_ACTIONS = ("assign", "escalate_issue", "resolve")
FULL_CRUD: dict = {"get": "retrieve", "put": "update", "patch": "partial_update", "delete": "destroy"}
READ_AND_UPDATE: dict = {"get": "retrieve", "patch": "partial_update"}

urlpatterns = [
    path("tickets/", TicketView.as_view({"get": "list", "post": "create"}), name="api-tickets"),
    path("tickets/take-next/", TicketView.as_view({"post": "take_next"}), name="api-ticket-take-next"),
    path("tickets/<int:pk>/", TicketView.as_view({"get": "retrieve"}), name="api-ticket"),
    *(
        path(f"tickets/<int:pk>/{verb}/", TicketView.as_view({"post": verb}), name=f"api-ticket-{verb}")
        for verb in TICKET_ACTIONS
    ),
    path("tickets/<int:pk>/effect/", TicketView.as_view({"get": "effect"}), name="api-ticket-effect"),
    path("tickets/<int:pk>/messages/", MessageView.as_view({"get": "list"}), name="api-ticket-messages"),
    path("tickets/<int:pk>/decisions/", DecisionView.as_view({"get": "list"}), name="api-ticket-decisions"),
    path("orders/", OrderView.as_view({"get": "list"}), name="api-orders"),
    path("orders/<int:pk>/", OrderView.as_view({"get": "retrieve"}), name="api-order"),
    path("orders/<int:pk>/status/", OrderView.as_view({"post": "status"}), name="api-order-status"),
    path("money-effects/", MoneyEffectView.as_view({"get": "list"}), name="api-money-effects"),
    path("money-effects/<int:pk>/", MoneyEffectView.as_view({"get": "retrieve"}), name="api-money-effect"),
    path("money-effects/<int:pk>/sent/", MoneyEffectView.as_view({"post": "sent"}), name="api-money-effect-sent"),
    path(
        "money-effects/<int:pk>/confirm/", MoneyEffectView.as_view({"post": "confirm"}), name="api-money-effect-confirm"
    ),
    path("money-effects/<int:pk>/fail/", MoneyEffectView.as_view({"post": "fail"}), name="api-money-effect-fail"),
    *(
        path(f"orders/<int:pk>/{verb}/", OrderActionView.as_view({"post": verb}), name=f"api-order-{verb}")
        for verb in ORDER_ACTIONS
    ),
    path(
        "order-management/",
        OrderManagementView.as_view({"get": "list", "post": "create"}),
        name="api-order-management",
    ),
    path("order-management/<int:pk>/", OrderManagementView.as_view({"get": "retrieve"}), name="api-order-action"),
    path(
        "order-management/<int:pk>/restore_to_progress/",
        OrderManagementView.as_view({"post": "restore_to_progress"}),
        name="api-order-action-restore",
    ),
    path(
        "order-management/<int:pk>/undo/", OrderManagementView.as_view({"post": "undo"}), name="api-order-action-undo"
    ),
    path("payment-issues/", PaymentIssueView.as_view({"get": "list", "post": "create"}), name="api-payment-issues"),
    path("payment-issues/totals/", PaymentIssueView.as_view({"get": "totals"}), name="api-payment-totals"),
    path(
        "payment-issues/<int:pk>/",
        PaymentIssueView.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="api-payment-issue",
    ),
    path(
        "payment-issues/<int:pk>/steps/",
        PaymentStepView.as_view({"get": "list", "post": "create"}),
        name="api-payment-steps",
    ),
    *(
        path(
            f"payment-issues/<int:pk>/{verb}/",
            PaymentIssueView.as_view({"post": verb}),
            name=f"api-payment-issue-{verb}",
        )
        for verb in PAYMENT_ISSUE_ACTIONS
    ),
    path("disputes/", DisputeView.as_view({"get": "list", "post": "create"}), name="api-disputes"),
    path("disputes/<int:pk>/", DisputeView.as_view({"get": "retrieve"}), name="api-dispute"),
    *(
        path(f"disputes/<int:pk>/{verb}/", DisputeView.as_view({"post": verb}), name=f"api-dispute-{verb}")
        for verb in DISPUTE_ACTIONS
    ),
    path("disputes/<int:pk>/decisions/", DisputeDecisionView.as_view({"get": "list"}), name="api-dispute-decisions"),
    path("routing/preview/", RoutingView.as_view({"get": "preview"}), name="api-routing-preview"),
    path("reassignments/", ReassignmentView.as_view({"get": "list"}), name="api-reassignments"),
    path("support-profiles/", ProfileView.as_view({"get": "list"}), name="api-profiles"),
    path("support-profiles/<int:pk>/", ProfileView.as_view(READ_AND_UPDATE), name="api-profile"),
    path("availability/", AvailabilityView.as_view({"get": "list"}), name="api-availabilities"),
    path("availability/me/", AvailabilityView.as_view({"get": "own", "put": "say"}), name="api-availability-own"),
    path("availability/me/history/", OwnHistoryView.as_view({"get": "list"}), name="api-availability-history-own"),
    path(
        "availability/<int:pk>/",
        AvailabilityView.as_view({"get": "retrieve", "put": "update"}),
        name="api-availability",
    ),
    path("availability/<int:pk>/history/", HistoryView.as_view({"get": "list"}), name="api-availability-history"),
    path("workload-tracker/", LoadView.as_view({"get": "list"}), name="api-loads"),
    path("workload-tracker/<int:pk>/", LoadView.as_view({"get": "retrieve"}), name="api-load"),
    path("specializations/", SpecializationView.as_view({"get": "list", "post": "create"}), name="api-specializations"),
    path("specializations/<int:pk>/", SpecializationView.as_view(FULL_CRUD), name="api-specialization"),
    path("notifications/", NotificationView.as_view({"get": "list"}), name="api-notifications"),
    path(
        "notifications/mark_as_read/",
        NotificationView.as_view({"post": "mark_all_as_read"}),
        name="api-notifications-read",
    ),
    path("notifications/<int:pk>/", NotificationView.as_view({"get": "retrieve"}), name="api-notification"),
    path(
        "notifications/<int:pk>/mark_as_read/",
        NotificationView.as_view({"post": "mark_as_read"}),
        name="api-notification-read",
    ),
    path("dashboard/", DashboardView.as_view({"get": "figures"}), name="api-dashboard"),
    path("dashboard/tickets/", DashboardView.as_view({"get": "tickets"}), name="api-dashboard-tickets"),
    path("dashboard/queue/", DashboardView.as_view({"get": "queue"}), name="api-dashboard-queue"),
    path("dashboard/orders/", DashboardView.as_view({"get": "orders"}), name="api-dashboard-orders"),
    path("dashboard/workload/", DashboardView.as_view({"get": "workload"}), name="api-dashboard-workload"),
    path("dashboard/sla/breaches/", DashboardView.as_view({"get": "breaches"}), name="api-dashboard-breaches"),
    path("dashboard/analytics/sla/", AnalyticsView.as_view({"get": "sla"}), name="api-analytics-sla"),
    path("dashboard/refresh_dashboard/", DashboardView.as_view({"post": "refresh"}), name="api-dashboard-refresh"),
    path("business-calendars/", CalendarView.as_view({"get": "list", "post": "create"}), name="api-calendars"),
    path("business-calendars/<int:pk>/", CalendarView.as_view(FULL_CRUD), name="api-calendar"),
    path("business-calendars/<int:pk>/preview/", CalendarView.as_view({"get": "preview"}), name="api-calendar-preview"),
    path("sla/policies/", PolicyView.as_view({"get": "list", "post": "create"}), name="api-policies"),
    path("sla/policies/match/", PolicyView.as_view({"get": "match"}), name="api-policy-match"),
    path("sla/policies/<int:pk>/", PolicyView.as_view(FULL_CRUD), name="api-policy"),
    path("sla/clocks/", ClockView.as_view({"get": "list"}), name="api-clocks"),
    path("sla/clocks/<int:pk>/", ClockView.as_view({"get": "retrieve"}), name="api-clock"),
    path("sla/clocks/<int:pk>/history/", ClockHistoryView.as_view({"get": "list"}), name="api-clock-history"),
    path("sla/clocks/<int:pk>/extend/", ClockView.as_view({"post": "extend"}), name="api-clock-extend"),
    path("search/", SearchView.as_view({"get": "find"}), name="api-search"),
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("swagger/", SwaggerView.as_view(), name="api-swagger"),
    path("redoc/", RedocView.as_view(), name="api-redoc"),
]
