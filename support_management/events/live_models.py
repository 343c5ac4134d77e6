"""Models whose changes are seen: whoever writes them, an event goes with the write."""

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


class LiveQuerySet(models.QuerySet):
    """A queryset whose bulk writes are seen like a save."""

    model: "type[LiveModel]"  # type: ignore[assignment]

    def update(self, **values):
        if is_quiet():
            return super().update(**values)
        fields = tuple(values)
        with transaction.atomic(using=self.db):
            touched = _Touched.lock(self)
            rows = self if touched.many else self.filter(pk__in=touched.ids)
            count = models.QuerySet.update(rows, **self.model._stamp(fields), **values)
            touched.tell(fields)
        self._result_cache = None
        return count

    update.alters_data = True  # type: ignore[attr-defined]

    def bulk_update(self, objs, fields, batch_size=None):
        if is_quiet():
            return super().bulk_update(objs, fields, batch_size)
        objs, fields = list(objs), tuple(fields)
        with transaction.atomic(using=self.db):
            touched = _Touched.lock(self, [row.pk for row in objs])
            with quietly():
                count = super().bulk_update(objs, fields, batch_size)
                for some in batched(objs, MANY, strict=False):
                    self.filter(pk__in=[row.pk for row in some]).update(**self.model._stamp(fields))
            touched.tell(fields)
        return count

    bulk_update.alters_data = True  # type: ignore[attr-defined]

    def bulk_create(self, objs, *args, **options):
        objs = list(objs)
        if objs:
            self.model.before_bulk_create(objs)
        if is_quiet() or not objs:
            return super().bulk_create(objs, *args, **options)
        with transaction.atomic(using=self.db):
            made = super().bulk_create(objs, *args, **options)
            ids = [row.pk for row in made]
            if options.get("update_conflicts"):
                ids = [None]  # which of them were there before is not known
            _Touched(self.model, ids, many=len(ids) > MANY or None in ids).tell(("created",))
        return made

    def delete(self):
        if is_quiet():
            return super().delete()
        with transaction.atomic(using=self.db):
            touched = _Touched.lock(self)
            gone = super().delete()
            touched.tell(("deleted",), deleted=True)
        return gone

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


class LiveManager(models.Manager.from_queryset(LiveQuerySet)):  # type: ignore[misc]
    pass


class LiveModel(models.Model):
    """`version` counts the edits of the row; it goes out with forms and answers and decides 409."""

    owner_field = ""
    """Attribute with the person whose figures depend on the row; events of raw writes tell who it was before."""

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
            self._save_again(*args, **options)

    def delete(self, *args, **options):
        if is_quiet():
            return super().delete(*args, **options)
        with transaction.atomic():
            touched = _Touched.lock(type(self)._base_manager.all(), [self.pk])
            gone = super().delete(*args, **options)
            touched.tell(("deleted",), deleted=True)
        return gone

    def _save_again(self, *args, **options):
        named = options.pop("update_fields", None)
        if named is not None and not named:
            return
        version, stamp = self.version, self._stamp(named or ())
        if named is not None:
            options["update_fields"] = {*named, *stamp}
        else:
            options["force_update"] = True
        try:
            with transaction.atomic():
                touched = _Touched.lock(type(self)._base_manager.all(), [self.pk])
                for name, value in stamp.items():
                    setattr(self, name, value)
                super().save(*args, **options)
                touched.tell(tuple(named or ("all",)))
        except self.NotUpdated:
            raise NotFound(f"This {self._meta.verbose_name}") from None
        finally:
            if hasattr(self.version, "resolve_expression"):
                self.version = version

    @classmethod
    def before_bulk_create(cls, rows: list) -> None:
        """What `save` would do to rows that are written at once."""

    @classmethod
    def _stamp(cls, fields: Iterable[str]) -> dict:
        """What every raw write of a row changes as well, unless it says so itself."""
        stamp: dict = {"version": F("version") + 1}
        if any(field.name == "updated_at" for field in cls._meta.concrete_fields):
            stamp["updated_at"] = now()
        return {name: value for name, value in stamp.items() if name not in set(fields)}

    @classmethod
    def _kind(cls) -> str:
        return cls._meta.model_name or ""


class LiveRecordQuerySet(AppendOnlyQuerySet, LiveQuerySet):  # type: ignore[override]
    """Seen like other live rows, and only ever added to."""


class LiveRecord(AppendOnly, LiveModel):
    """A live row that is written once."""

    objects = LiveRecordQuerySet.as_manager()  # type: ignore[assignment,misc]

    class Meta:
        abstract = True
        base_manager_name = "objects"


class _Touched:
    """The rows that a raw write is about, and whose they were before it."""

    def __init__(self, model: type[LiveModel], ids: list, *, many: bool, owners: dict | None = None) -> None:
        self.model, self.ids, self.many, self.owners = model, ids, many, owners or {}

    @classmethod
    def lock(cls, rows: models.QuerySet, ids: list | None = None) -> "_Touched":
        """Hold the rows of the queryset (or of `ids`) until the transaction ends. Of very many, none in particular."""
        model = rows.model
        if ids is not None and len(ids) > MANY:
            return cls(model, [], many=True)
        chosen = {"pk__in": ids if ids is not None else rows.order_by().values("pk")}
        owner = model.owner_field or "pk"
        held = model._base_manager.using(rows.db).select_for_update().filter(**chosen).order_by("pk")
        found = list(held.values_list("pk", owner)[: MANY + 1])
        if len(found) > MANY:
            return cls(model, [], many=True)
        owners = {pk: whose for pk, whose in found if model.owner_field and whose is not None}
        return cls(model, [pk for pk, _ in found], many=False, owners=owners)

    def tell(self, fields: tuple[str, ...], *, deleted: bool = False) -> None:
        """The events of the write."""
        if self.many:
            publish(RecordsChanged(kind=self.model._kind()))
        elif self.ids:
            publish_all(list(self._events(fields, deleted)))

    def _events(self, fields: tuple[str, ...], deleted: bool) -> Iterator[RecordChanged]:
        for pk in self.ids:
            owner = self.owners.get(pk)
            yield RecordChanged(kind=self.model._kind(), id=pk, fields=fields, deleted=deleted, owner_id=owner)
