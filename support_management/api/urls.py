"""Addresses of the REST API."""

from django.urls import path

from support_management.api.dashboard import DashboardView
from support_management.api.tickets import MessageView, TicketView

TICKET_ACTIONS = ("claim", "release", "assign", "reply", "note", "status", "priority", "type", "tags")

urlpatterns = [
    path("tickets/", TicketView.as_view({"get": "list", "post": "create"}), name="api-tickets"),
    path("tickets/<int:pk>/", TicketView.as_view({"get": "retrieve"}), name="api-ticket"),
    *(
        path(f"tickets/<int:pk>/{verb}/", TicketView.as_view({"post": verb}), name=f"api-ticket-{verb}")
        for verb in TICKET_ACTIONS
    ),
    path("tickets/<int:pk>/messages/", MessageView.as_view({"get": "list"}), name="api-ticket-messages"),
    path("dashboard/", DashboardView.as_view({"get": "figures"}), name="api-dashboard"),
    path("dashboard/tickets/", DashboardView.as_view({"get": "tickets"}), name="api-dashboard-tickets"),
    path("dashboard/queue/", DashboardView.as_view({"get": "queue"}), name="api-dashboard-queue"),
    path("dashboard/workload/", DashboardView.as_view({"get": "workload"}), name="api-dashboard-workload"),
    path("dashboard/sla/breaches/", DashboardView.as_view({"get": "breaches"}), name="api-dashboard-breaches"),
    path("dashboard/refresh_dashboard/", DashboardView.as_view({"post": "refresh"}), name="api-dashboard-refresh"),
]
