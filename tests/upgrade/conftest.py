"""One old desk for all tests here: each puts rows into it at their time, and looks at what became of them."""

import pytest

from tests.upgrade.labels import Commas, Spellings
from tests.upgrade.money import Amounts
from tests.upgrade.old_desk import OldDesk, empty_database


class Upgraded:
    """What the tests look at, each with its rows."""

    def __init__(self):
        desk = OldDesk()
        past = desk.before("conditions_and_folded_tags")
        self.spellings, self.commas = Spellings(past), Commas(past)
        self.amounts = Amounts(desk.before("money"))
        desk.to_the_newest()


@pytest.fixture(scope="package")
def upgraded(django_db_setup, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock(), empty_database(tmp_path_factory.mktemp("old")):
        yield Upgraded()
