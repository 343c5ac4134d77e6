"""The line `search/?q=` of the contract."""

from tests.api.program import Program, problem
from tests.factories import make_dispute, make_order, make_ticket


def test_what_is_read_of_an_answer(lea):
    ticket = make_ticket(subject="Where is Alice?", order=make_order(reference="N-00077"))
    dispute = make_dispute(order=ticket.order)
    answer = Program(lea).get("search/", q="N-00077").json()
    assert answer.keys() >= {"query", "groups"}
    assert answer["query"] == "N-00077"
    assert [(group["kind"], group["count"], group["more"]) for group in answer["groups"]] == [
        ("order", 1, False),
        ("dispute", 1, False),
    ]
    for group in answer["groups"]:
        assert all(result.keys() >= {"id", "number", "label", "url"} for result in group["results"])
    [tickets] = Program(lea).get("search/", q=ticket.number).json()["groups"]
    [result] = tickets["results"]
    assert (result["id"], result["number"]) == (ticket.pk, ticket.number)
    assert (result["label"], result["url"]) == ("Where is Alice?", f"/tickets/{ticket.number}/")
    assert dispute.number in str(answer)


def test_nothing_is_an_empty_list(lea, ada):
    for text in ("", "nowhere to be found"):
        assert Program(ada).get("search/", q=text).json() == {"query": text, "groups": []}
    assert Program(ada).get("search/").json()["groups"] == []


def test_who_may_not(cleo, lea):
    problem(Program(cleo).get("search/", q="x"), 403, "desk_only")
    problem(Program().get("search/", q="x"), 401, "not_authenticated")
    problem(Program(lea).get("search/", q="x", colour="red"), 400, "invalid")
