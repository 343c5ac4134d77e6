"""Coming in, going out, the password, the theme, and where everybody starts."""

from django.contrib.auth import views as auth
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from console.forms.session import NewPasswordForm, SignInForm
from console.http import back, desk_page, forbidden, is_htmx, safe_path, said, see_other, signed_in
from console.views import attempts, errors
from support_management.people import preferences

FOR_ADMINS = "The administration is for admins."


class SignIn(auth.LoginView):
    """A wrong password gets one calm sentence; `next` leads only to places of this host."""

    template_name = "session/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_redirect_url(self, request=None):
        """Never back to this page: who is signed in already would go in circles."""
        wanted = super().get_redirect_url(request)
        return "" if wanted.startswith(self.request.path) else wanted

    def post(self, request, *args, **kwargs):
        if attempts.too_many(request):
            return errors.too_many(request, wait=attempts.WINDOW_SECONDS)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        attempts.forget(self.request)
        return super().form_valid(form)

    def form_invalid(self, form):
        attempts.failed(self.request)
        return super().form_invalid(form)


class SignOut(auth.LogoutView):
    """Only by POST, so that no picture or link can do it."""

    http_method_names = ["post", "options"]


@method_decorator(sensitive_post_parameters(), name="dispatch")
class NewPassword(auth.PasswordChangeView):
    """This session stays, all others of the person end."""

    template_name = "session/password.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("home")

    def form_valid(self, form):
        super().form_valid(form)
        return said(
            self.request,
            "Your password is changed. You are signed out everywhere else.",
            to=str(self.success_url),
        )


@require_safe
@desk_page
def home(request):
    """The queue, until there is a workspace."""
    return redirect("queue")


@require_POST
@signed_in
def theme(request):
    """Kept on the account; the next page comes in it."""
    preferences.choose_theme(by=request.user, theme=request.POST.get("theme", ""))
    return HttpResponse(status=204) if is_htmx(request) else see_other(back(request))


def admin_door(request):
    """Admin has no sign-in of its own; whoever may come in goes on to where they wanted to be."""
    wanted = safe_path(request, request.GET.get("next")) or reverse("admin:index")
    if not request.user.is_authenticated:
        return auth.redirect_to_login(wanted)
    if not request.user.is_staff:
        return forbidden(request, FOR_ADMINS)
    return redirect(reverse("admin:index") if wanted.startswith(request.path) else wanted)
