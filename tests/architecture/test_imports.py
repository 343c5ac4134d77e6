"""No module imports itself by a detour: neither at the top of a file nor inside a function."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("bench", "console", "support_management")
Graph = dict[str, set[str]]


def modules() -> dict[str, Path]:
    """Dotted name → file, of every module of these packages."""
    files = [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]
    return {".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file for file in files}


def imported(source: str, module: str, known: set[str]) -> set[str]:
    """Modules among `known` that this source imports. A name taken out of a package is the module, if it is one."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: write the whole name of what is imported."
            names |= {
                name if (name := f"{node.module}.{alias.name}") in known else str(node.module) for alias in node.names
            }
    return names & known


def graph() -> Graph:
    files = modules()
    return {name: imported(file.read_text(), name, set(files)) for name, file in files.items()}


def circle_of(edges: Graph) -> list[str]:
    """The modules of one circle, the first one again at the end; empty when there is none."""
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def test_no_module_imports_itself_by_a_detour():
    edges = graph()
    assert len(edges) > 300
    assert sum(map(len, edges.values())) > 1000
    assert circle_of(edges) == [], "Move what both need down into a third module."


@pytest.mark.parametrize(
    "source",
    [
        "import bench.b",
        "from bench import b",
        "from bench.b import run",
        "def later():\n    from bench.b import run",
    ],
)
def test_each_way_to_import_is_seen(source):
    known = {"bench", "bench.a", "bench.b"}
    edges = {"bench.a": imported(source, "bench.a", known), "bench.b": imported("import bench.a", "bench.b", known)}
    assert set(circle_of(edges)) == {"bench.a", "bench.b"}
