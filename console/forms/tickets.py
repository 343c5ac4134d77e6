"""What may be sent to a ticket. Whether it is allowed and makes sense is the capability's to say."""

from django import forms

from console import access
from console.forms.cleaning import WriteForm
from support_management.core.time import validate_range
from support_management.disputes.status import Reason
from support_management.people.models import User
from support_management.people.owner_changes import REASON_LIMIT

MAX_TYPED = 200_000
"""More than a message may have: the limit itself is told by the capability, in its own words."""


class NoteForm(WriteForm):
    body = forms.CharField(required=False, strip=False, max_length=MAX_TYPED, label="Message")


class ReplyForm(NoteForm):
    """Without JavaScript both kinds of message come to the same address, so `kind` says which it is."""

    kind = forms.ChoiceField(choices=[("reply", "Reply"), ("note", "Internal note")], required=False)
    status = forms.CharField(required=False, max_length=20)


class StatusForm(WriteForm):
    status = forms.CharField(required=False, max_length=20)


class PriorityForm(WriteForm):
    priority = forms.CharField(required=False, max_length=20)


class TypeForm(WriteForm):
    type = forms.CharField(required=False, max_length=40)


class TagsForm(WriteForm):
    """Words, with commas between them."""

    tags = forms.CharField(required=False, max_length=2000)

    def clean_tags(self):
        return [word for word in (part.strip() for part in self.cleaned_data["tags"].split(",")) if word]


class ReleaseForm(WriteForm):
    pass


class AssigneeForm(WriteForm):
    """`assignee` is a key, "me", or "nobody": back to everybody. Empty is no choice: nothing happens by accident."""

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
    """`from_board`: sent from the dialog there, so back to it without the dialog."""

    from_board = forms.BooleanField(required=False)


class OpenDisputeForm(forms.Form):
    reason = forms.ChoiceField(choices=Reason.choices)
    amount = forms.CharField(required=False, max_length=20)
    external_deadline = forms.DateTimeField(required=False, validators=[validate_range])


class EarlierForm(forms.Form):
    """Entries of the timeline before this one."""

    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
