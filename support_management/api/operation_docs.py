"""Helpers that describe operations in the OpenAPI document."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers

from support_management.api.base import KEY_HEADER, REPLAYED_HEADER
from support_management.api.fields import LARGEST_ID
from support_management.api.problems import MEDIA_TYPE
from support_management.core.idempotency import MAX_KEY

_DESCRIPTIONS = {
    400: "The input is not valid; `errors` lists every field.",
    401: "Not signed in, or the token is not valid.",
    403: "The caller may not do this.",
    404: "It does not exist, or the caller has no access to it.",
    409: "Another user was first, the status does not allow it, or `version` is outdated. `current` is the item as it "
    "is now, if the caller has access to it.",
    413: "The body is larger than 1 MiB.",
    422: "The Idempotency-Key was used for another request.",
    429: "Too many requests; `Retry-After` says how many seconds to wait.",
}
_READ, _ONE, _WRITE = (400, 401, 403, 429), (404,), (409, 413, 422)


class ProblemShape(serializers.Serializer):
    """RFC 9457 problem details. `detail` is a sentence for people, `code` a word for programs."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()), required=False
    )
    owner = serializers.CharField(required=False, help_text="With code `taken`: the assignee.")
    way = serializers.CharField(required=False, help_text="With code `needs_reason`: the address that takes one.")
    open = serializers.IntegerField(required=False, help_text="With code `already_open`: the id of the open issue.")
    current = serializers.DictField(
        required=False, help_text="With 409: the item as it is now, if the caller has access to it."
    )


class BearerScheme(OpenApiAuthenticationExtension):
    """Describes token authentication in the document."""

    target_class = "support_management.api.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": "bearer", "description": "A person's token, or that of a shop."}


def reads(operation: str, summary: str, shape, *, parameters=(), one: bool = False):
    """A read operation. `one`: of a single row, which may not exist (404)."""
    return extend_schema(
        operation_id=operation,
        summary=summary,
        parameters=list(parameters),
        tags=[_tag(operation)],
        responses={200: shape} | _refusals(_READ + (_ONE if one else ())),
    )


def writes(
    operation: str, summary: str, input_class, shape, *, status: int = 200, one: bool = True, parameters=(), also=None
):
    """A write operation. Its example is `input_class.example`, a valid body. `also`: other successes, by status."""
    others = {other: OpenApiResponse(shape, description=text) for other, text in (also or {}).items()}
    return extend_schema(
        operation_id=operation,
        summary=summary,
        request=input_class,
        tags=[_tag(operation)],
        parameters=[_KEY, *parameters],
        examples=[OpenApiExample(summary, value=input_class.example, request_only=True)],
        responses={status: OpenApiResponse(shape, description=_DONE)} | others | _refusals(_READ + _ONE * one + _WRITE),
    )


def query(name: str, description: str, schema: dict, *, required: bool = False) -> OpenApiParameter:
    """A query parameter that no filter declares."""
    return OpenApiParameter(name, schema, OpenApiParameter.QUERY, description=description, required=required)


ID = {"type": "integer", "minimum": 1, "maximum": LARGEST_ID}
DAY = {"type": "string", "format": "date"}
INSTANT = {"type": "string", "format": "date-time"}


def words(*allowed: str) -> dict:
    """One of these words."""
    return {"type": "string", "enum": list(allowed)}


_KEY = OpenApiParameter(
    KEY_HEADER,
    {"type": "string", "minLength": 1, "maxLength": MAX_KEY, "pattern": "^[ -~]+$"},
    OpenApiParameter.HEADER,
    description="A UUID or another text that is fresh for each intent. The same key with the same method, address and "
    f"body acts once and gets the first answer again, with `{REPLAYED_HEADER}: true`. With another one it is 422 "
    "`key_reused`; while the first request still runs, 409 `key_in_progress`. A refusal stores nothing: correct the "
    "request and use the same key. Keys belong to the caller and last 72 hours, or `KEEP_KEYS_HOURS`.",
)
_DONE = f"Done. With `{REPLAYED_HEADER}: true` it was done earlier, under the same Idempotency-Key."


def _tag(operation: str) -> str:
    resource = operation.partition("_")[0]
    tags = {"profiles": "support-profiles", "workload": "workload-tracker", "calendars": "business-calendars"}
    return tags.get(resource, resource)


def _refusals(statuses) -> dict:
    return {
        (status, MEDIA_TYPE): OpenApiResponse(ProblemShape, description=_DESCRIPTIONS[status]) for status in statuses
    }
