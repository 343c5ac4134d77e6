"""The page where a person chooses how the console looks and moves for them, with and without JavaScript."""

import pytest

from console.responses import FOR_THE_DESK
from support_management.events.models import DomainEvent
from support_management.people.models import User
from tests import html
from tests.pages.builders import Person, heard

PAGE = "/preferences/"
CHOSEN = {
    "theme": "dark",
    "density": "compact",
    "updates": "60s",
    "announcements": "off",
    "time_zone": "America/New_York",
}


def kept(user) -> dict:
    return User.objects.values(*CHOSEN).get(pk=user.pk)


def chosen_on(page: html.Node) -> dict:
    ticked = {node["name"]: node["value"] for node in page.with_("checked") if node.get("type") == "radio"}
    zones = page.all(lambda node: node.tag == "option" and "selected" in node)
    return ticked | ({"time_zone": zones[0]["value"]} if zones else {})


class TestEveryoneAtTheDesk:
    def test_finds_it_in_the_menu_with_what_holds_now(self, ada):
        page = Person(ada).page("/queue/")
        assert page.by_id("me").all(lambda node: node.get("href") == PAGE)
        expected = {"theme": "auto", "density": "default", "updates": "live", "announcements": "mine"}
        assert chosen_on(Person(ada).page(PAGE)) == expected | {"time_zone": "UTC"}

    @pytest.mark.parametrize("scripted", [True, False])
    def test_saves_all_of_it_at_once_and_the_next_page_comes_in_it(self, ada, scripted):
        person = Person(ada, scripted=scripted)
        answer = person.post(PAGE, back=PAGE, **CHOSEN)
        assert answer.status_code == (204 if scripted else 303)
        assert kept(ada) == CHOSEN
        page = person.page("/queue/")
        [root] = page.all(lambda node: node.tag == "html")
        assert (root["data-theme"], root["data-density"], root["data-updates"]) == ("dark", "compact", "60s")
        assert (root["data-announced"], root["data-zone"]) == ("off", "America/New_York")
        assert chosen_on(person.page(PAGE)) == CHOSEN

    def test_reads_in_a_toast_that_it_is_kept(self, ada):
        person = Person(ada, scripted=False)
        assert person.post(PAGE, back=PAGE, **CHOSEN).status_code == 303
        assert "Preferences saved." in person.get(PAGE).text

    def test_disturbs_no_other_screen(self, ada):
        person = Person(ada)
        before = DomainEvent.objects.count()
        assert person.post(PAGE, **CHOSEN).status_code == 204
        assert kept(ada) == CHOSEN
        assert DomainEvent.objects.count() == before

    @pytest.mark.parametrize(
        ("name", "word"),
        [
            ("theme", "pink"),
            ("density", ""),
            ("updates", "5s"),
            ("announcements", "\x00"),
            ("time_zone", "Mars/Olympus"),
            ("time_zone", "x" * 400),
            ("time_zone", ""),
        ],
    )
    @pytest.mark.parametrize("scripted", [True, False])
    def test_a_word_that_is_none_changes_nothing_and_the_rest_stays_chosen(self, ada, name, word, scripted):
        before = kept(ada)
        answer = Person(ada, scripted=scripted).post(PAGE, **CHOSEN | {name: word})
        assert answer.status_code == 400
        assert kept(ada) == before
        if scripted:
            assert heard(answer, "refused")["field"] == name
            return
        page = html.parse(answer.content.decode())
        assert page.all(lambda node: node.get("role") == "alert" and node.by_id(f"id_{name}_error") is node)
        other = "density" if name != "density" else "updates"
        assert chosen_on(page)[other] == CHOSEN[other]
        [root] = page.all(lambda node: node.tag == "html")
        assert root["data-density"] == "default", "what was refused is not in force"

    def test_keeps_a_time_zone_of_an_old_name(self, ada):
        User.objects.filter(pk=ada.pk).update(time_zone="US/Eastern")
        assert chosen_on(Person(ada).page(PAGE))["time_zone"] == "US/Eastern"


class TestTheTeamsWork:
    def test_a_lead_may_have_it_announced(self, lea):
        assert Person(lea).post(PAGE, **CHOSEN | {"announcements": "team"}).status_code == 204
        [root] = Person(lea).page("/queue/").all(lambda node: node.tag == "html")
        assert root["data-announced"] == "team"

    def test_an_agent_is_not_offered_it_and_may_not(self, ada):
        assert 'value="team"' not in Person(ada).get(PAGE).text
        answer = Person(ada).post(PAGE, **CHOSEN | {"announcements": "team"})
        assert (answer.status_code, heard(answer, "refused")["code"]) == (403, "leads_only")
        assert kept(ada)["announcements"] == "mine"

    def test_who_leads_no_more_hears_of_their_own(self, lea):
        assert Person(lea).post(PAGE, **CHOSEN | {"announcements": "team"}).status_code == 204
        User.objects.filter(pk=lea.pk).update(role="support")
        lea.refresh_from_db()
        [root] = Person(lea).page("/queue/").all(lambda node: node.tag == "html")
        assert root["data-announced"] == "mine"


class TestTheSwitchUnderTheState:
    @pytest.mark.parametrize("word", User.Updates.values)
    def test_is_kept_and_said_in_words(self, ada, word):
        answer = Person(ada).post("/updates/", updates=word)
        assert answer.status_code == 204
        assert heard(answer)["text"].startswith("Updates ")
        assert kept(ada)["updates"] == word

    def test_without_script_it_brings_back_to_the_page(self, ada):
        answer = Person(ada, scripted=False).post("/updates/", back="/disputes/", updates="manual")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/disputes/")
        page = Person(ada, scripted=False).page("/queue/")
        pressed = page.all(lambda node: node.get("name") == "updates" and node.get("aria-pressed") == "true")
        assert [node["value"] for node in pressed] == ["manual"]

    @pytest.mark.parametrize("word", ["", "1s", "\x00"])
    def test_another_word_is_refused(self, ada, word):
        assert Person(ada).post("/updates/", updates=word).status_code == 400
        assert kept(ada)["updates"] == "live"


@pytest.mark.parametrize("address", [PAGE, "/updates/"])
@pytest.mark.parametrize("who", ["cleo", "wim", "eda"])
def test_others_read_whom_the_console_is_for(client, request, who, address):
    client.force_login(request.getfixturevalue(who))
    answer = client.post(address, CHOSEN)
    assert answer.status_code == 403
    assert FOR_THE_DESK in answer.text


@pytest.mark.parametrize("who", ["ada", "lea", "ira"])
def test_everybody_at_the_desk_comes_in(client, request, who):
    client.force_login(request.getfixturevalue(who))
    assert client.get(PAGE).status_code == 200


def test_strangers_sign_in_first(client, db):
    assert client.get(PAGE).headers["Location"] == "/login/?next=%2Fpreferences%2F"
