"""What people bought."""

from datetime import timedelta
from decimal import Decimal
from random import Random

from support_management.management.demo.desk import Desk
from support_management.orders.models import Order
from support_management.people.models import User

CODES = ("EH", "QC", "PL")
TITLES = (
    "Essay on renewable energy in Portugal",
    "Literature review: remote work and wellbeing",
    "Case study of a logistics start-up",
    "Lab report on enzyme kinetics",
    "Business plan for a bicycle workshop",
    "Thesis chapter on urban heat islands",
    "Presentation on the Treaty of Westphalia",
    "Statistics homework, linear models",
    "Reflection paper on nursing practice",
    "Marketing plan for an oat drink",
    "Translation of a museum guide",
    "Summary of EU competition law",
    "Discussion of Kant's second critique",
    "Term paper on coral bleaching",
    "Code review of a Python project",
    "Personal statement for medical school",
    "Annotated bibliography on micro-credit",
    "Comparison of three school systems",
    "Speech for an alumni evening",
    "Research proposal on sleep and memory",
    "Financial analysis of a rail company",
    "Film review of a silent classic",
    "Poster on antibiotic resistance",
    "Editing of a cover letter",
)
ALIVE = ("in_progress",) * 5 + ("submitted", "in_revision", "paused", "on_hold")
ENDED = ("completed",) * 6 + ("cancelled", "refunded")
PAYMENT = {"pending_payment": "unpaid", "refunded": "refunded", "cancelled": "partially_refunded"}


def order(desk: Desk, *, number: int, site: int, client: User, writer: User, status: str, chance: Random) -> Order:
    """One order. `number` keeps references apart."""
    placed = desk.moment - timedelta(days=chance.uniform(3, 45))
    return Order(
        reference=f"{CODES[site]}-{20_000 + number}",
        website=desk.sites[site],
        client=client,
        writer=None if status == "pending_payment" else writer,
        title=chance.choice(TITLES),
        amount=Decimal(chance.randrange(3_500, 64_000)) / 100,
        currency=("EUR", "GBP", "USD")[site],
        status=status,
        payment_status=PAYMENT.get(status, "paid"),
        priority=chance.choice((2, 3, 3, 3, 3, 4)),
        deadline=desk.moment + timedelta(days=chance.uniform(-4, 14)),
        files_downloaded=status == "completed",
        price_change_pending=chance.random() < 0.05,
        created_at=placed,
        updated_at=placed + timedelta(hours=1),
    )


def placed_before(order: Order | None, moment) -> None:
    """Nobody writes about an order before it exists."""
    if order is not None and order.created_at > moment - timedelta(days=2):
        order.created_at = moment - timedelta(days=2)
        order.updated_at = max(order.created_at, order.updated_at)
