"""A write from the console: executed once per one-time key, answered with a message."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from console.forms.cleaning import WriteForm, clean
from console.responses import succeeded
from support_management.audit import history
from support_management.audit.models import SupportActionLog
from support_management.core import idempotency
from support_management.core.errors import Stale
from support_management.people import lookup

_NOT_INPUT = ("csrfmiddlewaretoken", "key", "version")
"""A live page may bring another version before a form is sent again under its key."""
SAVED_BEFORE = "What you sent before was saved. Review it, then send again."
_MOST_NAMED = 3
WRITING = "while you were writing. Review, then send."
MEANWHILE = "in the meantime. Review it, then try again."
_VERB_TEXTS = {
    "reply": "replied",
    "note": "added a note",
    "requester": "wrote",
    "status": "changed the status",
    "priority": "changed the priority",
    "type": "changed the type",
    "tags": "changed the tags",
}


def perform(
    request: HttpRequest,
    verb: Callable[[], Any],
    sentence: str,
    *,
    clear: str | None = None,
    to: str | None = None,
    then: Callable[[Any], dict] | None = None,
) -> HttpResponse:
    """Call `verb` unless this form's one-time key was used before; the answer is the same both times.

    `then`: what the answer says of the result beside that: `to`, and how to undo it. Raises Stale, with the changes
    since the version that the person saw.
    """

    def make():
        result = verb()
        return {"text": sentence, "clear": clear, "to": to} | (then(result) if then else {})

    try:
        answer = once(request, make)
    except Stale as error:
        seen_version = clean(WriteForm(request.POST))["version"]
        error.text = f"{_changes(error.current, seen_version, request.user.pk)} {WRITING if clear else MEANWHILE}"
        raise
    return succeeded(request, answer.pop("text"), **answer)


def once(request: HttpRequest, make: Callable[[], Any]) -> Any:
    """The result of `make`, JSON data. When this form's one-time key comes again: the stored result, without a call."""
    key, input_hash = request.POST.get("key"), idempotency.hash_of(request.path, input_of(request))
    try:
        return idempotency.once(request.user, key, input_hash, lambda: (200, make())).payload
    except idempotency.KeyReused as error:
        error.text = SAVED_BEFORE
        raise


def input_of(request: HttpRequest) -> dict[str, list[str]]:
    """The form's values, without its CSRF token, one-time key and version."""
    return {name: request.POST.getlist(name) for name in sorted(request.POST) if name not in _NOT_INPUT}


def _changes(row, seen_version: int | None, person_id: int | None) -> str:
    """What others have changed since; own changes alone are no conflict."""
    count = max(0, min(row.version - (seen_version or 0), _MOST_NAMED)) if row is not None else 0
    changes = [_change(entry) for entry in history.latest(row, count) if entry.actor_id != person_id]
    if not changes:
        return "It was changed"
    text = _list(list(dict.fromkeys(changes)))
    return text[0].upper() + text[1:]


def _change(entry: SupportActionLog) -> str:
    if entry.verb != "assign":
        return f"{entry.actor_name} {_VERB_TEXTS.get(entry.verb, 'edited it')}"
    assignee = entry.after.get("assignee")
    to = assignee and lookup.name_of(assignee)
    if entry.actor_id is None:
        return f"it was reassigned automatically to {to}" if to else "it was unassigned automatically"
    return f"{entry.actor} assigned it to {to}" if to else f"{entry.actor} unassigned it"


def _list(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
