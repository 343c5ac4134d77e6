"""How a result is shown: its number, a line, and where it leads."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode


@dataclass(frozen=True, slots=True)
class Result:
    """`detail` says what tells it from others of the same name. `is_exact`: its number or address was asked for."""

    id: int
    number: str
    label: str
    detail: str
    url: str
    is_exact: bool = False


def result_of(kind: str, row: Any, *, is_exact: bool) -> Result:
    """The result for a row of this kind."""
    return Result(row.pk, *_SHOWN[kind](row), is_exact)


def _ticket(row) -> tuple[str, str, str, str]:
    return row.number, row.subject, f"{row.get_status_display()} · {row.requester}", row.get_absolute_url()


def _order(row) -> tuple[str, str, str, str]:
    tickets = f"{reverse('tickets')}?{urlencode({'order': row.pk})}"
    url = row.get_absolute_url() if hasattr(row, "get_absolute_url") else tickets
    return row.reference, row.title, f"{row.get_status_display()} · {row.client}", url


def _dispute(row) -> tuple[str, str, str, str]:
    label = f"{row.get_reason_display()} · {row.order.reference} {row.order.title}"
    return row.number, label, row.get_status_display(), row.get_absolute_url()


def _person(row) -> tuple[str, str, str, str]:
    return row.email or row.username, str(row), row.get_role_display(), reverse("person", args=[row.pk])


_SHOWN = {"ticket": _ticket, "order": _order, "dispute": _dispute, "person": _person}
