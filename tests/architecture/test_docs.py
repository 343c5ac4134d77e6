"""The documents say what is there. When one of these fails, change the document in the same commit."""

import re
from pathlib import Path

import pytest

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


def test_every_file_that_the_way_of_a_reply_names_is_there():
    text = (ROOT / "docs" / "architecture.md").read_text()
    way = text.split("## One reply")[1].split("##")[0]
    named = set(re.findall(r"`((?:console|support_management|templates|static)/[\w/.]+)`", way))
    assert len(named) > 10
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("target", ["run", "test", "check", "bench", "chaos", "lock", "simulate"])
def test_make_knows_what_the_readme_names(target):
    assert f"make {target}" in (ROOT / "README.md").read_text().replace("\n", " ")
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_every_variable_that_the_settings_read_is_in_the_readme():
    settings = (ROOT / "console" / "settings.py").read_text()
    read = set(re.findall(r'(?:env\.\w+|_required|_number|_rate)\(\s*"(\w+)"', settings))
    table = (ROOT / "README.md").read_text()
    assert len(read) > 15
    assert [name for name in sorted(read) if f"`{name}`" not in table] == []
