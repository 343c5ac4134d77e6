"""Words that read like a translation do not come back: what is said instead stands beside each."""

import re
from pathlib import Path

import pytest

from tests.architecture.words import of_python, of_script, of_template, read_by_people

ROOT = Path(__file__).resolve().parents[2]
INSTEAD = {
    # nouns and verbs of the field
    "promise": "SLA or target",
    "promised": "SLA or target",
    "promises": "SLA or target",
    "our clock": "SLA",
    "stands still": "paused",
    "take what is next": "next ticket",
    "take next": "next ticket",
    "it is yours": "assigned to you",
    "is yours now": "assigned to you",
    "is no longer yours": "reassigned",
    "yours to see": "you don't have access",
    "took it first": "already assigned to",
    "with your word": "override",
    "could not go on with it": "reassigned automatically",
    "a hand assigned it": "assigned manually",
    "moves of work": "assignment history",
    "count anew": "recalculate",
    "counted anew": "updated",
    "anew": "again",
    "any more": "no longer",
    "what is told where": "notification settings",
    "shut out": "deactivate",
    "shuts themselves out": "deactivate",
    "let in again": "reactivate",
    "throw away": "delete",
    "who is there": "list",
    "piece of work": "ticket, dispute or item",
    "pieces of work": "tickets, disputes or items",
    "by hand": "manually",
    "free again": "unassigned",
    "back to everybody": "unassigned",
    # sign-in, top bar, shortcuts
    "do not belong together": "incorrect user name or password",
    "present password": "current password",
    "once more": "confirm",
    "drafts are kept": "nothing: drop it",
    "this is not here": "page not found",
    "this is not for you": "you don't have access",
    "show what others do": "refresh",
    "this sheet": "show shortcuts",
    "show what is new": "load new tickets",
    "keep the draft": "close editor",
    # queue, ticket, workload
    "agents free": "available agents",
    "wait about": "est. wait",
    "nothing is yours": "no tickets assigned to you",
    "only the desk": "only your team, or only support staff",
    "to the team": "nothing: drop it",
    "say why": "enter a reason",
    "look at it, then send": "review, then send",
    "agents take the work": "this queue is not assigned automatically",
    "why is nobody": "routing",
    "no decision is kept": "no routing decision recorded",
    "candidates and refusals": "candidates",
    "it stays where it is": "not reassigned",
    "knows the client": "handled this customer before",
    "past the desk": "outside the console",
    "in work order": "by priority",
    "open the lane": "view all",
    "nobody can take": "no eligible agent",
    "asks for less": "requirement drops one level",
    "no room": "not enough capacity",
    # SLA
    "how they ran": "SLA history",
    "how it ran": "SLA history",
    "all about": "SLA details",
    "that fits, from the top": "the first matching policy applies",
    "which policy wins": "test policy",
    "does not hold": "does not match",
    "breaches next, and why": "upcoming breaches",
    "with the selected lines": "selected items",
    "minutes more": "extend by",
    "stays broken": "already breached; can't be extended",
    # status, dashboard, disputes
    "said so": "set manually",
    "go anyway": "keep and go offline",
    "return my work": "unassign",
    "newest back": "newest first",
    "gives you work": "no automatic assignment during an absence",
    "handled in all": "all time",
    "kept with the decision": "stored with the decision",
    # notifications, preferences, mails
    "missed its deadline": "SLA breached",
    "nothing yet": "no notifications yet",
    "asks me to look at it": "a lead asks me to look",
    "rule calls me": "escalations to me",
    "how it looks": "appearance",
    "how it moves": "updates and accessibility",
    "on this clock": "all times use this zone",
    "are kept": "saved",
    "at the desk": "role and access",
    "notices from the desk": "notifications",
}
ON_SCREEN = {"requester": "customer", "nobody": "unassigned, or no one", "advance": "change status"}
"""Words that a program or a sentence may use; a page does not."""
SAID_BY_OTHERS = ("support_management/management/demo/", "support_management/management/simulator/")
"""What customers and agents of the demo write."""
STORED = ("support_management/routing/record/reassignment_log.py",)
"""A reason that rows carry since they were written; pages leave it out."""


def forbidden(words: dict[str, str]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)


EVERYWHERE, ON_PAGES = forbidden(INSTEAD), forbidden(ON_SCREEN)


def offences(place: str, text: str) -> list[str]:
    said = [(hit[0], INSTEAD[hit[0].lower()]) for hit in EVERYWHERE.finditer(text)]
    if place.startswith(("templates/", "static/")):
        said += [(hit[0], ON_SCREEN[hit[0].lower()]) for hit in ON_PAGES.finditer(text)]
    return [f"{place}: “{words}”, say: {instead}" for words, instead in said]


@pytest.mark.parametrize(
    ("of", "source"),
    [
        (of_template, '<p title="{{ x }}">{% if x %}Take <b>what</b> is next{% endif %}</p>'),
        (of_template, '<input\n  aria-label="All about it">'),
        (of_template, "<p>Replies of the requester</p>"),
        (of_script, "// It stays\nsay(`It is yours, ${name}`)"),
        (of_python, 'raise Conflict("no_room", f"{name}: no room for {x}.")'),
        (of_python, 'label = models.CharField("minutes more")'),
    ],
)
def test_the_rule_finds_what_it_looks_for(of, source):
    assert [said for text in of(source) for said in offences("templates/x.html", text)]


@pytest.mark.parametrize(
    ("of", "source"),
    [
        (of_template, '<form action="/disputes/1/advance/" data-x="requester">{% include "who is there" %}</form>'),
        (of_script, '// count anew\nif (state === "promise") done();'),
        (of_python, '"""It is yours."""\nlog.warning("no room for %s", x)\nkind = "promise"'),
    ],
)
def test_names_and_comments_are_not_read_by_people(of, source):
    assert not [said for text in of(source) for said in offences("templates/x.html", text)]


def test_no_screen_mail_or_refusal_says_it():
    texts = [(place, text) for place, text in read_by_people(ROOT) if not place.startswith(SAID_BY_OTHERS + STORED)]
    assert len(texts) > 500
    assert [said for place, text in texts for said in offences(place, text)] == []
