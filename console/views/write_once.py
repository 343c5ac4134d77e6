"""A write from the console: done once per key, then said in one sentence."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from console.forms.cleaning import WriteForm, clean
from console.responses import said
from support_management.audit import history
from support_management.audit.models import SupportActionLog
from support_management.core import idempotency
from support_management.core.errors import Stale

_ASIDE = ("csrfmiddlewaretoken", "key")
_MOST_NAMED = 3
WRITING = "while you were writing. Review, then send."
MEANWHILE = "in the meantime. Review it, then try again."
_DID = {
    "reply": "replied",
    "note": "added a note",
    "requester": "wrote",
    "status": "changed the status",
    "priority": "changed the priority",
    "type": "changed the type",
    "tags": "changed the tags",
}


def do(
    request: HttpRequest, verb: Callable[[], Any], sentence: str, *, clear: str | None = None, to: str | None = None
) -> HttpResponse:
    """Call the verb unless this form's one-time key did it before; answer the same both times.

    Who looked at an older version is told who did what since.
    """

    def make():
        verb()
        return {"text": sentence, "clear": clear, "to": to}

    try:
        facts = once(request, make)
    except Stale as error:
        seen = clean(WriteForm(request.POST))["version"]
        error.text = f"{_missed(error.current, seen)} {WRITING if clear else MEANWHILE}"
        raise
    return said(request, facts["text"], clear=facts["clear"], to=facts["to"])


def once(request: HttpRequest, make: Callable[[], Any]) -> Any:
    """What `make` answers, which fits JSON; the same, and nothing done, when this form's one-time key comes again."""
    key, asked = request.POST.get("key"), idempotency.hash_of(request.path, asked_of(request))
    return idempotency.once(request.user, key, asked, lambda: (200, make())).payload


def asked_of(request: HttpRequest) -> dict[str, list[str]]:
    """What the form says, without what makes it happen once."""
    return {name: request.POST.getlist(name) for name in sorted(request.POST) if name not in _ASIDE}


def _missed(row, seen: int | None) -> str:
    missed = min(row.version - (seen or 0), _MOST_NAMED) if row is not None else 0
    deeds = [_deed(line) for line in history.latest(row, missed)]
    if not deeds:
        return "It was changed"
    words = _list(list(dict.fromkeys(deeds)))
    return words[0].upper() + words[1:]


def _deed(line: SupportActionLog) -> str:
    if line.verb != "assign":
        return f"{line.actor_name} {_DID.get(line.verb, 'edited it')}"
    to = line.after.get("assignee")
    if line.actor_id is None:
        return f"it was reassigned automatically to {to}" if to else "it was unassigned automatically"
    return f"{line.actor} assigned it to {to}" if to else f"{line.actor} unassigned it"


def _list(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
