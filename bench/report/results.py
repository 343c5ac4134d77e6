"""Figures as JSON lines: what was measured, against what, within which bound, on a machine that did what else."""

import json
import os
import statistics
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from bench.harness.cpu import CpuUsage, machine_facts

RESULTS = Path(__file__).resolve().parents[1] / "results"
SAME_RUN = 0.15
"""Two runs of the reference that differ by more make every ratio of that run worthless."""


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value below which this share lies; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values: Iterable[float | None]) -> float | None:
    numbers = [value for value in values if value is not None]
    return statistics.median(numbers) if numbers else None


def ratio(value: float | None, other: float | None) -> float | None:
    return value / other if value is not None and other else None


class ResultLog:
    """One benchmark's lines: shown as they come, kept in `bench/results/NAME.jsonl`."""

    def __init__(self, bench: str, *, quick: bool, folder: Path = RESULTS):
        folder.mkdir(parents=True, exist_ok=True)
        self.bench, self.quick = bench, quick
        self.file = folder / f"{bench}{'-quick' if quick else ''}.jsonl"
        self.file.write_text(json.dumps({"bench": bench, "machine": machine_facts()}) + "\n")

    def add(
        self,
        figure: str,
        value: float | None,
        *,
        unit: str = "",
        most: float | None = None,
        least: float | None = None,
        aim: float | None = None,
        usage: CpuUsage | None = None,
        void: str = "",
        **more,
    ) -> dict:
        """`most` and `least` are bounds; with `void`, the reason why no verdict is given, they are only shown."""
        line = {"bench": self.bench, "figure": figure, "value": _short(value), "unit": unit}
        line |= {"most": most, "least": least, "aim": aim, "verdict": _verdict(value, most, least, void), "void": void}
        line |= {name: _short(fact) for name, fact in more.items()}
        line |= (usage.load() if usage else {}) | {"load1": round(os.getloadavg()[0], 2), "quick": self.quick}
        line["at"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        line = {name: fact for name, fact in line.items() if fact not in (None, "")}
        text = json.dumps(line, ensure_ascii=False)
        print(text, flush=True)
        with self.file.open("a") as file:
            file.write(text + "\n")
        return line


def _verdict(value: float | None, most: float | None, least: float | None, void: str) -> str:
    if most is None and least is None:
        return "reported"
    if void:
        return "none"
    good = value is not None and (most is None or value <= most) and (least is None or value >= least)
    return "met" if good else "missed"


def _short(value):
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {name: _short(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_short(part) for part in value]
    return value
