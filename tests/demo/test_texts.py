"""What the people of the demo and of the simulator write."""

import re
from pathlib import Path
from string import Formatter

import pytest

from support_management.management import demo as demo_package
from support_management.management.demo.scenes import Scene, scenes, usable
from support_management.management.simulator.action_context import text_values
from support_management.models import (
    DisputeResolutionLog,
    Order,
    Tag,
    Ticket,
    TicketMessage,
    TicketType,
    Website,
)

MANAGEMENT = Path(demo_package.__file__).resolve().parents[1]
TYPES = ("account", "dispute", "general", "order", "other", "payment", "technical")
PLACEHOLDERS = {"first", "ref", "title", "amount", "writer", "client", "days", "agent"}
SCHOOL = re.compile(
    r"\b(essays?|essayharbor|thes[ie]s|dissertations?|term papers?|coursework|homework|universit(y|ies)|college|campus"
    r"|professors?|lecturers?|tutors?|students?|schools?|alumni|academ\w+|scholar\w*|personal statements?|exams?|degree"
    r"|plagiari\w+|bibliograph\w+|literature reviews?|lab reports?|term of study|supervisor|semesters?)\b",
    re.IGNORECASE,
)
"""The demo's marketplace sells professional writing, editing, translation and design."""
ORDER = {
    "reference": "CH-20001",
    "title": "Brand book for a coffee roaster",
    "client": {"name": "Emma Varga"},
    "writer": {"name": "Hugo Weber"},
    "amount": "1240.50",
    "currency": "EUR",
}


def every_scene() -> list[Scene]:
    return [scene for queue in TYPES for scene in scenes(queue)]


class TestMarketplace:
    def test_no_file_speaks_of_school_work(self):
        files = [file for file in MANAGEMENT.rglob("*") if file.suffix in (".py", ".toml")]
        assert len(files) > 30
        found = {f"{file.name}: {hit[0]}" for file in files for hit in SCHOOL.finditer(file.read_text())}
        assert found == set()

    @pytest.mark.parametrize("text", ["My essay is late", "a THESIS", "Term paper", "our university", "Homework"])
    def test_the_list_finds_such_words(self, text):
        assert SCHOOL.search(text)

    @pytest.mark.django_db
    def test_no_row_speaks_of_school_work(self, demo):
        texts = [
            *Ticket.objects.values_list("subject", flat=True),
            *TicketMessage.objects.values_list("body", flat=True),
            *Order.objects.values_list("title", flat=True),
            *Tag.objects.values_list("name", flat=True),
            *Website.objects.values_list("name", flat=True),
            *Website.objects.values_list("domain", flat=True),
            *DisputeResolutionLog.objects.values_list("notes", flat=True),
        ]
        assert len(texts) > 1000
        assert [text for text in texts if SCHOOL.search(text)] == []


class TestScenes:
    def test_every_queue_has_scenes(self, db):
        assert set(TicketType.objects.values_list("slug", flat=True)) == set(TYPES)
        assert all(len(scenes(queue)) >= 3 for queue in TYPES)

    def test_texts_use_known_placeholders_and_replies_none(self):
        for scene in every_scene():
            texts = (*scene.subjects, *scene.asks, *scene.answers, *scene.closings)
            used = {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}
            assert used <= PLACEHOLDERS, scene.subjects[0]
            assert "{" not in "".join((*scene.replies, scene.note)), scene.subjects[0]
            assert scene.early_replies, scene.subjects[0]

    def test_a_scene_is_about_an_order_in_all_of_its_requests_or_in_none(self):
        for scene in every_scene():
            about = {bool({"{ref}", "{title}", "{amount}"} & set(re.findall(r"{\w+}", ask))) for ask in scene.asks}
            assert about == {scene.needs_order}, scene.subjects[0]

    def test_without_an_order_every_scene_that_needs_none_has_all_its_texts(self):
        values = text_values(requester="Emma Varga", agent="Ana Keller")
        for scene in every_scene():
            if not scene.needs_order:
                assert usable(scene.subjects, values)
                assert len(usable(scene.asks, values)) == len(scene.asks)
                assert usable(scene.answers, values)

    def test_no_placeholder_for_a_name_begins_a_sentence(self):
        for scene in every_scene():
            for text in (*scene.asks, *scene.answers, *scene.closings):
                assert not re.search(r"(^|[.!?:]\s+|\n)\{(writer|client|amount)\}", text), text

    def test_scenes_are_found_by_the_subject_of_their_tickets(self):
        values = text_values(requester="Emma Varga", agent="Ana Keller", order=ORDER)
        for scene in every_scene():
            assert all(scene.matches(subject) for subject in usable(scene.subjects, values))
        late = scenes("order")[0]
        assert [scene for scene in scenes("order") if scene.matches("Where is my order CH-20001?")] == [late]

    def test_amounts_are_written_with_the_sign_of_their_currency(self):
        assert text_values(requester="Emma Varga", order=ORDER)["amount"] == "€1,240.50"


@pytest.mark.django_db
class TestRequesters:
    def test_writers_ask_about_their_own_orders_and_clients_about_theirs(self, demo):
        asked = {"client": 0, "writer": 0}
        for ticket in Ticket.objects.filter(order__isnull=False).select_related("order", "requester"):
            scene = next(scene for scene in scenes(ticket.type.slug) if scene.matches(ticket.subject))
            party = ticket.order.writer if scene.by == "writer" else ticket.order.client
            assert ticket.requester == party, ticket.subject
            asked[scene.by] += 1
        assert asked["client"] > 50
        assert asked["writer"] > 5

    def test_a_queue_sounds_varied(self, demo):
        opening = TicketMessage.objects.filter(kind="requester").order_by("ticket", "pk")
        firsts = {message.ticket_id: message.body for message in reversed(opening)}
        assert len(set(firsts.values())) > 0.8 * len(firsts)
