"""`manage.py shell` of a desk, kept open: starting one costs more than most of what is asked of it."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ANSWERS = """
import contextlib, io, json, sys, traceback
from django.db import connections
known = dict(globals())
for line in sys.stdin:
    said, failed = io.StringIO(), ""
    try:
        with contextlib.redirect_stdout(said):
            exec(json.loads(line), dict(known))
    except BaseException:
        failed = traceback.format_exc()
    connections.close_all()
    print(json.dumps([said.getvalue(), failed]), flush=True)
"""


class Shell:
    """Answers one question after another, each with fresh names and a fresh connection."""

    def __init__(self, environment: dict[str, str]):
        self._process = subprocess.Popen(
            [sys.executable, "manage.py", "shell", "--verbosity", "0", "-c", ANSWERS],
            cwd=ROOT,
            env=environment,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def ask(self, code: str) -> str:
        """What these lines of Python print. Fails with their traceback."""
        self._process.stdin.write(json.dumps(code) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, f"the shell ended with {self._process.wait(5)}"
        said, failed = json.loads(answer)
        assert not failed, said + failed
        return said

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()
