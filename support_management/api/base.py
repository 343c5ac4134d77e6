"""The plumbing of every view: strict query parameters, one answer per key, and the state in a refusal."""

import json
from collections.abc import Callable
from functools import wraps
from typing import cast

from django.conf import settings
from django.db.models import QuerySet
from django_filters.rest_framework import FilterSet
from rest_framework.exceptions import MethodNotAllowed, NotFound, ValidationError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from support_management.api import problems
from support_management.api.pagination import KeysetPagination
from support_management.core import idempotency
from support_management.core.errors import Conflict
from support_management.people.models import User
from support_management.people.viewer import Viewer, viewer_of

KEY_HEADER = "Idempotency-Key"
REPLAYED_HEADER = "Idempotent-Replayed"


class AlwaysJSON(BaseContentNegotiation):
    """There is one format, so nobody has to ask for it."""

    def select_parser(self, request, parsers):
        wanted = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == wanted), None)

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type


class SupportViewSet(GenericViewSet):
    """A noun of the API. A method is three sentences: may I (permissions), is it valid (`facts`), do it."""

    content_negotiation_class = AlwaysJSON
    http_method_names = ["get", "head", "post"]
    request: Request
    filterset_class: type[FilterSet] | None = None
    query_names: dict[str, tuple[str, ...]] = {}
    """Query parameters per action, beside those of filters and pages."""
    field_names: dict[str, str] = {}
    """Where the API's word for a field is not the capability's."""

    def initialize_request(self, request, *args, **kwargs):
        if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
            request.META["CONTENT_LENGTH"] = str(settings.MAX_BODY_BYTES)  # not told: the parser reads as far as that
        return super().initialize_request(request, *args, **kwargs)

    def initial(self, request, *args, **kwargs):
        if self.action in (None, "metadata"):
            raise MethodNotAllowed(request.method)
        super().initial(request, *args, **kwargs)
        unknown = set(request.query_params) - self._known_query_names()
        if unknown:
            raise ValidationError({name[:60]: ["Unknown parameter."] for name in sorted(unknown)[:20]})

    @property
    def viewer(self) -> Viewer:
        return viewer_of(cast("User", self.request.user))

    def facts(self, input_class) -> dict:
        """The request's body, valid for this operation; a refusal names every field."""
        taken = input_class(data=self.request.data, context=self.get_serializer_context())
        taken.is_valid(raise_exception=True)
        return taken.validated_data

    def asked(self, input_class) -> dict:
        """The same for what stands in the address."""
        taken = input_class(data=self.request.query_params.dict(), context=self.get_serializer_context())
        taken.is_valid(raise_exception=True)
        return taken.validated_data

    def shape(self, row, *, many: bool = False):
        """Rows as this noun is shown to who asks."""
        return self.get_serializer(row, many=many).data

    def get_serializer_context(self):
        desk = getattr(self, "swagger_fake_view", False) or cast("User", self.request.user).is_desk
        return {**super().get_serializer_context(), "desk": desk}

    def answer(self, row) -> Response:
        """One row."""
        return Response(self.shape(row))

    def rows(self, queryset) -> Response:
        """A page of a list."""
        page = self.paginate_queryset(self.filter_queryset(queryset))
        return self.get_paginated_response(self.shape(page, many=True))

    def one(self, queryset, pk: int):
        """The row with this id out of what the person may see."""
        row = queryset.filter(pk=pk).first()
        if row is None:
            raise NotFound(problems.NOT_FOUND)
        return row

    def visible(self) -> QuerySet:
        """What who asks may see of this noun, with everything its shape shows."""
        return self.get_queryset()

    def current(self, conflict: Conflict) -> dict | None:
        """For a Conflict: the work as it is now. None when it is gone, or out of sight."""
        row = self.visible().filter(pk=self.kwargs["pk"]).first() if "pk" in self.kwargs else None
        return self.shape(row) if row else None

    def _known_query_names(self) -> set[str]:
        known = set(self.query_names.get(self.action or "", ()))
        if self.action != "list":
            return known
        filters = self.filterset_class.base_filters if self.filterset_class else ()
        return known | {*KeysetPagination.query_names, *filters}


def write(method: Callable) -> Callable:
    """A method that changes something. It returns (status, data) and happens once per Idempotency-Key."""

    @wraps(method)
    def once(view, request, *args, **kwargs):
        key = request.headers.get(KEY_HEADER)
        if not key:
            status, data = method(view, request, *args, **kwargs)
            return Response(data, status=status)
        same = idempotency.hash_of(request.method, request.path, request.data)
        answer = idempotency.once(request.user, key, same, lambda: _plain(method(view, request, *args, **kwargs)))
        headers = {REPLAYED_HEADER: "true"} if answer.replayed else {}
        return Response(answer.payload, status=answer.status, headers=headers)

    return once


def _plain(answer: tuple[int, dict | None]) -> tuple[int, dict | None]:
    """As it goes over the wire, so that it can be kept and sent again."""
    status, data = answer
    return status, None if data is None else json.loads(JSONRenderer().render(data))
