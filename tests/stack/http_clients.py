"""How a test speaks to a running desk over HTTP: a program with a token, and a person with cookies."""

import http.cookiejar
import json
import re
import urllib.error
import urllib.parse
import urllib.request
import uuid
from dataclasses import dataclass

API = "/api/v1/support-management"
SESSION = "desk_session"
"""The cookie of who is signed in."""


_plain = urllib.request.build_opener()


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self):
        return json.loads(self.text)


def ask(request: urllib.request.Request, opener: urllib.request.OpenerDirector | None = None) -> Answer:
    """The answer, whatever its status."""
    try:
        with (opener or _plain).open(request, timeout=20) as answer:
            return Answer(answer.status, dict(answer.headers), answer.read().decode())
    except urllib.error.HTTPError as answer:
        return Answer(answer.code, dict(answer.headers), answer.read().decode(errors="replace"))


class Program:
    """Speaks to the REST API as one person."""

    def __init__(self, url: str, token: str):
        self.url, self.token = url, token

    def call(self, method: str, path: str, body: dict | None = None, *, key: str = "") -> Answer:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        data = None if body is None else json.dumps(body).encode()
        return ask(urllib.request.Request(f"{self.url}{API}{path}", data, headers, method=method))

    def get(self, path: str) -> Answer:
        return self.call("GET", path)

    def post(self, path: str, body: dict | None = None, *, key: str = "") -> Answer:
        return self.call("POST", path, body or {}, key=key)

    def new_ticket(self, subject: str = "", **facts) -> dict:
        """A fresh ticket nobody owns."""
        body = {"subject": subject or f"Where is my order {uuid.uuid4().hex[:8]}", "body": "Please help."} | facts
        answer = self.post("/tickets/", body)
        assert answer.status == 201, answer
        return answer.json


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Visitor:
    """A browser without JavaScript: cookies, pages, forms."""

    def __init__(self, url: str):
        self.url = url
        self.jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar), _NoRedirect())

    def get(self, path: str, **headers: str) -> Answer:
        return ask(urllib.request.Request(self.url + path, headers=headers), self._opener)

    def post(self, path: str, /, **fields) -> Answer:
        """Send a form with the CSRF token of this session."""
        if "csrfmiddlewaretoken" not in fields:
            fields["csrfmiddlewaretoken"] = self.csrf_token()
        data = urllib.parse.urlencode(fields, doseq=True).encode()
        headers = {"Referer": self.url + path, "Origin": self.url}
        return ask(urllib.request.Request(self.url + path, data, headers), self._opener)

    def csrf_token(self) -> str:
        cookies = {cookie.name: cookie.value for cookie in self.jar}
        if "csrftoken" not in cookies:
            page = self.get("/preferences/" if SESSION in cookies else "/login/").text
            return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page).group(1)
        return cookies["csrftoken"]

    def with_session(self, key: str) -> "Visitor":
        """As somebody who has signed in before."""
        place = {"domain": "127.0.0.1", "domain_specified": False, "domain_initial_dot": False, "path": "/"}
        facts = {"port": None, "port_specified": False, "path_specified": True, "secure": False, "expires": None}
        rest = {"discard": True, "comment": None, "comment_url": None, "rest": {}, "version": 0}
        self.jar.set_cookie(http.cookiejar.Cookie(name=SESSION, value=key, **place, **facts, **rest))
        return self

    def sign_in(self, username: str, password: str) -> "Visitor":
        answer = self.post("/login/", username=username, password=password)
        assert answer.status == 302, answer
        return self

    @property
    def cookie(self) -> str:
        """What a socket handshake sends."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.jar)
