"""URL patterns of the console. Their names are a contract: templates, tests and mails use them."""

from datetime import date

from django.contrib import admin
from django.urls import include, path, register_converter
from django.urls.converters import StringConverter
from django.views.generic import RedirectView

from console.views import (
    availability,
    calendars,
    compliance,
    dashboard,
    disputes,
    errors,
    health,
    moves,
    notifications,
    orders,
    payments,
    people,
    policies,
    preferences,
    queue,
    reports,
    search,
    session,
    sla,
    ticket_list,
    tickets,
    tokens,
    workload,
)
from support_management.core.date_range import contains


class TicketNumber(StringConverter):
    """A ticket number such as T-10482; no other text reaches a query."""

    regex = r"T-[0-9]{1,15}"


class DateConverter(StringConverter):
    """A valid date within the supported years, such as 2026-11-23."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value):
        day = date.fromisoformat(value)
        if not contains(day):
            raise ValueError(value)
        return day

    def to_url(self, value):
        return f"{value:%Y-%m-%d}"


register_converter(TicketNumber, "number")
register_converter(DateConverter, "day")
ACTIONS = (
    ("claim", tickets.claim),
    ("release", tickets.release),
    ("assign", tickets.assign),
    ("reply", tickets.reply),
    ("note", tickets.note),
    ("status", tickets.status),
    ("priority", tickets.priority),
    ("type", tickets.type_),
    ("tags", tickets.tags),
    ("dispute", tickets.dispute),
    ("read", notifications.opened_ticket),
)

urlpatterns = [
    path("", session.home, name="home"),
    path("login/", session.SignIn.as_view(), name="login"),
    path("logout/", session.SignOut.as_view(), name="logout"),
    path("password/", session.NewPassword.as_view(), name="password"),
    path("preferences/", preferences.page, name="preferences"),
    path("tokens/", tokens.page, name="tokens"),
    path("tokens/<int:pk>/revoke/", tokens.revoke, name="token-revoke"),
    path("theme/", preferences.theme, name="theme"),
    path("updates/", preferences.updates, name="updates"),
    path("owners/", search.owners, name="owners"),
    path("find/", search.ticket, name="find-ticket"),
    path("search/", search.page, name="search"),
    path("people/<int:pk>/", people.page, name="person"),
    path("queue/", queue.board, name="queue"),
    path("queue/take-next/", queue.take_next, name="take-next"),
    path("queue/lanes/<slug:slug>/", queue.lane, name="queue-lane"),
    path("tickets/", ticket_list.board, name="tickets"),
    path("tickets/<number:number>/", tickets.page, name="ticket"),
    path("tickets/<number:number>/effect/", tickets.effect, name="ticket-effect"),
    *(path(f"tickets/<number:number>/{verb}/", view, name=f"ticket-{verb}") for verb, view in ACTIONS),
    path("messages/<int:pk>/", tickets.message, name="message"),
    path("disputes/", disputes.board, name="disputes"),
    path("disputes/columns/<slug:slug>/", disputes.column, name="dispute-column"),
    path("disputes/<int:pk>/assign/", disputes.assign, name="dispute-assign"),
    path("disputes/<int:pk>/advance/", disputes.advance, name="dispute-advance"),
    path("disputes/<int:pk>/resolve/", disputes.resolve, name="dispute-resolve"),
    path("orders/", orders.board, name="orders"),
    path("orders/rows/<str:word>/", orders.rows, name="order-rows"),
    path("orders/undo/", orders.undo, name="order-undo"),
    path("orders/<int:pk>/", orders.page, name="order"),
    path("orders/<int:pk>/<slug:action>/", orders.act, name="order-act"),
    path("payments/", payments.board, name="payments"),
    path("payments/log/", payments.log, name="payment-log"),
    path("payments/rows/<str:word>/", payments.rows, name="payment-rows"),
    path("payments/<int:pk>/", payments.page, name="payment-issue"),
    path("payments/<int:pk>/<slug:action>/", payments.act, name="payment-act"),
    path("dashboard/", dashboard.page, name="dashboard"),
    path("dashboard/refresh/", dashboard.refresh, name="dashboard-refresh"),
    path("availability/", availability.own, name="availability"),
    path("availability/<int:pk>/", availability.history, name="availability-of"),
    path("availability/<int:pk>/say/", availability.say, name="availability-say"),
    path("availability/<int:pk>/pause/", availability.pause, name="availability-pause"),
    path("availability/<int:pk>/absences/", availability.plan, name="absences"),
    path("availability/<int:pk>/absences/<int:absence>/withdraw/", availability.withdraw, name="absence-withdraw"),
    path("availability/<str:name>/", availability.history_by_name),
    path("sla/", sla.board, name="sla"),
    path("sla/act/", sla.act, name="sla-act"),
    path("sla/lists/<slug:slug>/<str:word>/", sla.rows, name="sla-rows"),
    path("sla/clocks/<slug:kind>/<int:pk>/", sla.clocks, name="sla-clocks"),
    path("sla/calendars/", calendars.board, name="calendars"),
    path("sla/calendars/<int:pk>/", calendars.calendar, name="calendar"),
    path("sla/policies/", policies.board, name="policies"),
    path("sla/compliance/", compliance.figures, name="sla-compliance"),
    path("sla/reports/", reports.board, name="sla-reports"),
    path("sla/reports/<slug:kind>/<day:start>/", reports.report, name="sla-report"),
    path("workload/", workload.board, name="workload"),
    path("workload/agents/<int:pk>/", workload.agent, name="workload-agent"),
    path("workload/agents/<int:pk>/held/", workload.held, name="workload-held"),
    path("workload/why/<number:number>/", workload.why, name="workload-why"),
    path("workload/move/", moves.move_or_choose, name="workload-move"),
    path("workload/undo/", moves.undo, name="workload-undo"),
    path("workload/rules/", workload.rules, name="workload-rules"),
    path("workload/moves/", moves.history, name="workload-moves"),
    path("notifications/", notifications.page, name="notifications"),
    path("notifications/rows/", notifications.rows, name="notification-rows"),
    path("notifications/panel/", notifications.panel, name="notification-panel"),
    path("notifications/seen/", notifications.seen, name="notifications-seen"),
    path("notifications/read/", notifications.mark_all, name="notifications-read"),
    path("notifications/<int:pk>/", notifications.opened, name="notification"),
    path("notifications/<int:pk>/read/", notifications.mark, name="notification-read"),
    path("preferences/notices/", notifications.choices, name="notice-preferences"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("api/v1/support-management/", include("support_management.api.urls")),
    # Django admin uses the sign-in, sign-out and password pages of the console.
    path("admin/login/", session.admin_door),
    path("admin/logout/", session.SignOut.as_view()),
    path("admin/password_change/", RedirectView.as_view(pattern_name="password")),
    path("admin/", admin.site.urls),
]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.not_found
handler500 = errors.broken
