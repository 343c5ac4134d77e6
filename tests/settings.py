"""The product's own settings, in a folder of their own, quick where speed costs nothing in truth."""

import atexit
import os
import shutil
import tempfile

if "DATA_DIR" not in os.environ:
    os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="desk-tests-")
    atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)
os.environ.setdefault("SECRET_KEY", "only for tests, never for a desk that people use")
os.environ.setdefault("ALLOWED_HOSTS", "testserver,localhost,127.0.0.1")

from console.settings import *  # noqa: F403
from console.settings import DATA_DIR, DATABASES, EMBEDDED, STORAGES
from tests.servers import MIGRATED, MIGRATED_POSTGRESQL

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}

if EMBEDDED:
    # A file, as in the product: threads share it, and the write lock is the real one.
    DATABASES["default"]["TEST"] = {"NAME": DATA_DIR / "tests.sqlite3"}
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
else:
    # A pooled connection would outlive its test and hold on to the test database.
    DATABASES["default"]["OPTIONS"].pop("pool", None)
    if MIGRATED_POSTGRESQL in os.environ:
        DATABASES["default"]["TEST"] = {"TEMPLATE": MIGRATED}
