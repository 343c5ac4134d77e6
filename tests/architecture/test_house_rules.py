"""Rules of the house that no linter knows. Each failure says what to do instead."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from console.variables import VARIABLES

ROOT = Path(__file__).resolve().parents[2]
OURS = ("support_management", "console")
FILE_LIMIT, FUNCTION_LIMIT, TEMPLATE_LIMIT, ASSET_LIMIT = 300, 40, 60, 150


def python(*rooms: str) -> list[Path]:
    files = [file for room in rooms for file in sorted((ROOT / room).rglob("*.py"))]
    return [file for file in files if "migrations" not in file.parts]


@cache
def lines(*rooms: str) -> list[tuple[str, int, str]]:
    """Every line of code with its file and number; docstrings and comments talk, they do not act."""
    return [
        (name, number, line.partition("  #")[0])
        for file in python(*rooms)
        for name in [str(file.relative_to(ROOT))]
        for number, line in enumerate(file.read_text().splitlines(), 1)
    ]


def found(pattern: str, *rooms: str, but: tuple[str, ...] = ()) -> list[str]:
    rule = re.compile(pattern)
    acting = [(name, number) for name, number, line in lines(*rooms) if rule.search(line)]
    return [f"{name}:{number}" for name, number in acting if not name.startswith(but)]


def assets(folder: str, ending: str) -> list[Path]:
    return sorted((ROOT / folder).rglob(f"*{ending}"))


def longer_than(limit: int, files: list[Path]) -> dict[str, int]:
    sizes = {str(file.relative_to(ROOT)): len(file.read_text().splitlines()) for file in files}
    return {name: size for name, size in sizes.items() if size > limit}


def test_one_place_asks_what_time_it_is():
    places = found(
        r"timezone\.now\(|datetime\.now\(|utcnow\(|time\.time\(", *OURS, but=("support_management/core/time.py",)
    )
    assert places == [], "Take the time from support_management/core/time.py: now()."


def scripts_with(pattern: str, *, but: str) -> list[str]:
    rule = re.compile(pattern)
    files = [file for file in assets("static/js", ".js") if file != ROOT / "static/js" / but]
    return [str(file.relative_to(ROOT)) for file in files if rule.search(file.read_text())]


def test_one_script_asks_the_browser_what_time_it_is():
    places = scripts_with(r"Date\.now\(|new Date\(\)", but="time/now.js")
    assert places == [], "A browser's clock is set and jumps: serverNow(), moment() and secondsSince() of time/now.js."


def test_one_script_gives_forms_their_keys():
    places = scripts_with(r"elements\.key\b|\bkey\.value = ", but="composer/send.js")
    assert places == [], "A key goes when an answer has settled what became of it: composer/send.js."


def test_one_refusal_has_one_code():
    """Whether only leads or only admins may do something is asked in people/roles.py, which knows the code."""
    asks = re.compile(
        r"^if (by is not None and )?(not \w+\.(is_lead|is_staff)|\w+\.role not in (\w+\.)?(LEADS|ADMINS)):"
    )
    bad = []
    for file in python("support_management"):
        text = file.read_text()
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.If) or not asks.match(ast.get_source_segment(text, node) or ""):
                continue
            refusal = ast.unparse(node.body[0])
            if re.match(r"raise NotAllowed\((?!LEADS_ONLY|ADMINS_ONLY)", refusal):
                bad.append(f"{file.relative_to(ROOT)}:{node.lineno} {refusal}")
    assert bad == [], "Call roles.require_lead or roles.require_admin with the sentence."
    spelled = found(r"\"(leads_only|admins_only)\"", *OURS, but=("support_management/core/errors.py",))
    assert spelled == [], "Read LEADS_ONLY and ADMINS_ONLY from core/errors.py."


ONCE = {
    "half an hour until work is due soon": (r"timedelta\(minutes=30\)|SOON_MINUTES", "core/time.py"),
    "the last position of a list": (r"LAST_POSITION\s*=|position.*10_000", "core/ordering.py"),
    "how long work stays visible to participants": (r"timedelta\(days=14\)", "people/participation.py"),
    "the length of a reason for a transfer": (r"REASON_LIMIT = 80\b", "people/assignment_rules.py"),
    "reasons that say nothing new": (r"\"assigned\", \"claimed\", \"released\"", "people/assignment_rules.py"),
    "numbers of rows": (r"NumberSequence\.take\((?!\"agent\")", "core/numbering.py"),
    "units of a ticket": (r"\.type\.units\(", "tickets/models.py"),
    "the fields of an event about a clock": (r"\"clock_id\": |\bclock_id=\w+\.pk", "sla/clock/owners.py"),
}


@pytest.mark.parametrize("what", ONCE)
def test_it_is_defined_once(what):
    pattern, home = ONCE[what]
    assert found(pattern, f"support_management/{Path(home).parent}"), f"{home} no longer defines {what}."
    places = found(pattern, *OURS, but=(f"support_management/{home}", "support_management/management/"))
    assert places == [], f"Read {what} from support_management/{home}."


LOOK_UP = {"Q", "filter", "exclude", "get", "annotate"}


def sets(node: ast.AST, column: str) -> bool:
    """Whether the node gives the column a value: by keyword, by attribute or as a key of a dict."""
    if isinstance(node, ast.Call):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        return name not in LOOK_UP and any(keyword.arg == column for keyword in node.keywords)
    if isinstance(node, ast.Assign):
        targets = [one for target in node.targets for one in ast.walk(target)]
        return any(isinstance(one, ast.Attribute) and one.attr == column for one in targets)
    return isinstance(node, ast.Dict) and any(
        isinstance(key, ast.Constant) and key.value == column for key in node.keys
    )


def test_next_due_at_is_written_where_clocks_are():
    rooms = {"support_management/sla/clock/next_due.py", "support_management/tickets/next_due.py"}
    writers = {
        str(file.relative_to(ROOT))
        for file in python(*OURS)
        if any(sets(node, "next_due_at") for node in ast.walk(ast.parse(file.read_text())))
    }
    demo = {name for name in writers if name.startswith("support_management/management/demo/")}
    assert writers - demo == rooms, "The next due time follows from the clocks: call sla.clock.next_due."
    places = found(r"next_due\.set_(due|states)\(", *OURS, but=("support_management/sla/clock/next_due.py",))
    assert places == [], "Call sla.clock.next_due: it knows which clock a ticket shows."


def test_what_a_call_needs_is_an_argument():
    """A context variable is for what belongs to a whole request, change or pass, never for one call."""
    rooms = ("core/request_context.py", "core/database_wait.py", "core/outcome.py", "events/")
    wide = (*rooms, "routing/dispatch/triggers.py")
    places = found(r"\bContextVar\(", *OURS, but=tuple(f"support_management/{place}" for place in wide))
    assert places == [], "Pass the value as an argument."


def test_the_length_of_a_reason_is_written_once():
    doors = ("console/forms", "support_management/api", "support_management/admin")
    places = found(r"\breason\b.*max_length=\d", *doors)
    assert places == [], "Read REASON_LIMIT of people.assignment_rules (or of sla.lifecycle.extension)."
    inputs = [
        (file, tag)
        for file in assets("templates", ".html")
        for tag in re.findall(r"<(?:input|textarea)[^>]*name=\"reason\"(?:{%.*?%}|[^>])*>", file.read_text())
    ]
    assert len(inputs) > 2
    bad = [str(file.relative_to(ROOT)) for file, tag in inputs if 'maxlength="{% reason_limit ' not in tag]
    assert bad == [], "maxlength is the tag {% reason_limit %}."


def test_the_order_of_handlers_stands_in_the_switchboard_only():
    switchboard = ("support_management/signals.py", "support_management/events/", "support_management/sla/escalation/")
    places = found(r"\brun_last\(|@handles|\bhandles\(|\bactions\.provide\(", *OURS, but=switchboard)
    assert places == [], "Register handlers, their order and the actions of rules in support_management/signals.py."


def test_a_write_says_whether_it_is_recorded():
    places = found(r"@transaction\.atomic", *OURS)
    assert places == [], (
        "Take @capability (its own event) or @recorded_write (RecordChanged) from events/capability.py."
    )
    places = found(r"atomic\(\).*quietly\(\).*closing\(\)", *OURS, but=("support_management/events/capability.py",))
    assert places == [], "A unit of work without a capability is events.capability.unit_of_work()."


def test_one_module_writes_and_reads_a_place_in_a_list():
    written_by_hand = r"""0(12|18)d|split\("\|"\)|"\|"\.join|bad_key", "This is not|__{side}"""
    places = found(written_by_hand, *OURS, but=("support_management/core/keyset.py",))
    assert places == [], "Give the list a Keyset (support_management/core/keyset.py)."


def test_doors_write_nothing_themselves():
    doors = ("console", "support_management/api", "support_management/admin")
    places = found(r"\.save\(|\.bulk_create\(|\.bulk_update\(|\.objects\.create\(|\.delete\(\)", *doors)
    places += found(r"\.objects\b.*\.update\(", *doors)
    places += [
        f"{name}:{number}"
        for name, number, line in lines("support_management")
        if name == "support_management/tasks.py" and re.search(r"\.save\(|\.create\(|\.update\(", line)
    ]
    assert places == [], "A view, API class, admin class or task calls a capability; the capability writes."


def test_nothing_inside_imports_the_list_of_models():
    doors = tuple(f"support_management/{door}" for door in ("signals", "admin", "api", "management"))
    places = found(r"from support_management\.models import", "support_management", but=doors)
    assert places == [], "Import a model from its concept; support_management/models.py is Django's door."


def test_normal_forms_are_made_of_short_runs():
    pattern = r"normalize\((?!.*\bthin)"  # of a text that was thinned, here or a line above
    places = found(pattern, *OURS, but=("support_management/management/demo",))
    assert places == [], "Take support_management/core/marks.py: thinned() before any normal form."


def test_addresses_of_requests_come_through_one_door():
    brought = r"""Referer|REFERER|url_has_allowed_host_and_scheme|(GET|POST)(\.get\(|\[)"next\""""
    places = found(brought, *OURS, but=("console/responses.py",))
    places += found(
        r"(redirect|Redirect|see_other|went)\(.*request\.(GET|POST|META|COOKIES|headers|get_full_path|build_abs)", *OURS
    )
    assert places == [], "Follow an address of a request through console/responses.py: safe_path, wanted_path or back."


def test_one_place_reads_the_environment():
    """Programs of PostgreSQL inherit it."""
    readers = ("console/variables.py", "console/startup.py", "support_management/management/backup/postgresql.py")
    places = found(r"\benviron\b|getenv\(", *OURS, but=readers)
    assert places == [], "Add the variable to console/variables.py and read it through settings."
    names = "|".join(VARIABLES)
    started = [ROOT / "bin" / name for name in ("run", "prepare.py", "supervisor.py")]
    bad = [file.name for file in started if re.search(rf"os\.environ(?:\.get\(|\[)\"({names})\"", file.read_text())]
    assert bad == [], "Read it with console/variables.py, which refuses what cannot be meant."


def test_passwords_are_checked_in_one_room():
    checks = r"\bcheck_password\w*\(|(?<!def )\bauthenticate\(|BasicAuthentication|obtain_auth_token|admin\.site\.login"
    guarded = ("support_management/people/passwords/", "support_management/management/demo/logins.py")
    assert found(checks, *OURS), "The rule finds nothing any more."
    places = found(checks, *OURS, but=guarded)
    assert places == [], "Call people.passwords.checking: it limits how often somebody may guess."


@pytest.mark.parametrize("room", OURS)
def test_files_are_short(room):
    long = longer_than(FILE_LIMIT, python(room))
    long.pop("console/settings.py", None)  # read top to bottom, once
    assert long == {}, f"A file has at most {FILE_LIMIT} lines: give an ability a file of its own."


@pytest.mark.parametrize("room", OURS)
def test_functions_are_short(room):
    long = []
    for file in python(room):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                long += [f"{file.relative_to(ROOT)}:{node.lineno} {node.name}"] if length > FUNCTION_LIMIT else []
    assert long == [], f"A function has at most {FUNCTION_LIMIT} lines: name a step and take it out."


@pytest.mark.parametrize(
    ("folder", "ending", "limit"),
    [("templates", ".html", TEMPLATE_LIMIT), ("static/css", ".css", ASSET_LIMIT), ("static/js", ".js", ASSET_LIMIT)],
)
def test_templates_and_assets_are_short(folder, ending, limit):
    long = longer_than(limit, assets(folder, ending))
    assert long == {}, f"At most {limit} lines: a partial, component or behaviour of its own takes the rest."


@pytest.mark.parametrize(
    ("mark", "partial"),
    [
        ("data-list-more", "ui/_list_foot.html"),
        ("data-mass-complaint", "ui/_mass.html"),
        ('name="assignee" required', "ui/_assign_dialog.html"),
    ],
)
def test_a_list_foot_a_bulk_form_and_an_assign_dialog_are_one_partial_each(mark, partial):
    places = [file for file in assets("templates", ".html") if mark in file.read_text()]
    assert places == [ROOT / "templates" / partial], "Include the partial with what differs."


def test_an_action_of_the_administration_is_written_once():
    actions = re.compile(r"""admin\.action\(description=["'](.+)["']\)""")
    named = [name for file in python("support_management/admin") for name in actions.findall(file.read_text())]
    assert named
    assert sorted(set(named)) == sorted(named), "Put it into the class that both inherit from (admin/work.py)."


def test_templates_carry_no_script_and_no_style():
    bad = []
    for file in assets("templates", ".html"):
        text = file.read_text()
        inline = re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>|<style|\sstyle=|\son[a-z]+=\"", text)
        bad += [f"{file.relative_to(ROOT)}: {inline[0]}"] if inline else []
    assert bad == [], "The policy forbids inline code: a class in static/css, a module in static/js found by data-."


KEYS = {"pk", "number", "slug", "csrf_token", "url", "id", "key", "action", "address"}
"""Last words of names that may stand in an hx- attribute: keys, numbers and addresses made of them."""


def is_key(variable: str) -> bool:
    """Whether `ticket.number`, `reply_url` or `form.id|escape` names a key; `monkey` and `valid` do not."""
    name = variable.partition("|")[0].strip().rpartition(".")[2]
    return name in KEYS or name.rpartition("_")[2] in KEYS


def test_user_text_stands_in_no_hx_attribute():
    bad = []
    for file in assets("templates", ".html"):
        for attribute in re.findall(r"\shx-[a-z:-]+=\"([^\"]*)\"", file.read_text()):
            names = re.findall(r"{{\s*([^}]*?)\s*}}", attribute)
            bad += [f"{file.relative_to(ROOT)}: {name}" for name in names if not is_key(name)]
    assert bad == [], "An hx- attribute holds addresses made of keys and numbers, never words of people."


@pytest.mark.parametrize("variable", ["url", "ticket.pk", "row.number|urlencode", "reply_url", "csrf_token"])
def test_a_key_is_seen(variable):
    assert is_key(variable)


@pytest.mark.parametrize("variable", ["monkey", "valid", "ticket.subject", "curl", "pk.name", "ticket.name|slugify"])
def test_a_word_that_ends_or_begins_like_a_key_is_none(variable):
    assert not is_key(variable)


ELSEWHERE = re.compile(r"(?:src|href|url\(|import)[=\s(\"']+https?://[^\"')\s]+")


def test_nothing_is_fetched_from_elsewhere():
    files = [*assets("templates", ".html"), *assets("static/css", ".css"), *assets("static/js", ".js")]
    bad = [f"{file.relative_to(ROOT)}: {hit}" for file in files for hit in ELSEWHERE.findall(file.read_text())]
    assert bad == [], "The page loads nothing from another host: ship it with the product."
