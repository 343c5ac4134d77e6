"""Append-only tables: rows are added, never changed."""

from django.db import models

from support_management.core.errors import NotAllowed
from support_management.core.writer_settings import exempted


def _refuse(kind: type[models.Model]):
    raise NotAllowed("append_only", f"{str(kind._meta.verbose_name_plural).capitalize()} can't be changed or deleted.")


class AppendOnlyQuerySet(models.QuerySet):
    """Refuses updates and deletes with NotAllowed append_only. Rows go only with the work that they are part of."""

    def update(self, **values):
        _refuse(self.model)

    update.alters_data = True  # type: ignore[attr-defined]

    def bulk_update(self, objs, fields, batch_size=None):
        _refuse(self.model)

    bulk_update.alters_data = True  # type: ignore[attr-defined]

    def delete(self):
        _refuse(self.model)

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def delete_unused(self):
        """Delete them with their parent, which was never used: nothing happened under them."""
        with exempted(self.model._meta.db_table, using=self.db):
            return self._raw_delete(self.db)

    delete_unused.alters_data = True  # type: ignore[attr-defined]

    def bulk_create(self, objs, *args, update_conflicts=False, **options):
        if update_conflicts:
            _refuse(self.model)
        return super().bulk_create(objs, *args, **options)


class AppendOnly(models.Model):
    """A row that is written once. NotAllowed append_only for a later save or delete."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args, **options):
        if not self._state.adding:
            _refuse(type(self))
        super().save(*args, **options)

    def delete(self, *args, **options):
        _refuse(type(self))
