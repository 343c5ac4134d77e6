"""Who is offered when work is given away: exactly those whom the capability would take."""

from itertools import product

import pytest

from support_management.core.errors import Conflict
from support_management.people.agents import owners_of, require_can_own
from support_management.people.models import SupportProfile, User
from support_management.people.roles import Role
from tests import cast, html
from tests.factories import make_dispute, make_order, make_ticket
from tests.pages.builders import Person
from tests.routing.builders import be

pytestmark = pytest.mark.django_db


def offered(page: html.Node, select: str) -> list[str]:
    options = page.by_id(select).all(lambda node: node.tag == "option" and node["value"].isdigit())
    return [option.text for option in options]


def would_take(person: User, website_id: int | None) -> bool:
    try:
        require_can_own(User.objects.get(pk=person.pk), website_id=website_id, by=None)
    except Conflict:
        return False
    return True


class TestTheRule:
    def test_offers_exactly_whom_the_capability_takes(self, ada, zoe, lea, ira, cleo, eda):
        agents = [ada, zoe, lea, cast.agent("una")]
        for status, active in product(SupportProfile.Status.values, (True, False)):
            one = cast.agent(f"{status}-{active}", cast.north(), is_active=active)
            SupportProfile.objects.filter(user=one).update(status=status)
            agents.append(one)
        lea.support_profile.websites.set([cast.south()])
        for website in (cast.north().pk, cast.south().pk, None):
            expected = {one.pk for one in User.objects.all() if would_take(one, website)}
            assert {one.pk for one in owners_of(website)} == expected, website
        assert {len(owners_of(website)) for website in (cast.north().pk, cast.south().pk, None)} == {4, 3, 5}

    def test_a_lead_of_one_website_is_offered_for_another_like_the_capability_takes_them(self, lea):
        lea.support_profile.websites.set([cast.south()])
        assert would_take(lea, cast.north().pk)
        assert lea in owners_of(cast.north().pk)

    def test_who_was_a_client_and_kept_a_profile_is_not_offered(self, ada):
        User.objects.filter(pk=ada.pk).update(role=Role.CLIENT)
        assert not owners_of(cast.north().pk)


class TestTheLists:
    def test_the_ticket_page_offers_who_serves_its_website_by_name(self, lea, ada, ben, zoe):
        page = Person(lea).page(make_ticket().get_absolute_url())
        assert offered(page, "control-assignee") == ["Ada Agent", "Ben Agent", "Lea Lead"]

    def test_the_dialog_opened_for_a_ticket_says_what_they_carry(self, lea, ada, zoe):
        make_ticket(assignee=ada, priority="urgent")
        page = Person(lea, scripted=False).page("/queue/", assign=make_ticket().number)
        load = User.objects.get(pk=ada.pk).workload.load
        assert load > 0
        assert offered(page, "assign-to") == [f"Ada Agent · {load} / 8", "Lea Lead · 0 / 8"]

    @pytest.mark.parametrize(("state", "words"), [("offline", " · offline"), ("break", " · away"), ("online", "")])
    def test_it_says_who_is_not_there(self, lea, ada, state, words):
        be(ada, state)
        page = Person(lea, scripted=False).page("/queue/", assign=make_ticket().number)
        assert offered(page, "assign-to")[0] == f"Ada Agent · 0 / 8{words}"
        assert Person(lea).get("/owners/").json()[str(ada.pk)] == f"0 / 8{words}"

    def test_the_dialog_of_the_board_tells_the_browser_whom_each_serves(self, lea, ada, zoe):
        ticket = make_ticket()
        page = Person(lea).page("/queue/")
        serves = {one["data-name"]: one["data-serves"] for one in page.by_id("assign-to").with_("data-serves")}
        assert serves == {"Ada Agent": f"{cast.north().pk}", "Zoe Agent": f"{cast.south().pk}", "Lea Lead": ""}
        assert page.by_id(f"queue-unassigned-ticket-{ticket.pk}")["data-website"] == f"{cast.north().pk}"

    def test_the_dispute_dialog_follows_the_website_of_the_order(self, lea, ada, zoe):
        dispute = make_dispute(order=make_order(website=cast.south()))
        page = Person(lea, scripted=False).page("/disputes/", assign=dispute.pk)
        assert offered(page, "dispute-assign-to") == ["Lea Lead · 0 / 8", "Zoe Agent · 0 / 8"]
        assert page.by_id(f"disputes-dispute-{dispute.pk}")["data-website"] == f"{cast.south().pk}"

    def test_who_has_it_is_shown_even_when_they_take_no_more(self, lea, ada):
        ticket = make_ticket(assignee=ada)
        SupportProfile.objects.filter(user=ada).update(status="suspended")
        page = Person(lea).page(ticket.get_absolute_url())
        [chosen] = page.by_id("control-assignee").all(lambda node: "selected" in node)
        assert chosen.text == "Ada Agent · not available"


class TestWhatTheyCarryNow:
    def test_ada_learns_the_loads(self, ada, lea):
        make_ticket(assignee=ada)
        load = User.objects.get(pk=ada.pk).workload.load
        assert Person(ada).get("/owners/").json() == {f"{ada.pk}": f"{load} / 8", f"{lea.pk}": "0 / 8"}

    @pytest.mark.parametrize("who", ["cleo", "wim", "eda"])
    def test_others_do_not(self, client, request, who):
        client.force_login(request.getfixturevalue(who))
        assert client.get("/owners/").status_code == 403

    def test_strangers_sign_in_first(self, client):
        assert client.get("/owners/").status_code == 302
