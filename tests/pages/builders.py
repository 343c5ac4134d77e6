"""A person at the console's pages, with and without JavaScript."""

import json
import uuid

from django.test import Client

from support_management.people.models import User
from tests import html


class Person:
    """Signed in, with a browser. `scripted` sends what htmx sends."""

    def __init__(self, user: User, *, scripted: bool = True):
        self.client = Client(enforce_csrf_checks=False)
        self.client.force_login(user)
        self.scripted = scripted

    def get(self, path: str, **query):
        return self.client.get(path, query)

    def page(self, path: str, **query) -> html.Node:
        answer = self.get(path, **query)
        assert answer.status_code == 200, (path, answer.status_code)
        return html.parse(answer.content.decode())

    def post(self, path: str, *, back: str = "/queue/", **facts):
        headers = {"HX-Request": "true"} if self.scripted else {"Referer": f"http://testserver{back}"}
        return self.client.post(path, {"key": str(uuid.uuid4())} | facts, headers=headers)


def heard(answer, event: str = "said") -> dict:
    """What the answer tells the page in its header."""
    return json.loads(answer.headers["HX-Trigger"])[event]


def ids_on(page: html.Node) -> list[str]:
    return [node["id"] for node in page.with_("id")]
