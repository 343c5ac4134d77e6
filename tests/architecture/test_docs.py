"""The documents say what is there. When one of these fails, change the document in the same commit."""

import re
import subprocess
import tomllib
from pathlib import Path
from shutil import which

import pytest
from django.urls import resolve

ROOT = Path(__file__).resolve().parents[2]
DEEP = {"console", "support_management", "static", "templates", "docs", "bench"}
SHALLOW = {"bin", "tests"}


def _told() -> set[str]:
    text = (ROOT / "docs" / "architecture.md").read_text()
    tree = text.split("<!-- tree -->")[1].split("<!-- /tree -->")[0].split("```")[1].removeprefix("text\n")
    told, above = set(), []
    for line in tree.splitlines():
        depth, name = (len(line) - len(line.lstrip())) // 2, line.split()[0]
        above[depth:] = [name]
        if name.endswith("/"):
            told.add("".join(above).rstrip("/"))
    return told


def _there() -> set[str]:
    found = set(SHALLOW)
    for top in DEEP:
        folders = [ROOT / top, *(path for path in (ROOT / top).rglob("*") if path.is_dir())]
        found |= {str(path.relative_to(ROOT)) for path in folders if _holds_something(path)}
    return found


def _holds_something(folder: Path) -> bool:
    if folder.name in {"__pycache__", "results"}:
        return False
    return any(path.is_file() and path.suffix != ".pyc" for path in folder.rglob("*"))


def test_the_rooms_of_the_architecture_page_are_the_rooms_on_disk():
    told, there = _told(), _there()
    assert told - there == set(), "docs/architecture.md names rooms that do not exist"
    assert there - told == set(), "docs/architecture.md does not name these rooms"


PAGES = [
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    *(f"docs/{name}.md" for name in ("architecture", "glossary", "development", "operations", "api")),
    *sorted(str(page.relative_to(ROOT)) for page in (ROOT / "docs" / "decisions").glob("*.md")),
]
ROOMS = "support_management|console|templates|static|tests|docs|bench|bin"
FULL = re.compile(rf"`((?:{ROOMS})/[\w./@-]*)`")
FENCED = re.compile(r"`([a-z_]+)`")
SHORT = re.compile(r"`([a-z_]+/[a-z_/]+\.(?:py|html|js|css))`")


def _text(page: str) -> str:
    return (ROOT / page).read_text()


def _paths(page: str) -> set[str]:
    """Files and folders in backticks. A path below a room is written out from the root."""
    return set(FULL.findall(_text(page))) | set(SHORT.findall(_text(page)))


@pytest.mark.parametrize("page", PAGES)
def test_every_path_that_a_page_names_is_there(page):
    missing = [path for path in sorted(_paths(page)) if not (ROOT / path).exists()]
    assert missing == [], f"{page} names files that are not there"


@pytest.mark.parametrize(
    ("page", "least"),
    [("docs/architecture.md", 60), ("docs/glossary.md", 60), ("docs/development.md", 30), ("docs/operations.md", 4)],
)
def test_the_guard_finds_the_paths_of_a_page(page, least):
    assert len(_paths(page)) >= least


def test_every_line_of_the_glossary_and_of_find_your_way_ends_with_a_file():
    ways = _text("docs/architecture.md").split("## Find your way")[1].split("\n## ")[0]
    rows = [row for row in (ways + _text("docs/glossary.md")).splitlines() if row.startswith("| ")]
    heads = ("| question", "| term", "| **")
    rows = [row for row in rows if not row.startswith(heads)]
    assert len(rows) > 100
    assert [row for row in rows if not FULL.search(row.rstrip(" |").rpartition("| ")[2])] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_target_that_a_page_names_is_in_the_makefile(page):
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", _text(page).replace("`make\n", "`make "), re.MULTILINE))
    assert named <= _targets()


def test_the_readme_names_the_usual_targets():
    text = _text("README.md").replace("\n", " ")
    names = ("run", "test", "check", "bench", "chaos", "lock", "simulate")
    assert [name for name in names if f"make {name}" not in text] == []


def _targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", _text("Makefile"), re.MULTILINE))


def test_make_help_lists_every_target():
    done = subprocess.run([which("make") or "make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    listed = {line.split()[1] for line in done.stdout.splitlines() if line.startswith("make ")}
    assert listed == _targets()
    assert ".DEFAULT_GOAL := run" in _text("Makefile")


@pytest.mark.parametrize(("block", "contract"), [(0, "domain"), (1, "sla"), (2, "routing")])
def test_the_order_of_the_architecture_page_is_the_one_that_is_checked(block, contract):
    contracts = tomllib.loads(_text("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    layers = next(one["layers"] for one in contracts if one["id"] == contract)
    section = _text("docs/architecture.md").split("## The order")[1].split("\n## ")[0]
    assert section.split("```text\n")[1:][block].split("```")[0].splitlines() == layers


def test_every_link_between_pages_leads_somewhere():
    links = [(page, link) for page in PAGES for link in re.findall(r"\]\(([^)#:]+)(?:#[\w-]+)?\)", _text(page))]
    broken = [f"{page}: {link}" for page, link in links if not (ROOT / page).parent.joinpath(link).exists()]
    assert len(links) > 10
    assert broken == []


def test_every_address_of_the_first_hour_is_an_address_of_the_api():
    addresses = set(re.findall(r"\$API(/[\w/-]*)", _text("docs/api.md")))
    assert len(addresses) > 8
    for address in addresses:
        resolve(f"/api/v1/support-management{address}")


def test_every_code_of_the_first_hour_is_one_that_the_product_answers():
    rooms = [ROOT / "support_management", ROOT / "console"]
    code = "".join(file.read_text() for room in rooms for file in room.rglob("*.py"))
    table = _text("docs/api.md").split("## Errors")[1]
    codes = {word for row in re.findall(r"^\| \d{3} \|([^|]+)", table, re.MULTILINE) for word in FENCED.findall(row)}
    of_the_framework = {"invalid", "not_authenticated", "method_not_allowed", "unsupported_media_type", "throttled"}
    assert len(codes) > 10
    assert [word for word in sorted(codes - of_the_framework) if f'"{word}"' not in code] == []
