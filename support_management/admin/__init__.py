"""The administration site, one module per package of models. Business rules are in the capabilities it calls."""

from importlib import import_module
from pkgutil import iter_modules

from django.contrib import admin
from django.contrib.auth.models import Group

for module in iter_modules(__path__):
    import_module(f"{__name__}.{module.name}")

admin.site.unregister(Group)  # permissions follow from roles
