"""The administration: one file per concept. Rules live in the capabilities that the files call."""

from django.contrib import admin
from django.contrib.auth.models import Group

from support_management.admin import (  # noqa: F401  (registers)
    availability,
    calendars,
    disputes,
    escalations,
    notices,
    orders,
    people,
    records,
    skills,
    sla,
    tickets,
)

admin.site.unregister(Group)  # roles say what a person may; there are no groups
admin.site.site_header = "Support Console"
admin.site.site_title = "Support Console"
admin.site.index_title = "Administration"
admin.site.empty_value_display = "–"
