"""Promises: who writes them, what a change does to clocks that run, and which one holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_management.conditions.matching import KEYS, Facts
from support_management.conditions.wording import label
from support_management.core.errors import Conflict, Invalid, NotAllowed
from support_management.models import OrderDisputeSLA, SLAEvent, SLAFollowUp, SLAPolicy, SLAPolicyVersion
from support_management.people.viewer import viewer_of
from support_management.sla import policy_editing
from support_management.sla.lifecycle import follow_up
from support_management.sla.policy import explain, matching, notation, validation, wording
from support_management.sla.policy_editing import PolicyValues
from tests.factories import make_ticket
from tests.invariants import assert_desk_is_right
from tests.refusals import refused

HOUR = [{"metric": "first_response", "minutes": 60}, {"metric": "resolution", "minutes": 120}]


@pytest.fixture
def normal(db) -> SLAPolicy:
    return SLAPolicy.objects.get(name="Tickets, normal")


def clock_of(ticket) -> OrderDisputeSLA:
    return OrderDisputeSLA.objects.get(ticket=ticket, metric="first_response")


def positions() -> list[tuple[str, int]]:
    return list(SLAPolicy.objects.order_by("position", "id").values_list("name", "position"))


class TestWrite:
    def test_ira_makes_one_that_holds_for_new_work(self, ira):
        row = policy_editing.create(
            by=ira, values=PolicyValues(name=" Vip\n ", position=1, conditions={"tag": "vip"}, targets=HOUR)
        )
        assert (row.name, row.version, row.calendar.name) == ("Vip", 1, "Always open")
        assert clock_of(make_ticket(tags=["vip"])).policy == row
        assert clock_of(make_ticket()).policy != row

    def test_every_change_is_a_version_with_its_author_and_time(self, ira, normal):
        policy_editing.change(policy=normal.pk, by=ira, values=PolicyValues(targets=HOUR))
        row = policy_editing.change(policy=normal.pk, by=ira, values=PolicyValues(name="Usual", active=False))
        assert row.version == 3
        first, second, third = SLAPolicyVersion.objects.filter(policy=row).order_by("number")
        assert (first.by, second.by, third.by) == (None, ira, ira)
        assert first.targets != second.targets == {"first_response": 60, "resolution": 120} == third.targets
        assert first.at < second.at < third.at

    def test_saying_the_same_again_changes_nothing(self, ira, normal):
        row = policy_editing.change(
            policy=normal.pk, by=ira, values=PolicyValues(name=normal.name, pause_on={"resolution": ["pending"]})
        )
        assert (row.version, SLAPolicyVersion.objects.filter(policy=row).count()) == (1, 1)

    def test_a_write_from_a_shell_makes_a_version_too(self, normal):
        normal.targets = {"first_response": 10}
        normal.save()
        SLAPolicy.objects.filter(pk=normal.pk).update(pause_on=[])
        kept = SLAPolicyVersion.objects.filter(policy=normal).order_by("number")
        assert [row.targets.get("first_response") for row in kept] == [240, 10, 10]
        assert [row.pause_on for row in kept] == [{"resolution": ["pending"]}, {"resolution": ["pending"]}, []]

    def test_who_is_no_admin_writes_nothing(self, ada, lea, normal):
        before = positions()
        for person in (ada, lea):
            with refused("admins_only", NotAllowed, match="Only admins"):
                policy_editing.create(by=person, values=PolicyValues(name="X", targets=HOUR))
            with refused("admins_only", NotAllowed, match="Only admins"):
                policy_editing.change(policy=normal.pk, by=person, values=PolicyValues(name="X"))
            with refused("admins_only", NotAllowed, match="Only admins"):
                policy_editing.delete(policy=normal.pk, by=person)
        assert positions() == before

    def test_who_looked_at_an_older_version_is_told(self, ira, normal):
        policy_editing.change(policy=normal.pk, by=ira, values=PolicyValues(active=False), version=1)
        with refused("stale"):
            policy_editing.change(policy=normal.pk, by=ira, values=PolicyValues(active=True), version=1)

    @pytest.mark.parametrize("running", ["later", "", None])
    def test_what_running_clocks_do_is_said_clearly(self, ira, normal, running):
        with refused("unknown_choice", Invalid, field="running", match="their version or `follow`"):
            policy_editing.change(policy=normal.pk, by=ira, values=PolicyValues(), running=running)

    def test_one_that_clocks_ran_under_is_switched_off_instead(self, ira, normal):
        make_ticket()
        with refused("in_use", Conflict, match="2 clocks ran under this policy"):
            policy_editing.delete(policy=normal.pk, by=ira)
        policy_editing.delete(policy=SLAPolicy.objects.get(name="Tickets, low").pk, by=ira)
        assert not SLAPolicy.objects.filter(name="Tickets, low").exists()


class TestPosition:
    def test_who_stands_there_and_after_moves_down(self, ira):
        before = positions()
        policy_editing.create(by=ira, values=PolicyValues(name="New", position=3, targets=HOUR))
        assert positions() == [*before[:2], ("New", 3), *((name, at + 1) for name, at in before[2:])]

    def test_a_gap_moves_nobody(self, ira):
        before = positions()
        policy_editing.create(by=ira, values=PolicyValues(name="New", position=50, targets=HOUR))
        assert positions() == [*before, ("New", 50)]

    def test_one_can_be_moved_and_others_keep_their_version(self, ira, normal):
        policy_editing.change(policy=normal.pk, by=ira, values=PolicyValues(position=1))
        assert [name for name, _ in positions()][:3] == ["Tickets, normal", "Tickets, urgent", "Tickets, high"]
        assert set(SLAPolicy.objects.exclude(pk=normal.pk).values_list("version", flat=True)) == {1}

    @pytest.mark.parametrize("saying", [{"position": 1}, {"position": 3}, {"position": 6}, {"position": 9}, {}])
    def test_what_would_be_is_what_will_be(self, ira, normal, saying):
        told = [row.name for row in policy_editing.preview(values=PolicyValues(**saying), policy=normal.pk)]
        policy_editing.change(policy=normal.pk, by=ira, values=PolicyValues(**saying))
        assert told == [name for name, _ in positions()]
        told = [row.name for row in policy_editing.preview(values=PolicyValues(name="New", targets=HOUR, **saying))]
        policy_editing.create(by=ira, values=PolicyValues(name="New", targets=HOUR, **saying))
        assert told == [name for name, _ in positions()]


class TestRunningClocks:
    def test_they_keep_their_version(self, ira, normal):
        clock = clock_of(make_ticket())
        policy_editing.change(policy=normal.pk, by=ira, values=PolicyValues(targets=HOUR))
        assert (follow_up.run_waiting(), SLAFollowUp.objects.count()) == (0, 0)
        assert OrderDisputeSLA.objects.get(pk=clock.pk).due_at == clock.due_at
        assert_desk_is_right()

    def test_they_follow_with_who_and_why_in_their_history(self, ira, normal):
        clock = clock_of(make_ticket())
        told = follow_up.preview(policy_editing.preview(values=PolicyValues(targets=HOUR), policy=normal.pk))
        policy_editing.change(policy=normal.pk, by=ira, values=PolicyValues(targets=HOUR), running="follow")
        assert follow_up.run_waiting() == told.clocks == 2
        after = OrderDisputeSLA.objects.get(pk=clock.pk)
        assert (after.target_seconds, after.policy_version) == (3600, 2)
        line = SLAEvent.objects.filter(clock=clock).latest("id")
        assert (line.kind, line.cause, line.actor) == ("retargeted", "policy changed", ira)
        assert_desk_is_right()

    def test_a_new_one_in_front_takes_them_over(self, ira):
        clock = clock_of(make_ticket())
        row = policy_editing.create(by=ira, values=PolicyValues(name="All", position=1, targets=HOUR), running="follow")
        follow_up.run_waiting()
        assert OrderDisputeSLA.objects.get(pk=clock.pk).policy == row
        assert_desk_is_right()

    def test_looking_ahead_writes_nothing(self, ira, normal):
        make_ticket()
        before = list(SLAPolicy.objects.order_by("pk").values())
        follow_up.preview(policy_editing.preview(values=PolicyValues(targets=HOUR, position=1), policy=normal.pk))
        assert list(SLAPolicy.objects.order_by("pk").values()) == before
        assert not SLAEvent.objects.filter(kind="retargeted").exists()


VALUES = {
    "type": ["payment", "general"],
    "priority": ["urgent", "normal"],
    "website": [1, 2],
    "channel": ["email", "portal"],
    "kind": ["ticket", "dispute"],
    "segment": ["vip", "new"],
    "tag": ["late", "lost", "angry"],
    "language": ["de", "pt-br"],
    "word": ["refund", "late parcel"],
}
some_facts = st.builds(
    Facts,
    kind=st.sampled_from(VALUES["kind"]),
    priority=st.sampled_from(VALUES["priority"]),
    website=st.sampled_from([None, *VALUES["website"]]),
    type=st.sampled_from(["", *VALUES["type"]]),
    channel=st.sampled_from(["", *VALUES["channel"]]),
    segment=st.sampled_from(["", *VALUES["segment"]]),
    tags=st.frozensets(st.sampled_from([*VALUES["tag"], "LATE"])),
    language=st.sampled_from(["", "de", "DE-at", "pt-BR", "pt"]),
    subject=st.sampled_from(["", "Refund, please", "A LATE parcel", "refunds"]),
)
some_conditions = st.fixed_dictionaries(
    {},
    optional={
        key: st.one_of(st.sampled_from(known), st.lists(st.sampled_from(known), min_size=1, unique=True))
        for key, known in VALUES.items()
    },
)
some_policies = st.lists(st.tuples(some_conditions, st.booleans()), max_size=6).map(
    lambda rows: [SLAPolicy(pk=at, name=str(at), conditions=row, active=on) for at, (row, on) in enumerate(rows, 1)]
)


def fits(key: str, asked, facts: Facts) -> bool:
    """By the plainest road."""
    wanted = asked if isinstance(asked, list) else [asked]
    if key == "tag":
        return any(tag in {own.lower() for own in facts.tags} for tag in wanted)
    if key == "language":
        return any(f"{facts.language.lower()}-".startswith(f"{language}-") for language in wanted)
    if key == "word":
        return any(word in facts.subject.lower() and "refunds" not in facts.subject for word in wanted)
    return getattr(facts, key) in wanted


class TestMatching:
    @given(some_facts, some_policies)
    def test_the_first_that_fits_wins(self, facts, rows):
        fitting = [row for row in rows if row.active and all(fits(k, v, facts) for k, v in row.conditions.items())]
        assert matching.winner(facts, rows) == (fitting[0] if fitting else None)

    @given(some_facts, some_policies)
    def test_each_before_it_is_named_with_a_condition_that_really_fails(self, facts, rows):
        winner, refused = matching.explain(facts, rows)
        assert winner == matching.winner(facts, rows)
        assert [one.policy for one in refused] == rows[: rows.index(winner) if winner else len(rows)]
        for one in refused:
            if one.condition == "active":
                assert not one.policy.active
                continue
            assert one.condition in KEYS
            asked = one.policy.conditions[one.condition]
            assert not fits(one.condition, asked, facts)
            assert set(one.wanted) == set(asked if isinstance(asked, list) else [asked])
            assert wording.refusal(one, {}).startswith(f"requires {label(one.condition)} ")

    def test_a_ticket_is_asked_for_by_its_number(self, lea, ada, zoe):
        ticket = make_ticket(assignee=ada)
        digits = ticket.number.removeprefix("T-")
        for number in (ticket.number, ticket.number.lower(), f"#{digits}", f" {digits} ", f"t{digits}"):
            assert explain.for_number(number, seen_by=viewer_of(lea)).match.work_id == ticket.pk
        assert "you don't have access to it" in explain.for_number(ticket.number, seen_by=viewer_of(zoe)).error
        assert explain.for_number("  ", seen_by=viewer_of(lea)) == explain.PolicyTest("")


class TestTyped:
    @given(st.integers(1, validation.MOST_MINUTES))
    def test_a_length_comes_back_across_versions(self, minutes):
        assert notation.minutes_of(notation.length(minutes), field="x") == minutes

    @given(
        st.lists(
            st.one_of(
                st.integers(1, 99).map(lambda share: {"at_percent": share}),
                st.integers(1, 10**6).map(lambda minutes: {"minutes_before": minutes}),
            ),
            max_size=10,
        )
    )
    def test_warnings_come_back_as_they_were(self, rows):
        assert notation.thresholds_of(notation.thresholds(rows)) == rows

    @given(st.text(max_size=30))
    def test_any_text_is_a_length_or_a_sentence(self, text):
        try:
            minutes = notation.minutes_of(text, field="x")
        except Invalid:
            return
        assert minutes is None or minutes >= 0

    @pytest.mark.parametrize(
        ("text", "minutes"), [("30m", 30), ("4h", 240), ("2d", 2880), ("1d 2h 30 min", 1590), ("90", 90), (" ", None)]
    )
    def test_people_write_it_in_many_ways(self, text, minutes):
        assert notation.minutes_of(text, field="x") == minutes
