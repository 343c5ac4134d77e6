"""A rule acts when a deadline is in trouble: once per clock, in words, whatever fails or dies in between."""

from datetime import timedelta
from functools import partial

import pytest
from django.db.models import Q

from support_management.audit.models import RecordChangeLog
from support_management.core.errors import Conflict, Invalid, NotAllowed
from support_management.escalations.models import EscalationLog
from support_management.notifications import preferences
from support_management.notifications.models import MailDuty, SupportNotification
from support_management.notifications.preferences import DeliveryChannels
from support_management.people.models import User
from support_management.sla.board import story
from support_management.sla.escalation import actions, editing, enqueue, runner
from support_management.sla.escalation.models import EscalationRule, EscalationRun
from support_management.sla.lifecycle import extension, sweep
from support_management.sla.models import OrderDisputeSLA, SLAEvent, SLAPolicy
from support_management.sla.repair import verify
from support_management.tasks import check_sla_breaches, run_escalations
from support_management.tickets import triage
from support_management.tickets.models import Ticket, TicketMessage
from tests import cast
from tests.concurrency import at_once, errors
from tests.factories import breached, make_agent, make_dispute, make_old, make_old_dispute, make_order, make_ticket
from tests.invariants import assert_desk_is_right
from tests.refusals import refused

pytestmark = pytest.mark.django_db
LATE = timedelta(hours=5)


def make_rule(ira, **facts) -> EscalationRule:
    return editing.save_rule(EscalationRule(**{"name": "Call for help", "at": "breached"} | facts), by=ira)


def late(**facts) -> Ticket:
    return make_old(make_ticket(**facts), by=LATE)


def said(**work) -> list[str]:
    lines = SLAEvent.objects.filter(kind="escalated", **{f"clock__{name}": row for name, row in work.items()})
    return list(lines.order_by("pk").values_list("cause", flat=True))


class TestActions:
    def test_the_priority_is_raised_and_the_clocks_follow(self, ira, ada):
        make_rule(ira, raise_to=2)
        row = late(assignee=ada)
        check_sla_breaches()
        row.refresh_from_db()
        assert row.priority_word == "high"
        assert said(ticket=row) == ["Call for help: priority normal → high"]
        assert OrderDisputeSLA.objects.get(ticket=row, metric="resolution").retargets == 1
        written = RecordChangeLog.objects.filter(object_kind="ticket", object_id=row.pk).latest("pk")
        cause = f"escalation rule {EscalationRule.objects.get().pk}"
        assert (written.after, written.actor, written.cause) == ({"priority": 2}, None, cause)
        assert_desk_is_right()

    def test_after_an_extension_the_rule_acts_once_more_before_the_new_deadline(self, ira, ada, lea):
        make_rule(ira, at="at_risk", tell_owner=True)
        row = make_old(make_ticket(assignee=ada), by=timedelta(hours=3, minutes=40))
        check_sla_breaches()
        clock = OrderDisputeSLA.objects.get(ticket=row, metric="first_response")
        extension.extend(clock=clock.pk, by=lea, minutes=240, reason="The carrier answers tomorrow")
        for more in (timedelta(minutes=1), timedelta(hours=3, minutes=40), timedelta(minutes=1)):
            make_old(row, by=more)
            check_sla_breaches()
        assert said(ticket=row) == ["Call for help: notified Ada Agent"] * 2

    def test_it_is_never_lowered(self, ira):
        make_rule(ira, raise_to=3)
        row = late(priority="urgent")
        check_sla_breaches()
        row.refresh_from_db()
        assert row.priority_word == "urgent"
        assert said(ticket=row)[0] == "Call for help: priority unchanged: already urgent"

    def test_a_tag_is_added_to_those_there(self, ira):
        make_rule(ira, tag="Late")
        row = late(tags=["vip"])
        check_sla_breaches()
        assert sorted(Ticket.objects.get(pk=row.pk).tag_list) == ["late", "vip"]
        assert said(ticket=row) == ["Call for help: tagged late"]

    def test_the_work_goes_to_a_lead(self, ira, ada, lea):
        make_rule(ira, reassign="lead")
        row = late(assignee=ada)
        check_sla_breaches()
        row.refresh_from_db()
        assert row.assignee == lea
        assert said(ticket=row) == ["Call for help: assigned to Lea Lead"]
        assert_desk_is_right()

    def test_or_to_whom_routing_chooses_the_least_loaded_who_is_there(self, ira, ada, ben):
        make_rule(ira, reassign="least_loaded")
        make_ticket(assignee=ada, requester=cast.person("pat", "client"))
        row = late()
        check_sla_breaches()
        row.refresh_from_db()
        assert row.assignee == ben

    def test_it_stays_where_it_is_when_nobody_has_room(self, ira, ada, zoe):
        make_agent("full", capacity=0)
        make_rule(ira, reassign="least_loaded")
        row = late(assignee=ada)
        check_sla_breaches()
        row.refresh_from_db()
        assert row.assignee == ada
        assert said(ticket=row) == ["Call for help: kept with Ada Agent: no other agent has free capacity"]

    def test_an_escalation_is_opened_once(self, ira):
        make_rule(ira, escalate=True, level=2)
        row = late()
        check_sla_breaches()
        run_escalations()
        [log] = EscalationLog.objects.all()
        facts = (log.type, log.status, log.level, log.ticket, log.rule, log.raised_by)
        assert facts == ("ticket", "pending", 2, row, "Call for help", None)
        assert log.reason == "First response: breached"

    def test_people_roles_and_an_address_are_told_each_once(self, ira, ada, lea, ben):
        make_rule(ira, tell_owner=True, tell_role="lead", tell_person=ben, tell_address="boss@example.com")
        row = late(assignee=ada)
        check_sla_breaches()
        told = SupportNotification.objects.exclude(kind="assigned")
        assert sorted((note.recipient.username, note.news) for note in told) == [
            ("ada", "SLA breached"),
            ("ben", "SLA breached (rule Call for help)"),
            ("lea", "SLA breached"),
        ]
        assert MailDuty.objects.get(address="boss@example.com").subject == f"{row}: SLA breached"
        assert said(ticket=row) == ["Call for help: notified Ada Agent, Ben Agent, Lea Lead and 1 more"]

    def test_one_breach_is_one_line_and_one_mail_for_each_person(self, ira, ada, lea, ben):
        """The owner and the leads hear of it anyway, and two rules may name the same person or address."""
        make_rule(ira, tell_owner=True, tell_role="lead", tell_person=ben, tell_address="boss@example.com")
        make_rule(ira, name="Again", tell_owner=True, tell_person=ben, tell_address="BOSS@example.com")
        make_rule(ira, name="To her own", metric="first_response", tell_address=lea.email)
        make_old(make_ticket(assignee=ada, priority="urgent"), by=timedelta(minutes=45))  # one clock of the three
        check_sla_breaches()
        run_escalations()
        breached = OrderDisputeSLA.objects.filter(state="breached").count()
        for person in (ada, lea, ben):
            assert SupportNotification.objects.filter(recipient=person, text__contains="breached").count() == breached
            assert MailDuty.objects.filter(person=person, subject__contains="breached").count() == breached
        assert MailDuty.objects.filter(address__iexact="boss@example.com").count() == breached
        assert not MailDuty.objects.filter(address=lea.email).exists()

    def test_a_channel_that_the_first_notification_left_out_is_used(self, ira, ada):
        preferences.choose(by=ada, choices={"breached": DeliveryChannels(bell=True, mail=False)})
        make_rule(ira, metric="first_response", tell_owner=True)
        make_old(make_ticket(assignee=ada, priority="urgent"), by=timedelta(minutes=45))
        check_sla_breaches()
        run_escalations()
        first = OrderDisputeSLA.objects.get(metric="first_response")
        told = SupportNotification.objects.filter(recipient=ada, dedup__startswith=f"clock {first.pk} ")
        where = {kind: (bell, mail) for kind, bell, mail in told.values_list("kind", "on_bell", "by_mail")}
        assert where == {"breached": (True, False), "rule": (False, True)}

    def test_the_timeline_names_the_rule(self, ira, ada, lea):
        make_rule(ira, raise_to=1, tag="late", reassign="lead")
        row = late(assignee=ada)
        check_sla_breaches()
        entries = TicketMessage.objects.filter(ticket=row, kind="system", author=None).order_by("pk")
        assert [entry.body for entry in entries][-3:] == [
            "Priority: Normal → Urgent · rule Call for help",
            "Tags: none → late · rule Call for help",
            "Assigned to Lea Lead: rule Call for help",
        ]

    def test_a_dispute_goes_the_same_way(self, ira, ada, lea):
        make_rule(ira, kind="dispute", reassign="lead", escalate=True, tell_owner=True)
        row = make_old_dispute(make_dispute(assignee=ada), by=timedelta(hours=80))
        check_sla_breaches()
        row.refresh_from_db()
        assert row.assignee == lea
        assert said(dispute=row) == ["Call for help: assigned to Lea Lead; escalated to level 1; notified Lea Lead"]
        assert EscalationLog.objects.get().dispute == row
        assert_desk_is_right()

    def test_every_action_has_a_provider(self):
        assert set(actions.PROVIDERS) == set(actions.ORDER)

    def test_what_a_provider_returns_is_the_outcome_in_the_history(self, ira, monkeypatch):
        monkeypatch.setitem(actions.PROVIDERS, "reassign", lambda run: f"asked for {run.rule.name}")
        make_rule(ira, reassign="lead")
        row = late()
        check_sla_breaches()
        assert said(ticket=row) == ["Call for help: asked for Call for help"]


def _clocks_of(number: int) -> list[OrderDisputeSLA]:
    """A clock each of as many tickets."""
    tickets = [make_ticket(tags=["VIP", "lost"]) for _ in range(number)]
    return list(OrderDisputeSLA.objects.filter(ticket__in=tickets, metric="resolution"))


class TestConditions:
    @pytest.mark.parametrize(
        ("facts", "runs"),
        [
            ({}, 1),
            ({"at": "at_risk"}, 1),
            ({"at": "warned", "threshold": "75 %"}, 1),
            ({"at": "warned", "threshold": "75%"}, 1),
            ({"at": "warned", "threshold": "50 %"}, 0),
            ({"metric": "first_response"}, 1),
            ({"metric": "resolution"}, 0),
            ({"kind": "dispute"}, 0),
            ({"active": False}, 0),
        ],
    )
    def test_a_rule_is_about_what_it_says(self, ira, facts, runs):
        make_rule(ira, **{"escalate": True} | facts)
        late()
        check_sla_breaches()
        assert EscalationRun.objects.count() == EscalationLog.objects.count() == runs

    def test_one_of_another_policy_stays_still(self, ira):
        make_rule(ira, escalate=True, policy=SLAPolicy.objects.get(name="Tickets, low"))
        late()
        check_sla_breaches()
        assert not EscalationLog.objects.exists()

    def test_without_rules_nothing_is_owed(self, django_assert_num_queries):
        with django_assert_num_queries(1):
            enqueue.from_thresholds([])

    @pytest.mark.parametrize(
        ("facts", "runs"),
        [
            ({"conditions": {"tag": "VIP"}}, 1),
            ({"conditions": {"tag": ["late"]}}, 0),
            ({"conditions": {"word": "order", "language": "pt"}}, 1),
            ({"kind": "ticket", "conditions": {"kind": ["ticket", "order"], "type": "general"}}, 1),
            ({"metric": "resolution", "conditions": {"tag": "vip"}}, 0),
        ],
    )
    def test_columns_and_conditions_must_both_fit(self, ira, cleo, facts, runs):
        User.objects.filter(pk=cleo.pk).update(language="pt-BR")
        make_rule(ira, **{"escalate": True} | facts)
        late(tags=["vip"])
        check_sla_breaches()
        assert EscalationRun.objects.count() == runs

    def test_disputes_and_orders_have_facts_too(self, ira, cleo):
        User.objects.filter(pk=cleo.pk).update(segment="Gold")
        make_rule(ira, escalate=True, conditions={"segment": "GOLD", "kind": ["dispute", "order"]})
        order = make_order(status="on_hold")
        disputed = make_dispute()
        clocks = OrderDisputeSLA.objects.filter(Q(order=order) | Q(dispute=disputed)).order_by("pk")
        assert {clock.kind for clock in clocks} == {"order", "dispute"}
        enqueue.from_thresholds([breached(clock) for clock in clocks])
        assert set(EscalationRun.objects.values_list("clock", flat=True)) == {clock.pk for clock in clocks}

    def test_rules_without_conditions_read_no_work(self, ira, django_assert_num_queries):
        make_rule(ira, escalate=True)
        passed = [breached(clock) for clock in _clocks_of(3)]
        with django_assert_num_queries(2):  # the rules, the duties
            enqueue.from_thresholds(passed)
        assert EscalationRun.objects.count() == 3

    @pytest.mark.parametrize("number", [1, 12])
    def test_work_is_read_once_however_many_clocks_and_rules(self, ira, django_assert_num_queries, number):
        for tag in ("vip", "late", "lost"):
            make_rule(ira, name=f"About {tag}", escalate=True, conditions={"tag": tag})
        passed = [breached(clock) for clock in _clocks_of(number)]
        with django_assert_num_queries(4):  # the rules, the tickets, their tags, the duties
            enqueue.from_thresholds(passed)
        assert EscalationRun.objects.count() == 2 * number

    def test_conditions_of_other_thresholds_read_no_work(self, ira, django_assert_num_queries):
        make_rule(ira, escalate=True, at="warned", conditions={"tag": "vip"})
        passed = [breached(clock) for clock in _clocks_of(1)]
        with django_assert_num_queries(1):
            enqueue.from_thresholds(passed)


class TestOnce:
    def test_a_rule_never_sets_itself_off(self, ira):
        """Raising the priority re-targets the resolution clock; its thresholds fire anew and the rule ran already."""
        make_rule(ira, at="warned", raise_to=1, escalate=True)
        row = make_old(make_ticket(), by=timedelta(hours=18, minutes=30))
        for _ in range(3):
            check_sla_breaches()
        assert Ticket.objects.get(pk=row.pk).priority_word == "urgent"
        clocks = OrderDisputeSLA.objects.filter(ticket=row)
        assert EscalationRun.objects.count() == EscalationLog.objects.count() == clocks.count()
        assert_desk_is_right()

    def test_two_rules_that_answer_each_other_end(self, ira):
        make_rule(ira, name="Up", at="warned", raise_to=2)
        make_rule(ira, name="Further up", at="at_risk", raise_to=1)
        row = late()
        for _ in range(4):
            check_sla_breaches()
        assert EscalationRun.objects.filter(clock__ticket=row).count() <= 4
        assert not EscalationRun.objects.filter(state="waiting").exists()
        triage.set_priority(ticket=row.pk, priority="low", by=None)
        triage.set_priority(ticket=row.pk, priority="urgent", by=None)
        check_sla_breaches()
        assert Ticket.objects.get(pk=row.pk).priority_word == "urgent"
        assert_desk_is_right()

    def test_who_dies_after_an_action_does_not_take_it_again(self, ira, monkeypatch):
        make_rule(ira, tag="late", escalate=True)
        row = late()
        sweep.fire_due()
        real = actions.take

        def dies(action, run):
            if action == "escalate":
                real(action, run)  # done, and then the process ends before it is noted
                raise KeyboardInterrupt
            return real(action, run)

        monkeypatch.setattr(actions, "take", dies)
        with pytest.raises(KeyboardInterrupt):
            run_escalations()
        assert Ticket.objects.get(pk=row.pk).tag_list == ["late"]
        assert not EscalationLog.objects.exists()
        monkeypatch.undo()
        run_escalations()
        assert EscalationLog.objects.count() == 1
        assert said(ticket=row) == ["Call for help: tagged late; escalated to level 1"]


class TestTrouble:
    def test_a_refusal_is_kept_in_words_and_stops_nothing(self, ira, monkeypatch):
        def refuse(**_):
            raise Conflict("closed", "The ticket is closed.")

        make_rule(ira, raise_to=1, tag="late")
        monkeypatch.setattr(triage, "set_priority", refuse)
        row = late()
        assert check_sla_breaches() == 3
        assert said(ticket=row) == ["Call for help: raise failed: The ticket is closed.; tagged late"]

    def test_what_breaks_is_tried_again_and_then_given_up_with_a_line(self, ira, monkeypatch):
        def breaks(action, run):
            raise RuntimeError("the tags are on fire")

        make_rule(ira, name="Broken", tag="late")
        make_rule(ira, name="Well", escalate=True)
        row = late()
        real = actions.take
        monkeypatch.setattr(actions, "take", lambda action, run: (breaks if action == "tag" else real)(action, run))
        assert check_sla_breaches() == 3
        assert said(ticket=row) == ["Well: escalated to level 1"]
        run = EscalationRun.objects.get(rule__name="Broken")
        assert (run.state, run.attempts) == ("waiting", 1)
        for _ in range(runner.MOST_ATTEMPTS):
            EscalationRun.objects.update(next_try_at=row.created_at)
            run_escalations()
        run.refresh_from_db()
        assert (run.state, run.attempts) == ("failed", runner.MOST_ATTEMPTS)
        assert said(ticket=row)[-1] == "Broken: failed: the tags are on fire"

    def test_the_clocks_still_follow_from_their_history(self, ira, ada, lea):
        make_rule(ira, raise_to=1, tag="late", reassign="lead", escalate=True, tell_role="lead")
        late(assignee=ada)
        check_sla_breaches()
        assert list(verify.differences()) == []

    def test_the_story_of_the_clock_tells_it_and_goes_on(self, ira):
        make_rule(ira, tag="late", at="warned")
        row = make_old(make_ticket(), by=timedelta(hours=3, minutes=10))
        check_sla_breaches()
        [told] = story.of(list(OrderDisputeSLA.objects.filter(ticket=row, metric="first_response")))
        ran, *marks = told.parts
        assert (ran.what, ran.until) == (story.RUN, None)
        assert [(part.text, part.why) for part in marks][-1] == ("Escalation rule ran", "Call for help: tagged late")


class TestRules:
    def test_only_an_admin_writes_them(self, lea):
        with refused("admins_only", NotAllowed, match="Only admins"):
            make_rule(lea, escalate=True)

    @pytest.mark.parametrize(
        ("facts", "code", "field", "words"),
        [
            ({}, "no_action", None, "Choose at least one action"),
            ({"escalate": True, "threshold": "75 %"}, "no_such_threshold", "threshold", "Only warnings can be limited"),
            (
                {"escalate": True, "kind": "dispute", "metric": "first_response"},
                "no_such_clock",
                "metric",
                "only have the resolution metric",
            ),
            ({"kind": "order", "reassign": "lead"}, "no_owner", "reassign", "Orders have no assignee"),
            ({"kind": "dispute", "tag": "late"}, "no_tags", "tag", "Only tickets have tags"),
            ({"kind": "dispute", "raise_to": 1}, "no_raise", "raise_to", "only raise the priority of tickets"),
            (
                {"escalate": True, "conditions": {"colour": "red"}},
                "unknown_condition",
                "conditions",
                "Unknown condition colour",
            ),
            ({"escalate": True, "kind": "order", "conditions": {"tag": "vip"}}, "no_such_work", "kind", "No work fits"),
            (
                {"escalate": True, "kind": "order", "conditions": {"kind": ["ticket", "dispute"]}},
                "no_such_work",
                "kind",
                "No work fits",
            ),
            (
                {"escalate": True, "conditions": {"kind": "dispute", "word": "refund"}},
                "no_such_work",
                "kind",
                "No work fits",
            ),
            ({"name": " ", "escalate": True}, "empty", "name", "."),
        ],
    )
    def test_a_rule_that_makes_no_sense_is_refused_in_words(self, ira, facts, code, field, words):
        with refused(code, Invalid, field=field, match=words):
            make_rule(ira, **facts)
        assert not EscalationRule.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_four_at_once_do_it_once(self, ira):
        make_rule(ira, tag="late", escalate=True, tell_role="admin")
        rows = [late() for _ in range(5)]
        results = at_once(*[check_sla_breaches] * 3, partial(runner.run_waiting, seconds=5))
        assert errors(results) == []
        run_escalations()
        for row in rows:
            assert said(ticket=row) == ["Call for help: tagged late; escalated to level 1; notified Ira Admin"]
        assert EscalationLog.objects.count() == 5
        assert SupportNotification.objects.filter(kind="rule").count() == 5
