"""Fifty agents claim the same ticket at the same moment, over real HTTP: one has it, the others are task who."""

import json
import subprocess
import sys
from dataclasses import dataclass

from bench.harness.servers import MODES, ROOT, ServerStack, run_script
from bench.report.results import ResultLog, percentile
from tests.stack.desk import Desk

SECONDS_A_ROUND = 5
REFUSED = ("taken", "no_room")


@dataclass(frozen=True, slots=True)
class Scale:
    agents: int
    rounds: int


FULL = Scale(agents=50, rounds=200)
QUICK = Scale(agents=8, rounds=5)


def run(results: ResultLog, *, quick: bool) -> None:
    scale = QUICK if quick else FULL
    for mode in MODES:
        with ServerStack() as stack:
            desk, _ = stack.desk_in(mode)
            fixtures = run_script(
                desk.environment, "bench.scripts.claim_tickets", "make", str(scale.agents), str(scale.rounds)
            )
            rounds = _race(desk, fixtures, scale)
            _report(
                results,
                fixtures,
                rounds,
                run_script(desk.environment, "bench.scripts.claim_tickets", "look"),
                scale,
                mode,
            )


def _race(desk: Desk, fixtures: dict, scale: Scale) -> list[list[dict]]:
    task = json.dumps({"port": desk.port, **fixtures})
    limit = 30 + SECONDS_A_ROUND * scale.rounds
    command = [sys.executable, "-m", "bench.load.claim_clients"]
    process = subprocess.run(
        command, cwd=ROOT, input=task, stdout=subprocess.PIPE, text=True, timeout=limit, check=True
    )
    return json.loads(process.stdout)


def _report(results: ResultLog, fixtures: dict, rounds: list[list[dict]], rows: dict, scale: Scale, mode: str) -> None:
    where = {"mode": mode, "agents": scale.agents, "rounds": scale.rounds}
    owners = [rows["owners"].get(str(pk)) for pk in fixtures["tickets"]]
    winners = [[answer["owner"] for answer in answers if answer["status"] == 200] for answers in rounds]
    wrong = sum(names != [owner] for names, owner in zip(winners, owners, strict=True))
    results.add("rounds without exactly one winner, the owner", wrong, most=0, **where)
    taken = [(answer["owner"], owner) for answers, owner in zip(rounds, owners, strict=True) for answer in answers
             if answer["code"] == "taken"]  # fmt: skip
    results.add(
        "losers task another name than the winner's", sum(name != owner for name, owner in taken), most=0, **where
    )
    odd = [
        answer for answers in rounds for answer in answers if answer["status"] != 200 and answer["code"] not in REFUSED
    ]
    why = f"{odd[0]['status']} {odd[0]['code']}" if odd else ""
    results.add("claims answered in another way", len(odd), most=0, first_error=why, **where)
    results.add("tickets with two owners in their history", rows["twice"], most=0, **where)
    results.add("agents over capacity", rows["over"], most=0, **where)
    results.add("load that differs from the units of work", abs(rows["load"] - rows["units"]), most=0, **where)
    times = [answer["seconds"] * 1e3 for answers in rounds for answer in answers]
    name = f"answer to one of {scale.agents} claims at once, p95"
    results.add(name, percentile(times, 0.95), unit="ms", p50=percentile(times, 0.5), **where)
