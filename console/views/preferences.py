"""Personal preferences: their page, and the switches for theme and update frequency in the menus."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from console.forms.cleaning import read
from console.forms.preferences import PreferencesForm
from console.responses import back, desk_page, is_htmx, open_to_suspended, refused, see_other, signed_in, succeeded
from console.responses import page as answer
from support_management.core.errors import DeskError
from support_management.people import preferences
from support_management.people.models import User

MESSAGES = {
    User.Updates.LIVE: "Updates are live.",
    User.Updates.OFTEN: "Updates every 10 seconds.",
    User.Updates.SELDOM: "Updates every 60 seconds.",
    User.Updates.MANUAL: "Updates when you press Refresh.",
}


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
@open_to_suspended
def page(request):
    """Preferences are stored on the account, so they apply in every browser."""
    if request.method != "POST":
        return _page(request, PreferencesForm(person=request.user))
    form = PreferencesForm(request.POST, person=request.user)
    try:
        preferences.choose(by=request.user, **read(form))
    except DeskError as refusal:
        error = refusal  # Python deletes the name of an exception after its block
        return refused(request, error, shown=lambda: _page(request, form, error))
    return succeeded(request, "Preferences saved.", to=reverse("preferences"))


def _page(request, form, error=None):
    request.section = "preferences"
    if error is not None and error.field in form.fields and error.field not in form.errors:
        form.add_error(error.field, error.text)
    return answer(request, "preferences/page.html", {"form": form})


@require_POST
@signed_in
@open_to_suspended
def theme(request):
    """Set the theme, from the user menu."""
    preferences.choose(by=request.user, theme=request.POST.get("theme", ""))
    return HttpResponse(status=204) if is_htmx(request) else see_other(back(request))


@require_POST
@desk_page
@open_to_suspended
def updates(request):
    """Set the update frequency, from the menu of the connection state."""
    frequency = request.POST.get("updates", "")
    preferences.choose(by=request.user, updates=frequency)
    return succeeded(request, MESSAGES[User.Updates(frequency)])
