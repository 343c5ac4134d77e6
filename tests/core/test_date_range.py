"""Instants and days from outside lie in 1970 … 2199, at every door; stored ones beyond break no page."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from support_management.calendars import editing
from support_management.core.date_range import END, FIRST, clamped, contains
from support_management.core.errors import Invalid
from support_management.core.kept_timestamps import read
from support_management.core.time import now, require_range, validate_range
from support_management.disputes import lifecycle
from support_management.models import BusinessCalendar, Dispute, Order, PlannedAbsence
from support_management.people.availability import absences
from tests.admin.conftest import page_of
from tests.api.program import Program, problem
from tests.factories import make_dispute, make_order, make_ticket
from tests.refusals import refused

ENDS = [datetime(1, 1, 1, tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]
BEYOND = [*ENDS, FIRST - timedelta(microseconds=1), END]
ZONES = ["Pacific/Kiritimati", "Pacific/Pago_Pago"]
"""Fourteen hours east of Greenwich, eleven west of it."""
DAYS = ["0001-01-01", "1969-12-31", "2200-01-01", "9999-12-31"]


class TestRange:
    @pytest.mark.parametrize("moment", [FIRST, END - timedelta(microseconds=1), date(1970, 1, 1), date(2199, 12, 31)])
    def test_its_ends_are_taken(self, moment):
        assert contains(moment)
        validate_range(moment)

    @pytest.mark.parametrize("moment", [*BEYOND, *map(date.fromisoformat, DAYS), datetime(9999, 12, 31)])
    def test_what_is_beyond_is_not(self, moment):
        assert not contains(moment)
        with pytest.raises(ValidationError):
            validate_range(moment)

    @pytest.mark.parametrize("moment", BEYOND)
    def test_a_capability_names_the_field(self, moment):
        with refused("out_of_range", Invalid, field="until"):
            require_range(moment, field="until")
        assert contains(clamped(moment))

    def test_words_of_the_year_9999_are_no_kept_instant(self):
        assert read("31 Dec 9999 23:30 UTC") is None
        assert read("31 Dec 2026 23:30 UTC") == datetime(2026, 12, 31, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize("moment", BEYOND)
class TestCapabilities:
    """Tasks and shells come here."""

    def test_a_deadline_of_a_dispute(self, lea, moment):
        order = make_order()
        with refused("out_of_range", Invalid, field="external_deadline"):
            lifecycle.open_dispute(order=order.pk, by=lea, reason="late", external_deadline=moment)

    def test_an_absence(self, ada, moment):
        for times in ({"begins_at": moment, "ends_at": now()}, {"begins_at": now(), "ends_at": moment}):
            with refused("out_of_range", Invalid):
                absences.plan(user=ada.pk, by=ada, **times)

    def test_new_hours(self, ira, moment):
        calendar = BusinessCalendar.objects.first()
        with refused("out_of_range", Invalid, field="effective_from"):
            editing.change(calendar=calendar.pk, by=ira, holidays=["2027-01-01"], effective_from=moment)


class TestPrograms:
    @pytest.mark.parametrize("text", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "1969-12-31T23:59:59Z"])
    def test_instants_of_bodies_and_filters(self, lea, ira, text):
        order, calendar = make_order(), BusinessCalendar.objects.first().pk
        program = Program(lea)
        refused = program.post("disputes/", order=order.pk, reason="late", external_deadline=text)
        assert "external_deadline" in problem(refused, 400, "invalid")["errors"]
        for path, name in (("sla/clocks/", "due_before"), ("reassignments/", "since"), ("reassignments/", "until")):
            assert name in problem(program.get(path, **{name: text}), 400, "invalid")["errors"]
        assert program.get(f"business-calendars/{calendar}/preview/", start=text, minutes=1).status_code == 400
        changed = Program(ira).call("patch", f"business-calendars/{calendar}/", hours={}, effective_from=text)
        assert "effective_from" in problem(changed, 400, "invalid")["errors"]

    @pytest.mark.parametrize("day", DAYS)
    def test_days_of_addresses(self, lea, day):
        for name in ("since", "until"):
            refused = Program(lea).get("dashboard/analytics/sla/", **{name: day})
            assert name in problem(refused, 400, "invalid")["errors"]


@pytest.mark.parametrize("zone", ZONES)
class TestPages:
    @pytest.fixture
    def signed_in(self, client, zone):
        def sign_in(person):
            person.time_zone = zone
            person.save()
            client.force_login(person)
            return client

        return sign_in

    @pytest.mark.parametrize("day", DAYS)
    def test_days_of_addresses(self, signed_in, lea, ada, day):
        client = signed_in(lea)
        for name in ("since", "until"):
            assert client.get(reverse("workload-moves"), {name: day}).status_code == 200
            answer = client.get(reverse("sla-compliance"), {name: day})
            assert (answer.status_code, name in answer.context["form"].errors) == (400, True)
        assert client.get(reverse("availability-of", args=[ada.pk]), {"day": day}).status_code == 200
        assert client.get(f"/sla/reports/week/{day}/").status_code == 404

    @pytest.mark.one_database
    @pytest.mark.parametrize("typed", ["9999-12-31T23:59", "0001-01-01T00:00"])
    def test_what_is_typed(self, signed_in, lea, ada, typed):
        client = signed_in(lea)
        ticket = make_ticket(order=make_order())
        for times in ({"begins_at": typed, "ends_at": "2027-01-01T00:00"}, {"begins_at": typed, "ends_at": typed}):
            assert client.post(reverse("absences", args=[ada.pk]), times).status_code < 500
        dispute = {"reason": "late", "external_deadline": typed.replace("T", " ")}
        assert client.post(reverse("ticket-dispute", args=[ticket.number]), dispute).status_code < 500
        assert not PlannedAbsence.objects.exists()
        assert not Dispute.objects.exists()

    @pytest.mark.one_database
    @pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
    def test_what_an_admin_types(self, signed_in, ira, ada, day):
        client = signed_in(ira)
        order, dispute = make_order(), make_dispute()
        typed = {"external_deadline_0": day, "external_deadline_1": "23:59:59"}
        for address in (page_of(Dispute, "add"), page_of(Dispute, "change", dispute.pk)):
            facts = {"order": order.pk, "reason": "late", "priority": 2, "status": dispute.status} | typed
            answer = client.post(address, facts)
            assert answer.status_code == 200
            assert "external_deadline" in answer.context["adminform"].form.errors
        times = {"begins_at_0": day, "begins_at_1": "00:00", "ends_at_0": day, "ends_at_1": "23:59"}
        answer = client.post(page_of(PlannedAbsence, "add"), {"user": ada.pk, "reason": ""} | times)
        assert answer.status_code == 200
        assert {"begins_at", "ends_at"} <= set(answer.context["adminform"].form.errors)

    @pytest.mark.one_database
    @pytest.mark.parametrize("year", ["1", "1969", "2200", "9999", "99999"])
    def test_days_that_an_admin_asks_for(self, signed_in, ira, ada, year):
        client = signed_in(ira)
        for model, name in (("ticket", "created_at"), ("supportactionlog", "at"), ("plannedabsence", "begins_at")):
            for month, day in (("1", "1"), ("12", "31")):
                asked = {f"{name}__year": year, f"{name}__month": month, f"{name}__day": day}
                address = f"/admin/support_management/{model}/"
                assert client.get(address, asked, follow=True).status_code == 200
                assert client.get(address, {f"{name}__gte": f"{year:>04}-{month}-{day}"}, follow=True).status_code < 500

    @pytest.mark.parametrize("moment", ENDS)
    def test_rows_beyond_the_range_break_no_page(self, signed_in, lea, ira, ada, moment):
        order = make_order()
        ticket, dispute = make_ticket(order=order), make_dispute(order=order)
        PlannedAbsence.objects.create(user=ada, begins_at=now(), ends_at=now() + timedelta(days=1))
        Order.objects.update(deadline=moment)
        Dispute.objects.update(external_deadline=moment)
        PlannedAbsence.objects.update(**{"begins_at" if moment.year == 1 else "ends_at": moment})
        client = signed_in(ira)
        for row in (order, dispute, PlannedAbsence.objects.get()):
            assert client.get(page_of(type(row), "changelist")).status_code == 200
            assert client.get(page_of(type(row), "change", row.pk)).status_code == 200
        client = signed_in(lea)
        pages = ["/queue/", "/disputes/", "/sla/", "/workload/"]
        pages += [f"/availability/{ada.pk}/", f"/tickets/{ticket.number}/"]
        for page in pages:
            assert client.get(page).status_code == 200

    @pytest.mark.parametrize("moment", ENDS)
    def test_programs_read_them(self, lea, zone, moment):
        make_dispute()
        Dispute.objects.update(external_deadline=moment)
        [row] = Program(lea).get("disputes/").json()["results"]
        assert row["external_deadline"][:4] in ("1970", "2199")
