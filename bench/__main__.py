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
    "pages",
    "api_rate",
    "end_to_end",
    "live_fanout",
    "calendars",
    "clocks",
    "texts",
    "claims",
    "arrival",
    "planning",
    "day",
    "search",
)
LIMIT_SECONDS = 25 * 60
"""A run that takes longer has hung: it is ended with everything it started."""
FILE_DESCRIPTORS = 8192


class TimeLimitReached(Exception):
    """The run has taken LIMIT_SECONDS."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHES))
    parser.add_argument("--quick", action="store_true", help="seconds instead of minutes: shows that it runs, no more")
    parser.add_argument("--render", action="store_true", help="only write docs/benchmarks.md from the kept lines")
    options = parser.parse_args()
    if unknown := set(options.names) - set(BENCHES):
        parser.error(f"there is no benchmark called {', '.join(sorted(unknown))}")
    measured = options.render or _measure(options.names or list(BENCHES), quick=options.quick)
    if not options.quick:
        _render()
    return 0 if measured else 1


def _measure(names: list[str], *, quick: bool) -> bool:
    _set_limits()
    good = True
    for name in names:
        began = time.monotonic()
        log = ResultLog(name, quick=quick)
        try:
            importlib.import_module(f"bench.scenarios.{name}").run(log, quick=quick)
        except (TimeLimitReached, KeyboardInterrupt):
            print(f"{name}: ended before it was done", file=sys.stderr)
            return False
        except Exception:
            traceback.print_exc()
            good = False
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return good


def _set_limits() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, FILE_DESCRIPTORS) if most > 0 else FILE_DESCRIPTORS, most))

    def over(*_):
        raise TimeLimitReached

    for number in (signal.SIGALRM, signal.SIGTERM):
        signal.signal(number, over)
    signal.alarm(LIMIT_SECONDS)
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


def _render() -> None:
    from bench.report import page

    print(f"written: {page.write()}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
