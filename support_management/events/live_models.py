"""Models whose writes publish an event, also those of the admin, a shell or an import."""

from collections.abc import Iterable, Iterator
from itertools import batched

from django.db import models, transaction
from django.db.models import F

from support_management.core.append_only import AppendOnly, AppendOnlyQuerySet
from support_management.core.errors import NotFound
from support_management.core.time import now
from support_management.events.bus import publish, publish_all
from support_management.events.catalogue import RecordChanged, RecordsChanged
from support_management.events.suppression import is_quiet, quietly

MANY = 500
"""A write of more rows publishes one RecordsChanged instead of an event per row."""


class LiveQuerySet(models.QuerySet):
    """A queryset whose bulk writes publish events as `save` does."""

    model: "type[LiveModel]"  # type: ignore[assignment]

    def update(self, **values):
        if is_quiet():
            return super().update(**values)
        fields = tuple(values)
        with transaction.atomic(using=self.db):
            written = _WrittenRows.lock(self)
            rows = self if written.many else self.filter(pk__in=written.ids)
            count = models.QuerySet.update(rows, **self.model._stamp(fields), **values)
            written.publish(fields)
        self._result_cache = None
        return count

    update.alters_data = True  # type: ignore[attr-defined]

    def bulk_update(self, objs, fields, batch_size=None):
        if is_quiet():
            return super().bulk_update(objs, fields, batch_size)
        objs, fields = list(objs), tuple(fields)
        with transaction.atomic(using=self.db):
            written = _WrittenRows.lock(self, [row.pk for row in objs])
            with quietly():
                count = super().bulk_update(objs, fields, batch_size)
                for batch in batched(objs, MANY, strict=False):
                    self.filter(pk__in=[row.pk for row in batch]).update(**self.model._stamp(fields))
            written.publish(fields)
        return count

    bulk_update.alters_data = True  # type: ignore[attr-defined]

    def bulk_create(self, objs, *args, **options):
        objs = list(objs)
        if objs:
            self.model.before_bulk_create(objs)
        if is_quiet() or not objs:
            return super().bulk_create(objs, *args, **options)
        with transaction.atomic(using=self.db):
            created = super().bulk_create(objs, *args, **options)
            ids = [row.pk for row in created]
            if options.get("update_conflicts"):
                ids = [None]  # which rows existed before is unknown
            _WrittenRows(self.model, ids, many=len(ids) > MANY or None in ids).publish(("created",))
        return created

    def delete(self):
        if is_quiet():
            return super().delete()
        with transaction.atomic(using=self.db):
            written = _WrittenRows.lock(self)
            result = super().delete()
            written.publish(("deleted",), deleted=True)
        return result

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


class LiveManager(models.Manager.from_queryset(LiveQuerySet)):  # type: ignore[misc]
    pass


class LiveModel(models.Model):
    """`version` counts the edits of the row; forms and responses carry it, and an older one is refused with 409."""

    owner_field = ""
    """Attribute with the person whose figures depend on the row; RecordChanged names its previous value."""

    version = models.PositiveIntegerField(default=1, editable=False)

    objects = LiveManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args, **options):
        if is_quiet():
            super().save(*args, **options)
        elif self._state.adding:
            with transaction.atomic():
                super().save(*args, **options)
                publish(RecordChanged(kind=self._kind(), id=self.pk, fields=("created",)))
        else:
            self._save_existing(*args, **options)

    def delete(self, *args, **options):
        if is_quiet():
            return super().delete(*args, **options)
        with transaction.atomic():
            written = _WrittenRows.lock(type(self)._base_manager.all(), [self.pk])
            result = super().delete(*args, **options)
            written.publish(("deleted",), deleted=True)
        return result

    def _save_existing(self, *args, **options):
        update_fields = options.pop("update_fields", None)
        if update_fields is not None and not update_fields:
            return
        version, stamp = self.version, self._stamp(update_fields or ())
        if update_fields is not None:
            options["update_fields"] = {*update_fields, *stamp}
        else:
            options["force_update"] = True
        try:
            with transaction.atomic():
                written = _WrittenRows.lock(type(self)._base_manager.all(), [self.pk])
                for name, value in stamp.items():
                    setattr(self, name, value)
                super().save(*args, **options)
                written.publish(tuple(update_fields or ("all",)))
        except self.NotUpdated:
            raise NotFound(f"This {self._meta.verbose_name}") from None
        finally:
            if hasattr(self.version, "resolve_expression"):
                self.version = version

    @classmethod
    def before_bulk_create(cls, rows: list) -> None:
        """Hook: prepare rows for a bulk insert as `save` would."""

    @classmethod
    def _stamp(cls, fields: Iterable[str]) -> dict:
        """Values that each raw write sets as well (version, updated_at), except those in `fields`."""
        stamp: dict = {"version": F("version") + 1}
        if any(field.name == "updated_at" for field in cls._meta.concrete_fields):
            stamp["updated_at"] = now()
        return {name: value for name, value in stamp.items() if name not in set(fields)}

    @classmethod
    def _kind(cls) -> str:
        return cls._meta.model_name or ""


class LiveRecordQuerySet(AppendOnlyQuerySet, LiveQuerySet):  # type: ignore[override]
    """Live rows that are append-only."""


class LiveRecord(AppendOnly, LiveModel):
    """An append-only live row."""

    objects = LiveRecordQuerySet.as_manager()  # type: ignore[assignment,misc]

    class Meta:
        abstract = True
        base_manager_name = "objects"


class _WrittenRows:
    """The rows of a raw write and their owners before it."""

    def __init__(self, model: type[LiveModel], ids: list, *, many: bool, owners: dict | None = None) -> None:
        self.model, self.ids, self.many, self.owners = model, ids, many, owners or {}

    @classmethod
    def lock(cls, rows: models.QuerySet, ids: list | None = None) -> "_WrittenRows":
        """Lock the rows of the queryset (or of `ids`) until the transaction ends. More than MANY are not listed."""
        model = rows.model
        if ids is not None and len(ids) > MANY:
            return cls(model, [], many=True)
        chosen = {"pk__in": ids if ids is not None else rows.order_by().values("pk")}
        owner = model.owner_field or "pk"
        locked = model._base_manager.using(rows.db).select_for_update().filter(**chosen).order_by("pk")
        pairs = list(locked.values_list("pk", owner)[: MANY + 1])
        if len(pairs) > MANY:
            return cls(model, [], many=True)
        owners = {pk: owner_id for pk, owner_id in pairs if model.owner_field and owner_id is not None}
        return cls(model, [pk for pk, _ in pairs], many=False, owners=owners)

    def publish(self, fields: tuple[str, ...], *, deleted: bool = False) -> None:
        """Publish the events of the write."""
        if self.many:
            publish(RecordsChanged(kind=self.model._kind(), fields=fields))
        elif self.ids:
            publish_all(list(self._events(fields, deleted)))

    def _events(self, fields: tuple[str, ...], deleted: bool) -> Iterator[RecordChanged]:
        for pk in self.ids:
            owner = self.owners.get(pk)
            yield RecordChanged(kind=self.model._kind(), id=pk, fields=fields, deleted=deleted, owner_id=owner)
