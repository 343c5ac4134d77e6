"""A desk from before tags were folded, and from before labels had no comma: rows are mended, nothing else changes."""

from importlib import import_module
from pathlib import Path

import pytest
from django.db import IntegrityError, connection
from django.db.migrations.executor import MigrationExecutor

from support_management import migrations
from support_management.audit.triggers import install
from support_management.models import EscalationRule, SLAPolicy, Tag, Ticket, TicketMessage, User, Website
from support_management.people.viewer import viewer_of
from support_management.sla.policy import explain
from tests.factories import make_ticket
from tests.past import erase

pytestmark = pytest.mark.django_db(transaction=True)
APP = "support_management"


def named(words: str) -> str:
    [name] = [file.stem for file in Path(migrations.__path__[0]).glob(f"*_{words}.py")]
    return name


def migrate(*targets: tuple[str, str]):
    """To these migrations, or to the newest. The models as they are there."""
    executor = MigrationExecutor(connection)
    return executor.migrate(list(targets) or executor.loader.graph.leaf_nodes()).apps


@pytest.fixture
def before():
    """The models before both changes; afterwards the newest again, whatever happened."""
    yield migrate(*import_module(f"{APP}.migrations.{named('conditions_and_folded_tags')}").Migration.dependencies)
    migrate()
    install.install()


@pytest.fixture
def rows(lea) -> list[Ticket]:
    """Made before the models go back in time; their messages have no HTML to go back to."""
    made = [make_ticket(subject=f"Ticket {number}") for number in range(8)]
    erase(TicketMessage.objects.all())
    return made


def test_an_old_desk_keeps_its_labels(lea, rows, before):
    """One way back and forth for both changes: it renders every model of every migration."""
    spelled, divided = Spellings(before, rows[:4]), Commas(before, rows[4:])
    migrate()
    spelled.become_one_tag_that_keeps_its_tickets(lea)
    divided.leave_labels_and_websites_keep_only_domains()
    with pytest.raises(IntegrityError):
        Tag.objects.create(name="LATE")


class Old:
    """Rows of a desk from before the changes."""

    def __init__(self, models, rows: list[Ticket]):
        self.models, self.rows = models, rows
        self.keys: dict[str, int] = {}
        self.policy: SLAPolicy | None = None

    def objects(self, name: str):
        return self.models.get_model(APP, name).objects

    def tag(self, labels: tuple[str, ...], by_ticket: tuple[list[str], ...]) -> None:
        self.keys = {name: self.objects("Tag").create(name=name).pk for name in labels}
        tagged = self.models.get_model(APP, "Ticket").tags.through.objects
        for ticket, names in zip(self.rows, by_ticket, strict=True):
            for name in names:
                tagged.create(ticket_id=ticket.pk, tag_id=self.keys[name])

    def condition(self, place: int, **conditions) -> None:
        self.policy = self.objects("SLAPolicy").order_by("position")[place]
        self.objects("SLAPolicy").filter(pk=self.policy.pk).update(conditions=conditions)

    def tags(self) -> set[tuple[int, str, str]]:
        return set(Tag.objects.filter(pk__in=self.keys.values()).values_list("pk", "name", "folded"))

    def labels(self) -> list[list[str]]:
        return [sorted(Ticket.objects.get(pk=ticket.pk).tag_list) for ticket in self.rows]

    def conditions(self) -> dict:
        return SLAPolicy.objects.get(pk=self.policy.pk).conditions


class Spellings(Old):
    """One word in several spellings, each a tag of its own."""

    def __init__(self, models, rows: list[Ticket]):
        super().__init__(models, rows)
        labels = ("VIP", "late", "vip", "Vip", "été", "ÉTÉ")
        self.tag(labels, (["VIP", "vip"], ["vip", "Vip", "ÉTÉ"], ["Vip", "late"], ["late"]))
        self.condition(0, tag="Vip")
        self.objects("EscalationRule").create(name="Spelled", tag="vip", escalate=True)

    def become_one_tag_that_keeps_its_tickets(self, lea: User) -> None:
        kept = ("VIP", "late", "été")
        assert self.tags() == {(self.keys[name], name, name.lower()) for name in kept}
        assert self.labels() == [["VIP"], ["VIP", "été"], ["VIP", "late"], ["late"]]
        winners = [explain.match("ticket", ticket.pk, seen_by=viewer_of(lea)).winner for ticket in self.rows]
        assert [winner.pk == self.policy.pk for winner in winners] == [True, True, True, False]
        assert self.conditions() == {"tag": "Vip"}
        assert EscalationRule.objects.get(name="Spelled").conditions == {}


class Commas(Old):
    """Commas in labels, and addresses that are no domains."""

    DOMAINS = ("https://North.example/a?b", "not a domain !!", "shop.example:8080", "bücher.example", "")

    def __init__(self, models, rows: list[Ticket]):
        super().__init__(models, rows)
        labels = ("gold card", "gold,card", "a , b", ",")
        self.tag(labels, (["gold,card", ","], ["gold card", "gold,card"], ["a , b"], []))
        self.condition(1, tag=["gold,card", "x"], segment="a,b", word="a, b")
        self.objects("EscalationRule").create(name="Divided", tag="a,b", escalate=True)
        for number, domain in enumerate(self.DOMAINS):
            self.objects("Website").create(name=f"Site {number}", domain=domain)
        self.objects("User").filter(username="cleo").update(segment="gold,card")

    def leave_labels_and_websites_keep_only_domains(self) -> None:
        card, letters = self.keys["gold card"], self.keys["a , b"]
        assert self.tags() == {(card, "gold card", "gold card"), (letters, "a b", "a b")}
        assert self.labels() == [["gold card"], ["gold card"], ["a b"], []]
        assert self.conditions() == {"tag": ["gold card", "x"], "segment": "a b", "word": "a, b"}
        assert EscalationRule.objects.get(name="Divided").tag == "a b"
        sites = Website.objects.filter(name__startswith="Site").order_by("name")
        assert [site.domain for site in sites] == ["north.example", "", "shop.example", "bücher.example", ""]
        assert User.objects.get(username="cleo").segment == "gold card"
