"""`sla/policies/`: Ira writes, Lea reads and asks which one holds."""

import pytest

from support_management.models import SLAFollowUp, SLAPolicy, SLAPolicyVersion
from support_management.sla.policy_editing import PolicyValues, create
from tests import cast
from tests.api.program import problem
from tests.factories import make_dispute, make_order, make_ticket

pytestmark = pytest.mark.django_db
URGENT = {
    "name": "Urgent payments",
    "position": 1,
    "active": True,
    "conditions": {"type": "payment", "priority": ["urgent", "high"]},
    "targets": [{"metric": "first_response", "minutes": 30}, {"metric": "resolution", "minutes": 240}],
    "pause_on": ["pending", "on_hold"],
    "thresholds": [{"at_percent": 75}, {"minutes_before": 10}],
}
ONE_HOUR = [{"metric": "resolution", "minutes": 60}]


@pytest.fixture
def policy(ira) -> SLAPolicy:
    return create(by=ira, values=PolicyValues(name="Bonn", targets=ONE_HOUR))


def order_of(answer) -> list[tuple[str, int]]:
    return [(row["name"], row["position"]) for row in answer.json()["results"]]


class TestWrite:
    def test_ira_makes_one_and_reads_it_as_it_is(self, api, ira):
        made = api(ira).post("sla/policies/", **URGENT)
        assert made.status_code == 201, made.content
        facts = made.json()
        assert {name: facts[name] for name in URGENT} == URGENT
        assert (facts["version"], set(facts) - set(URGENT)) == (
            1,
            {"id", "calendar", "version", "minimum_left_percent"},
        )
        assert api(ira).get(f"sla/policies/{facts['id']}/").json() == facts

    def test_who_stands_at_its_position_moves_down(self, api, ira, lea):
        before = order_of(api(lea).get("sla/policies/"))
        assert api(ira).post("sla/policies/", **URGENT | {"position": 2}).status_code == 201
        after = order_of(api(lea).get("sla/policies/"))
        assert after == [before[0], ("Urgent payments", 2), *((name, at + 1) for name, at in before[1:])]

    def test_without_a_position_it_is_the_last(self, api, ira, lea):
        facts = {name: value for name, value in URGENT.items() if name != "position"}
        made = api(ira).post("sla/policies/", **facts).json()
        assert order_of(api(lea).get("sla/policies/"))[-1] == (made["name"], made["position"])

    def test_the_same_key_makes_it_once(self, api, ira):
        first, again = (api(ira).post("sla/policies/", key="one", **URGENT) for _ in range(2))
        assert (first.json(), again["Idempotent-Replayed"]) == (again.json(), "true")
        assert SLAPolicy.objects.filter(name="Urgent payments").count() == 1

    def test_patch_keeps_what_it_does_not_name_and_makes_a_version(self, api, ira, policy):
        changed = api(ira).call("patch", f"sla/policies/{policy.pk}/", conditions={"tag": "vip"}).json()
        assert (changed["conditions"], changed["targets"], changed["version"]) == ({"tag": "vip"}, ONE_HOUR, 2)
        assert SLAPolicyVersion.objects.get(policy=policy, number=2).by == ira

    def test_put_sets_what_it_does_not_name_back(self, api, ira, policy):
        api(ira).call("patch", f"sla/policies/{policy.pk}/", conditions={"tag": "vip"}, thresholds=[], pause_on=[])
        facts = {"name": "Kiel", "targets": ONE_HOUR, "calendar": policy.calendar_id, "version": 2}
        changed = api(ira).call("put", f"sla/policies/{policy.pk}/", **facts).json()
        assert (changed["conditions"], changed["pause_on"]) == ({}, {"resolution": ["pending"]})
        assert (changed["thresholds"], changed["position"]) == ([{"at_percent": 75}], policy.position)
        refused = api(ira).call("put", f"sla/policies/{policy.pk}/", name="Kiel")
        assert set(problem(refused, 400, "invalid")["errors"]) == {"targets", "calendar"}

    def test_who_looked_at_an_older_version_gets_the_newer_one(self, api, ira, policy):
        api(ira).call("patch", f"sla/policies/{policy.pk}/", name="Kiel", version=1)
        for method in ("patch", "delete"):
            facts = {"version": 1} | ({"name": "Ulm"} if method == "patch" else {})
            refused = api(ira).call(method, f"sla/policies/{policy.pk}/", **facts)
            assert problem(refused, 409, "stale")["current"]["name"] == "Kiel"

    def test_delete_takes_what_no_clock_ran_under(self, api, ira, policy):
        used = SLAPolicy.objects.get(name="Tickets, normal")
        make_ticket()
        refused = problem(api(ira).call("delete", f"sla/policies/{used.pk}/"), 409, "in_use")
        assert refused["detail"] == "2 clocks ran under this policy. Deactivate it instead."
        assert api(ira).call("delete", f"sla/policies/{policy.pk}/").status_code == 204
        problem(api(ira).call("delete", f"sla/policies/{policy.pk}/"), 404, "not_found")

    @pytest.mark.parametrize(("address", "body", "followed"), [("follow", {}, 1), ("keep", {}, 0), ("", {}, 0),
        ("", {"running": "follow"}, 1), ("follow", {"running": "keep"}, 0)])  # fmt: skip
    def test_running_clocks_follow_when_she_says_so(self, api, ira, policy, address, body, followed):
        asked = f"?running={address}" if address else ""
        api(ira).call("patch", f"sla/policies/{policy.pk}/{asked}", targets=ONE_HOUR, **body)
        assert SLAFollowUp.objects.filter(policy=policy, by=ira).count() == followed

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ({"name": ""}, "name"),
            ({"name": 7}, "name"),
            ({"name": "a\x00b"}, "name"),
            ({"name": "x" * 81}, "name"),
            ({"position": -1}, "position"),
            ({"position": 10**30}, "position"),
            ({"position": "1"}, "position"),
            ({"active": "yes"}, "active"),
            ({"active": []}, "active"),
            ({"conditions": None}, "conditions"),
            ({"conditions": []}, "conditions"),
            ({"conditions": {"colour": "red"}}, "conditions"),
            ({"conditions": {"x" * 5000: "red"}}, "conditions"),
            ({"conditions": {"type": "nonsense"}}, "conditions"),
            ({"conditions": {"type": "a\x00b"}}, "conditions"),
            ({"conditions": {"type": "\ud800"}}, "conditions"),
            ({"conditions": {"type": {"a": 1}}}, "conditions"),
            ({"conditions": {"priority": 1}}, "conditions"),
            ({"conditions": {"priority": [["urgent"]]}}, "conditions"),
            ({"conditions": {"priority": [None]}}, "conditions"),
            ({"conditions": {"website": 10**30}}, "conditions"),
            ({"conditions": {"website": -(10**30)}}, "conditions"),
            ({"conditions": {"website": True}}, "conditions"),
            ({"conditions": {"website": "9" * 5000}}, "conditions"),
            ({"conditions": {"website": "\u0663"}}, "conditions"),
            ({"conditions": {"website": "a\x00b"}}, "conditions"),
            ({"conditions": {"tag": "a\x00b"}}, "conditions"),
            ({"conditions": {"tag": "x" * 41}}, "conditions"),
            ({"conditions": {"tag": ["x"] * 101}}, "conditions"),
            ({"conditions": {"segment": 7}}, "conditions"),
            ({"targets": None}, "targets"),
            ({"targets": []}, "targets"),
            ({"targets": {"resolution": 60}}, "targets"),
            ({"targets": [{"metric": "resolution"}]}, "targets"),
            ({"targets": [{"metric": "resolution", "minutes": 60, "more": 1}]}, "targets"),
            ({"targets": [{"metric": "nonsense", "minutes": 60}]}, "targets"),
            ({"targets": [{"metric": ["resolution"], "minutes": 60}]}, "targets"),
            ({"targets": [{"metric": "resolution", "minutes": 0}]}, "targets"),
            ({"targets": [{"metric": "resolution", "minutes": 10**30}]}, "targets"),
            ({"targets": [{"metric": "resolution", "minutes": 1.5}]}, "targets"),
            ({"targets": [{"metric": "resolution", "minutes": True}]}, "targets"),
            ({"targets": ONE_HOUR * 2}, "targets"),
            ({"calendar": 10**30}, "calendar"),
            ({"calendar": 10**9}, "calendar"),
            ({"calendar": "1"}, "calendar"),
            ({"calendar": None}, "calendar"),
            ({"pause_on": "pending"}, "pause_on"),
            ({"pause_on": {"resolution": "pending"}}, "pause_on"),
            ({"pause_on": {"speed": ["pending"]}}, "pause_on"),
            ({"pause_on": {"resolution": ["closed"]}}, "pause_on"),
            ({"pause_on": None}, "pause_on"),
            ({"minimum_left_percent": 101}, "minimum_left_percent"),
            ({"minimum_left_percent": "25"}, "minimum_left_percent"),
            ({"pause_on": ["closed"]}, "pause_on"),
            ({"pause_on": [{"a": 1}]}, "pause_on"),
            ({"thresholds": [{"at_percent": 100}]}, "thresholds"),
            ({"thresholds": [{"at_percent": 0}]}, "thresholds"),
            ({"thresholds": [{"minutes_before": 10**30}]}, "thresholds"),
            ({"thresholds": [{"at_percent": 75, "minutes_before": 10}]}, "thresholds"),
            ({"thresholds": [{}]}, "thresholds"),
            ({"thresholds": [75]}, "thresholds"),
            ({"thresholds": [{"at_percent": 75}] * 11}, "thresholds"),
            ({"running": "later"}, "running"),
            ({"running": ["keep"]}, "running"),
            ({"colour": "red"}, "colour"),
        ],
    )
    def test_what_cannot_be_taken_is_named(self, api, ira, facts, field):
        answer = api(ira).post("sla/policies/", **URGENT | facts)
        assert answer.status_code == 400, answer.content
        assert set(answer.json()["errors"]) == {field}
        assert len(answer.json()["detail"]) < 300
        assert not SLAPolicy.objects.filter(position__gt=7).exists(), "nothing was moved"

    def test_an_odd_word_in_the_address_is_named(self, api, ira):
        refused = api(ira).post("sla/policies/?running=later", **URGENT)
        assert set(problem(refused, 400, "invalid")["errors"]) == {"running"}

    def test_conditions_take_one_value_or_a_list(self, api, ira):
        site = cast.north()
        asked = {"website": ["North"], "tag": ["vip", "vip", "late"], "segment": " vip ", "channel": [], "type": None}
        made = api(ira).post("sla/policies/", **URGENT | {"conditions": asked}).json()
        assert made["conditions"] == {"website": site.pk, "segment": "vip", "tag": ["vip", "late"]}


class TestMatch:
    def test_lea_sees_who_wins_and_why_not_the_ones_before(self, api, ira, lea):
        assert api(ira).post("sla/policies/", **URGENT).status_code == 201
        ticket = make_ticket(type="payment")
        found = api(lea).get("sla/policies/match/", ticket=str(ticket.pk)).json()
        assert (found["kind"], found["object_id"], found["number"]) == ("ticket", ticket.pk, ticket.number)
        assert found["winner"]["name"] == "Tickets, normal"
        why = [(one["policy"]["name"], one["condition"], one["wanted"], one["found"]) for one in found["refused"]]
        assert why == [
            ("Urgent payments", "priority", ["urgent", "high"], ["normal"]),
            ("Tickets, urgent", "priority", ["urgent"], ["normal"]),
            ("Tickets, high", "priority", ["high"], ["normal"]),
        ]

    def test_disputes_and_orders_can_be_asked_for(self, api, lea):
        order, dispute = make_order(), make_dispute()
        found = api(lea).get("sla/policies/match/", order=str(order.pk)).json()
        assert (found["winner"]["name"], found["number"]) == ("Orders", order.reference)
        found = api(lea).get("sla/policies/match/", dispute=str(dispute.pk)).json()
        assert (found["winner"]["name"], found["number"]) == ("Disputes", dispute.number)

    def test_nobody_wins_when_all_are_off(self, api, lea):
        ticket = make_ticket()
        SLAPolicy.objects.update(active=False)
        found = api(lea).get("sla/policies/match/", ticket=str(ticket.pk)).json()
        assert found["winner"] is None
        assert {one["condition"] for one in found["refused"]} == {"active"}

    @pytest.mark.parametrize(
        ("asked", "field"),
        [
            ({}, "ticket"),
            ({"ticket": "x"}, "ticket"),
            ({"ticket": "-1"}, "ticket"),
            ({"ticket": str(10**30)}, "ticket"),
            ({"ticket": "9" * 3000}, "ticket"),
            ({"ticket": "\x00"}, "ticket"),
            ({"dispute": "1.5"}, "dispute"),
            ({"ticket": "1", "order": "1"}, "ticket"),
            ({"number": "T-1"}, "number"),
        ],
    )
    def test_an_odd_question_is_named(self, api, lea, asked, field):
        assert set(problem(api(lea).get("sla/policies/match/", **asked), 400, "invalid")["errors"]) == {field}

    def test_what_is_not_there_is_not_found(self, api, lea):
        for kind in ("ticket", "dispute", "order"):
            problem(api(lea).get("sla/policies/match/", **{kind: str(2**63 - 1)}), 404, "not_found")

    def test_it_costs_the_same_however_many_policies(self, api, ira, lea, django_assert_num_queries):
        ticket, program = make_ticket(tags=["vip"]), api(lea)
        for number in range(20):
            create(
                by=ira, values=PolicyValues(name=f"P{number}", targets=ONE_HOUR, position=1, conditions={"tag": "none"})
            )
        with django_assert_num_queries(4):  # whose token, the ticket, its tags, the policies
            found = program.get("sla/policies/match/", ticket=str(ticket.pk)).json()
        assert len(found["refused"]) == 22


def test_a_list_costs_the_same_however_long(api, ira, lea, django_assert_num_queries):
    for number in range(20):
        create(by=ira, values=PolicyValues(name=f"P{number}", targets=ONE_HOUR))
    program = api(lea)
    with django_assert_num_queries(2):  # whose token, and the rows
        assert len(program.get("sla/policies/").json()["results"]) == 27


def test_pages_keep_the_order_of_positions(api, lea):
    first = api(lea).get("sla/policies/", limit="4").json()
    rest = api(lea).client.get(first["next"], headers=api(lea).headers).json()
    names = [row["name"] for row in first["results"] + rest["results"]]
    assert names == list(SLAPolicy.objects.order_by("position", "id").values_list("name", flat=True))
