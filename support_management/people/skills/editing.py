"""Specializations are made, changed and thrown away by admins; a profile's levels are set as a whole."""

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
    """A new skill, last unless a position is given. Invalid names the field, NotAllowed admins_only."""
    roles.require_admin(by, FOR_ADMINS)
    last = Specialization.objects.aggregate(last=Max("position"))["last"]
    place = (0 if last is None else last + 1) if position is None else position
    row = Specialization.objects.create(**_facts(slug=slug, name=name, position=place))
    log.record(by=by, verb="add", on=row, after=_told(row))
    return row


@recorded_write
def change(*, specialization: int, by: User, version: int | None = None, **given) -> Specialization:
    """Set its slug, name or position; who has it keeps it."""
    roles.require_admin(by, FOR_ADMINS)
    row = lock(Specialization, specialization, version)
    before = _told(row)
    for field, value in _facts(except_id=row.pk, **given).items():
        setattr(row, field, value)
    if before != _told(row):
        row.save()
        log.record(by=by, verb="edit", on=row, before=before, after=_told(row))
    return Specialization.objects.get(pk=row.pk)


@recorded_write
def delete(*, specialization: int, by: User, version: int | None = None) -> None:
    """Only one that nobody has and no rule asks for. Conflict in_use."""
    roles.require_admin(by, FOR_ADMINS)
    row = lock(Specialization, specialization, version)
    people, rules = row.levels.count(), row.rules.count()  # type: ignore[attr-defined]
    if people or rules:
        raise Conflict("in_use", f"{row.name} is in use: {people} agents have it, {rules} rules require it.")
    log.record(by=by, verb="delete", on=row, before=_told(row))
    try:
        row.delete()
    except ProtectedError:
        raise Conflict("in_use", f"{row.name} is now in use, so it can't be deleted.") from None


def set_levels(profile: SupportProfile, wanted: dict[str, int]) -> bool:
    """The agent has these levels by slug from now on, and no others. Whether that was a change. Invalid: skills."""
    known = {row.slug: row for row in Specialization.objects.filter(slug__in=wanted)}
    for slug, level in wanted.items():
        if slug not in known:
            raise Invalid("unknown_skill", f"Unknown skill: {text.shown(slug, 40)}.", field="skills")
        if level not in dict(LEVELS):
            raise Invalid("out_of_range", "Enter a level from 1 to 5.", field="skills")
    held = {row.specialization.slug: row for row in profile.skills.select_related("specialization")}  # type: ignore[attr-defined]
    if {slug: row.level for slug, row in held.items()} == wanted:
        return False
    for slug in held.keys() - wanted.keys():
        held[slug].delete()
    for slug, level in wanted.items():
        if slug not in held:
            SkillLevel.objects.create(profile=profile, specialization=known[slug], level=level)
        elif held[slug].level != level:
            held[slug].level = level
            held[slug].save(update_fields=["level"])
    return True


def _facts(*, except_id: int | None = None, **given) -> dict:
    facts: dict = {}
    if given.get("slug") is not None:
        facts["slug"] = _own_slug(given["slug"], except_id)
    if given.get("name") is not None:
        facts["name"] = text.clean(given["name"], field="name", limit=60, one_line=True)
    if given.get("position") is not None:
        facts["position"] = clean_position(given["position"])
    return facts


def _own_slug(slug: object, except_id: int | None) -> str:
    if not isinstance(slug, str) or not _SLUG.fullmatch(slug):
        raise Invalid("slug", "Use lowercase letters, digits, - and _, at most 40 characters.", field="slug")
    if Specialization.objects.filter(slug=slug).exclude(pk=except_id).exists():
        raise Invalid("taken", "A skill with this slug already exists.", field="slug")
    return slug


def _told(row: Specialization) -> dict:
    return {"slug": row.slug, "name": row.name, "position": row.position}
