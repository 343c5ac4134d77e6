"""Many agents who claim the same ticket at the same moment, round by round: `python -m bench.load.claim_clients`.

A process of its own, so that it steals nothing from the server. Told on standard input: port, tokens, tickets. Prints
per round who was answered what.
"""

import http.client
import json
import sys
import threading
import time

CLAIM = "/api/v1/support-management/tickets/{}/claim/"


class Claimant(threading.Thread):
    """One agent with one keep-alive connection."""

    def __init__(self, port: int, token: str, tickets: list[int], gate: threading.Barrier):
        super().__init__(daemon=True)
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._tickets, self._gate = tickets, gate
        self.answers: list[dict] = []

    def run(self) -> None:
        for pk in self._tickets:
            self._gate.wait()
            began = time.monotonic()
            status, facts = self._claim(pk)
            name = facts.get("owner") or (facts.get("assignee") or {}).get("name", "")
            seconds = round(time.monotonic() - began, 5)
            self.answers.append({"status": status, "code": facts.get("code", ""), "owner": name, "seconds": seconds})

    def _claim(self, pk: int) -> tuple[int, dict]:
        try:
            self._line.request("POST", CLAIM.format(pk), "{}", self._headers)
            answer = self._line.getresponse()
            return answer.status, json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError) as trouble:
            self._line.close()
            return 0, {"code": type(trouble).__name__}


def main() -> None:
    told = json.load(sys.stdin)
    gate = threading.Barrier(len(told["tokens"]))
    agents = [Claimant(told["port"], token, told["tickets"], gate) for token in told["tokens"]]
    for agent in agents:
        agent.start()
    for agent in agents:
        agent.join()
    print(json.dumps([list(answers) for answers in zip(*(agent.answers for agent in agents), strict=True)]))


if __name__ == "__main__":
    main()
