"""An escalation rule as a person fills it in: each condition on the work a field, beside the columns of the rule."""

from support_management.admin.base import AdminForm
from support_management.admin.forms.conditions import condition_fields
from support_management.core.errors import Invalid
from support_management.sla.models import WorkKind

PREFIX = "for_"
"""The rule has a kind and a tag of its own: the work it is about and the tag it sets."""


class EscalationRuleForm(condition_fields(WorkKind.choices, prefix=PREFIX), AdminForm):  # type: ignore[misc]
    """The conditions go into the row; the capability checks them."""

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
