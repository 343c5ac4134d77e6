"""Forms of ticket actions. Permissions and rules are checked by the capabilities."""

from django import forms

from console import access
from console.forms.cleaning import WriteForm
from support_management.core.time import validate_range
from support_management.disputes.status import Reason
from support_management.people.assignment_rules import REASON_LIMIT
from support_management.people.models import User

MAX_TYPED = 200_000
"""Above the limit of a message, so that the capability refuses longer ones with its own text."""


class NoteForm(WriteForm):
    body = forms.CharField(required=False, strip=False, max_length=MAX_TYPED, label="Message")


class ReplyForm(NoteForm):
    """Without JavaScript replies and notes come to the same address; `kind` distinguishes them."""

    kind = forms.ChoiceField(choices=[("reply", "Reply"), ("note", "Internal note")], required=False)
    status = forms.CharField(required=False, max_length=20)


class StatusForm(WriteForm):
    status = forms.CharField(required=False, max_length=20)


class PriorityForm(WriteForm):
    priority = forms.CharField(required=False, max_length=20)


class TypeForm(WriteForm):
    type = forms.CharField(required=False, max_length=40)


class TagsForm(WriteForm):
    """Tags, separated by commas."""

    tags = forms.CharField(required=False, max_length=2000)

    def clean_tags(self):
        return _words(self.cleaned_data["tags"])


class EffectForm(forms.Form):
    """A change to be: the fields that it has; `tags` left out are unchanged."""

    priority = forms.CharField(required=False, max_length=20)
    type = forms.CharField(required=False, max_length=40)
    tags = forms.CharField(required=False, max_length=2000)

    def clean_tags(self):
        return _words(self.cleaned_data["tags"]) if "tags" in self.data else None


def _words(text: str) -> list[str]:
    return [word for word in (part.strip() for part in text.split(",")) if word]


class ReleaseForm(WriteForm):
    pass


class AssigneeForm(WriteForm):
    """`assignee` is a key, "me", or "nobody" to unassign. Empty is invalid: nothing is unassigned by accident."""

    assignee = forms.CharField(required=False, max_length=20)
    reason = forms.CharField(required=False, max_length=REASON_LIMIT)

    def __init__(self, *args, me: User, **options):
        super().__init__(*args, **options)
        self.me = me

    def clean_assignee(self):
        word = self.cleaned_data["assignee"]
        if word == "":
            raise forms.ValidationError("Choose an assignee.")
        if word in ("me", "nobody"):
            return self.me if word == "me" else None
        agent = access.agent_by_pk(int(word)) if access.is_key(word) else None
        if agent is None:
            raise forms.ValidationError("This person can't be assigned work.")
        return agent


class AssignForm(AssigneeForm):
    """`from_board`: sent from the board's dialog, so the redirect leads to the board."""

    from_board = forms.BooleanField(required=False)


class OpenDisputeForm(forms.Form):
    reason = forms.ChoiceField(choices=Reason.choices)
    amount = forms.CharField(required=False, max_length=20)
    external_deadline = forms.DateTimeField(required=False, validators=[validate_range])


class EarlierForm(forms.Form):
    """Timeline entries before this one."""

    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
