"""SLA policies, escalation rules and skill rules accept, refuse, match and word the same conditions alike."""

import pytest

from support_management.core.errors import Invalid
from support_management.people.models import User
from tests import cast
from tests.admin.conftest import page_of
from tests.conditions.builders import NAME, RULE_KINDS
from tests.factories import make_ticket
from tests.refusals import refused

pytestmark = pytest.mark.django_db
every_kind = pytest.mark.parametrize("kind", RULE_KINDS, ids=lambda kind: kind.model.__name__)


def ticket_of(segment: str = "", language: str = "", **facts):
    person = cast.cleo_of_north()
    User.objects.filter(pk=person.pk).update(segment=segment, language=language)
    return make_ticket(requester=User.objects.get(pk=person.pk), **facts)


@every_kind
@pytest.mark.one_database
@pytest.mark.parametrize(
    ("conditions", "ticket", "fits"),
    [
        ({}, {}, True),
        ({"type": "payment"}, {"type": "payment"}, True),
        ({"type": ["order", "payment"]}, {"type": "payment"}, True),
        ({"type": "payment"}, {"type": "general"}, False),
        ({"priority": ["urgent", "high"]}, {"priority": "high"}, True),
        ({"priority": "urgent"}, {"priority": "high"}, False),
        ({"website": "North"}, {}, True),
        ({"website": "South"}, {}, False),
        ({"channel": "email"}, {"channel": "email"}, True),
        ({"channel": "email"}, {}, False),
        ({"kind": ["ticket", "dispute"]}, {}, True),
        ({"kind": "dispute"}, {}, False),
        ({"segment": "VIP"}, {"segment": "vip"}, True),
        ({"segment": "ÉTÉ"}, {"segment": "été"}, True),
        ({"segment": "ete"}, {"segment": "été"}, False),
        ({"segment": "vip"}, {}, False),
        ({"tag": "VIP"}, {"tags": ["vip"]}, True),
        ({"tag": "vip"}, {"tags": ["late", "VIP"]}, True),
        ({"tag": "ÉTÉ"}, {"tags": ["été"]}, True),
        ({"tag": "E\u0301TE\u0301"}, {"tags": ["été"]}, True),
        ({"tag": ["vip", "gold"]}, {"tags": ["late"]}, False),
        ({"language": "pt"}, {"language": "pt-BR"}, True),
        ({"language": "pt-BR"}, {"language": "pt-br"}, True),
        ({"language": "pt-BR"}, {"language": "pt"}, False),
        ({"language": "pt-BR"}, {"language": "pt-PT"}, False),
        ({"word": "ÉTÉ"}, {"subject": "Livraison cet ete ?"}, True),
        ({"word": "Mot de passe"}, {"subject": "J'ai perdu mon mot de passe !"}, True),
        ({"word": "refund"}, {"subject": "Refunds"}, False),
        ({"type": "payment", "tag": "vip"}, {"type": "payment"}, False),
    ],
)
def test_the_same_conditions_fit_the_same_tickets(kind, ira, conditions, ticket, fits):
    cast.south()
    row = ticket_of(**ticket)
    kind.store(conditions, by=ira)
    assert kind.matches(row) is fits


@every_kind
@pytest.mark.parametrize(
    ("conditions", "stored"),
    [
        ({"tag": ["VIP", "vip", " late "]}, {"tag": ["VIP", "late"]}),
        ({"segment": ["ÉTÉ", "été"]}, {"segment": ["ÉTÉ"]}),
        ({"language": "PT-br"}, {"language": "pt-br"}),
        ({"word": ["Geld zurück", "geld ZURUCK", "refund"]}, {"word": ["Geld zurück", "refund"]}),
        ({"priority": ["high"], "channel": [], "type": None, "tag": ""}, {"priority": "high"}),
    ],
)
def test_what_comes_in_is_stored_in_one_shape(kind, ira, conditions, stored):
    assert kind.store(conditions, by=ira) == stored


@every_kind
@pytest.mark.parametrize(
    ("conditions", "code", "said"),
    [
        ({"colour": "red"}, "unknown_condition", "Unknown condition colour. Use one of type, priority, website,"),
        ({"type": "nosuch"}, "unknown_value", "Unknown type: nosuch."),
        ({"priority": "soon"}, "unknown_value", "Unknown priority: soon."),
        ({"website": 999_999}, "unknown_value", "Unknown website: 999999."),
        ({"channel": "fax"}, "unknown_value", "Unknown channel: fax."),
        ({"kind": "parcel"}, "unknown_value", "Unknown kind: parcel."),
        ({"segment": 7}, "unknown_value", "Unknown segment: 7."),
        ({"tag": "x" * 41}, "unknown_value", "Unknown tag: xxx"),
        ({"tag": [["vip"]]}, "unknown_value", "Unknown tag: ['vip']."),
        ({"tag": ["x"] * 101}, "too_many", "Enter at most 100 values for tag."),
        ({"language": "a language"}, "unknown_value", "Unknown language: a language."),
        ({"word": "?!"}, "unknown_value", "Unknown word: ?!."),
        (["type"], "wrong_type", "Conditions must be an object"),
    ],
)
def test_what_no_work_can_have_is_refused_in_the_same_words(kind, ira, conditions, code, said):
    with refused(code, Invalid, field="conditions") as refusal:
        kind.store(conditions, by=ira)
    assert refusal.value.text.startswith(said)
    assert not kind.model.objects.filter(name=NAME).exists()


@every_kind
def test_the_list_of_rules_words_every_key_the_same_way(kind, client, ira):
    kind.store(
        {
            "type": "payment",
            "priority": ["urgent", "high"],
            "website": cast.north().pk,
            "channel": "email",
            "kind": "ticket",
            "segment": "VIP",
            "tag": ["late_parcel", "lost"],
            "language": "pt-BR",
            "word": "money back",
        },
        by=ira,
    )
    client.force_login(ira)
    said = (
        "Type: ticket; queue: payment; priority: urgent or high; website: North; channel: email; "
        "customer segment: VIP; tag: late_parcel or lost; language: pt-br; subject contains: money back"
    )
    assert said in client.get(page_of(kind.model, "changelist")).text


def test_a_skill_rule_is_not_about_orders(ira):
    with refused("unknown_value", Invalid, field="conditions", match="Unknown kind: order"):
        RULE_KINDS[2].store({"kind": "order"}, by=ira)
