"""Fifty agents claim the same ticket at the same moment, over real HTTP: one has it, the others are told who."""

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
            if mode == "embedded":
                desk = stack.desk()
            else:
                postgresql, store = stack.services()
                desk = stack.desk(postgresql=postgresql, redis=store, WEB="1")
            facts = run_script(
                desk.environment, "bench.scripts.claim_tickets", "make", str(scale.agents), str(scale.rounds)
            )
            rounds = _race(desk, facts, scale)
            _report(
                results, facts, rounds, run_script(desk.environment, "bench.scripts.claim_tickets", "look"), scale, mode
            )


def _race(desk: Desk, facts: dict, scale: Scale) -> list[list[dict]]:
    told = json.dumps({"port": desk.port, **facts})
    limit = 30 + SECONDS_A_ROUND * scale.rounds
    command = [sys.executable, "-m", "bench.load.claim_clients"]
    done = subprocess.run(command, cwd=ROOT, input=told, stdout=subprocess.PIPE, text=True, timeout=limit, check=True)
    return json.loads(done.stdout)


def _report(results: ResultLog, facts: dict, rounds: list[list[dict]], found: dict, scale: Scale, mode: str) -> None:
    where = {"mode": mode, "agents": scale.agents, "rounds": scale.rounds}
    owners = [found["owners"].get(str(pk)) for pk in facts["tickets"]]
    winners = [[one["owner"] for one in answers if one["status"] == 200] for answers in rounds]
    wrong = sum(names != [owner] for names, owner in zip(winners, owners, strict=True))
    results.add("rounds without exactly one winner, the owner", wrong, most=0, **where)
    taken = [(one["owner"], owner) for answers, owner in zip(rounds, owners, strict=True) for one in answers
             if one["code"] == "taken"]  # fmt: skip
    results.add(
        "losers told another name than the winner's", sum(name != owner for name, owner in taken), most=0, **where
    )
    odd = [one for answers in rounds for one in answers if one["status"] != 200 and one["code"] not in REFUSED]
    why = f"{odd[0]['status']} {odd[0]['code']}" if odd else ""
    results.add("claims answered in another way", len(odd), most=0, first_error=why, **where)
    results.add("tickets with two owners in their history", found["twice"], most=0, **where)
    results.add("agents over capacity", found["over"], most=0, **where)
    results.add("load that differs from the units of work", abs(found["load"] - found["units"]), most=0, **where)
    times = [one["seconds"] * 1e3 for answers in rounds for one in answers]
    name = f"answer to one of {scale.agents} claims at once, p95"
    results.add(name, percentile(times, 0.95), unit="ms", p50=percentile(times, 0.5), **where)
