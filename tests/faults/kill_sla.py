"""`python -m tests.faults.kill_sla --minutes 5`: a busy desk whose worker, beat and web die at random moments.

Afterwards every clock must follow from its history, and every threshold that fell due must have fired exactly once,
told once, with its rule carried out once. `--calm` kills nobody: then the lateness is that of a healthy desk.
`--served` runs on PostgreSQL and Redis.
"""

import argparse
import json
import random
import subprocess
import sys
import threading
import time
import uuid

from tests.servers import wait_for
from tests.stack.desk import ROOT, Desk, Services
from tests.stack.http_clients import Program

VICTIMS = ("worker", "beat", "web")
CONSISTENCY = "from tests.faults import consistency\n"
PREPARE = CONSISTENCY + "consistency.prepare(User.objects.filter(role='admin').first())"
LONGEST_PROMISE = 2 * 60


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--minutes", type=float, default=5)
    asked.add_argument("--rate", type=float, default=1000, help="thresholds a minute (default 1000)")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--calm", action="store_true")
    asked.add_argument("--served", action="store_true")
    facts = asked.parse_args()
    if not facts.served:
        return hunt(Desk(DEMO="1"), facts)
    with Services() as services:
        return hunt(Desk(database=services.postgresql.make("hunted"), redis=services.redis.url), facts)


def hunt(desk: Desk, facts: argparse.Namespace) -> int:
    over, made, killed = threading.Event(), [], []
    try:
        desk.start()
        desk.shell(PREPARE)
        client = Program(desk.url, desk.token("agent1"))
        threads = [threading.Thread(target=feed, args=(client, facts.rate / 6 / 60, over, made))]
        if not facts.calm:
            threads.append(threading.Thread(target=kill, args=(desk, random.Random(facts.seed), over, killed)))
        player = simulate(desk)
        for thread in threads:
            thread.start()
        over.wait(facts.minutes * 60)
        over.set()
        for thread in threads:
            thread.join()
        player.terminate()
        player.wait(30)
        return judge(desk, made, killed)
    finally:
        over.set()
        desk.throw_away()


def feed(client: Program, per_second: float, over: threading.Event, made: list) -> None:
    """New tickets with short promises: six thresholds each, three for the first answer and three for the outcome."""
    began = time.monotonic()
    while not over.is_set():
        key, body = str(uuid.uuid4()), {"subject": f"Hunted {len(made)}", "body": "Please help.", "tags": ["hunted"]}
        while not over.is_set() and not _came_in(client, body, key):
            over.wait(0.2)
        made.append(key)
        over.wait(max(0.0, began + len(made) / per_second - time.monotonic()))


def _came_in(client: Program, body: dict, key: str) -> bool:
    try:
        return client.post("/tickets/", body, key=key).status == 201
    except OSError:
        return False


def kill(desk: Desk, chance: random.Random, over: threading.Event, killed: list) -> None:
    """Whoever it hits is gone at once; the supervisor brings another."""
    while not over.wait(chance.uniform(2, 8)):
        victim = chance.choice(VICTIMS)
        alive = desk.of(victim)
        if alive:
            chance.choice(alive).kill()
            killed.append(victim)


def simulate(desk: Desk) -> subprocess.Popen:
    command = [sys.executable, "manage.py", "simulate", "--rate", "2", "--url", desk.url]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(command, cwd=ROOT, env=desk.environment, **quiet)


def judge(desk: Desk, made: list, killed: list) -> int:
    desk.wait_until_ready()
    ask = CONSISTENCY + "consistency.say(consistency.waiting())"
    within = LONGEST_PROMISE + 60
    wait_for(lambda: json.loads(desk.shell(ask)) == 0, within=within, what="nothing waits any more", every=2)
    found = json.loads(desk.shell(CONSISTENCY + "consistency.say(consistency.report())"))
    names = ", ".join(f"{name} {killed.count(name)}×" for name in VICTIMS)
    tell(f"{len(made)} tickets, {found['thresholds']} thresholds, killed: {names}")
    tell(f"seconds from due to fired: {found['late']}")
    tell(desk.manage("verify_sla").strip())
    for sentence in found["wrong"][:50]:
        tell(f"WRONG: {sentence}")
    tell("Nothing lost, nothing twice." if not found["wrong"] else f"{len(found['wrong'])} things are wrong.")
    return 1 if found["wrong"] else 0


def tell(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")


if __name__ == "__main__":
    sys.exit(main())
