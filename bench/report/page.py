"""docs/benchmarks.md from the kept JSON lines: every figure with its bound, its verdict and what the machine did."""

import json
import tomllib
from pathlib import Path

from bench.report.results import RESULTS
from bench.report.tables import pages_table, plain_table

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"
TEXTS = Path(__file__).resolve().parent / "texts.toml"


def write() -> Path:
    """The page, from what is in `bench/results`; a benchmark that was not run is left out."""
    texts = tomllib.loads(TEXTS.read_text())
    books = {name: _lines(RESULTS / f"{name}.jsonl") for name in texts["title"]}
    parts = [_head(books, texts["intro"]), _missed(books, texts["why"])]
    parts += [_section(lines, texts["title"][name], texts["how"][name]) for name, lines in books.items()]
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text("\n\n".join(part for part in parts if part) + "\n")
    return PAGE.relative_to(ROOT)


def _lines(file: Path) -> list[dict]:
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def _head(books: dict[str, list[dict]], intro: str) -> str:
    text = f"# Benchmarks\n\n{intro.strip()}"
    machine = next((line["machine"] for lines in books.values() for line in lines if "machine" in line), None)
    if machine:
        text += f"\n\nMachine: {machine['cores']} cores, {machine['processor']}, {machine['memory_gib']} GiB memory, "
        text += f"{machine['system']}, Python {machine['python']}."
    return text


def _missed(books: dict[str, list[dict]], why: dict[str, str]) -> str:
    if not any(books.values()):
        return "Nothing has been measured yet."
    by_figure: dict[str, list[dict]] = {}
    for lines in books.values():
        for line in lines:
            if line.get("verdict") == "missed":
                by_figure.setdefault(line["figure"], []).append(line)
    misses = [_miss(figure, lines, why) for figure, lines in by_figure.items()]
    return "## What missed its bound\n\n" + ("\n".join(misses) or "Nothing.")


def _miss(figure: str, lines: list[dict], why: dict[str, str]) -> str:
    first = lines[0]
    bound = f"at most {first['most']:g}" if "most" in first else f"at least {first['least']:g}"
    values = ", ".join(_seen(line) for line in lines)
    reason = next((text for start, text in why.items() if figure.startswith(start)), "")
    reason = reason or next((str(line["why"]) for line in lines if line.get("why")), "")
    return f"- **{figure}**: {values}, where {bound} is allowed. {reason.strip()}".rstrip()


def _seen(line: dict) -> str:
    value = "no value" if "value" not in line else f"{line['value']:g} {line.get('unit', '')}".strip()
    place = line.get("mode") or line.get("db") or line.get("who")
    return f"{value} ({place})" if place else value


def _section(lines: list[dict], title: str, how: str) -> str:
    figures = [line for line in lines if "figure" in line]
    if not figures:
        return ""
    date = figures[-1]["at"].replace("T", " ").replace("Z", " UTC")
    table = pages_table(figures) if figures[0]["bench"] == "pages" else plain_table(figures)
    return f"## {title}\n\n{how.strip()}\n\nMeasured {date}.\n\n{table}"
