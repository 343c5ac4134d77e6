"""Filters and paging of the list of payment issues, and what their actions take."""

from django import forms

from console.forms.cleaning import PlaceField, WriteForm
from support_management.core.time import validate_range
from support_management.payment_issues.actions import REASON_LIMIT as ESCALATION_LIMIT
from support_management.payment_issues.failure_codes import CODES, LONGEST_CODE
from support_management.payment_issues.intake import NOTES_LIMIT
from support_management.payment_issues.listing import NEXT, STATUSES, TEXT_LIMIT, UNOWNED, IssueFilter
from support_management.payment_issues.models import KEYSET, PaymentIssueStep
from support_management.payment_issues.status import IssueType
from support_management.payment_issues.steps import NOTE_LIMIT
from support_management.people.assignment_rules import REASON_LIMIT
from support_management.people.models import Website

_RAW_PER_KEPT = 4
_LARGEST = 2**63 - 1
FAILURES = [("", "None"), *((code, failure.name) for code, failure in CODES.items())]
_OUTCOMES = PaymentIssueStep.Outcome.choices


class IssueFilterForm(forms.Form):
    """`?type=chargeback&owner=none`. Invalid values are ignored."""

    type = forms.ChoiceField(required=False, choices=[("", "All types"), *IssueType.choices])
    status = forms.ChoiceField(required=False, choices=list(STATUSES.items()))
    owner = forms.ChoiceField(required=False)
    reference = forms.CharField(required=False, max_length=TEXT_LIMIT, label="Order")
    website = forms.ModelChoiceField(Website.objects.order_by("name"), required=False, empty_label="All websites")
    next = forms.ChoiceField(required=False, choices=[("", "Any"), *NEXT.items()], label="Next step")

    def __init__(self, *args, owners=(), **options):
        super().__init__(*args, **options)
        people = [(str(person.pk), str(person)) for person in owners]
        self.fields["owner"].choices = [("", "All owners"), (UNOWNED, "Unassigned"), *people]  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs |= {"class": "input input-s", "autocomplete": "off"}

    @property
    def narrow(self) -> IssueFilter:
        """The valid filters."""
        self.is_valid()
        values = {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
        if "website" in values:
            values["website"] = values["website"].pk
        made = IssueFilter(**{name: str(value) for name, value in values.items()})
        return made if made.is_valid else IssueFilter()


class MoreIssuesForm(forms.Form):
    """`after` is a place in the list."""

    after = PlaceField(KEYSET.decode)


class AboutForm(forms.Form):
    """`?order=17&ticket=4`: what a new issue is about."""

    order = forms.IntegerField(min_value=1, max_value=_LARGEST)
    ticket = forms.IntegerField(required=False, min_value=1, max_value=_LARGEST)


class LogForm(AboutForm):
    """A new issue."""

    issue_type = forms.ChoiceField(choices=IssueType.choices)
    description = forms.CharField(required=False, strip=False, max_length=_RAW_PER_KEPT * NOTES_LIMIT)
    expected_amount = forms.CharField(required=False, max_length=20)
    received_amount = forms.CharField(required=False, max_length=20)
    amount = forms.CharField(required=False, max_length=20)
    failure_code = forms.CharField(required=False, max_length=LONGEST_CODE)
    external_deadline = forms.DateTimeField(required=False, validators=[validate_range])


class StepForm(WriteForm):
    """A contact or retry."""

    outcome = forms.ChoiceField(choices=_OUTCOMES)
    failure_code = forms.CharField(required=False, max_length=LONGEST_CODE)
    note = forms.CharField(required=False, strip=False, max_length=_RAW_PER_KEPT * NOTE_LIMIT)
    next_step_at = forms.DateTimeField(required=False, validators=[validate_range])


class EscalateForm(WriteForm):
    reason = forms.CharField(required=False, strip=False, max_length=_RAW_PER_KEPT * ESCALATION_LIMIT)
    to = forms.IntegerField(required=False, min_value=1, max_value=_LARGEST)


class ResolveForm(WriteForm):
    notes = forms.CharField(required=False, strip=False, max_length=_RAW_PER_KEPT * NOTES_LIMIT)
    amount = forms.CharField(required=False, max_length=20)


class AssignForm(WriteForm):
    """`assignee` empty: nobody."""

    assignee = forms.IntegerField(required=False, min_value=1, max_value=_LARGEST)
    reason = forms.CharField(required=False, strip=False, max_length=_RAW_PER_KEPT * REASON_LIMIT)


class ActAskedForm(forms.Form):
    """`?act=resolve`: the dialog that is open."""

    act = forms.SlugField(required=False, max_length=20)
