"""How a view says that something was done or refused, with and without JavaScript."""

import json

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpResponse

from console.responses import handles_refusals, refused, succeeded
from support_management.core.errors import Conflict, NotFound

TAKEN = Conflict("taken", "Already assigned to Ben – “sorry”.")


@pytest.fixture
def ask(rf, ada):
    def request(method="post", address="/tickets/T-1/claim/", **headers):
        made = getattr(rf, method)(address, headers=headers)
        made.user = ada
        made.session = {}
        made._messages = FallbackStorage(made)
        return made

    return request


def words(request):
    return [(message.level_tag, str(message)) for message in get_messages(request)]


class TestSaid:
    def test_by_script_the_sentence_is_in_the_header_and_nothing_is_swapped(self, ask):
        answer = succeeded(ask(**{"HX-Request": "true"}), "Reply sent – “ok”.", clear="composer")
        assert (answer.status_code, answer.content) == (204, b"")
        assert answer.headers["HX-Trigger"].isascii()
        assert json.loads(answer.headers["HX-Trigger"]) == {"said": {"text": "Reply sent – “ok”.", "clear": "composer"}}

    def test_without_script_the_person_comes_back_and_reads_it(self, ask):
        request = ask(Referer="http://testserver/queue/?lane=mine#row")
        answer = succeeded(request, "Assigned to you.")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/queue/?lane=mine")
        assert words(request) == [("success", "Assigned to you.")]

    def test_the_view_may_name_the_place(self, ask):
        assert (
            succeeded(ask(Referer="http://testserver/queue/"), "Done.", to="/disputes/").headers["Location"]
            == "/disputes/"
        )

    @pytest.mark.parametrize(
        "referer", ["https://evil.example/queue/", "//evil.example/", "nonsense", "http://testserver:99/x"]
    )
    def test_another_host_is_no_place_to_come_back_to(self, ask, referer):
        assert succeeded(ask(Referer=referer), "Done.").headers["Location"] == "/"


class TestRefused:
    def test_by_script_status_code_and_words_go_together(self, ask):
        answer = refused(ask(**{"HX-Request": "true"}), TAKEN)
        assert answer.status_code == 409
        assert answer.headers["HX-Reswap"] == "none"
        assert json.loads(answer.headers["HX-Trigger"])["refused"] == {"text": TAKEN.text, "code": "taken"}

    def test_without_script_the_person_comes_back_and_reads_why(self, ask):
        request = ask(Referer="http://testserver/queue/")
        assert refused(request, TAKEN).status_code == 303
        assert words(request) == [("error", TAKEN.text)]

    def test_what_was_typed_can_be_shown_again(self, ask):
        answer = refused(ask(), TAKEN, shown=lambda: HttpResponse("with the text"))
        assert (answer.status_code, answer.text) == (409, "with the text")

    def test_a_page_that_cannot_be_shown_is_an_error_page(self, ask):
        answer = refused(ask("get"), NotFound("This ticket"))
        assert answer.status_code == 404
        assert "This ticket does not exist or you don&#x27;t have access to it." in answer.text

    def test_a_status_without_a_page_of_its_own_is_shown_too(self, ask):
        answer = refused(ask("get"), TAKEN)
        assert answer.status_code == 409
        assert "Already assigned to Ben" in answer.text

    def test_a_view_need_not_catch_what_a_capability_refuses(self, ask):
        @handles_refusals
        def claim(request):
            raise TAKEN

        assert claim(ask(**{"HX-Request": "true"})).status_code == 409
