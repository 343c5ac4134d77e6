"""`business-calendars/`: admins write, leads read; with a preview of due dates."""

from django.db.models import QuerySet
from rest_framework.permissions import BasePermission
from rest_framework.response import Response

from support_management.api.base import SupportViewSet, write
from support_management.api.fields import VersionInput
from support_management.api.operation_docs import INSTANT, query, reads, writes
from support_management.api.permissions import IsAdmin, IsLead
from support_management.api.serializers import calendars as shapes
from support_management.calendars import editing, preview, queries
from support_management.calendars.models import BusinessCalendar

QUERY_PARAMETERS = [
    query("start", "Time with its zone, like 2026-03-27T10:00:00Z.", INSTANT, required=True),
    query("minutes", "Business minutes to add to `start`.", {"type": "integer", "minimum": 0, "maximum": 10**9}),
    query("until", "Instead of `minutes`: count the business time up to this moment.", INSTANT),
]


class CalendarView(SupportViewSet):
    """Business calendars in their current version."""

    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    serializer_class = shapes.CalendarShape
    queryset = BusinessCalendar.objects.none()
    orderings = {"name": ("name",), "id": ("id",), "-id": ("-id",)}
    query_names = {"preview": ("start", "minutes", "until")}
    for_leads = ("list", "retrieve", "preview")

    def get_permissions(self) -> list[BasePermission]:
        return [IsLead() if self.action in self.for_leads else IsAdmin()]

    @reads("calendars_list", "List calendars", shapes.CalendarShape(many=True))
    def list(self, request):
        """All business calendars as they are now, by name."""
        return self.rows(self.visible())

    @writes("calendars_create", "Create a calendar", shapes.CalendarInput, shapes.CalendarShape, status=201, one=False)
    @write
    def create(self, request):
        """A calendar: hours per day, holidays, time zone. Its name is taken once."""
        return 201, self.shape(editing.create(by=request.user, **self.body(shapes.CalendarInput)))

    @reads("calendars_read", "Get a calendar", shapes.CalendarShape, one=True)
    def retrieve(self, request, pk: int):
        """One business calendar as it is now."""
        return self.respond(self.find(self.visible(), pk))

    @writes("calendars_replace", "Replace a calendar", shapes.CalendarReplaceInput, shapes.CalendarShape)
    @write
    def update(self, request, pk: int):
        """Write all fields; what is left out gets its default. Time before the change still counts as it was."""
        return self._changed(pk, self.body(shapes.CalendarReplaceInput))

    @writes("calendars_change", "Update a calendar", shapes.CalendarChangeInput, shapes.CalendarShape)
    @write
    def partial_update(self, request, pk: int):
        """Write the fields that are sent, from now on or from `effective_from`. Time before then counts as it was."""
        return self._changed(pk, self.body(shapes.CalendarChangeInput))

    @writes("calendars_delete", "Delete an unused calendar", VersionInput, None, status=204)
    @write
    def destroy(self, request, pk: int):
        """Only a calendar that was never used and never changed: earlier versions are kept (409 `has_history`)."""
        editing.delete(calendar=pk, by=request.user, **self.body(VersionInput))
        return 204, None

    @reads("calendars_preview", "Calculate a due date", shapes.PreviewShape, parameters=QUERY_PARAMETERS, one=True)
    def preview(self, request, pk: int):
        """When business minutes that begin at `start` end, or how many minutes lie between `start` and `until`."""
        row = self.find(self.visible(), pk)
        return Response(shapes.PreviewShape(preview.of(row, **self.query(shapes.PreviewInput))).data)

    def visible(self) -> QuerySet[BusinessCalendar]:
        return queries.all_calendars()

    def _changed(self, pk: int, changes: dict) -> tuple[int, dict]:
        return 200, self.shape(editing.change(calendar=pk, by=self.request.user, **changes))
