"""Markdown tables of figures."""

from collections.abc import Iterable

WHERE = ("mode", "db", "who", "n", "sockets", "rate", "door")
WORDS = {"n": "{} sockets", "sockets": "{} sockets open", "rate": "{}/s", "door": "by {}"}
BESIDE = ("p50", "p99", "delivery_p50", "minimal", "missing", "errors", "refetches", "stuck")


def plain_table(lines: list[dict]) -> str:
    rows = [(line["figure"], _where(line), _value(line), _bound(line), _verdict(line), _load(line)) for line in lines]
    return _table(("Figure", "Where", "Value", "Bound or goal", "Verdict", "Load"), rows)


def pages_table(lines: list[dict]) -> str:
    """One row per page or fragment and database."""
    subjects: dict[tuple[str, str], dict[str, dict]] = {}
    for line in lines:
        what, _, figure = line["figure"].partition(": ")
        if " ÷ " in what:
            what, figure = what.partition(" ÷ ")[0], "share"
        subjects.setdefault((what, line.get("db", "")), {})[figure.partition(" ")[0]] = line
    rows = [(what, db, *_page_cells(figures)) for (what, db), figures in sorted(subjects.items())]
    heads = ("What", "On", "ms by tickets", "Queries", "Growth", "÷ minimal", "Verdict", "Load")
    return _table(heads, rows)


def _page_cells(figures: dict[str, dict]) -> tuple[str, ...]:
    time, queries = figures.get("time", {}), figures.get("queries", {})
    by_size = "; ".join(f"{int(size):,}: {ms:g}" for size, ms in time.get("by_size", {}).items())
    growth, share = (f"{figures[name]['value']:g}" if name in figures else "" for name in ("growth", "share"))
    verdicts = {line["verdict"] for line in figures.values()} - {"reported"}
    word = "missed" if "missed" in verdicts else "met" if "met" in verdicts else ""
    return by_size, str(queries.get("value", "")), growth, share, word, _load(time)


def _where(line: dict) -> str:
    return ", ".join(WORDS.get(name, "{}").format(line[name]) for name in WHERE if name in line)


def _value(line: dict) -> str:
    if "value" not in line:
        return "not measured"
    text = f"{line['value']:g} {line.get('unit', '')}".strip()
    beside = [f"{name.replace('_', ' ')} {line[name]:g}" for name in BESIDE if isinstance(line.get(name), (int, float))]
    if "repeats" in line and len(line["repeats"]) > 1:
        beside.append("of " + " / ".join(f"{value:g}" for value in line["repeats"] if value is not None))
    return f"{text} ({', '.join(beside)})" if beside else text


def _bound(line: dict) -> str:
    parts = [f"{sign} {line[name]:g}" for name, sign in (("most", "≤"), ("least", "≥"), ("aim", "aim")) if name in line]
    if "goal" in line:
        parts.append(f"goal {line['goal']}")
    return ", ".join(parts)


def _verdict(line: dict) -> str:
    if line.get("void"):
        return f"none: {line['void']}"
    return "" if line["verdict"] == "reported" else line["verdict"]


def _load(line: dict) -> str:
    shares = [f"{line[name]:g} %" for name in ("server_cpu", "client_cpu") if name in line]
    return " / ".join([f"{line['load1']:g}" if "load1" in line else "", *shares]).strip(" /")


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
