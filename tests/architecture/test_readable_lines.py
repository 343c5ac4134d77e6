"""Lines that a person can read: no page of HTML in a row, one declaration of a style a line, tuples as tuples."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WIDTH = 140
STRING = re.compile(r"\"[^\"]*\"|'[^']*'")
INNERMOST = re.compile(r"\([^()]*\)")


def templates() -> list[Path]:
    return [file for ending in ("html", "txt") for file in sorted((ROOT / "templates").rglob(f"*.{ending}"))]


def too_wide(text: str) -> list[int]:
    """Numbers of the lines that could be broken: one long attribute or address on a line of its own cannot."""
    lines = enumerate(text.splitlines(), 1)
    return [number for number, line in lines if len(line) > WIDTH and " " in STRING.sub("", line.strip())]


def crowded(css: str) -> list[int]:
    """Numbers of the lines with more than one declaration."""
    plain = re.sub(r"/\*.*?\*/", lambda comment: "\n" * comment[0].count("\n"), css, flags=re.DOTALL)
    plain = STRING.sub("", plain)
    while INNERMOST.search(plain):
        plain = INNERMOST.sub(lambda group: "\n" * group[0].count("\n"), plain)
    return [number for number, line in enumerate(plain.splitlines(), 1) if re.search(r";\s*[^\s}]", line)]


def packed(code: str) -> list[int]:
    """Numbers of the lines with a tuple or list that is written only to be taken apart."""
    tree = ast.walk(ast.parse(code)) if re.search(r"\*[(\[]", code) else ()
    nodes = (node for node in tree if isinstance(node, ast.Starred))
    return [node.lineno for node in nodes if isinstance(node.value, ast.Tuple | ast.List)]


def places(files: list[Path], rule) -> list[str]:
    return [f"{file.relative_to(ROOT)}:{number}" for file in files for number in rule(file.read_text())]


@pytest.mark.parametrize(
    ("rule", "bad", "good"),
    [
        (too_wide, f"<p>\n<p {'x' * 150} y>", f'<p>\n{"x" * 120}\n  href="{"y " * 80}"'),
        (crowded, "/* a;\nb; */\na { b: c; d: e }", 'a { b: url(";x"); }\nb {\n  c: ";y";\n  d: f(g(;), 1); }'),
        (packed, "\nx = (*('a', 'b'), 'c')", "x = ('a', 'b', *y, *(z for z in y))"),
    ],
)
def test_the_rules_find_what_they_look_for(rule, bad, good):
    assert rule(bad) == [bad.count("\n") + 1]
    assert rule(good) == []


def test_no_line_of_a_template_is_wider_than_a_screen():
    assert places(templates(), too_wide) == [], f"At most {WIDTH} characters: break between attributes or elements."


def test_a_style_sheet_has_one_declaration_a_line():
    sheets = sorted((ROOT / "static").rglob("*.css"))
    assert places(sheets, crowded) == [], "One declaration a line; a rule with a single one may stay on its line."


def test_a_tuple_is_written_as_one():
    rooms = ("console", "support_management", "tests", "bench")
    files = [file for room in rooms for file in sorted((ROOT / room).rglob("*.py"))]
    assert places(files, packed) == [], 'Write the elements, one a line, not *("a", "b").'


def matched_when_empty() -> set[str]:
    """Classes whose elements a style sheet shows or hides by `:empty`."""
    sheets = (ROOT / "static" / "css").glob("*.css")
    return {name for sheet in sheets for name in re.findall(r"\.([\w-]+):(?:not\(:)?empty", sheet.read_text())}


def spaced(text: str) -> list[int]:
    """Numbers of the lines after whose tag white space makes an element with such a class never `:empty`."""
    names = "|".join(map(re.escape, sorted(matched_when_empty())))
    tag = re.compile(rf"<\w+[^<>]*\bclass=\"[^\"]*(?<![\w-])(?:{names})(?![\w-])[^\"]*\"[^<>]*>(?=\s)")
    return [text[: match.end()].count("\n") + 1 for match in tag.finditer(text)]


def test_what_is_styled_when_empty_can_be_empty():
    assert spaced('<tr class="held-row" id="x"\n  role="row">\n  {% if held %}x{% endif %}\n</tr>') == [2]
    assert spaced('<tr class="held-row" id="x">{% if held %}x{% endif %}</tr><p class="held"> </p>') == []
    assert places(templates(), spaced) == [], "A line break inside the element hides `:empty` from the style sheet."
