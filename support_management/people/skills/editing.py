"""Admins create, change and delete skills (Specialization); the levels of a profile are set as a whole."""

import re

from django.db.models import Max, ProtectedError

from support_management.audit import log
from support_management.core import text
from support_management.core.errors import Conflict, Invalid
from support_management.core.locking import lock
from support_management.core.ordering import clean_position
from support_management.events.capability import recorded_write
from support_management.people import roles
from support_management.people.models import SupportProfile, User
from support_management.people.skills.models import LEVELS, SkillLevel, Specialization

FOR_ADMINS = "Only admins can change skills."
_SLUG = re.compile(r"[a-z0-9_-]{1,40}", re.ASCII)


@recorded_write
def create(*, by: User, slug: str, name: str, position: int | None = None) -> Specialization:
    """Create a skill, last unless a position is given. Invalid names the field, NotAllowed admins_only."""
    roles.require_admin(by, FOR_ADMINS)
    last = Specialization.objects.aggregate(last=Max("position"))["last"]
    new_position = (0 if last is None else last + 1) if position is None else position
    row = Specialization.objects.create(**_validated(slug=slug, name=name, position=new_position))
    log.record(by=by, verb="add", on=row, after=_audit_values(row))
    return row


@recorded_write
def change(*, specialization: int, by: User, version: int | None = None, **values) -> Specialization:
    """Set slug, name or position. Invalid names the field, NotAllowed admins_only, Stale for an older version."""
    roles.require_admin(by, FOR_ADMINS)
    row = lock(Specialization, specialization, version)
    before = _audit_values(row)
    for field, value in _validated(except_id=row.pk, **values).items():
        setattr(row, field, value)
    if before != _audit_values(row):
        row.save()
        log.record(by=by, verb="edit", on=row, before=before, after=_audit_values(row))
    return Specialization.objects.get(pk=row.pk)


@recorded_write
def delete(*, specialization: int, by: User, version: int | None = None) -> None:
    """Delete a skill. Conflict in_use when an agent has it or a rule requires it. NotAllowed admins_only."""
    roles.require_admin(by, FOR_ADMINS)
    row = lock(Specialization, specialization, version)
    people, rules = row.levels.count(), row.rules.count()  # type: ignore[attr-defined]
    if people or rules:
        raise Conflict("in_use", f"{row.name} is in use: {people} agents have it, {rules} rules require it.")
    log.record(by=by, verb="delete", on=row, before=_audit_values(row))
    try:
        row.delete()
    except ProtectedError:
        raise Conflict("in_use", f"{row.name} is now in use, so it can't be deleted.") from None


def set_levels(profile: SupportProfile, levels: dict[str, int]) -> bool:
    """Replace the levels of an agent, by slug of the skill. Returns whether they changed. Invalid names `skills`."""
    skills = {row.slug: row for row in Specialization.objects.filter(slug__in=levels)}
    for slug, level in levels.items():
        if slug not in skills:
            raise Invalid("unknown_skill", f"Unknown skill: {text.shown(slug, 40)}.", field="skills")
        if level not in dict(LEVELS):
            raise Invalid("out_of_range", "Enter a level from 1 to 5.", field="skills")
    current = {row.specialization.slug: row for row in profile.skills.select_related("specialization")}  # type: ignore[attr-defined]
    if {slug: row.level for slug, row in current.items()} == levels:
        return False
    for slug in current.keys() - levels.keys():
        current[slug].delete()
    for slug, level in levels.items():
        if slug not in current:
            SkillLevel.objects.create(profile=profile, specialization=skills[slug], level=level)
        elif current[slug].level != level:
            current[slug].level = level
            current[slug].save(update_fields=["level"])
    return True


def _validated(*, except_id: int | None = None, **values) -> dict:
    validated: dict = {}
    if values.get("slug") is not None:
        validated["slug"] = _unique_slug(values["slug"], except_id)
    if values.get("name") is not None:
        validated["name"] = text.clean(values["name"], field="name", limit=60, one_line=True)
    if values.get("position") is not None:
        validated["position"] = clean_position(values["position"])
    return validated


def _unique_slug(slug: object, except_id: int | None) -> str:
    if not isinstance(slug, str) or not _SLUG.fullmatch(slug):
        raise Invalid("slug", "Use lowercase letters, digits, - and _, at most 40 characters.", field="slug")
    if Specialization.objects.filter(slug=slug).exclude(pk=except_id).exists():
        raise Invalid("taken", "A skill with this slug already exists.", field="slug")
    return slug


def _audit_values(row: Specialization) -> dict:
    return {"slug": row.slug, "name": row.name, "position": row.position}
