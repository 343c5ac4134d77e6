"""Two hands at the same moment, over real HTTP: one wins, the other is told, nothing is lost or doubled."""

import itertools
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from tests.stack.http_clients import Visitor


def at_once(*calls):
    """The answers of calls that begin in the same moment, in their order."""
    start = threading.Barrier(len(calls))

    def run(call):
        start.wait(10)
        return call()

    with ThreadPoolExecutor(len(calls)) as crowd:
        return list(crowd.map(run, calls))


def messages_of(program, ticket, body):
    return [one for one in program.get(f"/tickets/{ticket['id']}/messages/").json["results"] if body in one["body"]]


def test_one_of_eight_agents_gets_the_ticket_and_seven_hear_who(desk, spares, program_of, lead, runs):
    names = list(itertools.islice(spares, 8))
    for _ in range(3 * runs):
        ticket = lead.new_ticket()
        agents = [program_of(name) for name in names]
        answers = at_once(*(partial(agent.post, f"/tickets/{ticket['id']}/claim/") for agent in agents))
        assert sorted(answer.status for answer in answers) == [200] + [409] * 7
        owner = lead.get(f"/tickets/{ticket['id']}/").json["assignee"]["name"]
        for answer in answers:
            assert owner in answer.text
            assert answer.status == 200 or answer.json["code"] == "taken"


def test_of_two_replies_with_one_version_one_is_sent(program_of, spare, lead, runs):
    agent = program_of(spare)
    for _ in range(3 * runs):
        ticket = lead.new_ticket()
        version = agent.post(f"/tickets/{ticket['id']}/claim/").json["version"]
        word = uuid.uuid4().hex
        path = f"/tickets/{ticket['id']}/reply/"
        answers = at_once(
            partial(agent.post, path, {"body": f"One {word}", "version": version}),
            partial(agent.post, path, {"body": f"Two {word}", "version": version}),
        )
        assert sorted(answer.status for answer in answers) == [200, 409]
        assert len(messages_of(lead, ticket, word)) == 1


def test_one_key_sent_twenty_times_is_one_message_and_one_answer(program_of, spare, lead, runs):
    agent = program_of(spare)
    for _ in range(runs):
        ticket = lead.new_ticket()
        agent.post(f"/tickets/{ticket['id']}/claim/")
        word, key = f"Only once {uuid.uuid4().hex}", str(uuid.uuid4())
        answers = at_once(*[partial(agent.post, f"/tickets/{ticket['id']}/reply/", {"body": word}, key=key)] * 20)
        assert {answer.status for answer in answers} == {200}, [answer.text for answer in answers]
        assert all(answer.json == answers[0].json for answer in answers)
        assert len(messages_of(lead, ticket, word)) == 1


def test_a_key_with_another_body_is_refused_and_another_persons_key_is_their_own(program_of, spares, lead):
    ada, ben = program_of(next(spares)), program_of(next(spares))
    ticket, key = lead.new_ticket(), str(uuid.uuid4())
    path = f"/tickets/{ticket['id']}/note/"
    assert ada.post(path, {"body": "Mine"}, key=key).status == 200
    assert ada.post(path, {"body": "Something else"}, key=key).status == 422
    assert ben.post(path, {"body": "Something else"}, key=key).status == 200


def test_a_form_sent_twice_is_one_reply(desk, spare, visitor_of, lead, program_of):
    ticket = lead.new_ticket()
    version = program_of(spare).post(f"/tickets/{ticket['id']}/claim/").json["version"]
    word, key = f"Sent by a nervous hand {uuid.uuid4().hex}", uuid.uuid4()
    visitor: Visitor = visitor_of(spare)
    token = visitor.csrf_token()
    path = f"/tickets/{ticket['number']}/reply/"
    fields = {"body": word, "key": key, "version": version, "csrfmiddlewaretoken": token}
    answers = at_once(*[partial(visitor.post, path, **fields)] * 5)
    assert all(answer.status < 400 for answer in answers), answers
    assert len(messages_of(lead, ticket, word)) == 1
