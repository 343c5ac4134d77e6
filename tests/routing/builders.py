"""A desk set up for routing: queues of a mode, agents as they are there, skills that work asks for."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from support_management.core.time import now
from support_management.people.models import SupportAvailability, SupportProfile, User
from support_management.people.skills.models import SkillLevel, Specialization
from support_management.routing.models import SkillRule
from support_management.tickets.models import TicketType


def queue(slug: str, mode: str = "automatic", **facts) -> TicketType:
    """The queue of this name hands its work out like that from now on."""
    QuerySet.update(TicketType.objects.filter(slug=slug), mode=mode, **facts)
    return TicketType.objects.get(slug=slug)


def be(agent: User, state: str, *, minutes: float = 0, why_not: str | None = None) -> datetime:
    """The agent has been in this state for so long; anything but online takes no work of rules."""
    since = now() - timedelta(minutes=minutes)
    code = why_not if why_not is not None else "" if state == "online" else state
    facts = {"state": state, "state_since": since, "why_not": code, "available": not code}
    QuerySet.update(SupportAvailability.objects.filter(user=agent), **facts)
    return since


def able(agent: User, slug: str, level: int) -> None:
    """The agent has this skill from now on."""
    skill = Specialization.objects.get_or_create(slug=slug, defaults={"name": slug.title()})[0]
    SkillLevel.objects.create(profile=SupportProfile.objects.get(user=agent), specialization=skill, level=level)


def asks(slug: str, level: int, *, relax_minutes: int = 0, **conditions) -> SkillRule:
    """Work like this asks for the skill, and no other rule asks for anything."""
    QuerySet.update(SkillRule.objects.all(), active=False)
    skill = Specialization.objects.get_or_create(slug=slug, defaults={"name": slug.title()})[0]
    facts = {"conditions": conditions, "level": level, "relax_minutes": relax_minutes}
    return SkillRule.objects.create(name=f"For {slug}", specialization=skill, **facts)


def room(agent: User, capacity: int, **facts) -> None:
    """The agent carries at most so many units."""
    QuerySet.update(SupportProfile.objects.filter(user=agent), capacity=capacity, **facts)
