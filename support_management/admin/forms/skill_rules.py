"""Form of a skill rule: a field per condition."""

from support_management.admin.base import AdminForm
from support_management.admin.forms.conditions import condition_fields
from support_management.core.errors import Invalid
from support_management.routing.inputs import active_skill_rules
from support_management.sla.models import WorkKind

_KINDS = [(value, label) for value, label in WorkKind.choices if value in active_skill_rules.KINDS]


class SkillRuleForm(condition_fields(_KINDS), AdminForm):  # type: ignore[misc]
    """Validates the conditions and stores them on the row."""

    def clean(self):
        cleaned = super().clean()
        try:
            self.instance.conditions = active_skill_rules.conditions_of(self.typed_conditions())
        except Invalid as error:
            self.add_error(error.field if error.field in self.fields else None, error.text)
        return cleaned
