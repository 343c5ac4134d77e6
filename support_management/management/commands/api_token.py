"""`manage.py api_token USERNAME` prints a bearer token for the REST API as its last word."""

from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError

from support_management.core.errors import DeskError
from support_management.core.time import now
from support_management.people import api_tokens
from support_management.people.models import User

LONGEST_DAYS = 3650


class Command(BaseCommand):
    help = "Create a bearer token for a person. It is shown once; earlier ones stay valid until they are revoked."

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("--name", default="", help="what the token is for")
        parser.add_argument("--days", type=int, metavar="N", help="the token expires in N days; without it never")

    def handle(self, *, username: str, name: str, days: int | None, **_):
        user = User.objects.named(username).first()
        if user is None:
            raise CommandError(f"There is no user called {username!r}.")
        if not user.is_active:
            raise CommandError(f"{username} is deactivated, so a token would be of no use.")
        if days is not None and not 1 <= days <= LONGEST_DAYS:
            raise CommandError(f"--days is a number from 1 to {LONGEST_DAYS}.")
        try:
            token = api_tokens.issue(user=user, name=name, expires_at=now() + timedelta(days=days) if days else None)
        except DeskError as error:
            raise CommandError(error.text) from None
        self.stdout.write(f"Bearer token of {user.username}: {token}")
