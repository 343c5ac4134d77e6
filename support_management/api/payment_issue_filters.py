"""Filters of the list of payment issues."""

from django_filters import rest_framework as filters

from support_management.api.filters import (
    BooleanChoiceFilter,
    ChoiceListFilter,
    IdFilter,
    NumberFilter,
    PriorityFilter,
    UpdatedSinceFilter,
)
from support_management.payment_issues.models import PaymentIssueLog
from support_management.payment_issues.status import IssueType, Status


class PaymentIssueFilter(filters.FilterSet):
    number = NumberFilter(numbered=PaymentIssueLog)
    updated_since = UpdatedSinceFilter()
    issue_type = ChoiceListFilter(choices=IssueType.choices)
    status = ChoiceListFilter(choices=Status.choices)
    priority = PriorityFilter()
    order = IdFilter()
    ticket = IdFilter()
    website = IdFilter(field_name="order__website")
    assignee = IdFilter()
    unassigned = BooleanChoiceFilter(field_name="assignee", lookup_expr="isnull")
    is_open = BooleanChoiceFilter()
