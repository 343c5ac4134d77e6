"""Orders of a desk from before money effects, with the refunds that disputes decided."""

from datetime import UTC, datetime

from tests.upgrade.old_desk import Past

DECIDED_AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ORDERS = {
    # amount, currency, payment status, refunds: paid, status afterwards, left
    "paid": ("100.00", "EUR", "paid", (), "100.00", "paid", "100.00"),
    "part": ("100.00", "EUR", "paid", ("20.10", "0.20"), "100.00", "partially_refunded", "79.70"),
    "all": ("100.00", "EUR", "paid", ("100.00",), "100.00", "refunded", "0.00"),
    "too much": ("100.00", "EUR", "partially_refunded", ("80.00", "70.00"), "100.00", "refunded", "0.00"),
    "elsewhere": ("100.00", "EUR", "refunded", (), "100.00", "refunded", "0.00"),
    "unpaid": ("100.00", "EUR", "unpaid", (), "0.00", "unpaid", "0.00"),
    "failed": ("100.00", "EUR", "failed", ("5.00",), "0.00", "refunded", "0.00"),
    "digits": ("100.50", "JPY", "paid", (), "100.50", "paid", "100.50"),
    "unknown": ("7.00", "HRK", "pending", (), "0.00", "pending", "0.00"),
}


class Amounts:
    """`keys`: the orders by name."""

    def __init__(self, past: Past):
        self.past = past
        self.keys = {name: self._order(name, *facts) for name, facts in ORDERS.items()}

    def _order(self, name: str, amount: str, currency: str, status: str, refunds: tuple[str, ...], *_) -> int:
        order = self.past.objects("Order").create(
            reference=name,
            title="A guide to rivers",
            amount=amount,
            currency=currency,
            payment_status=status,
            client=self.past.person("cleo", "client"),
            website=self.past.website(),
        )
        for refund in refunds:
            self._decided(order, refund)
        return order.pk

    def _decided(self, order, refund: str) -> None:
        dispute = self.past.objects("Dispute").create(
            number=f"D-{self.past.objects('Dispute').count() + 1}",
            order=order,
            raised_by=order.client,
            reason="late",
            status="resolved_client",
            amount_at_risk=order.amount,
        )
        self.past.objects("DisputeResolutionLog").create(
            dispute=dispute,
            decision="resolved_client",
            notes="x",
            refund_amount=refund,
            decided_by=self.past.person("lea", "lead"),
            at=DECIDED_AT,
        )
