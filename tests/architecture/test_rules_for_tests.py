"""Rules for the tests themselves. Each failure says what to do instead."""

import ast
import re

from tests.architecture.test_house_rules import OURS, ROOT, found, python


def test_tests_wait_for_what_they_expect():
    waiting = ("tests/servers.py", "tests/architecture")  # the one place that waits for a condition, with a deadline
    places = found(r"(?<!pg_)\bsleep\(", "tests", but=waiting)
    assert places == [], "Wait for a condition with tests/servers.py, or drive the clock; never sleep."


def test_tests_say_something():
    places = found(r"assert True\b|pytest\.skip\(|mark\.skip|mark\.xfail", "tests", but=("tests/architecture",))
    assert places == [], "A test that is skipped or asserts nothing is no test: make it run or remove it."


def refusal_classes() -> set[str]:
    """DeskError and every class that is made of it."""
    bases = {
        node.name: {ast.unparse(base).rpartition(".")[2] for base in node.bases}
        for file in python(*OURS)
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ClassDef)
    }
    names = {"DeskError"}
    while more := {name for name, parents in bases.items() if parents & names} - names:
        names |= more
    return names


def expects_a_refusal(source: str, classes: set[str]) -> list[int]:
    """Lines where `raises` gets a class of refusals, or every exception there is."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and node.args]
    return [
        call.lineno
        for call in calls
        if ast.unparse(call.func).rpartition(".")[2] == "raises"
        and classes & set(re.findall(r"\w+", ast.unparse(call.args[0])))
    ]


def test_a_refusal_that_a_test_expects_has_a_code():
    classes = refusal_classes()
    assert classes > {"DeskError", "Conflict", "Invalid", "Stale", "NeverOpens"}
    places = [
        f"{file.relative_to(ROOT)}:{line}"
        for file in python("tests")
        for line in expects_a_refusal(file.read_text(), classes | {"Exception"})
        if file.name != "refusals.py"
    ]
    assert places == [], 'Expect a refusal with tests/refusals.py: refused("its code").'
    assert expects_a_refusal("with pytest.raises((KeyError, errors.Stale)):\n    pass", classes) == [1]
    assert expects_a_refusal("with pytest.raises(KeyError):\n    pass", classes) == []
