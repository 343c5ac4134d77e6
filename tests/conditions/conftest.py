"""The doors through which people and programs type conditions and tags."""

import pytest

from tests.api.program import Program


@pytest.fixture
def api():
    return Program


@pytest.fixture
def as_ira(client, ira):
    client.force_login(ira)
    return client
