"""The bell's panel, the page behind it, and what goes where."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console.forms.cleaning import read as read_form
from console.forms.notifications import AfterForm, NotificationSettingsForm, SeenUpToForm
from console.fragments import notifications as fragments
from console.responses import desk_page, is_htmx, said
from console.responses import page as answer
from support_management.events import positions
from support_management.notifications import preferences, read
from support_management.people.viewer import viewer_of


@require_safe
@desk_page
def page(request):
    """By piece of work, newest first; `?after=` goes on from a key. Who opens it has seen what stands on it.

    A script that fetches the page anew says itself what the person saw.
    """
    request.live_pos, request.section = positions.head(), "notifications"
    after = read_form(AfterForm(request.GET))["after"]
    context = fragments.page_of(viewer_of(request.user), after=after)
    if request.method == "GET" and not is_htmx(request) and context["newest"]:
        read.mark_seen(by=request.user, upto=context["newest"])
    return answer(request, "notifications/page.html", context | {"pos": request.live_pos})


@require_safe
@desk_page
def rows(request):
    """The next pieces of work, and nothing around them."""
    request.live_pos = positions.head()
    after = read_form(AfterForm(request.GET))["after"]
    context = fragments.page_of(viewer_of(request.user), after=after)
    return answer(request, "notifications/rows.html", context | {"pos": request.live_pos, "place": "notices"})


@require_safe
@desk_page
def panel(request):
    """The newest, for the panel under the bell."""
    request.live_pos = positions.head()
    context = fragments.panel_of(viewer_of(request.user)) | {"pos": request.live_pos, "place": "bell"}
    return answer(request, "notifications/panel.html", context)


@require_safe
@desk_page
def opened(request, pk):
    """To the place that a notice is about; who goes there has read it."""
    row = read.mark_as_read(notification=pk, by=request.user)
    return redirect(row.link or reverse("notifications"))


@require_POST
@desk_page
def mark(request, pk):
    """This one and earlier ones about the same piece of work."""
    read.mark_work_as_read(notification=pk, by=request.user)
    return said(request, "Marked as read.", to=reverse("notifications"))


@require_POST
@desk_page
def mark_all(request):
    """All that stood on the screen, and all before."""
    upto = read_form(SeenUpToForm(request.POST))["upto"]
    count = read.mark_many_as_read(by=request.user, upto=upto)
    word = "1 notification" if count == 1 else f"{count} notifications"
    return said(request, f"{word} marked as read.", to=reverse("notifications"))


@require_POST
@desk_page
def seen(request):
    """The script of a page says up to which notice somebody looked."""
    read.mark_seen(by=request.user, upto=read_form(SeenUpToForm(request.POST))["upto"])
    return HttpResponse(status=204)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def choices(request):
    """Which kinds go to the bell, to one's mail, to both or nowhere."""
    request.section = "preferences"
    form = NotificationSettingsForm(request.POST if request.method == "POST" else None, person=request.user)
    if request.method == "POST" and form.is_valid():
        preferences.choose(by=request.user, choices=form.choices)
        return said(request, "Notification settings saved.", to=reverse("notice-preferences"))
    return answer(request, "notifications/preferences.html", {"form": form})
