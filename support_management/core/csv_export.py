"""CSV export that a spreadsheet opens as text and numbers, never as formulas."""

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA_PREFIXES = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BYTE_ORDER_MARK = "\ufeff"
"""Makes spreadsheets read the file as UTF-8."""


def csv_text(header: Sequence[str], rows: Iterable[Sequence]) -> str:
    """The file with its byte order mark. None becomes an empty cell; numbers stay numbers."""
    sheet = io.StringIO()
    sheet.write(BYTE_ORDER_MARK)
    writer = csv.writer(sheet)
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return sheet.getvalue()


def _cell(value):
    if value is None:
        return ""
    if isinstance(value, int | float):
        return value
    text = str(value).replace("\x00", "")
    # A leading apostrophe makes the cell text. Spreadsheets skip leading spaces before a formula.
    return f"'{text}" if text.lstrip().startswith(_FORMULA_PREFIXES) or text.startswith(_FORMULA_PREFIXES) else text
