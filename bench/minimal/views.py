"""Minimal views: one query each for what is shown, no shell, no rights beyond being signed in. Frozen: yardsticks."""

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import F, QuerySet
from django.http import JsonResponse
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from support_management.audit.models import SupportActionLog
from support_management.core.time import now
from support_management.events.models import DomainEvent
from support_management.people.viewer import viewer_of
from support_management.tickets import queries
from support_management.tickets.models import Ticket, TicketMessage

ROWS = 100
FIELDS = (
    "id",
    "number",
    "subject",
    "status",
    "priority",
    "type__name",
    "assignee__name",
    "requester__name",
    "updated_at",
)
RANKS = {"urgent": 1, "high": 2, "normal": 3, "low": 4}


@login_required
def board(request):
    """The rows of the queue board, as JSON: the same lanes, the same first rows; no figures in heads."""
    viewer = viewer_of(request.user)
    lanes = {slug: list(queries.lane(slug, viewer).values(*FIELDS)[:ROWS]) for slug in queries.LANES}
    return JsonResponse(lanes)


@login_required
def ticket(request, number: str):
    """A ticket and its timeline, as JSON."""
    row = Ticket.objects.values(*FIELDS).get(number=number)
    lines = TicketMessage.objects.filter(ticket=row["id"]).order_by("id").values("id", "kind", "body", "author__name")
    return JsonResponse({"ticket": row, "timeline": list(lines)})


class Wanted(serializers.Serializer):
    priority = serializers.ChoiceField(choices=tuple(RANKS))


class Change(APIView):
    """A conditional UPDATE, two lines of audit and an event in one transaction. No rule, no load, no clock."""

    permission_classes = ()
    throttle_classes = ()

    def post(self, request, pk: int):
        wanted = Wanted(data=request.data)
        wanted.is_valid(raise_exception=True)
        word = wanted.validated_data["priority"]
        with transaction.atomic():
            row = Ticket.objects.values("version", "priority").get(pk=pk)
            changes = {"priority": RANKS[word], "version": F("version") + 1, "updated_at": now()}
            won = (
                QuerySet(Ticket).filter(pk=pk, version=row["version"]).update(**changes)
            )  # Django's own, nothing of ours
            facts = {"actor": request.user, "object_kind": "ticket", "object_id": pk, "door": "api"}
            SupportActionLog.objects.bulk_create(
                SupportActionLog(verb=verb, before={"priority": row["priority"]}, after={"priority": word}, **facts)
                for verb in ("minimal", "minimal-line")
            )
            # A kind that the product does not know: stored and numbered like any other, shown to nobody.
            DomainEvent.objects.bulk_create([DomainEvent(kind="MinimalChange", payload={"ticket_id": pk})])
        return Response({"id": pk, "priority": word, "changed": bool(won)})
