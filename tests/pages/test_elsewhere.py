"""Addresses that a request brings along lead to pages of this host only, at every door that follows one."""

from urllib.parse import urlsplit

import pytest
from django.core.cache import cache

from console.responses import safe_path
from tests.cast import PASSWORD

HOST = "http://testserver"
ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    r"\\evil.example/",
    "/\t/evil.example/",
    "/\n/evil.example/",
    r"/\evil.example/",
    "javascript:alert(1)",
    "http:evil.example",
    "http://testserver:99/queue/",
    "http://testserver@evil.example/",
    f"{HOST}//evil.example/",
    f"{HOST}///evil.example/",
    f"{HOST}/\t/evil.example/",
    f"{HOST}/\r\n/evil.example/",
    rf"{HOST}/\evil.example/",
    rf"{HOST}\/evil.example/",
    f"{HOST}/\x01/evil.example/",
    "queue/",
    "",
]


@pytest.fixture(autouse=True)
def _nobody_has_failed_yet():
    cache.clear()


@pytest.fixture
def request_here(rf):
    return rf.get("/queue/")


@pytest.mark.parametrize("address", ELSEWHERE)
def test_what_leads_elsewhere_is_no_path(request_here, address):
    assert safe_path(request_here, address) is None


@pytest.mark.parametrize("path", ["/", "/queue/?lane=mine", "/tickets/T-1/", "/find/?number=//x", "/%09/evil.example/"])
def test_what_is_ours_is_kept(request_here, path):
    assert safe_path(request_here, path) == path
    assert safe_path(request_here, HOST + path) == path


@pytest.mark.parametrize("address", ELSEWHERE)
class TestEveryDoor:
    def stays(self, answer) -> None:
        target = urlsplit(answer.headers["Location"])
        assert answer.status_code in (302, 303)
        assert (target.scheme, target.netloc) == ("", "")
        assert not answer.headers["Location"].startswith(("//", r"/\\"))

    def test_the_door_of_the_administration(self, client, ira, address):
        client.force_login(ira)
        answer = client.get("/admin/login/", {"next": address})
        assert answer.headers["Location"] == "/admin/"

    def test_signing_in(self, client, ada, address):
        answer = client.post("/login/", {"username": "ada", "password": PASSWORD, "next": address})
        assert answer.headers["Location"] == "/"

    def test_whoever_is_signed_in_already(self, client, ada, address):
        client.force_login(ada)
        assert client.get("/login/", {"next": address}).headers["Location"] == "/"

    def test_signing_out(self, client, lea, address):
        client.force_login(lea)
        assert client.post("/logout/", {"next": address}).headers["Location"] == "/login/#signed-out"

    def test_going_back_after_a_form(self, client, ada, address):
        client.force_login(ada)
        self.stays(client.post("/theme/", {"theme": "dark"}, headers={"Referer": address}))


@pytest.mark.parametrize("path", ["//evil.example/", "//evil.example", "/%09/evil.example", "/%5Cevil.example"])
def test_an_odd_path_of_our_own_does_not_become_another_host(client, ada, path):
    client.force_login(ada)
    answer = client.get(path)
    if 300 <= answer.status_code < 400:
        assert not answer.headers["Location"].startswith(("//", r"/\\", "http"))
