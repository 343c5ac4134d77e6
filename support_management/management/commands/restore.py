"""`manage.py restore FILE` replaces a stopped desk by a backup."""

from pathlib import Path

from django.core.management.base import BaseCommand

from support_management.management.backup.errors import told_in_one_line
from support_management.management.backup.restore import restore


class Command(BaseCommand):
    help = "Replace this desk by a backup. The desk is stopped; everybody has to sign in again."
    requires_system_checks = ()  # they connect to the database

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--force", action="store_true", help="replace a desk that is in use")
        parser.add_argument("--keep-tokens", action="store_true", help="API tokens stay valid")

    def handle(self, *, file: Path, force: bool, keep_tokens: bool, **_):
        with told_in_one_line("restore"):
            restored = restore(file, force=force, keep_tokens=keep_tokens)
        manifest = restored.manifest
        self.stdout.write(
            f"Restored the desk of {manifest.made_at} (version {manifest.version}, position {manifest.head}, "
            f"{manifest.rows:,} rows). All sessions have ended; {restored.revoked} API tokens were revoked."
        )
