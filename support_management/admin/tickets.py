"""Tickets, queues and tags. All changes of a ticket go through capabilities."""

from collections.abc import Callable

from django.contrib import admin
from django.db.models.functions import Left
from django.utils.text import Truncator

from support_management.admin.base import EditableAdmin, ReadOnlyAdmin, ReadOnlyInline, each
from support_management.admin.filters import AgentFilter, OpenFilter
from support_management.admin.forms.work import NewTicketForm, TicketForm
from support_management.admin.work import ClockInline, WorkAdmin, selected
from support_management.core.folding import fold
from support_management.core.priority import PRIORITY_WORDS
from support_management.models import Tag, Ticket, TicketMessage, TicketParticipation, TicketType
from support_management.people.models import User
from support_management.tickets import intake, ownership, triage

MOST_ENTRIES = 200
LONGEST_ENTRY = 500


def _by_beginning(rows):
    """Timeline entries whose texts are not read as a whole."""
    beginning = Left("body", LONGEST_ENTRY + 1)
    return rows.select_related("author").defer("body").annotate(beginning=beginning)


class Timeline(ReadOnlyInline):
    """The latest entries, by their beginning: each links to the whole."""

    model = TicketMessage
    fields = ("created_at", "kind", "author", "start")
    readonly_fields = fields
    show_change_link = True

    def get_queryset(self, request):
        ticket = request.resolver_match.kwargs.get("object_id")
        latest = TicketMessage.objects.filter(ticket=ticket).order_by("-pk").values("pk")[:MOST_ENTRIES]
        return _by_beginning(super().get_queryset(request).filter(pk__in=latest)).order_by("pk")

    @admin.display(description="body")
    def start(self, obj):
        return Truncator(obj.beginning).chars(LONGEST_ENTRY)


@admin.register(Ticket)
class TicketAdmin(WorkAdmin):
    form = TicketForm
    audits_itself = True
    inlines = (ClockInline, Timeline)
    list_display = ("number", "subject", "status", "priority", "type", "requester", "assignee", "next_due_at")
    list_filter = (OpenFilter, "status", "priority", "type", "channel", AgentFilter, "website")
    list_select_related = ("type", "requester", "assignee")
    search_fields = ("number__istartswith", "subject", "requester__name", "requester__email")
    ordering = ("-pk",)
    date_hierarchy = "created_at"
    autocomplete_fields = ("assignee", "requester", "order", "website", "tags")
    actions = ("assign", "release", "set_priority", "resolve", "close", "reopen")
    readonly_fields = (
        "number",
        "subject",
        "requester",
        "website",
        "order",
        "dispute",
        "channel",
        "units",
        "next_due_at",
        "due_state",
        "opened_by_desk",
        "follow_up_of",
        "first_replied_at",
        "first_replied_by",
        "resolved_at",
        "resolved_by",
        "created_at",
        "updated_at",
    )
    fieldsets = (
        (None, {"fields": ("number", "subject", "requester", "website", "order", "dispute", "channel")}),
        ("Details", {"fields": ("status", "priority", "type", "assignee", "tags", "version_seen")}),
        ("Read only", {"fields": readonly_fields[7:]}),
    )
    add_fieldsets = (
        (
            None,
            {
                "fields": (
                    "subject",
                    "body",
                    "requester",
                    "priority",
                    "type",
                    "channel",
                    "website",
                    "order",
                    "tags",
                    "opened_by_desk",
                )
            },
        ),
    )

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is None:
            kwargs["form"] = NewTicketForm
        return super().get_form(request, obj, change=change, **kwargs)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if change:
            context = context["adminform"].form.take_preview(context)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request, obj, form, change):
        if change:
            _edit(obj.pk, form, by=request.user)
        else:
            obj.pk = _create(form.cleaned_data, by=request.user).pk

    def save_related(self, request, form, formsets, change):
        """Tags went with the ticket; the rows below it are only shown."""
        for formset in formsets:
            self.save_formset(request, form, formset, change=change)

    def assign_row(self, row, *, to, by):
        if to is None:
            ownership.release(ticket=row.pk, by=by)
        else:
            ownership.assign(ticket=row.pk, to=to, by=by)

    @admin.action(description="Set the selected priority")
    def set_priority(self, request, queryset):
        word = selected(request, "priority")
        each(
            request,
            queryset,
            lambda row: triage.set_priority(ticket=row.pk, priority=word, by=request.user),
            f"set to {word}",
        )

    @admin.action(description="Resolve")
    def resolve(self, request, queryset):
        self._move(request, queryset, "resolved", "resolved")

    @admin.action(description="Close (resolved tickets only)")
    def close(self, request, queryset):
        self._move(request, queryset, "closed", "closed")

    @admin.action(description="Reopen")
    def reopen(self, request, queryset):
        self._move(request, queryset, "open", "reopened")

    def _move(self, request, queryset, status, done):
        each(request, queryset, lambda row: triage.set_status(ticket=row.pk, status=status, by=request.user), done)


def _create(values: dict, *, by: User) -> Ticket:
    website, order = values.get("website"), values.get("order")
    return intake.create(
        by=by,
        subject=values["subject"],
        body=values["body"],
        requester=values["requester"],
        priority=PRIORITY_WORDS[values["priority"]],
        type=values["type"].slug,
        channel=values["channel"],
        tags=[tag.name for tag in values["tags"]],
        website_id=website.pk if website else None,
        order=order.pk if order else None,
        opened_by_desk=values["opened_by_desk"],
    )


def _edit(pk: int, form, *, by: User) -> None:
    """What changed, verb by verb, in one transaction. The version guards the first of them."""
    edits, version = form.edits, form.cleaned_data.get("version_seen")
    for name in [name for name in _VERBS if name in edits]:
        _VERBS[name](pk, edits[name], by=by, version=version)
        version = None


_VERBS: dict[str, Callable[..., Ticket]] = {
    "type": lambda pk, kind, **who: triage.set_type(ticket=pk, type=kind.slug, **who),
    "priority": lambda pk, rank, **who: triage.set_priority(ticket=pk, priority=PRIORITY_WORDS[rank], **who),
    "tags": lambda pk, tags, **who: triage.set_tags(ticket=pk, tags=[tag.name for tag in tags], **who),
    "assignee": lambda pk, to, **who: ownership.assign(ticket=pk, to=to, **who),
    "status": lambda pk, status, **who: triage.set_status(ticket=pk, status=status, **who),
}
"""Which verb a field is. Status last: a resolved ticket takes no new owner."""


@admin.register(TicketType)
class TypeAdmin(EditableAdmin):
    list_display = ("name", "slug", "mode", "weight", "urgent_weight", "high_weight", "low_weight", "position")
    list_filter = ("mode",)
    search_fields = ("name", "slug")
    ordering = ("position", "name")
    fieldsets = (
        (None, {"fields": ("slug", "name", "mode", "reply_takes", "position")}),
        ("Load units", {"fields": ("weight", "urgent_weight", "high_weight", "low_weight")}),
    )


@admin.register(Tag)
class TagAdmin(EditableAdmin):
    """Tags are case-insensitive."""

    list_display = ("name",)
    search_fields = ("folded",)

    def get_search_results(self, request, queryset, search_term):
        return super().get_search_results(request, queryset, fold(search_term))


@admin.register(TicketMessage)
class MessageAdmin(ReadOnlyAdmin):
    list_display = ("ticket", "kind", "author", "created_at", "start")
    list_filter = ("kind",)
    search_fields = ("ticket__number__istartswith", "body")
    ordering = ("-pk",)
    fields = ("ticket", "kind", "author", "created_at", "body")

    def get_queryset(self, request):
        return _by_beginning(super().get_queryset(request)).select_related("ticket")

    @admin.display(description="body")
    def start(self, obj):
        return obj.beginning[:80]


@admin.register(TicketParticipation)
class ParticipationAdmin(ReadOnlyAdmin):
    list_display = ("ticket", "user", "at")
    list_select_related = ("ticket", "user")
    search_fields = ("ticket__number__istartswith", "user__name")
    ordering = ("-pk",)
