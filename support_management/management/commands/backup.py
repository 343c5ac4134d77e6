"""`manage.py backup [FILE]` writes everything that a desk needs into one archive, also while it is running."""

from pathlib import Path

from django.core.management.base import BaseCommand

from support_management.management.backup import make
from support_management.management.backup.errors import told_in_one_line


class Command(BaseCommand):
    help = "Back up database, files and secret into one file that only its owner reads; the desk may be running."
    requires_system_checks = ()  # they connect to the database

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", type=Path, help="default: a new file in DATA_DIR/backups")
        parser.add_argument("--without-secret", action="store_true", help="leave out the secret of an embedded desk")
        parser.add_argument("--force", action="store_true", help="replace FILE when it is a backup")

    def handle(self, *, file: Path | None, without_secret: bool, force: bool, **_):
        with told_in_one_line("backup"):
            file = file or make.new_name()
            manifest = make.make(file, with_secret=not without_secret, replace=force)
        size = file.stat().st_size / 1e6
        self.stdout.write(f"{file}: {manifest.rows:,} rows at position {manifest.head}, {size:,.1f} MB.")
        if "secret_key" not in manifest.members:
            self.stdout.write("SECRET_KEY is not in it: keep that in another place.")
