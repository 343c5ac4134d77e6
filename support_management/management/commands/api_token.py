"""`manage.py api_token USERNAME` prints a bearer token for the REST API as its last word."""

from django.core.management.base import BaseCommand, CommandError

from support_management.people import api_tokens
from support_management.people.models import User


class Command(BaseCommand):
    help = "Create a bearer token for a person. It is shown once; earlier ones stay valid until revoked in admin."

    def add_arguments(self, parser):
        parser.add_argument("username")

    def handle(self, *, username: str, **_):
        user = User.objects.named(username).first()
        if user is None:
            raise CommandError(f"There is no user called {username!r}.")
        if not user.is_active:
            raise CommandError(f"{username} is deactivated, so a token would be of no use.")
        self.stdout.write(f"Bearer token of {user.username}: {api_tokens.issue(user=user)}")
