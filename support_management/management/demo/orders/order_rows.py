"""The orders of the demo."""

from datetime import timedelta
from decimal import Decimal
from random import Random

from support_management.management.demo.demo_context import DemoContext
from support_management.orders.models import Order
from support_management.people.models import User

REFERENCE_PREFIXES = ("CH", "QC", "LL")
"""By website, in the order of SITES."""
TITLES = (
    "Product copy for an outdoor shop",
    "White paper on cold-chain logistics",
    "Press release: new bicycle plant in Porto",
    "German subtitles for a museum film",
    "Brand book for a coffee roaster",
    "Translation of a supply contract, EN–DE",
    "Book cover for a crime novel",
    "Newsletter series for a housing co-op",
    "Website copy for a dental practice",
    "Proofreading of an annual report",
    "Translation of a user manual, EN–FR",
    "Packaging design for an oat drink",
    "Case study of a logistics start-up",
    "Speech for a company anniversary",
    "Business plan for a bicycle workshop",
    "Marketing plan for a rooftop cinema",
    "Translation of a museum guide, IT–EN",
    "Copy-editing of a cookbook",
    "Catalogue texts for a furniture maker",
    "Logo and letterhead for a law firm",
    "Investor deck for a solar company",
    "Spanish subtitles for a cookery channel",
    "Translation of a shareholder agreement, ES–EN",
    "Menu design for a seafood restaurant",
    "Job adverts for a hospital group",
    "Blog articles on home insulation",
    "Data sheets for heat pumps",
    "Abridged script for an audiobook",
    "Illustrations for a picture book",
    "Infographics for a water utility",
    "Editing of a memoir",
    "Landing page for a language app",
    "Tender documents for a road project",
    "App store texts in five languages",
    "Trade fair brochure for a pump maker",
    "Translation of privacy terms, EN–PL",
)
ALIVE = ("in_progress",) * 5 + ("submitted", "in_revision", "paused", "on_hold")
ENDED = ("completed",) * 6 + ("cancelled", "refunded")


def order(
    context: DemoContext, *, number: int, site: int, client: User, writer: User, status: str, rng: Random
) -> Order:
    """One order. `number` makes its reference unique; `site` is a place in SITES."""
    placed = context.moment - timedelta(days=rng.uniform(3, 45))
    payment_status = "unpaid" if status == "pending_payment" else "paid"
    row = Order(
        reference=f"{REFERENCE_PREFIXES[site]}-{20_000 + number}",
        website=context.sites[site],
        client=client,
        writer=None if status == "pending_payment" else writer,
        title=rng.choice(TITLES),
        amount=Decimal(rng.randrange(3_500, 64_000)) / 100,
        currency=("EUR", "GBP", "USD")[site],
        status=status,
        payment_status=payment_status,
        shop_payment_status=payment_status,
        priority=rng.choice((2, 3, 3, 3, 3, 4)),
        deadline=context.moment + timedelta(days=rng.uniform(-4, 14)),
        files_downloaded=status == "completed",
        price_change_pending=rng.random() < 0.05,
        created_at=placed,
        updated_at=placed + timedelta(hours=1),
    )
    row.paid_amount = Decimal(0) if payment_status == "unpaid" else row.amount
    return row


def placed_before(order: Order | None, moment) -> None:
    """Move the order back in time, so that it is older than what is written about it."""
    if order is not None and order.created_at > moment - timedelta(days=2):
        order.created_at = moment - timedelta(days=2)
        order.updated_at = max(order.created_at, order.updated_at)
