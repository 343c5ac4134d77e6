"""`notifications/`: the caller's notifications, and marking them as read."""

from support_management.api.base import SupportViewSet, write
from support_management.api.filters import NotificationFilter
from support_management.api.operation_docs import reads, writes
from support_management.api.serializers.dashboard import NothingInput
from support_management.api.serializers.people import MarkedShape, MarkInput, NotificationShape
from support_management.notifications import queries, read
from support_management.notifications.models import SupportNotification


class NotificationView(SupportViewSet):
    """The caller's own notifications."""

    serializer_class = NotificationShape
    filterset_class = NotificationFilter
    open_to_suspended = ("mark_as_read", "mark_all_as_read")
    queryset = SupportNotification.objects.none()

    @reads("notifications_list", "List own notifications", NotificationShape(many=True))
    def list(self, request):
        """The caller's own notifications."""
        return self.rows(queries.of(request.user))

    @reads("notifications_read", "Get a notification", NotificationShape, one=True)
    def retrieve(self, request, pk: int):
        """One of the caller's own notifications."""
        return self.respond(self.find(queries.of(request.user), pk))

    @writes("notifications_mark_as_read", "Mark a notification as read", NothingInput, NotificationShape)
    @write
    def mark_as_read(self, request, pk: int):
        """Mark one of the caller's own notifications as read."""
        self.body(NothingInput)
        return 200, self.shape(read.mark_as_read(notification=pk, by=request.user))

    @writes(
        "notifications_mark_many_as_read", "Mark some or all notifications as read", MarkInput, MarkedShape, one=False
    )
    @write
    def mark_all_as_read(self, request):
        """Mark the notifications in `ids` as read; without `ids` all of the caller's own."""
        return 200, {"marked": read.mark_many_as_read(by=request.user, **self.body(MarkInput))}
