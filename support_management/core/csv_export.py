"""Rows as a CSV file that a spreadsheet opens as what it is: text and numbers, never a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MARK = "\ufeff"
"""Spreadsheets take a file for UTF-8 when it begins with this."""


def csv_text(header: Sequence[str], rows: Iterable[Sequence]) -> str:
    """The whole file, the mark included. Nothing is an empty cell; numbers stay numbers."""
    sheet = io.StringIO()
    sheet.write(MARK)
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
    # An apostrophe before it makes the cell text. Spaces do not hide what comes after them.
    return f"'{text}" if text.lstrip().startswith(_STARTS_A_FORMULA) or text.startswith(_STARTS_A_FORMULA) else text
