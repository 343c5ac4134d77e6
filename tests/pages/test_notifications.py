"""The bell and its page: exact, live, and for one person's eyes only."""

import pytest

from console.fragments.registry import find_pane
from support_management.events import positions
from support_management.events.models import DomainEvent
from support_management.notifications import queries
from support_management.notifications.kinds import KINDS
from support_management.notifications.models import NoticePreference, SupportNotification
from support_management.notifications.notify import Notice, send
from support_management.people.viewer import viewer_of
from support_management.tickets import conversation, ownership
from tests.factories import make_ticket, make_tickets
from tests.followed_page import Screen, assert_screen_follows
from tests.pages.builders import Person, heard

pytestmark = pytest.mark.django_db


def told(person, *, about: int = 1, text="SLA at risk", name="T-1 Late", **facts):
    send(
        [
            Notice(
                **{"recipient_id": person.pk, "kind": "at_risk", "name": name, "text": text, "about": ("ticket", about)}
                | facts
            )
        ]
    )
    return SupportNotification.objects.filter(recipient=person).latest("pk")


def bell(page) -> int:
    [button] = page.all(lambda node: "bell" in node.classes)
    return int(button["data-unseen"])


class TestTheBell:
    def test_it_counts_what_ada_has_not_seen(self, ada):
        told(ada, about=1), told(ada, about=2)
        assert bell(Person(ada).page("/queue/")) == 2

    def test_it_never_counts_what_ben_was_told(self, ada, ben, lea):
        told(ben)
        assert [bell(Person(user).page("/queue/")) for user in (ada, lea, ben)] == [0, 0, 1]

    @pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
    def test_a_get_writes_nothing(self, ada, headers):
        row, person = told(ada), Person(ada)
        before = DomainEvent.objects.count()
        for path in ("/notifications/", "/notifications/panel/", f"/notifications/{row.pk}/"):
            person.client.get(path, headers=headers)
        row.refresh_from_db()
        assert (row.seen_at, row.read_at, DomainEvent.objects.count()) == (None, None, before)

    def test_what_came_after_the_look_stays_unseen(self, ada):
        first, _second = told(ada), told(ada)
        assert Person(ada).post("/notifications/seen/", upto=first.pk).status_code == 204
        assert queries.unseen(ada.pk) == 1

    def test_it_names_the_tickets_to_mark_until_ada_has_one_open(self, ada, zoe, cleo):
        row = make_ticket(assignee=ada)
        conversation.reply(ticket=row.pk, by=cleo, body="Any news?")
        marked = [one["data-unread"] for one in Person(ada).page("/queue/").all(lambda node: "bell" in node.classes)]
        assert marked == [str(row.pk)]
        assert Person(zoe).post(f"/tickets/{row.number}/read/").status_code == 404
        assert Person(ada).post(f"/tickets/{row.number}/read/").status_code == 204
        assert queries.bell_states([ada.pk])[ada.pk] == queries.BellState(0, ())

    def test_every_open_tab_follows(self, ada, lea):
        queue, notices = Screen.several(ada, ["/queue/", "/notifications/"])
        ticket = make_ticket()
        ownership.assign(ticket=ticket.pk, to=ada, by=lea)
        for screen in (queue, notices):
            assert_screen_follows(screen)
        assert (
            Person(ada).post("/notifications/read/", upto=SupportNotification.objects.latest("pk").pk).status_code
            == 204
        )
        for screen in (queue, notices):
            assert_screen_follows(screen, changes=None)
        assert bell(queue.tree) == 0


class TestWhoMustNotHear:
    @pytest.mark.parametrize("name", ["bell", "notices"])
    @pytest.mark.parametrize("who", ["ben", "lea", "ira", "cleo"])
    def test_a_pane_of_ada_is_adas(self, ada, name, who, request):
        pane, arg = find_pane(f"{name}.{ada.pk}")
        assert pane.may_see(viewer_of(ada), arg)
        assert not pane.may_see(viewer_of(request.getfixturevalue(who)), arg)

    @pytest.mark.parametrize("arg", ["", "0", "-1", "1e3", "١", "9" * 30, "x"])
    def test_a_pane_by_an_odd_name_is_nobodys(self, ada, arg):
        assert not find_pane("bell")[0].may_see(viewer_of(ada), arg)

    def test_frames_of_others_carry_nothing_of_it(self, ada, ben, lea):
        screens = {user.username: Screen(user, "/notifications/") for user in (ada, ben, lea)}
        before = positions.head()
        told(ada, name="canary-4d1", text="SLA at risk")
        heard_by = {
            name: "canary-4d1" in "".join(part.html or "" for part in screen.parts(before))
            for name, screen in screens.items()
        }
        assert heard_by == {"ada": True, "ben": False, "lea": False}

    def test_ben_can_neither_open_nor_mark_it(self, ada, ben):
        row = told(ada, link="/tickets/T-1/")
        assert Person(ben).get(f"/notifications/{row.pk}/").status_code == 404
        assert Person(ben).post(f"/notifications/{row.pk}/read/").status_code == 404
        assert Person(ben).post("/notifications/read/", upto=row.pk).status_code == 204
        row.refresh_from_db()
        assert not row.read

    @pytest.mark.parametrize("path", ["/notifications/", "/notifications/panel/", "/preferences/notices/"])
    def test_it_is_for_the_desk(self, path, cleo, client):
        assert Person(cleo).get(path).status_code == 403
        assert client.get(path).status_code == 302


class TestThePage:
    def test_notices_stand_together_by_work_newest_first(self, ada):
        for about, text in ((1, "assigned to you"), (2, "assigned to you"), (1, "SLA at risk")):
            told(ada, about=about, name=f"T-{about} Late", text=text)
        rows = Person(ada).page("/notifications/").by_id("notices-list").elements
        assert [row["id"] for row in rows] == ["notices-ticket-1", "notices-ticket-2"]
        assert "SLA at risk" in rows[0].text
        assert "Assigned to you" in rows[0].text

    def test_a_long_list_goes_on_by_its_key(self, ada, monkeypatch):
        for about in range(45):
            told(ada, about=about + 1)
        person, seen = Person(ada, scripted=False), []
        address = "/notifications/"
        while address:
            page = person.page(address)
            seen += [row["id"] for row in page.by_id("notices-list").elements]
            more = page.all(lambda node: node.tag == "a" and node.text == "More" and "hidden" not in node)
            address = more[0]["href"] if more else ""
        assert seen == [f"notices-ticket-{about}" for about in range(45, 0, -1)]

    def test_it_costs_the_same_however_much_was_told(self, ada, django_assert_max_num_queries):
        person = Person(ada)
        for about in range(30):
            told(ada, about=about + 1), told(ada, about=about + 1)
        person.page("/notifications/")
        with django_assert_max_num_queries(12):
            person.page("/notifications/")

    @pytest.mark.parametrize("after", ["x", "1" * 17, "9" * 19, "١" * 18, "-" * 18])
    def test_a_place_that_is_none_is_refused_in_words(self, ada, after):
        for path in ("/notifications/", "/notifications/rows/"):
            answer = Person(ada).get(path, after=after)
            assert answer.status_code == 400
            assert "not a valid position in the list" in answer.text

    def test_without_any_it_says_what_will_stand_here(self, ada):
        assert "No notifications yet." in Person(ada).get("/notifications/").text
        assert "No notifications yet." in Person(ada).get("/notifications/panel/").text

    def test_hostile_names_are_words(self, ada):
        told(ada, name="<img src=x onerror=alert(1)>", link="/queue/")
        for path in ("/notifications/", "/notifications/panel/"):
            assert "<img" not in Person(ada).get(path).text


class TestMarking:
    def test_ada_goes_to_the_place_and_the_script_knows_what_to_report(self, ada):
        row = told(ada, link="/tickets/T-1/")
        assert Person(ada).get(f"/notifications/{row.pk}/").headers["Location"] == "/tickets/T-1/"
        [link] = Person(ada).page("/notifications/").with_("data-reads")
        assert link["data-reads"] == f"/notifications/{row.pk}/read/"

    def test_one_piece_of_work_and_nothing_newer(self, ada):
        first, other = told(ada), told(ada, about=2)
        later = told(ada)
        assert heard(Person(ada).post(f"/notifications/{first.pk}/read/"))["text"] == "Marked as read."
        states = dict(SupportNotification.objects.values_list("pk", "read_at"))
        assert [bool(states[row.pk]) for row in (first, other, later)] == [True, False, False]

    def test_all_up_to_what_was_on_the_screen(self, ada):
        first, second = told(ada), told(ada, about=2)
        said = heard(Person(ada).post("/notifications/read/", upto=first.pk))["text"]
        assert said == "1 notification marked as read."
        second.refresh_from_db()
        assert not second.read

    def test_without_javascript_she_is_back_on_the_page(self, ada):
        row = told(ada)
        answer = Person(ada, scripted=False).post("/notifications/read/", upto=row.pk)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/notifications/")

    @pytest.mark.parametrize("upto", ["", "x", "0", "9" * 30])
    def test_an_odd_number_is_refused_in_words(self, ada, upto):
        answer = Person(ada).post("/notifications/seen/", upto=upto)
        assert answer.status_code == 400
        assert heard(answer, "refused")["field"] == "upto"


class TestPreferences:
    def test_what_is_ticked_is_kept_and_defaults_are_not_stored(self, ada):
        person = Person(ada, scripted=False)
        answer = person.post("/preferences/notices/", **{"bell-assigned": "on", "mail-assigned": "on"})
        assert answer.headers["Location"] == "/preferences/notices/"
        assert NoticePreference.objects.get(person=ada, kind="assigned").mail
        boxes = person.page("/preferences/notices/").all(lambda node: node.get("name") == "mail-assigned")
        assert "checked" in boxes[0]
        offered = {word: kind for word, kind in KINDS.items() if not kind.for_leads}
        bells = {f"bell-{word}": "on" for word, kind in offered.items() if kind.bell}
        mails = {f"mail-{word}": "on" for word, kind in offered.items() if kind.mail}
        assert person.post("/preferences/notices/", **bells | mails).status_code == 303
        assert not NoticePreference.objects.exists()

    def test_only_leads_choose_what_the_team_misses(self, ada, lea):
        assert Person(ada).post("/preferences/notices/", **{"mail-team_at_risk": "on"}).status_code == 204
        assert not NoticePreference.objects.filter(kind="team_at_risk").exists()
        assert Person(lea).post("/preferences/notices/", **{"mail-team_at_risk": "on"}).status_code == 204
        assert NoticePreference.objects.get(kind="team_at_risk").person == lea


def test_many_tickets_that_change_hands_at_once_make_an_exact_count(ada, lea):
    screen = Screen(ada, "/queue/")
    for ticket in make_tickets(7):
        ownership.assign(ticket=ticket.pk, to=ada, by=lea, within_capacity=False)
    assert_screen_follows(screen)
    assert bell(screen.tree) == 7
