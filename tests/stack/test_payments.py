"""An overpayment from the order page to the refund, by two people whose screens follow each other."""

import pytest


@pytest.fixture
def desk(embedded):
    return embedded


def test_an_overpayment_is_logged_followed_up_and_resolved_on_both_screens(screens, lead):
    known = {issue["order"] for issue in lead.get("/payment-issues/?limit=100").json["results"]}
    orders = lead.get("/orders/?status=in_progress&payment_status=paid&limit=100").json["results"]
    order = next(row for row in orders if row["id"] not in known and row["paid_amount"] == row["amount"])
    followed = screens.of("lead").open("/payments/")
    screen = screens.of("admin").open(f"/orders/{order['id']}/")
    page = screen.page
    page.click("text=Log a payment issue")
    page.check("input[value=overpayment]")
    page.fill("#log-received", str(float(order["paid_amount"]) * 2))
    page.fill("#log-description", "Charged twice")
    page.click("text=Log issue")
    page.wait_for_url("**/payments/*/")
    screen.wait_until_live()
    number = page.locator("header .meta span").first.inner_text()
    followed.shows(number, where="#payments-list")
    page.click("text=Record a contact")
    page.check("#payment-contact input[value=reached]")
    page.fill("#payment-contact-note", "They want it back")
    page.click("#payment-contact button[type=submit]")
    screen.shows("They want it back", where=".order-log")
    page.click("[data-opens=payment-resolve]")
    page.fill("#payment-resolve-notes", "The second payment goes back")
    page.fill("#payment-resolve-amount", "1")
    page.click("#payment-resolve button[type=submit]")
    screen.shows("The second payment goes back", where=".order-log")
    followed.wait_until("(number) => !document.querySelector(`[data-number='${number}']`)", number)
    screen.equals_a_reload()
    assert [*screen.violations(), *followed.violations()] == []
