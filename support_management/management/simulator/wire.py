"""One person's line to the API: bearer token, one connection, patience with servers that are away."""

import http.client
import json
import uuid
from dataclasses import dataclass
from threading import Event
from urllib.parse import urlsplit

ROOT = "/api/v1/support-management/"
TIMEOUT_SECONDS = 15
PATIENCE = 4
"""How often a change is sent again when the line broke or the server asked to wait."""
NO_ANSWER = 0
AGAIN = frozenset({NO_ANSWER, 429, 502, 503})


@dataclass(frozen=True, slots=True)
class Answer:
    """`status` NO_ANSWER: nobody was there. `data` is the JSON that came, or nothing. `wait`: seconds asked for."""

    status: int
    data: dict
    wait: float = 1.0

    @property
    def good(self) -> bool:
        return 200 <= self.status < 300


class Line:
    """Used by one thread at a time."""

    def __init__(self, url: str, stop: Event) -> None:
        self.url, self.stop = urlsplit(url), stop
        self._open: http.client.HTTPConnection | None = None

    def get(self, path: str, token: str) -> Answer:
        return self._patiently("GET", path, token, None, {})

    def post(self, path: str, token: str, body: dict) -> Answer:
        """A change. Sent again with the same key, it happens once."""
        return self._patiently("POST", path, token, body, {"Idempotency-Key": str(uuid.uuid4())})

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None

    def _patiently(self, method: str, path: str, token: str, body: dict | None, headers: dict) -> Answer:
        answer = self._once(method, path, token, body, headers)
        for _ in range(PATIENCE):
            if answer.status not in AGAIN or self.stop.wait(answer.wait):
                break
            answer = self._once(method, path, token, body, headers)
        return answer

    def _once(self, method: str, path: str, token: str, body: dict | None, headers: dict) -> Answer:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"} | headers
        data = json.dumps(body).encode() if body is not None else None
        try:
            line = self._line()
            line.request(method, self.url.path.rstrip("/") + ROOT + path, data, headers)
            response = line.getresponse()
            text = response.read()
        except (OSError, http.client.HTTPException):
            self.close()
            return Answer(NO_ANSWER, {})
        wait = response.headers.get("Retry-After", "1")
        return Answer(response.status, _json(text), min(5.0, float(wait)) if wait.isdecimal() else 1.0)

    def _line(self) -> http.client.HTTPConnection:
        if self._open is None:
            kind = http.client.HTTPSConnection if self.url.scheme == "https" else http.client.HTTPConnection
            self._open = kind(self.url.hostname or "localhost", self.url.port, timeout=TIMEOUT_SECONDS)
        return self._open


def _json(text: bytes) -> dict:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
