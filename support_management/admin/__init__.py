"""The administration: one file per concept. Rules live in the capabilities that the files call."""

from importlib import import_module
from pkgutil import iter_modules

from django.contrib import admin
from django.contrib.auth.models import Group

for module in iter_modules(__path__):
    import_module(f"{__name__}.{module.name}")

admin.site.unregister(Group)  # roles say what a person may; there are no groups
