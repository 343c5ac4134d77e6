"""What stands around every page."""

import json
import re
from html import unescape

import pytest

from support_management.events import positions


@pytest.fixture
def frame_of(client):
    def frame(user, address="/nowhere/"):
        client.force_login(user)
        return client.get(address).text

    return frame


def test_what_a_screen_reader_needs_is_there_from_the_first_paint(frame_of, ada):
    html = frame_of(ada)
    assert '<html lang="en-GB"' in html
    assert '<a class="skip" href="#main">' in html
    assert 'id="say" role="status" aria-atomic="true"' in html
    assert 'id="alert" role="alert" aria-atomic="true"' in html
    for landmark in ('<header class="bar">', 'role="search"', '<nav class="rail" aria-label="Console">', 'id="main"'):
        assert html.count(landmark) == 1
    assert html.count("<h1>") == 1
    assert "<title>Page not found · Support Console</title>" in re.sub(r"\s+", " ", html)


def test_no_id_stands_twice(frame_of, ira):
    ids = re.findall(r'\sid="([^"]+)"', frame_of(ira))
    assert len(ids) == len(set(ids))


def test_requests_of_htmx_carry_the_token(frame_of, ada):
    headers = re.search(r"hx-headers:inherited='([^']+)'", frame_of(ada))
    assert len(json.loads(unescape(headers[1]))["X-CSRFToken"]) > 30


def test_htmx_adds_no_styles_of_its_own(frame_of, ada):
    config = re.search(r"name=\"htmx-config\" content='([^']+)'", frame_of(ada))
    assert json.loads(config[1])["includeIndicatorCSS"] is False


def test_the_browser_learns_who_looks_and_whose_clock_it_is(frame_of, ada):
    ada.time_zone = "Europe/Berlin"
    ada.save()
    html = frame_of(ada)
    assert f'data-me="{ada.pk}"' in html
    assert 'data-zone="Europe/Berlin"' in html
    assert re.search(r'data-now="\d+\.\d{3}"', html)


@pytest.mark.parametrize(("who", "role"), [("ada", "support"), ("lea", "lead"), ("ira", "admin")])
def test_the_page_knows_what_is_offered_to_whom(frame_of, request, who, role):
    assert frame_of(request.getfixturevalue(who)).count(f'data-role="{role}"') == 1


STILL_PAGES = (
    "/preferences/",
    "/preferences/notices/",
    "/tokens/",
    "/availability/",
    "/sla/policies/",
    "/sla/calendars/",
    "/sla/compliance/",
    "/sla/reports/",
    "/workload/rules/",
    "/workload/moves/",
)


@pytest.mark.parametrize("address", STILL_PAGES)
def test_of_a_page_that_is_not_live_the_bell_is(frame_of, lea, address):
    html = frame_of(lea, address)
    assert f'data-live="/live/" data-pos="{positions.head()}" data-epoch="{positions.epoch()}"' in html
    assert f'data-pane="bell.{lea.pk}"' in html
    assert "data-live-pause" not in html


def test_the_answer_to_a_form_does_not_listen(client, ada):
    client.force_login(ada)
    html = client.post("/preferences/", {"theme": "pink"}).text
    assert 'class="bell-place"' in html
    assert "data-live=" not in html


def test_an_error_page_does_not_listen(frame_of, ada):
    html = frame_of(ada)
    assert "data-live=" not in html
    assert "data-live-pause" not in html


def test_a_live_page_says_where_it_stands_and_can_be_paused_and_refreshed(rf, ada):
    from django.contrib.messages.storage.fallback import FallbackStorage

    from console.responses import page

    request = rf.get("/queue/?a=1&b=2")
    request.user, request.session = ada, {}
    request._messages = FallbackStorage(request)
    request.live_pos, request.section = positions.head(), "queue"
    html = page(request, "base.html").text
    assert f'data-live="/live/" data-pos="{request.live_pos}" data-epoch="{positions.epoch()}"' in html
    assert "data-live-state" in html
    assert 'data-live-pause aria-pressed="false"' in html
    assert 'href="/queue/?a=1&amp;b=2" data-live-refresh' in html
    assert re.search(r'href="/queue/"\s+aria-current="page"', html)


def test_every_key_of_the_sheet_is_answered_by_something(frame_of, ada):
    sheet = frame_of(ada).split('id="keys"')[1]
    assert set(re.findall(r"<kbd>(.)</kbd>", sheet)) == set("/B⇧SL?JK↵TA.RNGQDOP")


def test_keys_can_be_switched_off(frame_of, ada):
    assert "data-keys-toggle" in frame_of(ada)


def test_a_message_without_script_is_a_toast_on_the_next_page(client, ada):
    client.force_login(ada)
    assert (
        client.post("/theme/", {"theme": "pink"}, headers={"Referer": "http://testserver/nowhere/"}).status_code == 303
    )
    html = client.get("/nowhere/").text
    assert re.search(r'class="toast"\s+data-kind="alert"', html)
    assert "Theme must be light, dark or auto." in html
    assert "The theme is light" not in client.get("/nowhere/").text
