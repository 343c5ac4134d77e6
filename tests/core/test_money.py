"""Money: digits of currencies, text, parts, and sums to the last digit."""

from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from support_management.core.errors import Invalid
from support_management.core.money import amount_of, amount_text, money_text, split
from support_management.core.money_columns import ExactSum
from support_management.orders.models import Order
from tests.factories import make_order
from tests.refusals import refused


class TestDigits:
    @pytest.mark.parametrize(
        ("value", "currency"),
        [("284.00", "EUR"), (284, "JPY"), ("1.250", "KWD"), ("1.2500", "KWD"), ("1.2345", "CLF"), ("0.50", "HUF")],
    )
    def test_as_many_as_the_currency_has(self, value, currency):
        assert amount_of(value, currency, field="amount") == Decimal(str(value))

    @pytest.mark.parametrize(
        ("value", "currency", "words"),
        [
            ("284.001", "EUR", "EUR has 2 decimals. Enter an amount such as 284.00."),
            ("0.5", "JPY", "JPY has no decimals. Enter an amount such as 284."),
            ("1.2345", "KWD", "KWD has 3 decimals. Enter an amount such as 284.000."),
            ("9999999999.99999", "CLF", "such as 284.0000"),
            ("NaN", "EUR", "such as 284.00"),
            ("-1", "EUR", "such as 284.00"),
            ("1e11", "EUR", "such as 284.00"),
            ("much", "EUR", "such as 284.00"),
        ],
    )
    def test_more_are_refused_and_never_rounded(self, value, currency, words):
        with refused("bad_amount", Invalid, field="amount", match=words):
            amount_of(value, currency, field="amount")

    @pytest.mark.parametrize("currency", ["XYZ", "eur", "", "XAU"])
    def test_what_is_no_currency_is_refused(self, currency):
        with refused("unknown_currency", Invalid, field="currency"):
            amount_of("1", currency, field="amount")


class TestText:
    @pytest.mark.parametrize(
        ("amount", "currency", "shown", "plain"),
        [
            ("1240.5", "GBP", "£1,240.50", "1240.50"),
            ("48000.00", "JPY", "¥48,000", "48000"),
            ("1.25", "KWD", "KWD\N{NO-BREAK SPACE}1.250", "1.250"),
            ("12", "CHF", "CHF\N{NO-BREAK SPACE}12.00", "12.00"),
            ("100.5", "JPY", "¥100.5", "100.5"),
            ("7", "HRK", "HRK\N{NO-BREAK SPACE}7.00", "7.00"),
        ],
    )
    def test_has_the_digits_of_the_currency_and_rounds_none_away(self, amount, currency, shown, plain):
        assert money_text(Decimal(amount), currency) == shown
        assert amount_text(Decimal(amount), currency) == plain


class TestParts:
    def test_the_largest_remainders_get_the_rest(self):
        assert split(Decimal("100.00"), [1, 1, 1], "EUR") == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]
        assert split(Decimal("0.05"), [10, 45, 45], "EUR") == [Decimal("0.01"), Decimal("0.02"), Decimal("0.02")]
        assert split(Decimal(100), [1, 2], "JPY") == [33, 67]

    @given(
        units=st.integers(0, 10**14),
        weights=st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any),
        currency=st.sampled_from(["EUR", "JPY", "KWD"]),
    )
    def test_parts_add_up_to_the_whole_and_none_is_a_unit_off(self, units, weights, currency):
        unit = {"EUR": Decimal("0.01"), "JPY": Decimal(1), "KWD": Decimal("0.001")}[currency]
        parts = split(units * unit, weights, currency)
        assert sum(parts) == units * unit
        for part, weight in zip(parts, weights, strict=True):
            assert abs(part / unit * sum(weights) - units * weight) < sum(weights)


ROWS = 200_000
NUMBERS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})",
    "postgresql": "WITH n(i) AS (SELECT generate_series(1, {rows}))",
}


@pytest.mark.django_db
class TestSums:
    @pytest.mark.parametrize("start", [0, 999_999_000_000])
    def test_of_200_000_rows_to_the_last_digit(self, start):
        """Small amounts, and the largest that fit."""
        numbers = NUMBERS[connection.vendor].format(rows=ROWS)
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE many (amount NUMERIC(14, 4), currency VARCHAR(3))")
            cursor.execute(f"{numbers} INSERT INTO many SELECT ({start} + (i * 499) % 999999) / 100.0, 'EUR' FROM n")
            total = _sum_of("many")
            cursor.execute("DROP TABLE many")
        assert total == sum(start + (i * 499) % 999_999 for i in range(1, ROWS + 1)) / Decimal(100)

    def test_never_across_currencies(self):
        for amount, currency in (("0.10", "EUR"), ("0.20", "EUR"), ("300", "JPY"), ("1.005", "KWD")):
            make_order(amount=amount, currency=currency)
        sums = Order.objects.order_by().values_list("currency").annotate(total=ExactSum("amount"))
        assert dict(sums) == {"EUR": Decimal("0.30"), "JPY": 300, "KWD": Decimal("1.005")}
        assert Order.objects.none().aggregate(total=ExactSum("amount")) == {"total": None}


def _sum_of(table: str) -> Decimal:
    """The sum as the product makes it, of rows in another table than the order's."""
    rows = Order.objects.order_by().values("currency").annotate(total=ExactSum("amount")).values_list("total")
    statement, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(statement.replace('"support_management_order"', f'"{table}"'), params)
        [(value,)] = cursor.fetchall()
    return ExactSum.output_field.from_db_value(value, None, connection)
