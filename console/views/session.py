"""Sign-in, sign-out, the password, and the start page."""

from django.contrib.auth import views as auth
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from console.forms.availability import RETURN, LeaveForm
from console.forms.cleaning import clean
from console.forms.session import NewPasswordForm, SignInForm
from console.responses import desk_page, forbidden, succeeded, wanted_path
from console.views import availability
from support_management.people import sessions
from support_management.people.availability import service
from support_management.people.passwords import checking as passwords
from support_management.people.passwords import setting
from support_management.people.suspension import is_suspended
from support_management.routing.transfer import sign_off

FOR_ADMINS = "The admin area is for admins only."


class SignIn(auth.LoginView):
    """The sign-in page. `next` leads to addresses of this host only."""

    template_name = "session/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_redirect_url(self, request=None):
        """Never this page: for signed-in users that would be a redirect loop."""
        wanted = wanted_path(self.request) or ""
        return "" if wanted.startswith(self.request.path) else wanted

    def form_valid(self, form):
        service.signed_in(form.get_user())
        return super().form_valid(form)


class SignOut(auth.LogoutView):
    """By POST only, so that no image or link can sign out.

    Agents go offline, unless they are signed in elsewhere too; with open work a question comes first. Suspended agents
    are not asked: they change nothing, and routing gives them nothing.
    """

    http_method_names = ["post", "options"]

    def get_redirect_url(self, request=None):
        return wanted_path(self.request) or ""

    def get_success_url(self):
        """The fragment tells the browser to forget what it keeps for this person (static/js/ui/session.js)."""
        return f"{super().get_success_url()}#signed-out"

    def post(self, request, *args, **kwargs):
        me = request.user
        if (
            me.is_authenticated
            and me.is_agent
            and not is_suspended(me)
            and not sessions.has_other(me, than=request.session.session_key)
        ):
            decision = clean(LeaveForm(request.POST)).get("decision")
            work = None if decision else availability.work_before_leaving(me, "offline")
            if work:
                return availability.question(request, work, "offline", address=reverse("logout"))
            service.signed_out(me)
            if decision == RETURN:
                sign_off.return_work(me.pk, me)
        return super().post(request, *args, **kwargs)


@method_decorator(sensitive_post_parameters(), name="dispatch")
class NewPassword(auth.PasswordChangeView):
    """Changes the password; all other sessions of the user end, and their API tokens if they say so."""

    template_name = "session/password.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("home")

    def form_valid(self, form):
        setting.decide(form.user, end_tokens=form.cleaned_data["end_tokens"], by=form.user)
        super().form_valid(form)
        passwords.record_change(form.user)
        text = f"Password changed. You are signed out everywhere else. {setting.sentence(form.user)}"
        return succeeded(self.request, text.strip(), to=str(self.success_url))


@require_safe
@desk_page
def home(request):
    """The start page: the queue."""
    return redirect("queue")


def admin_door(request):
    """Replaces the sign-in page of Django admin: admins are redirected to the requested page."""
    wanted = wanted_path(request) or reverse("admin:index")
    if not request.user.is_authenticated:
        return auth.redirect_to_login(wanted)
    if not request.user.is_staff:
        return forbidden(request, FOR_ADMINS)
    return redirect(reverse("admin:index") if wanted.startswith(request.path) else wanted)
