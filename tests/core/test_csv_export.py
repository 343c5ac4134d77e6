"""A file that a spreadsheet opens: what people wrote stays text."""

import csv
import io

import pytest

from support_management.core.csv_export import BYTE_ORDER_MARK, csv_text


def cells(value) -> list[list[str]]:
    text = csv_text(["Name", "Number"], [[value, 7]])
    assert text.startswith(BYTE_ORDER_MARK)
    return list(csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK))))


@pytest.mark.parametrize(
    "formula",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        '=HYPERLINK("http://x")',
        "＝1",
        "\x00=1",
        "\u00a0=1",
        "\u200b=1",
        "\ufeff\u202e =1",
        "\u00ad\u2060+1",
        "\u3164@SUM(A1)",
        "\U000e0020-1",
        "\u2800﹦1",
    ],
)
def test_what_begins_like_a_formula_is_text(formula):
    (cell, number) = cells(formula)[1]
    assert cell.startswith("'")
    assert number == "7"


@pytest.mark.parametrize("text", ["Zoë, “quoted”", 'a "b"', "two\nlines", "a=b", "'tis", "עברית", "", "T-10482"])
def test_other_words_stay_as_they_are(text):
    assert cells(text)[1][0] == text


@pytest.mark.parametrize(("value", "cell"), [(None, ""), (-3, "-3"), (66.7, "66.7"), (0, "0")])
def test_numbers_stay_numbers_and_nothing_is_empty(value, cell):
    assert cells(value)[1][0] == cell
