"""Work without a running clock is due at no date: the administration shows a dash, never the year 9999."""

import pytest
from django.db.models import DateTimeField

from support_management.core.fields import InstantField
from support_management.core.time import NEVER
from support_management.models import Dispute, OrderDisputeSLA, Ticket
from tests.admin.conftest import OURS, page_of
from tests.admin.lively_desk import a_lively_desk

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def desk(shared_db):
    """Rows of every model; each moment that may be far away is."""
    a_lively_desk(2)
    Ticket.objects.update(next_due_at=NEVER)
    Dispute.objects.update(next_due_at=NEVER)
    OrderDisputeSLA.objects.update(next_fire_at=NEVER, due_at=NEVER)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_no_page_shows_the_year_9999(as_ira, desk, model):
    assert "9999" not in as_ira.get(page_of(model, "changelist")).content.decode()
    for row in model._default_manager.order_by("pk")[:3]:
        assert "9999" not in as_ira.get(page_of(model, "change", row.pk)).content.decode()


def test_there_a_dash_is_shown(as_ira, desk):
    assert '<td class="field-next_due_at nowrap">–</td>' in as_ira.get(page_of(Ticket, "changelist")).content.decode()


def test_every_moment_that_may_be_never_is_known_by_its_value():
    fields = [field for model in OURS for field in model._meta.concrete_fields if isinstance(field, DateTimeField)]
    assert {field.name for field in fields if field.default == NEVER} == {"next_due_at", "next_fire_at"}
    assert all((NEVER in field.empty_values) != isinstance(field, InstantField) for field in fields)
