"""The bell's panel, the notifications page, and the notification settings."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console import access
from console.forms.cleaning import read as read_form
from console.forms.notifications import AfterForm, NotificationSettingsForm, SeenUpToForm
from console.fragments import notifications as fragments
from console.responses import desk_page, open_to_suspended, succeeded
from console.responses import page as answer
from support_management.events import positions
from support_management.notifications import preferences, read
from support_management.people.viewer import viewer_of


@require_safe
@desk_page
def page(request):
    """Notifications grouped by ticket or dispute, newest first; `?after=` continues from a key.

    A GET writes nothing: the page's script reports what the person has seen.
    """
    request.live_pos, request.section = positions.head(), "notifications"
    after = read_form(AfterForm(request.GET))["after"]
    context = fragments.page_of(viewer_of(request.user), after=after)
    return answer(request, "notifications/page.html", context | {"pos": request.live_pos})


@require_safe
@desk_page
def rows(request):
    """The next groups, without the page around them."""
    request.live_pos = positions.head()
    after = read_form(AfterForm(request.GET))["after"]
    context = fragments.page_of(viewer_of(request.user), after=after)
    return answer(request, "notifications/rows.html", context | {"pos": request.live_pos, "place": "notices"})


@require_safe
@desk_page
def panel(request):
    """The newest groups, for the panel under the bell."""
    request.live_pos = positions.head()
    context = fragments.panel_of(viewer_of(request.user)) | {"pos": request.live_pos, "place": "bell"}
    return answer(request, "notifications/panel.html", context)


@require_safe
@desk_page
def opened(request, pk):
    """Redirect to the notification's link. The page's script marks it as read."""
    row = read.own(notification=pk, by=request.user)
    return redirect(row.link or reverse("notifications"))


@require_POST
@desk_page
@open_to_suspended
def mark(request, pk):
    """Mark this notification and earlier ones about the same item as read."""
    read.mark_work_as_read(notification=pk, by=request.user)
    return succeeded(request, "Marked as read.", to=reverse("notifications"))


@require_POST
@desk_page
@open_to_suspended
def mark_all(request):
    """Mark all notifications up to the newest on the screen as read."""
    upto = read_form(SeenUpToForm(request.POST))["upto"]
    count = read.mark_many_as_read(by=request.user, upto=upto)
    word = "1 notification" if count == 1 else f"{count} notifications"
    return succeeded(request, f"{word} marked as read.", to=reverse("notifications"))


@require_POST
@desk_page
@open_to_suspended
def seen(request):
    """Mark notifications as seen up to the one that the page's script names."""
    read.mark_seen(by=request.user, upto=read_form(SeenUpToForm(request.POST))["upto"])
    return HttpResponse(status=204)


@require_POST
@desk_page
@open_to_suspended
def opened_ticket(request, number):
    """The page's script reports that the person has the ticket open: its notifications are read."""
    ticket = access.ticket_by_number(number, seen_by=request.user)
    read.mark_about_as_read(kind="ticket", pk=ticket.pk, by=request.user)
    return HttpResponse(status=204)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
@open_to_suspended
def choices(request):
    """Notification settings: bell and email for each kind."""
    request.section = "preferences"
    form = NotificationSettingsForm(request.POST if request.method == "POST" else None, person=request.user)
    if request.method == "POST" and form.is_valid():
        preferences.choose(by=request.user, choices=form.choices)
        return succeeded(request, "Notification settings saved.", to=reverse("notice-preferences"))
    return answer(request, "notifications/preferences.html", {"form": form})
