"""What a person may see is asked of the concept: no door reads a model past its visibility."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOORS = ("console", "support_management/api")
MANAGERS = {"objects", "_default_manager", "_base_manager"}
BY_OWNER = {
    "TicketMessage",
    "SupportNotification",
    "SLAEvent",
    "AssignmentDecision",
    "AvailabilityInterval",
    "PlannedAbsence",
}
"""Seen with what they belong to, or by the person they belong to."""
UNCHECKED = {
    "console/access.py": "numbers of orders and tickets of a requester; a key whose capability checks",
    "console/fragments/availability.py": "painted once, for those whose own status it is",
    "console/fragments/moves.py": "for leads, who see all",
    "console/fragments/order_page.py": "painted once; the pane asks for each viewer",
    "console/fragments/payment_page.py": "painted once; the pane asks for each viewer",
    "console/fragments/ticket_page.py": "of a ticket that the viewer sees",
    "console/fragments/tickets.py": "painted once; the pane asks for each viewer",
    "console/fragments/workload_offers.py": "for leads, who see all",
    "console/views/availability.py": "the caller's own row",
    "support_management/api/serializers/disputes.py": "clocks of disputes that the caller sees",
    "support_management/api/serializers/payment_issues.py": "clocks of issues that the caller sees",
    "support_management/api/serializers/tickets.py": "clocks of tickets that the caller sees",
}
"""Where a door asks for rows of everybody, and why it may."""


def trees(*rooms: str) -> Iterator[tuple[str, ast.Module]]:
    for room in rooms:
        for file in sorted((ROOT / room).rglob("*.py")):
            yield str(file.relative_to(ROOT)), ast.parse(file.read_text())


def with_a_visibility() -> set[str]:
    """Models of which a query says who sees which: `def visible_to(…) -> QuerySet[Ticket]`."""
    models = set(BY_OWNER)
    for _, tree in trees("support_management"):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name.endswith("visible_to") and node.returns:
                models.add(ast.unparse(node.returns).removeprefix("QuerySet[").removesuffix("]"))
    return models


def bare_reads(tree: ast.Module, models: set[str]) -> Iterator[str]:
    """`Ticket.objects.filter`, also of a renamed import or of a module; `.none()` reads nothing."""
    names = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    nothing = {id(node.value) for node in ast.walk(tree) if getattr(node, "attr", "") == "none"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS and id(node) not in nothing:
            model = getattr(node.value, "attr", None) or names.get(getattr(node.value, "id", ""), "")
            if model in models:
                yield f"{node.lineno} {ast.unparse(node)}"


def test_no_door_uses_the_bare_manager_of_a_model_that_has_a_visibility():
    models = with_a_visibility()
    assert {"Ticket", "Dispute", "Order", "OrderDisputeSLA", "SupportProfile", "ReassignmentLog"} <= models
    found = [f"{name}:{place}" for name, tree in trees(*DOORS) for place in bare_reads(tree, models)]
    assert found == [], (
        "Start from visible_to(viewer) of the concept, or say in UNCHECKED why everybody's rows are meant."
    )


def test_who_reads_the_rows_of_everybody_says_why():
    calls = {
        name for name, tree in trees(*DOORS) for node in ast.walk(tree) if getattr(node, "attr", "") == "unchecked"
    }
    assert calls == set(UNCHECKED)


@pytest.mark.parametrize(
    "line",
    [
        "Ticket.objects.filter(pk=1)",
        "Row.objects.all()",
        "models.Ticket._base_manager.get(pk=1)",
        "list(Ticket._default_manager.values())",
        "rows = Ticket.objects",
    ],
)
def test_the_rule_sees_a_bare_read(line):
    tree = ast.parse(f"from support_management.tickets.models import Ticket, Ticket as Row\n{line}")
    assert list(bare_reads(tree, {"Ticket"}))


def test_the_rule_lets_an_empty_list_pass():
    tree = ast.parse("from support_management.tickets.models import Ticket\nqueryset = Ticket.objects.none()")
    assert not list(bare_reads(tree, {"Ticket"}))
