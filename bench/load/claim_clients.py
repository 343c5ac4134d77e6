"""`python -m bench.load.claim_clients`: many agents claim the same ticket at the same moment, round by round.

A process of its own, so that it takes no time from the server. Its input is JSON: port, tokens, tickets. It prints the
answers of each round.
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
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._tickets, self._gate = tickets, gate
        self.answers: list[dict] = []

    def run(self) -> None:
        for pk in self._tickets:
            self._gate.wait()
            began = time.monotonic()
            status, answer = self._claim(pk)
            name = answer.get("owner") or (answer.get("assignee") or {}).get("name", "")
            seconds = round(time.monotonic() - began, 5)
            self.answers.append({"status": status, "code": answer.get("code", ""), "owner": name, "seconds": seconds})

    def _claim(self, pk: int) -> tuple[int, dict]:
        try:
            self._connection.request("POST", CLAIM.format(pk), "{}", self._headers)
            response = self._connection.getresponse()
            return response.status, json.loads(response.read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            self._connection.close()
            return 0, {"code": type(error).__name__}


def main() -> None:
    task = json.load(sys.stdin)
    gate = threading.Barrier(len(task["tokens"]))
    agents = [Claimant(task["port"], token, task["tickets"], gate) for token in task["tokens"]]
    for agent in agents:
        agent.start()
    for agent in agents:
        agent.join()
    print(json.dumps([list(answers) for answers in zip(*(agent.answers for agent in agents), strict=True)]))


if __name__ == "__main__":
    main()
