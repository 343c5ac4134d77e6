"""Form of an escalation rule: a field per condition, in addition to the columns of the rule."""

from support_management.admin.base import AdminForm
from support_management.admin.forms.conditions import condition_fields
from support_management.core.errors import Invalid
from support_management.sla.models import WorkKind

PREFIX = "for_"
"""Distinguishes the conditions on kind and tag from the rule's own fields of these names."""


class EscalationRuleForm(condition_fields(WorkKind.choices, prefix=PREFIX), AdminForm):  # type: ignore[misc]
    """Stores the conditions on the row; the capability validates them."""

    class Meta:
        labels = {
            "at": "SLA status",
            "kind": "Applies to",
            "tell_owner": "Notify assignee",
            "tell_role": "Notify role",
        }

    def clean(self):
        cleaned = super().clean()
        try:
            self.instance.conditions = self.typed_conditions()
        except Invalid as error:
            self.add_error(error.field, error.text)
        return cleaned
