"""Which skills work asks for, as admins wrote it down: rules from the database, and facts of work for them.

A skill that nobody active has is not asked for: before the first skill was given to anybody, and after the last who had
it left, work goes to whoever has room instead of waiting for no one.
"""

from collections.abc import Mapping
from datetime import timedelta

from django.db.models import Exists, OuterRef, QuerySet

from support_management.disputes.models import Dispute
from support_management.people import roles
from support_management.people.models import SupportProfile
from support_management.people.skills.models import SkillLevel
from support_management.routing.engine import skills
from support_management.routing.models import SkillRule
from support_management.sla.policy import checks
from support_management.tickets.models import Ticket


def _language(one: object):
    found = checks.label(one)
    return found.lower() if found and len(found) <= 8 else None


def _word(one: object):
    found = checks.word(one)
    return found if found and skills.spelled(found) else None


_CHECKS: Mapping[str, checks.Check] = {
    "kind": checks.one_of(("ticket", "dispute")),
    "type": checks.CHECKS["type"],
    "tag": checks.label,
    "website": checks.CHECKS["website"],
    "language": _language,
    "word": _word,
}
_KEPT = {**_CHECKS, "type": checks.word, "website": lambda one: one if isinstance(one, int) else None}
"""The same without asking whether the queue or website is there: it may have gone since."""
_EXAMPLE = '{"type": "payment"}'


def conditions_of(value: object) -> dict:
    """What a rule may ask for, checked and in one shape. Invalid names what is wrong. Nothing named: all work."""
    return checks.checked(value, _CHECKS, example=_EXAMPLE)


def check_written(rule_id: int) -> None:
    """Of a rule that no form wrote: Invalid refuses conditions that no work could be compared with."""
    row = SkillRule.objects.filter(pk=rule_id).first()
    if row is not None:
        checks.checked(row.conditions, _KEPT, example=_EXAMPLE)


def asked() -> list[skills.Rule]:
    """The rules that are on, for skills that somebody active has."""
    rows = SkillRule.objects.filter(Exists(_held()), active=True).select_related("specialization")
    return [_rule(row) for row in rows]


def all_of_them() -> QuerySet[SkillRule]:
    """Every rule in its place, each with whether somebody active has its skill (`is_held`). One query."""
    return SkillRule.objects.select_related("specialization").annotate(is_held=Exists(_held()))


def unheld() -> set[int]:
    """Skills that rules ask for and nobody active has: they are not asked for until somebody does."""
    rows = SkillRule.objects.filter(~Exists(_held()), active=True)
    return set(rows.values_list("specialization", flat=True))


def _held() -> QuerySet[SkillLevel]:
    return SkillLevel.objects.filter(
        specialization=OuterRef("specialization"),
        profile__status=SupportProfile.Status.ACTIVE,
        profile__user__is_active=True,
        profile__user__role__in=roles.AGENTS,
    )


def _rule(row: SkillRule) -> skills.Rule:
    named = [(key, value) for key, value in row.conditions.items() if value not in (None, "", [])]
    return skills.Rule(
        specialization=row.specialization_id,
        name=row.specialization.name,
        level=row.level,
        relax=timedelta(minutes=row.relax_minutes) if row.relax_minutes else None,
        conditions={key: tuple(value) if isinstance(value, list) else (value,) for key, value in named},
    )


def of_ticket(row: Ticket) -> skills.Facts:
    """Read with its type, requester and tags, so that this asks the database nothing."""
    return skills.Facts(
        kind="ticket",
        type=row.type.slug,
        tags=frozenset(tag.name for tag in row.tags.all()),
        website=row.website_id,
        language=row.requester.language.lower(),
        subject=row.subject,
    )


def of_dispute(row: Dispute) -> skills.Facts:
    """The website is the order's, the language that of who raised it. Read with both."""
    return skills.Facts(kind="dispute", website=row.order.website_id, language=row.raised_by.language.lower())
