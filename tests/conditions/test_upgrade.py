"""A desk from before tags were folded, and from before labels had no comma: rows are mended, nothing else changes."""

from importlib import import_module
from pathlib import Path

import pytest
from django.db import IntegrityError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import QuerySet

from support_management import migrations
from support_management.models import EscalationRule, SLAPolicy, Tag, Ticket, TicketMessage, User, Website
from support_management.people.viewer import viewer_of
from support_management.sla.policy import explain
from tests.factories import make_ticket

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
def before(request):
    """The models just before the change; afterwards the newest again, whatever happened."""
    yield migrate(*import_module(f"{APP}.migrations.{named(request.param)}").Migration.dependencies)
    migrate()


@pytest.fixture
def rows(lea) -> list[Ticket]:
    """Made before the models go back in time; their messages have no HTML to go back to."""
    made = [make_ticket(subject=f"Ticket {number}") for number in range(4)]
    QuerySet(TicketMessage)._raw_delete("default")
    return made


@pytest.mark.parametrize("before", ["conditions_and_folded_tags"], indirect=True)
def test_spellings_of_a_word_become_one_tag_that_keeps_its_tickets(lea, rows, before):
    tag, tagged = before.get_model(APP, "Tag").objects, before.get_model(APP, "Ticket").tags.through.objects
    keys = {name: tag.create(name=name).pk for name in ("VIP", "late", "vip", "Vip", "été", "ÉTÉ")}
    for ticket, names in zip(rows, (["VIP", "vip"], ["vip", "Vip", "ÉTÉ"], ["Vip", "late"], ["late"]), strict=True):
        for name in names:
            tagged.create(ticket_id=ticket.pk, tag_id=keys[name])
    policy = before.get_model(APP, "SLAPolicy").objects.order_by("position").first()
    before.get_model(APP, "SLAPolicy").objects.filter(pk=policy.pk).update(conditions={"tag": "Vip"})
    before.get_model(APP, "EscalationRule").objects.create(name="Old", tag="vip", escalate=True)
    migrate()
    assert set(Tag.objects.values_list("pk", "name", "folded")) == {
        (keys["VIP"], "VIP", "vip"),
        (keys["late"], "late", "late"),
        (keys["été"], "été", "été"),
    }
    after = [sorted(Ticket.objects.get(pk=ticket.pk).tag_list) for ticket in rows]
    assert after == [["VIP"], ["VIP", "été"], ["VIP", "late"], ["late"]]
    winners = [explain.match("ticket", ticket.pk, seen_by=viewer_of(lea)).winner for ticket in rows]
    assert [winner.pk == policy.pk for winner in winners] == [True, True, True, False]
    assert SLAPolicy.objects.get(pk=policy.pk).conditions == {"tag": "Vip"}
    assert EscalationRule.objects.get().conditions == {}
    with pytest.raises(IntegrityError):
        Tag.objects.create(name="LATE")


@pytest.mark.parametrize("before", ["labels_domains_and_kept_history"], indirect=True)
def test_commas_leave_labels_and_websites_keep_only_domains(rows, before):
    old = lambda name: before.get_model(APP, name).objects  # noqa: E731
    keys = {name: old("Tag").create(name=name, folded=name).pk for name in ("vip gold", "vip,gold", "a , b", ",")}
    tagged = before.get_model(APP, "Ticket").tags.through.objects
    for ticket, names in zip(rows, (["vip,gold", ","], ["vip gold", "vip,gold"], ["a , b"], []), strict=True):
        for name in names:
            tagged.create(ticket_id=ticket.pk, tag_id=keys[name])
    policy = old("SLAPolicy").order_by("position").first()
    old("SLAPolicy").filter(pk=policy.pk).update(
        conditions={"tag": ["vip,gold", "x"], "segment": "a,b", "word": "a, b"}
    )
    old("EscalationRule").create(name="Old", tag="a,b", escalate=True)
    domains = ["https://North.example/a?b", "not a domain !!", "shop.example:8080", "bücher.example", ""]
    for number, domain in enumerate(domains):
        old("Website").create(name=f"Site {number}", domain=domain)
    old("User").filter(username="cleo").update(segment="gold,vip")
    migrate()
    assert set(Tag.objects.values_list("pk", "name", "folded")) == {
        (keys["vip gold"], "vip gold", "vip gold"),
        (keys["a , b"], "a b", "a b"),
    }
    after = [sorted(Ticket.objects.get(pk=ticket.pk).tag_list) for ticket in rows]
    assert after == [["vip gold"], ["vip gold"], ["a b"], []]
    conditions = {"tag": ["vip gold", "x"], "segment": "a b", "word": "a, b"}
    assert SLAPolicy.objects.get(pk=policy.pk).conditions == conditions
    assert EscalationRule.objects.get().tag == "a b"
    sites = Website.objects.filter(name__startswith="Site").order_by("name")
    assert [site.domain for site in sites] == ["north.example", "", "shop.example", "bücher.example", ""]
    assert User.objects.get(username="cleo").segment == "gold vip"
