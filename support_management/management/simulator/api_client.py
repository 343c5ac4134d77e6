"""A small client of the REST API: bearer tokens, one connection, retries while the server is away."""

import http.client
import json
import uuid
from dataclasses import dataclass
from threading import Event
from urllib.parse import urlsplit

ROOT = "/api/v1/support-management/"
TIMEOUT_SECONDS = 15
RETRIES = 4
"""How often a request is sent again after a broken connection or when the server asks to wait."""
NO_ANSWER = 0
RETRIED = frozenset({NO_ANSWER, 429, 502, 503})


@dataclass(frozen=True, slots=True)
class ApiResponse:
    """`status` is NO_ANSWER without a response. `data`: the JSON, or nothing. `wait`: seconds until a retry."""

    status: int
    data: dict
    wait: float = 1.0

    @property
    def good(self) -> bool:
        return 200 <= self.status < 300


class ApiClient:
    """Used by one thread at a time."""

    def __init__(self, url: str, stop: Event) -> None:
        self.url, self.stop = urlsplit(url), stop
        self._connection: http.client.HTTPConnection | None = None

    def get(self, path: str, token: str) -> ApiResponse:
        return self._with_retries("GET", path, token, None, {})

    def post(self, path: str, token: str, body: dict) -> ApiResponse:
        """A change. A retry carries the same key, so it is made once."""
        return self._with_retries("POST", path, token, body, {"Idempotency-Key": str(uuid.uuid4())})

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _with_retries(self, method: str, path: str, token: str, body: dict | None, headers: dict) -> ApiResponse:
        response = self._once(method, path, token, body, headers)
        for _ in range(RETRIES):
            if response.status not in RETRIED or self.stop.wait(response.wait):
                break
            response = self._once(method, path, token, body, headers)
        return response

    def _once(self, method: str, path: str, token: str, body: dict | None, headers: dict) -> ApiResponse:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"} | headers
        data = json.dumps(body).encode() if body is not None else None
        try:
            connection = self._connect()
            connection.request(method, self.url.path.rstrip("/") + ROOT + path, data, headers)
            response = connection.getresponse()
            text = response.read()
        except (OSError, http.client.HTTPException):
            self.close()
            return ApiResponse(NO_ANSWER, {})
        wait = response.headers.get("Retry-After", "1")
        return ApiResponse(response.status, _json(text), min(5.0, float(wait)) if wait.isdecimal() else 1.0)

    def _connect(self) -> http.client.HTTPConnection:
        if self._connection is None:
            kind = http.client.HTTPSConnection if self.url.scheme == "https" else http.client.HTTPConnection
            self._connection = kind(self.url.hostname or "localhost", self.url.port, timeout=TIMEOUT_SECONDS)
        return self._connection


def _json(text: bytes) -> dict:
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
