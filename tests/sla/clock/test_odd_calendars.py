"""Promises that no calendar can keep, and rows that nobody should have written: refused in words, and no trap."""

from datetime import timedelta

import pytest

from support_management.calendars import editing
from support_management.calendars.engine import weekly_hours
from support_management.calendars.models import BusinessCalendar
from support_management.core.errors import Invalid
from support_management.core.time import NEVER, now
from support_management.sla import policy_editing
from support_management.sla.lifecycle import extension, follow_up, sweep
from support_management.sla.models import OrderDisputeSLA, SLAEvent, SLAFollowUp, SLAPolicy, SLAPolicyVersion
from support_management.sla.repair import verify
from support_management.tickets import triage
from tests.factories import make_old, make_ticket
from tests.invariants import assert_desk_is_right
from tests.past import rewrite
from tests.refusals import refused

pytestmark = pytest.mark.django_db
RARE = weekly_hours.read({"mon": [["09:00", "09:01"]]})
"""A minute a week."""
OFFICE = weekly_hours.read({day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")})


def clock_of(ticket, metric="resolution") -> OrderDisputeSLA:
    return OrderDisputeSLA.objects.filter(ticket=ticket, metric=metric).latest("cycle")


def calendar(hours, name="Odd") -> BusinessCalendar:
    return editing.create(by=None, name=name, time_zone="UTC", hours=hours)


def saying(calendar, minutes=60, **facts) -> policy_editing.PolicyValues:
    targets = [{"metric": "resolution", "minutes": minutes}]
    return policy_editing.PolicyValues(name="Odd", position=0, targets=targets, calendar=calendar.pk, **facts)


class TestRefused:
    def test_a_calendar_that_never_opens(self, ira):
        with refused("never_opens", Invalid, field="calendar"):
            policy_editing.create(by=ira, values=saying(calendar(weekly_hours.read({}))))

    def test_a_promise_that_lies_beyond_all_years(self, ira):
        with refused("out_of_reach", Invalid, field="targets"):
            policy_editing.create(by=ira, values=saying(calendar(RARE), minutes=10 * 365 * 24 * 60))

    def test_the_same_when_a_policy_changes(self, ira):
        row = SLAPolicy.objects.first()
        with refused("never_opens", Invalid, field="calendar"):
            policy_editing.change(
                policy=row.pk, by=ira, values=policy_editing.PolicyValues(calendar=calendar(weekly_hours.read({})).pk)
            )

    def test_more_time_than_anybody_promises(self, lea):
        clock = clock_of(make_ticket())
        OrderDisputeSLA.objects.filter(pk=clock.pk).update(target_seconds=10 * 366 * 24 * 3600 - 60)
        with refused("out_of_range", Invalid, field="minutes"):
            extension.extend(clock=clock.pk, by=lea, minutes=2, reason="Once more")


class TestNoTrap:
    def test_hours_that_are_taken_away_stop_no_other_clock(self, ira, ada):
        odd = calendar(OFFICE)
        policy_editing.create(by=ira, values=saying(odd, conditions={"priority": "low"}))
        stuck, late = make_ticket(priority="low"), make_old(make_ticket(assignee=ada), by=timedelta(hours=25))
        odd.hours = weekly_hours.read({})
        odd.save()
        follow_up.run_waiting()
        assert SLAFollowUp.objects.filter(done_at=None).count() == 0
        sweep.fire_due()
        assert clock_of(late).state == "breached"
        assert (clock_of(stuck).due_at, clock_of(stuck).next_fire_at) == (NEVER, NEVER)
        assert make_ticket(priority="low").due_at is None
        assert_desk_is_right()

    def test_a_clock_whose_version_nobody_kept_stops_no_other(self, ada):
        row = make_old(make_ticket(assignee=ada), by=timedelta(hours=25))
        unkept = clock_of(row)
        OrderDisputeSLA.objects.filter(pk=unkept.pk).update(policy_version=99)
        assert not SLAPolicyVersion.objects.filter(number=99).exists()
        sweep.fire_due()
        assert clock_of(row).state == "breached"
        assert clock_of(row, "first_response").state == "breached"

        assert "was not stored" not in "".join(str(one) for one in verify.differences())  # no history names it
        line = SLAEvent.objects.filter(clock=unkept, kind="started")
        rewrite(line, policy_version=99)
        assert ["was not stored" in str(one) for one in verify.differences([unkept])] == [True]

    @pytest.mark.parametrize(
        ("field", "value", "code"),
        [
            ("targets", {"resolution": "soon"}, "out_of_range"),
            ("targets", {}, "required"),
            ("targets", ["resolution"], "required"),
            ("pause_on", "pending", "unknown_status"),
            ("thresholds", [{"at_percent": 0}], "out_of_range"),
            ("conditions", {"moon": "full"}, "unknown_condition"),
            ("conditions", ["urgent"], "wrong_type"),
            ("conditions", 5, "wrong_type"),
        ],
    )
    def test_nonsense_written_by_hand_is_refused_in_words(self, field, value, code):
        with refused(code, Invalid, field=field):
            SLAPolicy.objects.filter(pk=SLAPolicy.objects.first().pk).update(**{field: value})
        with refused(code, Invalid, field=field):
            SLAPolicy.objects.create(
                **{"name": "X", "targets": {"resolution": 1}, "calendar": calendar(OFFICE)} | {field: value}
            )
        make_ticket()
        assert_desk_is_right()

    def test_thousands_whose_hours_just_moved_do_not_hide_who_is_late(self, ira, ada, monkeypatch):
        monkeypatch.setattr(sweep, "BATCH", 2)
        odd = calendar(OFFICE)
        policy_editing.create(by=ira, values=saying(odd, conditions={"priority": "low"}))
        moved = [make_ticket(priority="low") for _ in range(3)]
        late = make_ticket(assignee=ada)
        soon = now() - timedelta(seconds=1)
        OrderDisputeSLA.objects.filter(ticket__in=moved, metric="resolution").update(next_fire_at=soon - timedelta(1))
        OrderDisputeSLA.objects.filter(ticket=late, metric="resolution").update(
            due_at=soon, next_fire_at=soon, since=soon - timedelta(hours=25)
        )
        sweep.fire_due()
        assert clock_of(late).state == "breached"


class TestFollowing:
    @pytest.mark.parametrize(("before", "after", "state"), [(["pending"], [], "running"), ([], ["pending"], "paused")])
    def test_whoever_waits_stands_still_as_the_new_version_says(self, ira, ada, before, after, state):
        row = make_ticket(assignee=ada)
        policy = clock_of(row).policy
        policy_editing.change(
            policy=policy.pk, by=ira, values=policy_editing.PolicyValues(pause_on=before), running="follow"
        )
        follow_up.run_waiting()
        triage.set_status(ticket=row.pk, status="pending", by=ada)
        policy_editing.change(
            policy=policy.pk, by=ira, values=policy_editing.PolicyValues(pause_on=after), running="follow"
        )
        follow_up.run_waiting()
        assert clock_of(row).state == state
        assert_desk_is_right()

    def test_asking_what_would_change_costs_the_same_for_many(self, ira, django_assert_max_num_queries):
        rows = [make_ticket() for _ in range(12)]
        policy = clock_of(rows[0]).policy
        changed = policy_editing.preview(policy=policy.pk, values=policy_editing.PolicyValues(pause_on=[]))
        with django_assert_max_num_queries(6):
            found = follow_up.preview(changed)
        assert (found.clocks, found.late) == (24, 0)

    def test_a_duty_that_dies_half_way_goes_on_where_it_was(self, ira, monkeypatch):
        monkeypatch.setattr(follow_up, "CHUNK", 2)
        rows = [make_ticket() for _ in range(3)]
        policy = clock_of(rows[0]).policy
        targets = [{"metric": metric, "minutes": 300} for metric in ("first_response", "resolution")]
        policy_editing.change(
            policy=policy.pk, by=ira, values=policy_editing.PolicyValues(targets=targets), running="follow"
        )
        follow_up._run_batch(SLAFollowUp.objects.get().pk)
        assert follow_up.run_waiting() == 4
        lines = SLAEvent.objects.filter(kind="retargeted")
        assert lines.count() == lines.values("clock").distinct().count() == 6
        assert_desk_is_right()
