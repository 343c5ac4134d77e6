"""`search/?q=`: tickets, orders, disputes and people by number, reference, name, e-mail, subject and text."""

from rest_framework.response import Response

from support_management.api.base import SupportViewSet
from support_management.api.operation_docs import query, reads
from support_management.api.permissions import IsDesk
from support_management.api.serializers import search as shapes
from support_management.search.find import SHOWN, search
from support_management.tickets.models import Ticket

QUERY_PARAMETERS = [
    query(
        "q",
        "A number, a reference, an e-mail address, or words: every word has to be there, its beginning is enough. Of a "
        "long text the first ten words count; without a word nothing is found.",
        {"type": "string", "maxLength": 10_000},
    )
]


class SearchView(SupportViewSet):
    """What the caller may see, kind by kind. For support staff."""

    queryset = Ticket.objects.none()
    permission_classes = [IsDesk]
    pagination_class = None
    query_names = {"find": ("q",)}

    @reads("search_find", "Search", shapes.FoundShape, parameters=QUERY_PARAMETERS)
    def find(self, request):
        """An exact number, reference or address comes first, then the newest. `more`: there are others than these."""
        return Response(shapes.FoundShape(search(self.viewer, request.query_params.get("q", ""), limit=SHOWN)).data)
