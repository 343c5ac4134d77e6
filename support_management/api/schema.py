"""`schema/` for programs, `swagger/` and `redoc/` for people. Public: they tell nothing of the desk's work."""

from django.utils.csp import CSP
from django.utils.decorators import method_decorator
from django.views.decorators.csp import csp_override
from drf_spectacular.views import SpectacularAPIView, SpectacularRedocView, SpectacularSwaggerSplitView

READER_CSP: dict[str, list[str]] = {
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
"""Both readers write styles into the page; nothing else is let in, and nothing but them runs."""


class SchemaView(SpectacularAPIView):
    """The OpenAPI document, YAML or JSON."""

    authentication_classes: list = []


@method_decorator(csp_override(READER_CSP), name="dispatch")
class SwaggerView(SpectacularSwaggerSplitView):
    """Read the document and try it."""

    authentication_classes: list = []
    url_name = "api-schema"


@method_decorator(csp_override(READER_CSP), name="dispatch")
class RedocView(SpectacularRedocView):
    """Read the document."""

    authentication_classes: list = []
    url_name = "api-schema"
    template_name = "api/redoc.html"
