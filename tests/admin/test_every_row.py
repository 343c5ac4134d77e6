"""Each model's rows can be searched and opened; work and people are never deleted."""

import pytest

from support_management.models import Dispute, Order, Ticket, User
from support_management.sla.models import OrderDisputeSLA
from tests.admin.conftest import OURS, cost_of, page_of
from tests.admin.lively_desk import a_lively_desk

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _lively(shared_db):
    a_lively_desk(2)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_a_search_finds_its_way(as_ira, model):
    assert as_ira.get(page_of(model, "changelist"), {"q": "T-1"}).status_code == 200


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_ira_opens_a_row(as_ira, model):
    row = model._default_manager.first()
    assert cost_of(as_ira, page_of(model, "change", row.pk)) <= 25


@pytest.mark.parametrize("model", [Ticket, Dispute, Order, User, OrderDisputeSLA])
def test_work_and_people_are_never_deleted(as_ira, model):
    row = model._default_manager.first()
    assert as_ira.post(page_of(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert model._default_manager.filter(pk=row.pk).exists()
