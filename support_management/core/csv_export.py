"""CSV export that a spreadsheet opens as text and numbers, never as formulas."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from support_management.core.invisible import from_first_shown

_FORMULA_PREFIXES = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫")
_CONTROLS = ("\t", "\r", "\n")
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


def on_clock(moment: datetime | None, zone: ZoneInfo) -> str:
    """A cell with an instant on the clock of a time zone, which the header of its column names."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}" if moment else ""


def _cell(value):
    if value is None:
        return ""
    if isinstance(value, int | float):
        return value
    text = str(value).replace("\x00", "")
    # A leading apostrophe makes the cell text. Spreadsheets skip spaces and format characters before a formula.
    starts = text.startswith(_CONTROLS) or from_first_shown(text).startswith(_FORMULA_PREFIXES)
    return f"'{text}" if starts else text
