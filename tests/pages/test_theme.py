"""Light, dark or as the system: kept on the account, rendered by the server, so nothing flashes."""

import pytest
from django.test import Client

from support_management.events.models import DomainEvent


def choose(client, theme, **facts):
    return client.post("/theme/", {"theme": theme}, **facts)


@pytest.mark.parametrize("theme", ["dark", "light", "auto"])
def test_the_next_page_comes_in_the_chosen_theme(client, ada, theme):
    client.force_login(ada)
    assert choose(client, theme).status_code == 303
    html = client.get("/password/").text
    assert f'data-theme="{theme}"' in html
    assert ('content="light dark"' if theme == "auto" else f'content="{theme}"') in html


def test_it_follows_the_account_to_another_browser(client, ada):
    client.force_login(ada)
    choose(client, "dark")
    other = Client()
    other.force_login(ada)
    assert 'data-theme="dark"' in other.get("/password/").text


def test_by_script_nothing_is_replaced(client, ada):
    client.force_login(ada)
    assert choose(client, "dark", headers={"HX-Request": "true"}).status_code == 204


def test_no_other_screen_hears_of_it(client, ada):
    client.force_login(ada)
    before = DomainEvent.objects.count()
    choose(client, "dark")
    ada.refresh_from_db()
    assert ada.theme == "dark"
    assert DomainEvent.objects.count() == before


@pytest.mark.parametrize("theme", ["", "pink", "\x00", "<script>"])
def test_another_word_is_refused_in_words(client, ada, theme):
    client.force_login(ada)
    answer = choose(client, theme, headers={"HX-Request": "true"})
    assert answer.status_code == 400
    assert "light, dark or auto" in answer.headers["HX-Trigger"]
    ada.refresh_from_db()
    assert ada.theme == "auto"


def test_strangers_sign_in_first_and_come_back_to_the_page_not_to_the_choice(client, db):
    answer = choose(client, "dark", headers={"Referer": "http://testserver/disputes/"})
    assert answer.headers["Location"] == "/login/?next=%2Fdisputes%2F"


def test_it_brings_back_to_the_page_it_was_chosen_on_and_nowhere_else(client, ada):
    client.force_login(ada)
    here = choose(client, "dark", headers={"Referer": "http://testserver/disputes/?a=1"})
    assert here.headers["Location"] == "/disputes/?a=1"
    elsewhere = choose(client, "dark", headers={"Referer": "https://evil.example/"})
    assert elsewhere.headers["Location"] == "/"
