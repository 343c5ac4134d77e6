"""The product's own settings, and traps: with `DJANGO_SETTINGS_MODULE=tests.faults.settings` a desk dies on demand."""

from console.settings import *  # noqa: F403
from console.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.kill_points.Traps"]
