"""What a hand does in the browser: pressing again, one dialog for one piece of work, what is said and where."""

import pytest

URGENT = {"priority": "urgent"}


@pytest.fixture
def desk(embedded):
    return embedded


@pytest.fixture
def ticket(lead) -> dict:
    return lead.new_ticket(**URGENT)


@pytest.fixture
def dispute(desk) -> int:
    """Over an order of the demo that has none."""
    code = """
from support_management.disputes import lifecycle
from support_management.orders.models import Order
order = Order.objects.filter(status="in_progress").exclude(disputes__is_open=True).order_by("-pk")[0]
print(lifecycle.open_dispute(order=order.pk, by=User.objects.get(username="lead"), reason="late").pk)
"""
    return int(desk.shell(code))


@pytest.fixture
def colleague(program_of):
    """Somebody else: own changes are no conflict."""
    return program_of("admin")


def refused(screen) -> None:
    screen.wait_until("document.getElementById('alert').textContent.includes('in the meantime')")


def test_a_control_is_sent_again_after_a_conflict_also_on_a_paused_page(screens, ticket, lead, colleague):
    screen = screens.of("lead").open(f"/tickets/{ticket['number']}/")
    screen.page.keyboard.press("Shift+L")
    colleague.post(f"/tickets/{ticket['id']}/tags/", {"tags": ["vip"]})
    screen.page.select_option("#control-priority", "low")
    press = screen.page.get_by_role("button", name="Set priority")
    press.click()
    refused(screen)
    assert screen.page.locator("#toasts [data-kind=alert]").count() == 1
    assert lead.get(f"/tickets/{ticket['id']}/").json["priority"] == "urgent"
    press.click()
    screen.shows("Priority changed.", where="#say")
    assert screen.page.locator("#toasts > li").all_inner_texts() == ["Priority changed.\n×"], "the refusal is over"
    assert lead.get(f"/tickets/{ticket['id']}/").json["priority"] == "low"


def test_a_dispute_dialog_is_sent_again_after_a_conflict(screens, dispute, lead, colleague):
    screen = screens.of("lead").open("/disputes/")
    screen.page.locator(f"#disputes-dispute-{dispute}").get_by_role("link", name="Resolve").click()
    screen.page.check("#dispute-resolve input[value=withdrawn]")
    screen.page.fill("#dispute-resolve-notes", "Both agreed.")
    colleague.post(f"/disputes/{dispute}/advance/", {"status": "under_review"})
    press = screen.page.locator("#dispute-resolve button[type=submit]")
    press.click()
    refused(screen)
    assert "in the meantime" in screen.page.inner_text("#dispute-resolve [data-complaint]"), "said where she is"
    assert screen.page.input_value("#dispute-resolve-notes") == "Both agreed."
    press.click()
    screen.wait_until("!document.getElementById('dispute-resolve').open")
    assert lead.get(f"/disputes/{dispute}/").json["status"] == "withdrawn"


def test_what_was_typed_for_one_dispute_is_not_sent_for_another(screens, dispute, lead):
    screen = screens.of("lead").open("/disputes/")
    other = screen.page.locator(f"#disputes-open-list > li:not(#disputes-dispute-{dispute})").first
    mine = screen.page.locator(f"#disputes-dispute-{dispute}")
    mine.get_by_role("link", name="Resolve").click()
    screen.page.check("#dispute-resolve input[value=withdrawn]")
    screen.page.fill("#dispute-resolve-refund", "20.00")
    screen.page.keyboard.press("Escape")
    mine.get_by_role("link", name="Resolve").click()
    assert screen.page.input_value("#dispute-resolve-refund") == "20.00", "the same piece of work"
    screen.page.keyboard.press("Escape")
    other.get_by_role("link", name="Resolve").click()
    assert screen.page.input_value("#dispute-resolve-refund") == ""
    assert screen.page.locator("#dispute-resolve input:checked").count() == 0


def test_the_assign_dialog_starts_from_who_has_it_and_never_from_nobody(screens, ticket, lead, program_of):
    owned = lead.new_ticket(**URGENT)
    program_of("agent1").post(f"/tickets/{owned['id']}/claim/")
    owner = lead.get(f"/tickets/{owned['id']}/").json["assignee"]["id"]
    screen = screens.of("lead").open("/queue/")
    chosen = "document.getElementById('assign-to').value"
    for row, expected in ((owned, str(owner)), (ticket, "")):
        line = screen.page.locator(f"[id^='queue-'][id$='-ticket-{row['id']}']").first
        line.hover()
        line.locator("[data-opens=assign]").click()
        assert screen.page.evaluate(chosen) == expected
        if not expected:
            screen.page.locator("#assign button[type=submit]").click()
            assert screen.page.evaluate("document.getElementById('assign').open"), "nothing was chosen, nothing is sent"
        screen.page.keyboard.press("Escape")
    assert lead.get(f"/tickets/{ticket['id']}/").json["assignee"] is None


def test_no_more_than_two_toasts_and_none_over_search_head_or_deadline(screens, ticket, lead):
    screen = screens.of("lead").open(f"/tickets/{ticket['number']}/")
    version = "document.querySelector('[id$=-header]').dataset.version"
    controls = (("priority", "priority", "low"), ("status", "status", "pending"), ("type", "queue", "payment"))
    for name, label, choice in controls:
        before = screen.page.evaluate(version)
        screen.page.select_option(f"#control-{name}", choice)
        screen.page.get_by_role("button", name=f"Set {label}").click()
        screen.wait_until(f"(before) => {version} !== before", before)
    screen.shows("Queue changed.", where="#toasts")
    assert screen.page.locator("#toasts > li").count() == 2
    covered = """[...document.querySelectorAll('#toasts')].flatMap((strip) => {
      const a = strip.getBoundingClientRect();
      return [...document.querySelectorAll('.find, .bar-tools, .ticket-head, .sla, .rail a')].filter((other) => {
        const b = other.getBoundingClientRect();
        return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
      }).map((other) => other.className);
    })"""
    for size in ({"width": 1440, "height": 900}, {"width": 390, "height": 844}):
        screen.page.set_viewport_size(size)
        assert screen.page.evaluate(covered) == []


def test_a_conversation_is_read_out_only_while_somebody_is_in_it(screens, ticket):
    screen = screens.of("lead").open(f"/tickets/{ticket['number']}/")
    voice = "document.querySelector('[role=log]').getAttribute('aria-live')"
    assert screen.page.evaluate(voice) == "off"
    screen.page.focus("[role=log]")
    assert screen.page.evaluate(voice) == "polite"
    screen.page.focus("#body")
    assert screen.page.evaluate(voice) == "off"


def test_a_paused_page_counts_pieces_of_work(screens, lead):
    screen = screens.of("lead").open("/queue/")
    screen.page.keyboard.press("Shift+L")
    lead.new_ticket(priority="urgent")
    screen.wait_until("document.body.dataset.pausedText.endsWith('1 change')")


def test_on_a_phone_a_finger_takes_a_row_and_sees_how_old_the_page_is(screens, ticket, spare, lead):
    screen = screens.of(spare, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True).open("/queue/")
    assert screen.page.locator("[data-live-as-of]").is_visible()
    screen.wait_until("/^\\d\\d:\\d\\d$/.test(document.querySelector('[data-live-as-of]').textContent)")
    word = screen.page.locator("[data-live-word]")
    assert word.evaluate("(word) => word.scrollWidth <= word.clientWidth"), "the state is a whole word"
    press = screen.page.locator(f"#queue-unassigned-ticket-{ticket['id']} [data-key=t]")
    box = press.bounding_box()
    assert box["width"] >= 24
    assert box["height"] >= 24
    press.tap()
    screen.shows("Assigned to you.", where="#say")


def test_keys_are_written_as_on_this_keyboard(screens, ticket):
    screen = screens.of("lead").open(f"/tickets/{ticket['number']}/")
    assert screen.page.inner_text(".composer-foot .btn-primary kbd") == "Ctrl ↵"
