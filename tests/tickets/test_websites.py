"""On which website a new ticket belongs, and who may say so."""

import pytest

from support_management.core.errors import Invalid, NotFound
from support_management.tickets import intake
from tests import cast
from tests.api.program import Program, problem
from tests.factories import make_agent, make_order, make_ticket
from tests.refusals import refused

pytestmark = pytest.mark.django_db


def opened(by, **facts):
    return intake.create(**{"by": by, "subject": "Where is it?", "body": "Late."} | facts)


class TestWithoutAName:
    def test_cleo_has_dealings_with_one_website(self, cleo):
        make_order()
        assert opened(cleo).website == cast.north()

    def test_a_writer_and_a_former_ticket_count_as_well(self, cleo, wim):
        make_order()
        make_ticket(website_id=cast.south().pk)
        assert opened(wim).website == cast.north()
        assert opened(cleo).website is None, "two websites: neither is hers alone"

    def test_ada_of_north_opens_one_for_somebody_new(self, ada, cleo):
        assert opened(ada, requester=cleo).website == cast.north()

    def test_it_does_not_go_where_ada_cannot_follow(self, ada, cleo):
        make_order(website=cast.south())
        assert opened(ada, requester=cleo).website == cast.north()

    def test_else_the_default_and_without_one_everybodys(self, cleo, lea, settings, caplog):
        cast.south()
        assert opened(lea, requester=cleo).website is None
        settings.DEFAULT_WEBSITE = "South"
        assert opened(cleo).website == cast.south()
        settings.DEFAULT_WEBSITE = "Nowhere"
        assert opened(lea, requester=lea).website is None
        assert "no website with the name 'Nowhere'" in caplog.text


class TestNamed:
    def test_ada_names_one_that_she_serves(self, ada, cleo):
        make_order(website=cast.south())
        assert opened(ada, requester=cleo, website_id=cast.north().pk).website == cast.north()
        with refused("unknown_website", Invalid, field="website"):
            opened(ada, requester=cleo, website_id=cast.south().pk)

    def test_cleo_names_one_that_she_has_dealings_with(self, cleo):
        make_order()
        make_order(website=cast.south())
        assert opened(cleo, website_id=cast.south().pk).website == cast.south()

    @pytest.mark.parametrize("missing", [True, False])
    def test_another_one_and_none_at_all_are_refused_alike(self, cleo, lea, missing):
        make_order()
        pk = 999_999 if missing else cast.south().pk
        with refused("unknown_website", Invalid, field="website"):
            opened(cleo, website_id=pk)
        if missing:
            with refused("unknown_website", Invalid, field="website"):
                opened(lea, requester=cleo, website_id=pk)

    def test_the_website_of_the_order_is_not_another_one(self, cleo):
        order = make_order()
        make_order(website=cast.south())
        assert opened(cleo, order=order.pk, website_id=cast.north().pk).website == cast.north()
        with refused("other_website", Invalid, field="website"):
            opened(cleo, order=order.pk, website_id=cast.south().pk)

    def test_an_order_that_ada_may_not_see_does_not_exist(self, ada, cleo):
        order = make_order(website=cast.south())
        with refused("not_found", NotFound):
            opened(ada, requester=cleo, order=order.pk)


def test_programs_name_it(ada, cleo, zoe):
    facts = {"subject": "Hello", "body": "Where is it?", "requester": cleo.pk}
    both = make_agent("both")
    both.support_profile.websites.add(cast.south())
    answer = Program(both).post("tickets/", website=cast.south().pk, **facts)
    assert (answer.status_code, answer.json()["website"]) == (201, cast.south().pk)
    refusal = problem(Program(ada).post("tickets/", website=cast.south().pk, **facts), 400, "unknown_website")
    assert list(refusal["errors"]) == ["website"]
    assert Program(ada).post("tickets/", website=None, **facts).json()["website"] == cast.north().pk
