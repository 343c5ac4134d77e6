"""Models whose changes are seen: whoever writes them, an event goes with the write."""

from functools import wraps

from django.db import OperationalError, connection, models, transaction
from django.db.models import F

from support_management.events.bus import publish
from support_management.events.catalogue import RecordChanged, RecordsChanged
from support_management.events.quiet import is_quiet, quietly

MANY = 500
_RETRIES = 3


def capability(function):
    """A verb of the desk: one transaction, its own event and audit row; a deadlock is tried again."""

    @wraps(function)
    def verb(*args, **facts):
        for attempt in range(_RETRIES):
            try:
                with transaction.atomic(), quietly():
                    return function(*args, **facts)
            except OperationalError as error:
                outermost = not connection.in_atomic_block
                if attempt == _RETRIES - 1 or not outermost or "deadlock" not in str(error):
                    raise
        raise AssertionError("unreachable")

    return verb


class LiveQuerySet(models.QuerySet):
    """A queryset whose bulk writes are seen like a save."""

    def update(self, **values):
        if is_quiet():
            return super().update(**values)
        with transaction.atomic(using=self.db):
            ids = list(self.order_by().select_for_update(of=("self",)).values_list("pk", flat=True))
            count = super().update(**values, version=F("version") + 1)
            self._tell(ids, tuple(values))
        return count

    update.alters_data = True

    def bulk_create(self, objs, *args, **options):
        if is_quiet():
            return super().bulk_create(objs, *args, **options)
        with transaction.atomic(using=self.db):
            made = super().bulk_create(objs, *args, **options)
            self._tell([row.pk for row in made], ("created",))
        return made

    def delete(self):
        if is_quiet():
            return super().delete()
        with transaction.atomic(using=self.db):
            ids = list(self.order_by().values_list("pk", flat=True))
            gone = super().delete()
            self._tell(ids, ("deleted",), deleted=True)
        return gone

    delete.alters_data = True
    delete.queryset_only = True

    def _tell(self, ids, fields, *, deleted=False):
        kind = self.model._meta.model_name
        if len(ids) > MANY or None in ids:
            publish(RecordsChanged(kind=kind))
            return
        for pk in ids:
            publish(RecordChanged(kind=kind, id=pk, fields=fields, deleted=deleted))


class LiveManager(models.Manager.from_queryset(LiveQuerySet)):  # type: ignore[misc]
    pass


class LiveModel(models.Model):
    """`version` counts the edits of the row; it goes out with forms and answers and decides 409."""

    version = models.PositiveIntegerField(default=1, editable=False)

    objects = LiveManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args, **options):
        if is_quiet():
            return super().save(*args, **options)
        adding = self._state.adding
        named = options.get("update_fields")
        if not adding:
            self.version = F("version") + 1
            if named is not None:
                options["update_fields"] = {*named, "version"}
        with transaction.atomic():
            super().save(*args, **options)
            fields = ("created",) if adding else tuple(named or ("all",))
            publish(RecordChanged(kind=self._meta.model_name, id=self.pk, fields=fields))

    def delete(self, *args, **options):
        if is_quiet():
            return super().delete(*args, **options)
        with transaction.atomic():
            pk = self.pk
            gone = super().delete(*args, **options)
            publish(RecordChanged(kind=self._meta.model_name, id=pk, fields=("deleted",), deleted=True))
        return gone
