"""The people of the demo: who signs in, their colleagues, clients and writers."""

from datetime import datetime, timedelta
from random import Random

from django.contrib.auth.hashers import make_password

from support_management.analytics import dashboards
from support_management.management.demo import attendance, cast, names
from support_management.management.demo.desk import STAFF
from support_management.people import profiles
from support_management.people.models import SupportProfile, User, Website
from support_management.people.roles import Role
from support_management.people.skills.models import SkillLevel, Specialization


def make_staff(password: str, moment: datetime) -> None:
    """Sites and everybody at the desk. Only the demo people have a password."""
    sites = [Website.objects.create(name=name, domain=domain) for name, domain in cast.SITES]
    for player in STAFF:
        signs_in = player in cast.DEMO
        user = User.objects.create(
            username=player.username,
            name=player.name,
            email=f"{player.username}@desk.example",
            role=player.role,
            time_zone=player.zone,
            is_active=player not in cast.PAST,
            password=make_password(password if signs_in else None),
            date_joined=moment - timedelta(days=800),
        )
        if user.is_agent:
            _seat(user, player, sites, moment)


def _seat(user: User, player: cast.Player, sites: list[Website], moment: datetime) -> None:
    profiles.equip(user)
    dashboards.equip(user)
    profile = SupportProfile.objects.get(user=user)
    profile.capacity, profile.status = player.capacity, player.status
    profile.save()
    profile.websites.set([sites[place] for place in player.sites])
    _teach(profile, player.skills.split())
    attendance.fill(user, player, moment)


def _teach(profile: SupportProfile, words: list[str]) -> None:
    known = {row.slug: row for row in Specialization.objects.filter(slug__in=words[::2])}
    levels = zip(words[::2], words[1::2], strict=True)
    SkillLevel.objects.bulk_create(
        SkillLevel(profile=profile, specialization=known[slug], level=int(level))
        for slug, level in levels
        if slug in known
    )


def parties(seed: int, count: int, role: Role, moment: datetime, start: int = 0) -> list[User]:
    """Unsaved clients or writers. They have no password: nobody signs in as them."""
    chance = Random(f"{seed}:{role}:{start}")
    nobody = make_password(None)
    return [
        User(
            username=username,
            name=name,
            email=email,
            role=role,
            password=nobody,
            date_joined=moment - timedelta(days=chance.randrange(30, 900)),
        )
        for username, name, email in names.parties(chance, count, role, start)
    ]
