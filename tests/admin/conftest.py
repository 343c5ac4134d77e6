"""Iris' browser, and addresses of admin pages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from support_management import models
from support_management.search.models import Entry

OURS = [
    model
    for model in (getattr(models, name) for name in models.__all__)
    if not issubclass(model, Entry)  # the search index is calculated from the other rows
]


@pytest.fixture
def as_ira(client, ira):
    client.force_login(ira)
    return client


def page_of(model, page: str, *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def cost_of(browser, address: str) -> int:
    """The number of queries that a page takes."""
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code == 200
    return len(asked)


def words(response) -> list[str]:
    """What the admin says on top of the next page."""
    return [str(message) for message in response.context["messages"]]
