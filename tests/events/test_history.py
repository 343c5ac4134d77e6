"""A restored database is another history: noticed by what was seen before, and no number is given twice."""

from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from support_management.core import sequences
from support_management.core.models import NumberSequence
from support_management.core.numbering import NumberedModel
from support_management.core.outside_mark import Mark, OutsideMark, outside_mark
from support_management.core.sequences import MARGIN, SKIPPED
from support_management.events import history, positions
from support_management.events.history import Found
from support_management.events.models import DomainEvent, Epoch
from tests.concurrency import at_once, errors
from tests.factories import make_agent, make_dispute, make_ticket
from tests.restoring import happen, restored

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def outside(settings, tmp_path, monkeypatch) -> OutsideMark:
    """A mark that is lost at first."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(outside_mark, "_kept", {})
    return outside_mark


class TestCompare:
    def test_goes_on_from_the_place_seen(self):
        happen()
        seen = history.place()
        happen(2)
        assert history.compare(seen) is Found.SAME
        assert history.compare(Mark()) is Found.SAME, "nothing was seen yet"

    def test_one_event_that_fell_is_enough(self):
        happen()
        with restored():
            happen()
            seen = history.place()
        assert history.compare(seen) is Found.OTHER

    def test_as_many_events_as_before_are_other_events(self):
        with restored():
            happen(3)
            seen = history.place()
        happen(3)
        assert positions.head() == seen.pos
        assert history.compare(seen) is Found.OTHER

    def test_more_events_than_before_are_other_events(self):
        with restored():
            happen(3)
            seen = history.place()
        happen(7)
        assert history.compare(seen) is Found.OTHER

    def test_an_event_that_was_dropped_for_its_age_says_nothing(self):
        happen()
        seen = history.place()
        happen()
        DomainEvent.objects.filter(pos=seen.pos)._raw_delete(connection.alias)
        assert history.compare(seen) is Found.SAME

    def test_another_process_has_begun_the_new_history(self):
        happen()
        with restored():
            happen()
            seen = history.place()
        history.settle(seen)
        assert history.compare(seen) is Found.LATER

    def test_a_copy_from_before_the_last_restore_is_noticed_whatever_its_head(self):
        with restored():
            history.begin_new()
            seen = history.place()
        happen()
        assert history.compare(replace(seen, pos=1, event="")) is Found.OTHER

    @pytest.mark.parametrize("ahead", [{"pos": 10**6}, {"numbers": {"ticket": 10**6}}], ids=str)
    def test_one_that_was_restored_elsewhere_may_not_be_above_what_was_given_here(self, ahead):
        happen()
        seen = history.place()
        history.begin_new()
        assert history.compare(seen) is Found.LATER
        assert history.compare(replace(seen, **ahead)) is Found.OTHER
        assert history.compare(replace(seen, numbers={"a_table_that_was_dropped": 10**6})) is Found.LATER

    def test_numbers_of_one_that_was_restored_elsewhere_are_above_the_mark(self, outside):
        happen()
        seen = history.place()
        history.begin_new()
        given = sequences.highest()["ticket"] + 5000
        outside.keep(replace(seen, pos=positions.head() + 5000, numbers={"ticket": given}))
        history.settle(outside.read())
        assert sequences.highest()["ticket"] > given
        assert positions.head() > seen.pos + 5000

    def test_a_database_without_any_history_is_incomplete(self):
        Epoch.objects.all().delete()
        with pytest.raises(history.Incomplete):
            history.compare(Mark("a", 1))

    def test_a_half_restored_one_is_left_alone(self, monkeypatch):
        monkeypatch.setattr(history, "_is_complete", lambda: False)
        before = positions.epochs()
        with pytest.raises(history.Incomplete):
            history.settle(Mark("another", 10**6))
        assert positions.epochs() == before

    def test_this_database_is_complete(self):
        assert history._is_complete()


class TestBeginNew:
    def test_positions_and_epochs_are_above_all_that_was_seen(self):
        with restored():
            happen(5)
            seen = history.place()
        history.settle(seen)
        assert positions.epoch() not in ("", seen.epoch)
        assert positions.head() >= seen.pos + SKIPPED
        happen()
        assert history.compare(history.place()) is Found.SAME

    def test_numbers_go_on_above_the_mark(self, outside, lea):
        with restored():
            ticket, dispute, agent = make_ticket(), make_dispute(), make_agent()
            seen = history.place()
            outside.keep(seen)
            given = {ticket.number, dispute.number, agent.support_profile.registration_id}
            keys = (ticket.pk, dispute.pk, agent.pk)
        history.settle(Mark(seen.epoch, seen.pos, seen.event))
        assert NumberSequence.objects.get(pk="ticket").value == seen.numbers["ticket"] + MARGIN
        row, claim, colleague = make_ticket(), make_dispute(), make_agent()
        assert given.isdisjoint({row.number, claim.number, colleague.support_profile.registration_id})
        assert (row.pk > keys[0], claim.pk > keys[1], colleague.pk > keys[2]) == (True, True, True)

    def test_a_number_that_was_taken_meanwhile_is_not_given_again(self, outside, monkeypatch):
        outside.keep(replace(history.place(), numbers={"ticket": 20_000}))
        read = sequences.highest()
        taken = [make_ticket().number for _ in range(2)]
        monkeypatch.setattr(sequences, "highest", lambda: read)
        history.begin_new()
        assert make_ticket().number not in taken

    @pytest.mark.django_db(transaction=True)
    def test_a_new_connection_gives_no_key_again_before_anybody_has_noticed(self, outside):
        assert all([make_ticket(), make_dispute(), make_agent()]), "these are not lost"
        with restored():
            lost = [make_ticket(), make_dispute(), make_agent()]
            outside.keep(history.place())
        connection.close()
        new = [make_ticket(), make_dispute(), make_agent()]
        assert [row.pk > before.pk + MARGIN for row, before in zip(new, lost, strict=True)] == [True] * 3
        given = sequences.highest()
        connection.close()
        assert sequences.highest() == given, "once"

    def test_ten_thousand_are_skipped_where_the_mark_is_lost(self):
        before = sequences.highest()
        history.begin_new()
        after = sequences.highest()
        skipped = {name: after[name] - before.get(name, 0) for name in after}
        one_row_since = {"support_management_epoch": SKIPPED + 1, "support_management_domainevent": SKIPPED + 1}
        assert skipped == dict.fromkeys(after, SKIPPED) | one_row_since
        assert set(NumberSequence.NAMES) < set(after)

    def test_a_mark_older_than_the_copy_is_as_good_as_lost(self, outside):
        outside.keep(history.place())
        make_ticket()
        before = sequences.highest()["ticket"]
        history.begin_new()
        assert sequences.highest()["ticket"] == before + SKIPPED

    def test_a_mark_from_before_the_loss_is_not_believed_by_a_restore(self, outside):
        """DATA_DIR may have been copied, and put back, with the database: nobody knows what was given since."""
        before = sequences.highest()["ticket"]
        outside.keep(replace(history.place(), numbers={"ticket": before + 20}))
        history.begin_new(certain=False)
        assert sequences.highest()["ticket"] == before + 20 + SKIPPED

    def test_tables_that_only_newer_code_has_are_left_out(self):
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE support_management_workattention")
        before = sequences.highest()["ticket"]
        sequences.skip({}, certain=False)
        assert sequences.highest()["ticket"] == before + SKIPPED

    def test_every_sequence_has_a_name_here(self):
        numbered = {model.number_sequence for model in apps.get_models() if issubclass(model, NumberedModel)}
        assert numbered | {"agent"} == set(NumberSequence.NAMES)

    @pytest.mark.django_db(transaction=True)
    def test_two_web_processes_that_notice_it_begin_one(self):
        happen()
        with restored():
            happen(2)
            seen = history.place()
        before = len(positions.epochs())
        assert errors(at_once(*[partial(history.settle, seen)] * 4)) == []
        assert len(positions.epochs()) == before + 1

    @pytest.mark.django_db(transaction=True)
    def test_a_second_restore_begins_another_one(self, outside):
        with restored():
            happen(3)
            first = history.place()
            outside.keep(first)
            with restored():
                happen()
                seen = history.place()
            history.settle(seen)
            second = history.place()
        assert positions.epochs() == [first.epoch]
        history.settle(outside.read())
        third = history.place()
        assert third.epoch not in (first.epoch, second.epoch)
        assert third.pos > second.pos > first.pos
        assert history.compare(second) is Found.LATER


class TestOutsideMark:
    def test_the_newer_place_and_the_higher_numbers_stay(self, outside):
        outside.keep(Mark("a", 5, "x", {"ticket": 7, "agent": 1}))
        outside.keep(Mark("a", 3, "y", {"ticket": 2, "agent": 4}))
        assert outside.read() == Mark("a", 5, "x", {"ticket": 7, "agent": 4})

    def test_redis_knows_it_when_the_data_folder_is_a_new_one(self, outside, settings, monkeypatch):
        settings.REDIS_URL, kept = "redis://127.0.0.1:1/0", {}
        monkeypatch.setitem(vars(outside), "_redis", SimpleNamespace(get=kept.get, set=kept.__setitem__))
        outside.keep(Mark("a", 5, "x", {"ticket": 7}))
        outside.file.unlink()
        assert outside.read() == Mark("a", 5, "x", {"ticket": 7})
        assert list(kept) == [f"{settings.LIVE_PREFIX}:history"]

    def test_a_redis_that_is_away_stops_nothing(self, outside, settings):
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
        outside.keep(Mark("a", 5))
        assert outside.read() == Mark("a", 5)

    @pytest.mark.parametrize("text", ["", "{", "[]", '{"epoch": "a"}', '{"epoch": 1, "pos": "x"}', "\x00" * 30])
    def test_a_damaged_one_is_a_lost_one(self, outside, text):
        outside.file.write_text(text)
        assert outside.read() is None
        assert outside.least("ticket") == 0
        outside.keep(Mark("a", 5))
        assert outside.read() == Mark("a", 5)

    def test_a_folder_that_cannot_be_written_stops_nothing(self, outside, settings, tmp_path):
        settings.DATA_DIR = tmp_path / "gone"
        outside.keep(Mark("a", 5, "", {"ticket": 12_000}))
        assert outside.least("ticket") == 12_000

    def test_a_full_disk_does_not_keep_it_from_redis(self, outside, settings, tmp_path, monkeypatch):
        settings.REDIS_URL, kept = "redis://127.0.0.1:1/0", {}
        monkeypatch.setitem(vars(outside), "_redis", SimpleNamespace(get=kept.get, set=kept.__setitem__))
        settings.DATA_DIR = tmp_path / "gone"
        outside.keep(Mark("a", 5))
        assert outside.read() == Mark("a", 5)

    def test_a_number_below_it_is_never_given(self, outside):
        """The database was restored a moment ago, and nobody has noticed it yet."""
        outside.keep(Mark("a", 5, "", {"ticket": 23_456, "agent": 10_800}))
        assert make_ticket().number == f"T-{23_456 + MARGIN + 1}", "some were given after it was noted"
        assert make_ticket().number == f"T-{23_456 + MARGIN + 2}"
        assert make_agent().support_profile.registration_id == f"SUP-{801 + MARGIN:05}"
