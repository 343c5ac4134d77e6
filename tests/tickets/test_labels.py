"""Tags, segments and languages: no comma, because lists are written with commas, and no longer than their column."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from support_management.conditions import checks
from support_management.core.folding import fold
from support_management.people import lookup as people
from support_management.sla.escalation import editing
from support_management.sla.escalation.models import EscalationRule
from support_management.sla.models import WorkKind
from support_management.tickets import lookup, triage
from support_management.tickets.models import Tag
from tests.api.program import Program, problem
from tests.factories import make_ticket
from tests.refusals import refused

pytestmark = pytest.mark.django_db
TWICE_AS_LONG = "İ" * 40
"""In lowercase each letter is two."""


@pytest.mark.parametrize(("word", "code"), [("a,b", "comma"), (",", "comma"), (TWICE_AS_LONG, "too_long")])
class TestATag:
    def test_of_a_ticket(self, lea, word, code):
        ticket = make_ticket()
        with refused(code, field="tags"):
            triage.set_tags(ticket=ticket.pk, tags=["late", word], by=lea)
        assert not Tag.objects.filter(folded=fold(word)).exists()

    def test_of_a_program(self, lea, word, code):
        answer = Program(lea).post(f"tickets/{make_ticket().pk}/tags/", tags=[word])
        assert list(problem(answer, 400, code)["errors"]) == ["tags"]

    def test_of_the_administration(self, word, code):
        with pytest.raises(ValidationError) as refusal:
            Tag(name=word).full_clean()
        assert "name" in refusal.value.message_dict

    def test_of_a_rule(self, ira, word, code):
        with refused(code, field="tag"):
            editing.save_rule(EscalationRule(name="Mark", tag=word), by=ira)

    def test_in_a_condition(self, word, code):
        for conditions in ({"tag": word}, {"segment": ["vip", word]}):
            with refused("comma" if code == "comma" else "unknown_value", field="conditions"):
                checks.conditions_of(conditions, kinds=WorkKind.values)


def test_a_shell_writes_no_tag_with_a_comma():
    with pytest.raises(IntegrityError), transaction.atomic():
        Tag.objects.create(name="a,b")


def test_what_the_form_shows_is_what_it_saves(client, ada):
    ticket = make_ticket(assignee=ada, tags=["vip gold", "late"])
    client.force_login(ada)
    shown = ", ".join(ticket.tag_list)
    client.post(f"/tickets/{ticket.number}/tags/", {"tags": shown, "key": "k", "version": ticket.version})
    assert sorted(ticket.tags.values_list("name", flat=True)) == ["late", "vip gold"]


def test_a_comma_in_a_phrase_does_not_split_it():
    assert checks.conditions_of({"word": "hello, world"}, kinds=WorkKind.values) == {"word": "hello world"}


@pytest.mark.parametrize("word", ["ŉ" * 8, "ß" * 8])
def test_a_language_is_short_in_its_folded_form_too(word):
    with refused("unknown_value"):
        checks.conditions_of({"language": word}, kinds=WorkKind.values)


def test_no_letter_outgrows_the_column_of_folded_tags():
    [column] = [field for field in Tag._meta.concrete_fields if field.name == "folded"]
    longest = max(len(fold.__wrapped__(chr(code))) for code in range(0x20000) if not 0xD800 <= code < 0xE000)
    assert longest * 40 <= column.max_length


@pytest.mark.parametrize("email", [f"{'x' * 60}@{'y' * 60}.{'z' * 60}.{'y' * 60}.{'z' * 60}.example", "İ@x.example"])
def test_an_address_fits_its_column_in_lowercase(lea, email):
    with refused("bad_email", field="requester"), transaction.atomic():
        people.requester(who=email, by=lea)


def test_tags_that_are_equal_when_folded_are_one():
    assert len(lookup.tags_of(["Late", "late"])) == 1
