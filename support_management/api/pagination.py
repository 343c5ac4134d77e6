"""Keyset pagination: `{next, previous, results}`. Each page costs the same; totals are not counted."""

import base64
import binascii
import json
from datetime import UTC, datetime
from itertools import accumulate

from django.core.exceptions import ValidationError as FieldError
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from support_management.core import keyset

PAGE = 50
MAX_PAGE = 100
_MOVING = (
    "Rows move while you page: with `-updated_at` a row that changes jumps to the first page, behind your cursor, and "
    "is missed. With `updated_at` it goes to the end: every row is read, and one that changed meanwhile again."
)
_CURSOR = (
    "A place in one list: take it from `next` or `previous` and do not build or change it. It keeps its `ordering` and "
    "goes with another one to 400. It is a place and not a row, so it does not expire and stays good when its row has "
    "moved or gone. Keep the filters; `limit` may change."
)
MOST_TEXT = 1_000_000
"""Characters of text of a page, where a view says how much its rows have."""
NEWEST_FIRST = {"-id": ("-id",), "id": ("id",)}


def limit_of(text: str | None, default: int = PAGE) -> int:
    """The requested page size. ValidationError unless it is 1 to MAX_PAGE."""
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= MAX_PAGE):
        raise ValidationError({"limit": [f"Enter a number from 1 to {MAX_PAGE}."]})
    return int(text)


class KeysetPagination(BasePagination):
    """`limit`, `ordering` from the view's `orderings`, and an opaque `cursor` that the links carry.

    A view whose rows can be long has `text_length`, an expression: a page ends before its text is too long.
    """

    query_names = ("cursor", "limit", "ordering")

    def paginate_queryset(self, queryset, request, view=None):
        self.request = request
        self.orderings = getattr(view, "orderings", NEWEST_FIRST)
        self.limit = limit_of(request.query_params.get("limit"))
        self.ordering = self._ordering(request.query_params.get("ordering"))
        self.fields = self.orderings[self.ordering]
        self.back, position = self._read(request.query_params.get("cursor"), queryset.model)
        fields = tuple(map(_reversed, self.fields)) if self.back else self.fields
        rows = queryset.order_by(*fields)
        if position:
            rows = rows.filter(keyset.behind(fields, position))
        if (length := getattr(view, "text_length", None)) is not None:
            self.limit = _number_that_fits(rows, length, self.limit)
        rows = list(rows[: self.limit + 1])
        self._set_links(rows, has_position=bool(position))
        return self.page

    def get_paginated_response(self, data):
        return Response({"next": self.next, "previous": self.previous, "results": data})

    def _ordering(self, name: str | None) -> str:
        if not name:
            return next(iter(self.orderings))
        if name not in self.orderings:
            raise ValidationError({"ordering": [f"Unknown ordering. Use one of {', '.join(self.orderings)}."]})
        return name

    def _set_links(self, rows: list, *, has_position: bool) -> None:
        more = len(rows) > self.limit
        self.page = rows[: self.limit]
        if self.back:
            self.page.reverse()
        forward, backward = (has_position, more) if self.back else (more, has_position)
        self.next = self._link(self.page[-1], back=False) if forward and self.page else None
        self.previous = self._link(self.page[0], back=True) if backward and self.page else None

    def _link(self, row, *, back: bool) -> str:
        position = [_encoded(getattr(row, field.lstrip("-"))) for field in self.fields]
        cursor = base64.urlsafe_b64encode(json.dumps([self.ordering, int(back), *position]).encode()).decode()
        return replace_query_param(self.request.build_absolute_uri(), "cursor", cursor.rstrip("="))

    def _read(self, cursor: str | None, model) -> tuple[bool, list]:
        if not cursor:
            return False, []
        try:
            padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
            ordering, back, *position = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
            if ordering != self.ordering or back not in (0, 1) or len(position) != len(self.fields):
                raise ValueError
            names = [field.lstrip("-") for field in self.fields]
            fields = [model._meta.get_field(name) for name in names]
            return bool(back), [_decoded(field, value) for field, value in zip(fields, position, strict=True)]
        except (ValueError, TypeError, RecursionError, OverflowError, binascii.Error, FieldError):
            raise ValidationError(
                {"cursor": ["This cursor does not belong to this list. Start again without it."]}
            ) from None

    def get_paginated_response_schema(self, schema):
        link = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view):
        orderings = list(getattr(view, "orderings", NEWEST_FIRST))
        moving = f" {_MOVING}" if "-updated_at" in orderings else ""
        return [
            _parameter("cursor", _CURSOR, {"type": "string"}),
            _parameter(
                "limit", "Most rows of a page.", {"type": "integer", "minimum": 1, "maximum": MAX_PAGE, "default": PAGE}
            ),
            _parameter(
                "ordering", f"Sort order.{moving}", {"type": "string", "enum": orderings, "default": orderings[0]}
            ),
        ]


def _number_that_fits(rows, length, limit: int) -> int:
    """How many of the first rows have at most MOST_TEXT in all; at least one."""
    lengths = rows.annotate(_length=length).values_list("_length", flat=True)[:limit]
    return max(1, sum(total <= MOST_TEXT for total in accumulate(lengths)))


def _parameter(name: str, description: str, schema: dict) -> dict:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


def _reversed(field: str) -> str:
    return field[1:] if field.startswith("-") else f"-{field}"


def _encoded(value):
    return value.isoformat() if hasattr(value, "isoformat") else value


def _decoded(field, value):
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError
    loaded = field.to_python(value)
    if isinstance(loaded, datetime):
        return loaded.astimezone(UTC) if loaded.tzinfo else _decoded(field, None)
    if loaded is None or (isinstance(loaded, int) and abs(loaded) > keyset.LARGEST_INTEGER):
        raise ValueError
    return loaded
