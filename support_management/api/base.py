"""Base of all views: strict query parameters, idempotency keys, and the current state in a conflict response."""

import json
from collections.abc import Callable
from functools import wraps
from typing import cast

from django.conf import settings
from django.db.models import QuerySet
from django_filters.rest_framework import BaseCSVFilter, FilterSet
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
    """JSON is the only format, whatever the Accept header says."""

    def select_parser(self, request, parsers):
        media_type = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == media_type), None)

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type


class SupportViewSet(GenericViewSet):
    """Base of a resource. A method checks permissions, validates its input (`body`, `query`) and calls the domain."""

    content_negotiation_class = AlwaysJSON
    http_method_names = ["get", "head", "post"]
    request: Request
    filterset_class: type[FilterSet] | None = None
    query_names: dict[str, tuple[str, ...]] = {}
    """Query parameters per action, in addition to those of filters and pagination."""
    orderings: dict[str, tuple[str, ...]]
    desk_query_names: frozenset[str] = frozenset()
    """Filters that clients and writers do not have: they would tell what the desk thinks of a row."""
    party_orderings: dict[str, tuple[str, ...]] = {}
    """`orderings` of clients and writers, where they differ: a cursor carries the values that it orders by."""
    field_names: dict[str, str] = {}
    """API field names by the capability's field names, where they differ."""

    def initialize_request(self, request, *args, **kwargs):
        if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
            # The length is unknown: the parser reads up to this limit.
            request.META["CONTENT_LENGTH"] = str(settings.MAX_BODY_BYTES)
        return super().initialize_request(request, *args, **kwargs)

    def initial(self, request, *args, **kwargs):
        if self.action in (None, "metadata"):
            raise MethodNotAllowed(request.method)
        super().initial(request, *args, **kwargs)
        if self.party_orderings and not cast("User", request.user).is_desk:
            self.orderings = self.party_orderings
        self._check_query_names(request.query_params)

    @property
    def viewer(self) -> Viewer:
        return viewer_of(cast("User", self.request.user))

    def body(self, input_class) -> dict:
        """The validated request body. ValidationError names each field at fault."""
        serializer = input_class(data=self.request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def query(self, input_class) -> dict:
        """The validated query parameters. ValidationError names each parameter at fault."""
        serializer = input_class(data=self.request.query_params.dict(), context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def shape(self, row, *, many: bool = False):
        """Serialized rows of this resource, as the caller may see them."""
        return self.get_serializer(row, many=many).data

    def get_serializer_context(self):
        is_schema, user = getattr(self, "swagger_fake_view", False), cast("User", self.request.user)
        rights = {"desk": is_schema or user.is_desk, "lead": is_schema or user.is_lead}
        return {**super().get_serializer_context(), **rights}

    def respond(self, row) -> Response:
        """A response with one row."""
        return Response(self.shape(row))

    def rows(self, queryset) -> Response:
        """A response with a page of a list."""
        page = self.paginate_queryset(self.filter_queryset(queryset))
        return self.get_paginated_response(self.shape(page, many=True))

    def filters_given(self) -> set[str]:
        """Names of the query parameters that have a value."""
        return {name for name, value in self.request.query_params.dict().items() if str(value).strip()}

    def find(self, queryset, pk: int):
        """The row with this id in `queryset`. NotFound without one."""
        row = queryset.filter(pk=pk).first()
        if row is None:
            raise NotFound(problems.NOT_FOUND)
        return row

    def visible(self) -> QuerySet:
        """The rows of this resource that the caller may see, with the related rows its shape needs."""
        return self.get_queryset()

    def current(self, conflict: Conflict) -> dict | None:
        """For a Conflict: the row as it is now. None when it was deleted or is not visible to the caller."""
        row = self.visible().filter(pk=self.kwargs["pk"]).first() if "pk" in self.kwargs else None
        return self.shape(row) if row else None

    def _check_query_names(self, sent) -> None:
        """ValidationError for an unknown parameter, or for a repeated one of which one value would be dropped."""
        allowed = self._allowed_query_names()
        unknown = sent.keys() - (
            allowed if cast("User", self.request.user).is_desk else allowed - self.desk_query_names
        )
        repeated = {name for name, values in sent.lists() if len(values) > 1} - self._list_query_names()
        faults = dict.fromkeys(repeated, "Send this parameter once.") | dict.fromkeys(unknown, "Unknown parameter.")
        if faults:
            raise ValidationError({name[:60]: [faults[name]] for name in sorted(faults)[:20]})

    def _list_query_names(self) -> set[str]:
        filters = self.filterset_class.base_filters if self.filterset_class else {}
        return {name for name, narrow in filters.items() if isinstance(narrow, BaseCSVFilter)}

    def _allowed_query_names(self) -> set[str]:
        allowed = set(self.query_names.get(self.action or "", ()))
        if self.action != "list":
            return allowed
        filters = self.filterset_class.base_filters if self.filterset_class else ()
        return allowed | {*KeysetPagination.query_names, *filters}


def write(method: Callable) -> Callable:
    """Decorator of a writing method, which returns (status, data). It runs once per Idempotency-Key."""

    @wraps(method)
    def wrapper(view, request, *args, **kwargs):
        key = request.headers.get(KEY_HEADER)
        if not key:
            status, data = method(view, request, *args, **kwargs)
            return Response(data, status=status)
        request_hash = idempotency.hash_of(request.method, request.path, request.data)
        answer = idempotency.once(
            request.user, key, request_hash, lambda: _plain(method(view, request, *args, **kwargs))
        )
        headers = {REPLAYED_HEADER: "true"} if answer.replayed else {}
        return Response(answer.payload, status=answer.status, headers=headers)

    return wrapper


def _plain(answer: tuple[int, dict | None]) -> tuple[int, dict | None]:
    """The data as plain JSON values, so that it can be stored and sent again."""
    status, data = answer
    return status, None if data is None else json.loads(JSONRenderer().render(data))
