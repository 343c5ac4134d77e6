"""Rules of the house that no linter knows. Each failure says what to do instead."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = ("support_management", "console")
FILE_LIMIT, FUNCTION_LIMIT, TEMPLATE_LIMIT, ASSET_LIMIT = 300, 40, 60, 150


def python(*rooms: str) -> list[Path]:
    files = [file for room in rooms for file in sorted((ROOT / room).rglob("*.py"))]
    return [file for file in files if "migrations" not in file.parts]


def lines(*rooms: str) -> Iterator[tuple[str, str]]:
    """Every line of code with its place; docstrings and comments talk, they do not act."""
    for file in python(*rooms):
        for number, line in enumerate(file.read_text().splitlines(), 1):
            yield f"{file.relative_to(ROOT)}:{number}", line.partition("  #")[0]


def found(pattern: str, *rooms: str, but: tuple[str, ...] = ()) -> list[str]:
    rule = re.compile(pattern)
    return [place for place, line in lines(*rooms) if rule.search(line) and not place.startswith(but)]


def assets(folder: str, ending: str) -> list[Path]:
    return sorted((ROOT / folder).rglob(f"*{ending}"))


def longer_than(limit: int, files: list[Path]) -> dict[str, int]:
    sizes = {str(file.relative_to(ROOT)): len(file.read_text().splitlines()) for file in files}
    return {name: size for name, size in sizes.items() if size > limit}


def test_one_place_asks_what_time_it_is():
    places = found(
        r"timezone\.now\(|datetime\.now\(|utcnow\(|time\.time\(", *OURS, but=("support_management/core/time.py",)
    )
    assert places == [], "Take the time from support_management/core/time.py: now()."


def test_doors_write_nothing_themselves():
    doors = ("console/views", "support_management/api", "support_management/admin", "console/live", "console/fragments")
    places = found(r"\.save\(|\.bulk_create\(|\.bulk_update\(|\.objects\.create\(|\.delete\(\)", *doors)
    places += [
        place
        for place, line in lines("support_management")
        if place.startswith("support_management/tasks.py") and re.search(r"\.save\(|\.create\(|\.update\(", line)
    ]
    assert places == [], "A view, API class, admin class or task calls a capability; the capability writes."


def test_live_rows_are_written_where_they_belong():
    doors = ("console", "support_management/api", "support_management/admin")
    places = found(r"\.objects\b.*\.update\(", *doors)
    assert places == [], "Write through a capability of the concept that owns the row."


def test_nothing_inside_imports_the_list_of_models():
    doors = tuple(f"support_management/{door}" for door in ("signals", "admin", "api", "management"))
    places = found(r"from support_management\.models import", "support_management", but=doors)
    assert places == [], "Import a model from its concept; support_management/models.py is Django's door."


def test_tests_wait_for_what_they_expect():
    waiting = ("tests/servers.py", "tests/architecture")  # the one place that waits for a condition, with a deadline
    places = found(r"(?<!pg_)\bsleep\(", "tests", but=waiting)
    assert places == [], "Wait for a condition with tests/servers.py, or drive the clock; never sleep."


def test_tests_say_something():
    places = found(r"assert True\b|pytest\.skip\(|mark\.skip|mark\.xfail", "tests", but=("tests/architecture",))
    assert places == [], "A test that is skipped or asserts nothing is no test: make it run or remove it."


def test_normal_forms_are_made_of_short_runs():
    pattern = r"normalize\((?!.*\bthin)"  # of a text that was thinned, here or a line above
    places = found(pattern, *OURS, but=("support_management/management/demo",))
    assert places == [], "Take support_management/core/marks.py: thinned() before any normal form."


def test_addresses_of_requests_come_through_one_door():
    brought = r"""Referer|REFERER|url_has_allowed_host_and_scheme|(GET|POST)(\.get\(|\[)"next\""""
    places = found(brought, *OURS, but=("console/responses.py",))
    places += found(
        r"(redirect|Redirect|see_other|went)\(.*request\.(GET|POST|META|COOKIES|headers|get_full_path|build_abs)", *OURS
    )
    assert places == [], "Follow an address of a request through console/responses.py: safe_path, wanted_path or back."


@pytest.mark.parametrize("room", OURS)
def test_files_are_short(room):
    long = {
        str(file.relative_to(ROOT)): n
        for file in python(room)
        if (n := len(file.read_text().splitlines())) > FILE_LIMIT
    }
    long.pop("console/settings.py", None)  # read top to bottom, once
    assert long == {}, f"A file has at most {FILE_LIMIT} lines: give an ability a file of its own."


@pytest.mark.parametrize("room", OURS)
def test_functions_are_short(room):
    long = []
    for file in python(room):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                long += [f"{file.relative_to(ROOT)}:{node.lineno} {node.name}"] if length > FUNCTION_LIMIT else []
    assert long == [], f"A function has at most {FUNCTION_LIMIT} lines: name a step and take it out."


@pytest.mark.parametrize(
    ("folder", "ending", "limit"),
    [("templates", ".html", TEMPLATE_LIMIT), ("static/css", ".css", ASSET_LIMIT), ("static/js", ".js", ASSET_LIMIT)],
)
def test_templates_and_assets_are_short(folder, ending, limit):
    long = {
        str(file.relative_to(ROOT)): n
        for file in assets(folder, ending)
        if (n := len(file.read_text().splitlines())) > limit
    }
    assert long == {}, f"At most {limit} lines: a partial, component or behaviour of its own takes the rest."


def test_templates_carry_no_script_and_no_style():
    bad = []
    for file in assets("templates", ".html"):
        text = file.read_text()
        inline = re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>|<style|\sstyle=|\son[a-z]+=\"", text)
        bad += [f"{file.relative_to(ROOT)}: {inline[0]}"] if inline else []
    assert bad == [], "The policy forbids inline code: a class in static/css, a module in static/js found by data-."


KEYS = re.compile(r"(pk|number|slug|csrf_token|url|id|key|action|address)\b")
"""Names of what may stand in an hx- attribute: keys, numbers and addresses made of them."""


def test_user_text_stands_in_no_hx_attribute():
    bad = []
    for file in assets("templates", ".html"):
        for attribute in re.findall(r"\shx-[a-z:-]+=\"([^\"]*)\"", file.read_text()):
            names = re.findall(r"{{\s*([^}]*?)\s*}}", attribute)
            bad += [f"{file.relative_to(ROOT)}: {name}" for name in names if not KEYS.search(name)]
    assert bad == [], "An hx- attribute holds addresses made of keys and numbers, never words of people."


ELSEWHERE = re.compile(r"(?:src|href|url\(|import)[=\s(\"']+https?://[^\"')\s]+")


def test_nothing_is_fetched_from_elsewhere():
    files = [*assets("templates", ".html"), *assets("static/css", ".css"), *assets("static/js", ".js")]
    bad = [f"{file.relative_to(ROOT)}: {hit}" for file in files for hit in ELSEWHERE.findall(file.read_text())]
    assert bad == [], "The page loads nothing from another host: ship it with the product."
