"""Iris' browser, and addresses of admin pages."""

import pytest
from django.urls import reverse


@pytest.fixture
def as_ira(client, ira):
    client.force_login(ira)
    return client


def page_of(model, page: str, *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def words(response) -> list[str]:
    """What the admin says on top of the next page."""
    return [str(message) for message in response.context["messages"]]
