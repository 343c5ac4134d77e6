"""User rows of the demo: staff, clients and writers."""

from datetime import datetime, timedelta
from random import Random

from django.contrib.auth.hashers import make_password

from support_management.analytics import dashboards
from support_management.management.demo.demo_context import STAFF
from support_management.management.demo.people import availability_history, contacts, staff
from support_management.people import profiles
from support_management.people.models import SupportProfile, User, Website
from support_management.people.roles import Role
from support_management.people.skills.models import SkillLevel, Specialization
from support_management.search import repair
from support_management.search.kinds import PEOPLE


def make_staff(password: str, moment: datetime) -> None:
    """Websites and staff. Only the people in SIGN_INS have a password."""
    sites = [Website.objects.create(name=name, domain=domain) for name, domain in staff.SITES]
    for member in STAFF:
        signs_in = member in staff.SIGN_INS
        user = User.objects.create(
            username=member.username,
            name=member.name,
            email=f"{member.username}@desk.example",
            role=member.role,
            time_zone=member.zone,
            is_active=member not in staff.PAST,
            password=make_password(password if signs_in else None),
            date_joined=moment - timedelta(days=800),
        )
        if user.is_agent:
            _set_up_agent(user, member, sites, moment)


def _set_up_agent(user: User, member: staff.StaffMember, sites: list[Website], moment: datetime) -> None:
    profiles.ensure_agent_rows(user)
    dashboards.create_for(user)
    profile = SupportProfile.objects.get(user=user)
    profile.capacity, profile.status = member.capacity, member.status
    profile.save()
    profile.websites.set([sites[place] for place in member.sites])
    _set_skills(profile, member.skills.split())
    repair.settle(PEOPLE, [user.pk])  # the registration id is found as well
    availability_history.fill(user, member, moment)


def _set_skills(profile: SupportProfile, words: list[str]) -> None:
    skills = {row.slug: row for row in Specialization.objects.filter(slug__in=words[::2])}
    levels = zip(words[::2], words[1::2], strict=True)
    SkillLevel.objects.bulk_create(
        SkillLevel(profile=profile, specialization=skills[slug], level=int(level))
        for slug, level in levels
        if slug in skills
    )


def parties(seed: int, count: int, role: Role, moment: datetime, start: int = 0) -> list[User]:
    """Unsaved clients or writers, without a password."""
    rng = Random(f"{seed}:{role}:{start}")
    no_password = make_password(None)
    return [
        User(
            username=username,
            name=name,
            email=email,
            role=role,
            password=no_password,
            date_joined=moment - timedelta(days=rng.randrange(30, 900)),
        )
        for username, name, email in contacts.parties(rng, count, role, start)
    ]
