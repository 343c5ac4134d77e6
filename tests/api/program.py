"""A program that calls the API, and what a refusal must look like."""

import json
from http import HTTPStatus

from django.db.models import QuerySet
from django.test import Client

from support_management.core.time import now
from support_management.models import ApiToken
from support_management.people import api_tokens

ROOT = "/api/v1/support-management/"


class Program:
    """A caller of the API. Paths are relative to the API's root; bodies are JSON."""

    def __init__(self, user=None, **headers):
        self.user = user
        self.client = Client(raise_request_exception=False)
        self.headers = {"authorization": f"Bearer {_token_in_use(user)}"} if user else {}
        self.headers |= headers

    def get(self, path: str = "", **query):
        return self.client.get(ROOT + path, query_params=query, headers=self.headers)

    def post(self, path: str, *, key: str | None = None, **facts):
        return self.send(path, json.dumps(facts), key=key)

    def call(self, method: str, path: str, *, key: str | None = None, **facts):
        """By any method: what a GET says goes into its address, what others say into their body."""
        if method == "get":
            return self.get(path, **facts)
        return self.send(path, json.dumps(facts), key=key, method=method.upper())

    def send(self, path: str, raw, *, key: str | None = None, content_type: str = "application/json", method="POST"):
        headers = self.headers | ({"idempotency-key": key} if key else {})
        return self.client.generic(method, ROOT + path, raw, content_type=content_type, headers=headers)


def _token_in_use(user) -> str:
    """A token whose use has been stored just now: once a minute that costs statements of its own."""
    token = api_tokens.issue(user=user)
    QuerySet.update(ApiToken.objects.filter(user=user), last_used_at=now(), last_used_ip="127.0.0.1")
    return token


def problem(response, status: int, code: str) -> dict:
    """The problem document of a refusal, which must be one."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    facts = response.json()
    assert facts["status"] == status
    assert facts["code"] == code, facts
    assert facts["title"] == HTTPStatus(status).phrase
    assert facts["detail"]
    return facts
