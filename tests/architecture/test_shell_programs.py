"""Programs that tests hand to a desk's shell are text: no linter sees that a module they import has moved."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IMPORT = re.compile(r"^\s*from ((?:support_management|console)[\w.]*) import ([\w, ]+)", re.MULTILINE)


def _programs(room: str) -> Iterator[tuple[str, str]]:
    """Every text with an import in it, with its place."""
    for file in sorted((ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and IMPORT.search(node.value):
                yield f"{file.relative_to(ROOT)}:{node.lineno}", node.value


def _exists(module: str, name: str) -> bool:
    try:
        if hasattr(importlib.import_module(module), name):
            return True
        importlib.import_module(f"{module}.{name}")
    except ImportError:
        return False
    return True


def test_what_a_shell_program_imports_is_there():
    programs = [program for room in ("tests", "bench") for program in _programs(room)]
    missing = [
        f"{place}: {module}.{name}"
        for place, text in programs
        for module, names in IMPORT.findall(text)
        for name in (part.split(" as ")[0].strip() for part in names.split(","))
        if name and not _exists(module, name)
    ]
    assert len(programs) > 3
    assert missing == [], "A module moved: correct the program in this text."
