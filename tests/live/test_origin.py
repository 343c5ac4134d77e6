"""Only a page of ours opens our socket."""

import pytest

from console.live.origin import is_ours


def scope(origin: str | None, *, host="desk.example:8443", scheme="ws", **headers) -> dict:
    named = [(b"host", host.encode()), *((name.encode(), value.encode()) for name, value in headers.items())]
    return {"scheme": scheme, "headers": named + ([(b"origin", origin.encode())] if origin is not None else [])}


@pytest.fixture(autouse=True)
def _hosts(settings):
    settings.ALLOWED_HOSTS = ["desk.example", "[::1]"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://console.example"]


@pytest.mark.parametrize("origin", ["http://desk.example:8443", "HTTP://DESK.example:8443", "https://console.example"])
def test_the_page_itself_and_trusted_origins_may(origin):
    assert is_ours(scope(origin))


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "",
        "null",
        "http://desk.example",
        "http://desk.example:8000",
        "https://desk.example:8443",
        "http://desk.example:8443.evil.example",
        "http://evil.example:8443",
        "http://desk.example:8443/page",
        "http://me@desk.example:8443",
        "http://desk.example:port",
        "https://console.example:444",
        "http://console.example",
    ],
)
def test_nobody_else_may(origin):
    assert not is_ours(scope(origin))


def test_a_host_that_we_do_not_answer_for_is_refused_even_when_the_origin_matches():
    assert not is_ours(scope("http://evil.example", host="evil.example"))


def test_behind_a_proxy_the_page_is_https(settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    secure = {"host": "desk.example", "x-forwarded-proto": "https"}
    assert is_ours(scope("https://desk.example", **secure))
    assert not is_ours(scope("http://desk.example", **secure))


def test_default_ports_may_be_left_out():
    assert is_ours(scope("http://[::1]:80", host="[::1]"))
