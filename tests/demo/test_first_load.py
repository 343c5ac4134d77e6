"""`load_demo` on a desk that nobody has touched, and on one that is in use."""

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from support_management.core.time import now
from support_management.management.demo import initial_load
from support_management.models import Ticket
from support_management.search import repair
from tests.demo.snapshot import story_of_the_desk


@pytest.mark.django_db
class TestFirst:
    def test_two_loads_with_a_seed_tell_the_same_story(self, db):
        told = [self._told(seed=7), self._told(seed=7), self._told(seed=8)]
        assert told[0] == told[1]
        assert told[0] != told[2]

    @staticmethod
    def _told(seed: int) -> list:
        with transaction.atomic():
            initial_load.load(seed=seed, password="x", moment=now())
            told = story_of_the_desk()
            assert list(repair.differences()) == [], "all of it is found by search"
            transaction.set_rollback(True)
        return told

    def test_a_desk_with_people_of_its_own_is_left_alone(self, ada):
        call_command("load_demo")
        assert not Ticket.objects.exists()
        with pytest.raises(CommandError, match="Only a demo"):
            call_command("load_demo", tickets=10)
