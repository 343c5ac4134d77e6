"""Columns of money, and their exact sum: SQLite's own sum of decimals is not."""

from decimal import Decimal

from django.db import models

from support_management.core.money import DIGITS, MAX_DIGITS, tidy


class MoneyField(models.DecimalField):
    """An amount in any currency. What is read has two digits, or more where the amount has them.

    To migrations it is Django's own field.
    """

    def __init__(self, **options):
        super().__init__(**{"max_digits": MAX_DIGITS, "decimal_places": DIGITS} | options)

    def from_db_value(self, value, expression, connection):
        return None if value is None else tidy(value)

    def deconstruct(self):
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.DecimalField", args, kwargs


class _SumField(models.Field):
    """SQLite gives whole units and ten thousandths as text, so that neither of them overflows."""

    def from_db_value(self, value, expression, connection):
        if isinstance(value, str):
            whole, rest = value.split(" ")
            value = Decimal(whole) + Decimal(rest).scaleb(-DIGITS)
        return None if value is None else tidy(value)


class ExactSum(models.Aggregate):
    """The sum of a column of money, to the last digit on both databases. None without rows.

    Only of rows of one currency: group by it.
    """

    function = "SUM"
    name = "ExactSum"
    output_field = _SumField()

    def as_sqlite(self, compiler, connection, **context):
        unit = 10**DIGITS
        units = f"CAST(ROUND(%(expressions)s * {unit}) AS INTEGER)"
        template = f"(SUM({units} / {unit}) || ' ' || SUM({units} %%%% {unit}))"
        sql, params = self.as_sql(compiler, connection, template=template, **context)
        return sql, (*params, *params)
