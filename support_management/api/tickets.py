"""`tickets/`: create, list, read and change."""

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Length
from rest_framework.permissions import BasePermission
from rest_framework.response import Response

from support_management.api.base import SupportViewSet, write
from support_management.api.filters import TicketFilter
from support_management.api.operation_docs import query, reads, words, writes
from support_management.api.permissions import IsDesk, IsDeskOrParty
from support_management.api.serializers import tickets as shapes
from support_management.api.serializers.routing import NextInput
from support_management.people import lookup
from support_management.routing.dispatch import next_ticket
from support_management.sla.lifecycle.effect import of_change
from support_management.tickets import conversation, intake, ownership, party_budgets, queries, triage
from support_management.tickets.models import Ticket, TicketMessage

EFFECT = [
    query("priority", "The priority to be.", words(*shapes.PRIORITIES)),
    query("type", "The queue to be.", {"type": "string", "maxLength": 40}),
    query("tags", "All tags to be, separated by commas.", {"type": "string", "maxLength": 2000}),
]
FOLLOW_UP = {
    201: "The ticket was closed: the requester's message opened this follow-up, `follow_up_of` names the ticket."
}


class TicketView(SupportViewSet):
    """Tickets the caller has access to. Every action returns the updated ticket.

    Clients and writers have neither the filters `tag`, `priority` and `breached` nor the ordering `work`, and their
    `version` is not compared.
    """

    serializer_class = shapes.TicketShape
    filterset_class = TicketFilter
    queryset = Ticket.objects.none()
    orderings = {
        "-id": ("-id",),
        "id": ("id",),
        "-created_at": ("-created_at", "-id"),
        "created_at": ("created_at", "id"),
        "-updated_at": ("-updated_at", "-id"),
        "updated_at": ("updated_at", "id"),
        "work": queries.WORK_ORDER,
    }
    party_orderings = {
        "-id": ("-id",),
        "id": ("id",),
        "-created_at": ("-created_at", "-id"),
        "created_at": ("created_at", "id"),
        "-updated_at": ("-public_updated_at", "-id"),
        "updated_at": ("public_updated_at", "id"),
    }
    desk_query_names = frozenset({"tag", "priority", "breached"})
    query_names = {"effect": ("priority", "type", "tags")}
    for_parties = ("list", "create", "retrieve", "reply", "messages")

    def get_permissions(self) -> list[BasePermission]:
        return [IsDeskOrParty() if self.action in self.for_parties else IsDesk()]

    @reads("tickets_list", "List tickets", shapes.TicketShape(many=True))
    def list(self, request):
        """Tickets listed for the caller: leads all, agents own, unassigned and recent ones, customers their own.

        With `number`, `q` or `assignee` agents find every ticket of their websites.
        """
        return self.rows(shapes.with_shape(queries.in_list(self.viewer, self.filters_given())))

    @writes("tickets_create", "Create a ticket", shapes.TicketInput, shapes.TicketShape, status=201)
    @write
    def create(self, request):
        """A ticket with its first message. The caller asks unless `requester` names somebody else (support only).

        404 for an `order` that the caller may not see.
        """
        values = self.body(shapes.TicketInput)
        # One transaction: a refused ticket must not leave a new customer behind.
        with transaction.atomic(), party_budgets.opening(request.user):
            if "requester" in values:
                values["requester"] = lookup.requester(who=values["requester"], by=request.user)
            website_id = values.pop("website", None)
            row = intake.create(by=request.user, channel="api", website_id=website_id, **values)
        return 201, self.shape(shapes.as_it_is(row.pk))

    @reads("tickets_read", "Get a ticket", shapes.TicketShape, one=True)
    def retrieve(self, request, pk: int):
        """One ticket with the latest clock of each metric."""
        return self.respond(self.find(self.visible(), pk))

    @writes("tickets_claim", "Claim an unassigned ticket", shapes.VersionInput, shapes.TicketShape)
    @write
    def claim(self, request, pk: int):
        """Assign an unassigned ticket to the caller. 409 `taken` names the agent who was first."""
        return self._changed(ownership.claim(ticket=pk, by=request.user, **self.body(shapes.VersionInput)))

    @writes("tickets_take_next", "Claim the next ticket", NextInput, shapes.TicketShape, one=False)
    @write
    def take_next(self, request):
        """Assign the caller the next ticket that routing has for them. 409 `nothing_next` says why there is none."""
        self.body(NextInput)
        return self._changed(next_ticket.take_next(by=request.user))

    @writes("tickets_release", "Release a ticket", shapes.ReleaseInput, shapes.TicketShape)
    @write
    def release(self, request, pk: int):
        """Unassign a ticket: it goes back to its queue."""
        return self._changed(ownership.release(ticket=pk, by=request.user, **self.body(shapes.ReleaseInput)))

    @writes("tickets_assign", "Assign a ticket", shapes.AssignInput, shapes.TicketShape)
    @write
    def assign(self, request, pk: int):
        """Assign a ticket to an agent, or unassign it with null. Agents reassign their own work and say why."""
        values = self.body(shapes.AssignInput)
        to = lookup.agent(values.pop("assignee"))
        return self._changed(ownership.assign(ticket=pk, to=to, by=request.user, **values))

    @writes("tickets_reply", "Reply to the customer", shapes.ReplyInput, shapes.TicketShape, also=FOLLOW_UP)
    @write
    def reply(self, request, pk: int):
        """Support staff answer in public, and may set a status with it. A requester's message reopens the ticket."""
        values = self.body(shapes.ReplyInput)
        with party_budgets.replying(request.user):
            row = conversation.reply(ticket=pk, by=request.user, **values)
            return self._changed(row) if row.pk == pk else (201, self.shape(shapes.as_it_is(row.pk)))

    @writes("tickets_note", "Add an internal note", shapes.NoteInput, shapes.TicketShape)
    @write
    def note(self, request, pk: int):
        """A note that only support staff see. It changes neither status nor assignee."""
        return self._changed(conversation.note(ticket=pk, by=request.user, **self.body(shapes.NoteInput)))

    @writes("tickets_status", "Change the status of a ticket", shapes.StatusInput, shapes.TicketShape)
    @write
    def status(self, request, pk: int):
        """Move a ticket to a status that may follow its present one."""
        return self._changed(triage.set_status(ticket=pk, by=request.user, **self.body(shapes.StatusInput)))

    @writes("tickets_priority", "Change the priority of a ticket", shapes.PriorityInput, shapes.TicketShape)
    @write
    def priority(self, request, pk: int):
        """Set the priority; the SLA targets of the ticket follow it."""
        return self._changed(triage.set_priority(ticket=pk, by=request.user, **self.body(shapes.PriorityInput)))

    @writes("tickets_type", "Move a ticket to another queue", shapes.TypeInput, shapes.TicketShape)
    @write
    def type(self, request, pk: int):
        """Move a ticket to the queue with this slug; routing and SLA targets follow."""
        return self._changed(triage.set_type(ticket=pk, by=request.user, **self.body(shapes.TypeInput)))

    @writes("tickets_tags", "Replace the tags of a ticket", shapes.TagsInput, shapes.TicketShape)
    @write
    def tags(self, request, pk: int):
        """Replace all tags. Unknown ones are created; case is ignored, and a tag has no comma."""
        return self._changed(triage.set_tags(ticket=pk, by=request.user, **self.body(shapes.TagsInput)))

    @reads(
        "tickets_effect",
        "Show what a change does to the clocks",
        shapes.EffectShape,
        one=True,
        parameters=EFFECT,
    )
    def effect(self, request, pk: int):
        """The deadlines that another priority, queue or other tags would move, before the change is made."""
        effects = of_change(self.find(self.visible(), pk), **self.query(shapes.EffectQuery))
        return Response(shapes.EffectShape({"clocks": effects}).data)

    def visible(self) -> QuerySet[Ticket]:
        return shapes.with_shape(queries.visible_to(self.viewer))

    def _changed(self, row: Ticket):
        return 200, self.shape(shapes.changed(row))


class MessageView(SupportViewSet):
    """Messages of a ticket, oldest first. Callers outside support only see public messages.

    A page ends early when its messages are long.
    """

    serializer_class = shapes.MessageShape
    queryset = TicketMessage.objects.none()
    permission_classes = [IsDeskOrParty]
    orderings = {"id": ("id",), "-id": ("-id",)}
    text_length = 2 * Length("body")  # as text and as HTML

    @reads("tickets_messages", "List messages of a ticket", shapes.MessageShape(many=True), one=True)
    def list(self, request, pk: int):
        """The timeline, oldest first. Callers outside support get public messages only."""
        self.find(queries.visible_to(self.viewer), pk)
        return self.rows(queries.timeline(pk, self.viewer))
