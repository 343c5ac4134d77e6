"""`python -m bench [NAME …] [--quick] [--render]`: measure, keep the lines, write docs/benchmarks.md from them."""

import argparse
import importlib
import os
import resource
import signal
import sys
import time
import traceback

from bench.report.results import ResultLog

BENCHES = (
    *("pages", "api_rate", "end_to_end", "live_fanout", "calendars", "clocks"),
    *("claims", "arrival", "planning", "day"),
)
LIMIT_SECONDS = 25 * 60
"""A run that is not over by then has hung: it is ended, and what it started with it."""
SOCKETS = 8192


class TooLong(Exception):
    """The whole run's time is up."""


def main() -> int:
    asked = argparse.ArgumentParser(prog="bench", description=__doc__)
    asked.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHES))
    asked.add_argument("--quick", action="store_true", help="seconds instead of minutes: shows that it runs, no more")
    asked.add_argument("--render", action="store_true", help="only write docs/benchmarks.md from the kept lines")
    options = asked.parse_args()
    if unknown := set(options.names) - set(BENCHES):
        asked.error(f"there is no benchmark called {', '.join(sorted(unknown))}")
    good = options.render or _measure(options.names or list(BENCHES), quick=options.quick)
    if not options.quick:
        _render()
    return 0 if good else 1


def _measure(names: list[str], *, quick: bool) -> bool:
    _take_room()
    good = True
    for name in names:
        began = time.monotonic()
        results = ResultLog(name, quick=quick)
        try:
            importlib.import_module(f"bench.scenarios.{name}").run(results, quick=quick)
        except (TooLong, KeyboardInterrupt):
            print(f"{name}: ended before it was done", file=sys.stderr)
            return False
        except Exception:
            traceback.print_exc()
            good = False
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return good


def _take_room() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, SOCKETS) if most > 0 else SOCKETS, most))

    def over(*_):
        raise TooLong

    for number in (signal.SIGALRM, signal.SIGTERM):
        signal.signal(number, over)
    signal.alarm(LIMIT_SECONDS)
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


def _render() -> None:
    from bench.report import page

    print(f"written: {page.write()}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
