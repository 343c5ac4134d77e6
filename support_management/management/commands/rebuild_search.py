"""`manage.py rebuild_search`: empty the search index and fill it again."""

from django.core.management.base import BaseCommand

from support_management.core import applied_migrations
from support_management.search import repair


class Command(BaseCommand):
    help = "Empty the search index and fill it again. The desk can run meanwhile; writes wait on SQLite."

    def handle(self, *args, **options):
        applied_migrations.stop_if_newer()
        self.stdout.write(f"{repair.rebuild()} entries in the search index.")
