"""What people read, taken out of the sources: templates, messages and labels in Python, strings in scripts."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

TEMPLATE_CODE = re.compile(r"{#.*?#}|{%-?\s*comment.*?endcomment\s*-?%}|{%.*?%}|{{.*?}}", re.DOTALL)
READ = re.compile(r"""\s(?:aria-label|title|placeholder|alt|data-placeholder|data-submit)=(?:"([^"]*)"|'([^']*)')""")
ELEMENT = re.compile(r"<[^<>]*>")
SCRIPT_STRING = re.compile(r"\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`")
LOGS = frozenset({"debug", "info", "warning", "error", "exception", "critical"})


def of_template(text: str) -> Iterator[str]:
    """Text between the tags, and the attributes that are read out or shown."""
    plain = TEMPLATE_CODE.sub(" … ", text)
    yield " ".join(ELEMENT.sub(" ", plain).split())
    for tag in ELEMENT.findall(plain):
        yield from (double or single for double, single in READ.findall(tag))


def of_script(text: str) -> Iterator[str]:
    """String literals with a space in them; one word alone is a key or a state."""
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith(("//", "*", "/*")))
    for groups in SCRIPT_STRING.findall(lines):
        words = re.sub(r"\${[^}]*}", "…", "".join(groups))
        if " " in words:
            yield words


def of_python(text: str) -> Iterator[str]:
    """String literals with a space in them, without docstrings, logs and statements of SQL."""
    tree = ast.parse(text)
    silent = {id(node) for node in _docstrings(tree)} | {id(part) for call in _logs(tree) for part in ast.walk(call)}
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if id(node) in silent or id(node) in inside:
            continue
        words = _words(node)
        if " " in words and not words.startswith(("SELECT ", "UPDATE ", "INSERT ", "WITH ")):
            yield words


def _words(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
    return ""


def _docstrings(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        for statement in getattr(node, "body", ()) if isinstance(getattr(node, "body", ()), list) else ():
            if isinstance(statement, ast.Expr):
                yield statement.value


def _logs(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        named = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LOGS
        if named and isinstance(node.func.value, ast.Name) and node.func.value.id.startswith("log"):
            yield node


def read_by_people(root: Path) -> Iterator[tuple[str, str]]:
    """(file, text) of everything on the product's screens, in its mails, refusals, administration and API."""
    for ending, of in ((".html", of_template), (".txt", of_template)):
        yield from _of(root, "templates", ending, of)
    yield from _of(root, "static/js", ".js", of_script)
    for room in ("console", "support_management"):
        yield from _of(root, room, ".py", of_python)


def _of(root: Path, folder: str, ending: str, of) -> Iterator[tuple[str, str]]:
    for file in sorted((root / folder).rglob(f"*{ending}")):
        if "migrations" not in file.parts:
            yield from ((file.relative_to(root).as_posix(), text) for text in of(file.read_text()))
