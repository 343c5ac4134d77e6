"""Money is added up to the last digit, and shown in one way. Each failure says what to do instead."""

import re

from django.apps import apps

from support_management.core.money_columns import MoneyField
from support_management.models import Dispute, MoneyEffect, Order
from tests.architecture.test_house_rules import OURS, ROOT, assets, found

MODELS = apps.get_app_config("support_management").get_models()
COLUMNS = {(model, field.name) for model in MODELS for field in model._meta.fields if isinstance(field, MoneyField)}
NAMES = "|".join(sorted({name for _, name in COLUMNS}))
INEXACT = rf"""\b(Sum|Avg)\(\s*["'](\w+__)?({NAMES})\b"""
SHOWN = re.compile(rf"""\{{\{{[^}}]*\b(?!asked\.|typed\.)\w+\.({NAMES}|refundable)\b""")
FORMATTED = rf"""\{{[^{{}}]*\b({NAMES})(:[^{{}}]*)?\}}"""


def test_amounts_are_columns_of_money():
    assert {(Order, "amount"), (Dispute, "amount_at_risk"), (MoneyEffect, "amount")} <= COLUMNS
    assert found(r"\bmodels\.DecimalField\(", *OURS, but=("support_management/core/money_columns.py",)) == []


def test_money_is_added_up_exactly():
    assert found(INEXACT, *OURS) == [], "Use ExactSum: SQLite's sum of decimals is not exact."
    assert re.search(INEXACT, 'rows.annotate(total=Sum("order__amount"))')


def test_pages_show_money_with_its_currency():
    files = assets("templates", ".html") + assets("templates", ".txt")
    places = [str(file.relative_to(ROOT)) for file in files if SHOWN.search(file.read_text())]
    assert places == [], "Write {% money amount currency %}, or {% plain_amount … %} for what is typed."
    assert SHOWN.search("{{ order.amount }}")
    assert not SHOWN.search("{% money order.amount order.currency %}")


def test_sentences_show_money_with_its_currency():
    assert found(FORMATTED, *OURS) == [], "Use money_text(amount, currency)."
    assert re.search(FORMATTED, 'f"At most {order.amount:,.2f}."')
