"""Who may come in where, and what the others read."""

import pytest

from console.responses import FOR_LEADS, FOR_THE_DESK, lead_page, page
from console.views.session import FOR_ADMINS


@pytest.mark.parametrize("who", ["ada", "lea", "ira"])
def test_the_desk_starts_at_the_queue(client, request, who):
    client.force_login(request.getfixturevalue(who))
    assert client.get("/").headers["Location"] == "/queue/"


@pytest.mark.parametrize("who", ["cleo", "wim", "eda"])
def test_others_read_whom_the_console_is_for_and_can_sign_out(client, request, who):
    client.force_login(request.getfixturevalue(who))
    answer = client.get("/")
    assert answer.status_code == 403
    assert FOR_THE_DESK in answer.text
    assert 'action="/logout/"' in answer.text
    assert "/queue/" not in answer.text


def test_strangers_go_to_the_sign_in_page(client, db):
    assert client.get("/").headers["Location"] == "/login/"
    assert client.get("/find/?number=7").headers["Location"] == "/login/?next=%2Ffind%2F%3Fnumber%3D7"


def test_a_script_of_a_page_is_told_in_a_header(client, cleo):
    client.force_login(cleo)
    answer = client.get("/", headers={"HX-Request": "true"})
    assert answer.status_code == 403
    assert FOR_THE_DESK in answer.headers["HX-Trigger"]
    assert answer.headers["HX-Reswap"] == "none"


class TestLeadPages:
    @pytest.fixture
    def board(self, rf):
        view = lead_page(lambda request: page(request, "errors/404.html", {"text": "come in", "status": 404}))

        def visit(user):
            request = rf.get("/team/")
            request.user = user
            return view(request)

        return visit

    def test_a_lead_comes_in(self, board, lea):
        assert "come in" in board(lea).text

    def test_an_agent_reads_that_it_is_for_leads(self, board, ada):
        answer = board(ada)
        assert answer.status_code == 403
        assert FOR_LEADS in answer.text

    def test_a_client_reads_whom_the_console_is_for(self, board, cleo):
        assert FOR_THE_DESK in board(cleo).text


@pytest.mark.parametrize("wanted", ["/login/", "/login/?next=/login/"])
def test_who_is_signed_in_and_sent_to_sign_in_does_not_go_in_circles(client, ada, wanted):
    client.force_login(ada)
    assert client.get("/login/", {"next": wanted}).headers["Location"] == "/"


class TestAdmin:
    def test_strangers_sign_in_where_everybody_does(self, client, db):
        assert client.get("/admin/login/").headers["Location"] == "/login/?next=/admin/"
        assert client.get("/admin/", follow=True).redirect_chain[-1][0].startswith("/login/?next=")

    def test_an_admin_goes_on_to_the_page_of_the_administration_that_was_asked_for(self, client, ira):
        wanted = "/admin/support_management/user/"
        assert client.get("/admin/login/", {"next": wanted}).headers["Location"] == f"/login/?next={wanted}"
        client.force_login(ira)
        assert client.get("/admin/login/", {"next": wanted}).headers["Location"] == wanted
        for elsewhere in ("https://evil.example/", "/admin/login/?next=/admin/login/"):
            assert client.get("/admin/login/", {"next": elsewhere}).headers["Location"] == "/admin/"

    def test_an_agent_reads_that_it_is_for_admins_instead_of_going_in_circles(self, client, ada):
        client.force_login(ada)
        answer = client.get("/admin/", follow=True)
        assert answer.status_code == 403
        assert FOR_ADMINS in answer.text

    def test_an_admin_comes_in(self, client, ira):
        client.force_login(ira)
        assert client.get("/admin/login/").headers["Location"] == "/admin/"
        assert client.get("/admin/").status_code == 200

    def test_only_admins_see_the_way_there(self, client, ada, ira):
        for user, there in ((ada, False), (ira, True)):
            client.force_login(user)
            assert ('href="/admin/"' in client.get("/nowhere/").text) is there
