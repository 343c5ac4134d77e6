"""A skill rule as a person fills it in: each condition a field."""

from typing import Any

from django import forms

from support_management.admin.base import AdminForm
from support_management.core.errors import Invalid
from support_management.people.models import Website
from support_management.routing.inputs import skill_rules
from support_management.sla.policy import notation
from support_management.tickets.models import TicketType

CHOSEN = ("kind", "type", "website")
WORDS = ("tag", "language", "word")
_KINDS = (("ticket", "Ticket"), ("dispute", "Dispute"))
_HELP = {
    "kind": "Nothing chosen in a line: all.",
    "tag": "One of these tags, with commas between.",
    "language": "What the requester writes in, such as de, fr.",
    "word": "One of these words or phrases in the subject; capitals and accents do not matter.",
}


class SkillRuleForm(AdminForm):
    """The conditions go into the row when they are right."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        for key, choices in _choices().items():
            self.fields[key].choices = choices  # type: ignore[attr-defined]
        asked = self.instance.conditions
        self.initial.update({key: [str(one) for one in _listed(asked.get(key))] for key in CHOSEN})
        self.initial.update({key: ", ".join(map(str, _listed(asked.get(key)))) for key in WORDS})

    def clean(self):
        cleaned = super().clean()
        try:
            self.instance.conditions = skill_rules.conditions_of(self._conditions())
        except Invalid as error:
            self.add_error(error.field if error.field in self.fields else None, error.text)
        return cleaned

    def _conditions(self) -> dict:
        asked: dict[str, Any] = {key: self.cleaned_data.get(key) or [] for key in CHOSEN}
        return asked | {key: notation.parts_of(self.cleaned_data.get(key, ""), field=key) for key in WORDS}


def _choices() -> dict[str, list]:
    return {
        "kind": list(_KINDS),
        "type": list(TicketType.objects.order_by("name").values_list("slug", "name")),
        "website": [(str(pk), name) for pk, name in Website.objects.order_by("name").values_list("pk", "name")],
    }


def _listed(value) -> list:
    return value if isinstance(value, list) else [] if value is None else [value]


for _key in CHOSEN:
    SkillRuleForm.base_fields[_key] = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
for _key in WORDS:
    SkillRuleForm.base_fields[_key] = forms.CharField(required=False, max_length=500)
for _key, _text in _HELP.items():
    SkillRuleForm.base_fields[_key].help_text = _text
