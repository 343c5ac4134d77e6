"""`schema/` for programs, `swagger/` and `redoc/` for people. Public: they contain no data."""

from django.http import HttpResponse
from django.utils.csp import CSP
from django.utils.decorators import method_decorator
from django.views.decorators.csp import csp_override
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularRedocView, SpectacularSwaggerSplitView

from support_management.api import filter_docs  # noqa: F401  (its extension registers itself)

VIEWER_CSP: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "worker-src": [CSP.SELF, "blob:"],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "object-src": [CSP.NONE],
}
"""Both viewers write inline styles; everything else is limited to their own scripts."""


_documents: dict[str, bytes] = {}
"""Rendered documents by media type, generated once per process: that takes half a second."""


class SchemaView(SpectacularAPIView):
    """The OpenAPI document, YAML or JSON."""

    authentication_classes: list = []

    @extend_schema(exclude=True)
    def get(self, request):
        renderer = request.accepted_renderer
        if renderer.media_type not in _documents:
            schema = self.generator_class().get_schema(request=request, public=True)
            _documents[renderer.media_type] = renderer.render(schema, renderer_context={})
        name = f"inline; filename=support-console.{renderer.format}"
        content_type = f"{renderer.media_type}; charset=utf-8"
        document = _documents[renderer.media_type]
        return HttpResponse(document, content_type=content_type, headers={"Content-Disposition": name})


@method_decorator(csp_override(VIEWER_CSP), name="dispatch")
class SwaggerView(SpectacularSwaggerSplitView):
    """Swagger UI: read the document and try requests."""

    authentication_classes: list = []
    url_name = "api-schema"


@method_decorator(csp_override(VIEWER_CSP), name="dispatch")
class RedocView(SpectacularRedocView):
    """Redoc: read the document."""

    authentication_classes: list = []
    url_name = "api-schema"
    template_name = "api/redoc.html"
