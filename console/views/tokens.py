"""A person's own API tokens: listed, created, revoked."""

from django.urls import reverse
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from console.forms.tokens import NewTokenForm
from console.responses import open_to_suspended, refused, signed_in, succeeded
from console.responses import page as answer
from console.views.write_once import once
from support_management.core.errors import DeskError
from support_management.people import accounts, api_tokens

SHOWN_BEFORE = "This form was sent before. Its token was shown then and can't be shown again."


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@sensitive_variables()
def page(request):
    """The answer to a POST shows the new token: it is stored nowhere, so it can't be shown after a redirect."""
    form = NewTokenForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form)
    try:
        new = _created(request, form)
    except DeskError as refusal:
        error = refusal  # Python deletes the name of an exception after its block
        return refused(request, error, shown=lambda: _page(request, _with_error(form, error)))
    return _page(request, NewTokenForm(), new=new, repeated="" if new else SHOWN_BEFORE)


@require_POST
@signed_in
@open_to_suspended
def revoke(request, pk):
    """Requests with the token are refused from now on."""
    token = api_tokens.own(pk, by=request.user)
    accounts.revoke_token(token=token.pk, by=request.user)
    return succeeded(request, "Token revoked.", to=reverse("tokens"))


def _created(request, form: NewTokenForm) -> str:
    """The new token; empty when the form was sent before."""
    made = []

    def make() -> None:
        name, end = form.cleaned_data["name"], form.expires_at()
        made.append(api_tokens.issue(user=request.user, by=request.user, name=name, expires_at=end))

    once(request, make)
    return made[0] if made else ""


def _with_error(form: NewTokenForm, error: DeskError) -> NewTokenForm:
    form.add_error(error.field if error.field in form.fields else None, error.text)
    return form


def _page(request, form: NewTokenForm, *, new: str = "", repeated: str = ""):
    request.section = "tokens"
    context = {"form": form, "new": new, "repeated": repeated, "tokens": api_tokens.listed(request.user)}
    return answer(request, "tokens/page.html", context)
