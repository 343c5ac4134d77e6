"""A place in a list goes into an address and comes back; whatever else comes back is refused in one sentence."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from support_management.analytics import workload_board
from support_management.core.errors import Invalid
from support_management.core.keyset import EPOCH, ID, LARGEST_INTEGER, DatetimePart, IntegerPart, Keyset, NamePart
from support_management.core.time import NEVER
from support_management.disputes.models import DECIDED_KEYSET, OPEN_KEYSET
from support_management.notifications import queries as notifications
from support_management.sla.board import clocks, without_policy
from support_management.tickets.models import TIMELINE_KEYSET, WORK_ORDER_KEYSET
from tests.refusals import refused

DUE = datetime(2026, 3, 12, 11, 4, 7, 250_001, tzinfo=UTC)
moments = st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC))
small_ids = st.integers(0, 10**12 - 1)
ids = st.integers(0, LARGEST_INTEGER)
priorities = st.integers(1, 4)

KEYSETS = {
    "tickets": (WORK_ORDER_KEYSET, st.tuples(priorities, moments, ids)),
    "timeline": (TIMELINE_KEYSET, st.tuples(ids)),
    "open disputes": (OPEN_KEYSET, st.tuples(st.just(1), moments, ids)),
    "decided disputes": (DECIDED_KEYSET, st.tuples(st.just(9), moments, ids)),
    "clocks": (clocks.KEYSET, st.tuples(moments, ids)),
    "without policy": (without_policy.KEYSET, st.tuples(st.integers(1, 3), ids)),
    "notifications": (notifications.KEYSET, st.tuples(st.integers(1, 10**18))),
    "agents": (workload_board.KEYSET, st.tuples(st.integers(0, 99_999), st.just("ana keller"), ids)),
}
HOSTILE = [
    "",
    "|",
    "||",
    "|||||",
    "x",
    "1",
    "1|1",
    "1|1|1",
    "1|1|1|1",
    "\x00",
    "1|\x00|1",
    "None",
    "'; drop table",
    "1|001773313447250001|000000000012 ",
    " 1|001773313447250001|000000000012",
    "1|+01773313447250001|000000000012",
    "1|001773313447250001|-00000000012",
    "1|00_1773313447250001|00000000012",
    "1|1773313447250001|12",
    "1|٠٠١٧٧٣٣١٣٤٤٧٢٥٠٠٠١|000000000012",
    "¹|001773313447250001|000000000012",
    "1|001773313447250001|0000000000１2",
    "1|999999999999999999|000000000012",
    f"1|{10**30}|12",
    f"1|{'9' * 10_000}|1",
    f"9|{10**19}|1",
    "9" * 10_000,
    f"1|001773313447250001|{2**63}",
    "0|001773313447250001|000000000012",
    "5|001773313447250001|000000000012",
]


class TestRoundTrip:
    @pytest.mark.parametrize("name", KEYSETS)
    @given(data=st.data())
    def test_what_goes_out_comes_back(self, name, data):
        keyset, rows = KEYSETS[name]
        values = data.draw(rows)
        assert keyset.decode(keyset.encode(*values)) == values

    @given(rows=st.lists(st.tuples(priorities, moments, small_ids), min_size=2))
    def test_texts_compare_as_their_rows_do(self, rows):
        assert [WORK_ORDER_KEYSET.encode(*row) for row in sorted(rows)] == sorted(
            WORK_ORDER_KEYSET.encode(*row) for row in rows
        )

    @given(first=moments, second=moments)
    def test_the_newest_comes_first_where_the_order_descends(self, first, second):
        texts = [DECIDED_KEYSET.encode(9, moment, 1) for moment in (max(first, second), min(first, second))]
        assert texts == sorted(texts)

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            (WORK_ORDER_KEYSET.encode(2, DUE, 12), "2|001773313447250001|000000000012"),
            (WORK_ORDER_KEYSET.encode(4, NEVER, 10**13), "4|253402214400000000|10000000000000"),
            (OPEN_KEYSET.encode(1, DUE, 12), "1|001773313447250001|000000000012"),
            (DECIDED_KEYSET.encode(9, DUE, 12), "9|998226686552749999|000000000012"),
            (clocks.KEYSET.encode(EPOCH, 7), "000000000000000000|000000000007"),
            (without_policy.KEYSET.encode(3, 7), "3|000000000000000007"),
            (notifications.KEYSET.encode(7), "999999999999999993"),
            (workload_board.KEYSET.encode(99_000, "Ana Keller", 7), "99000|ana keller|000000000007"),
        ],
    )
    def test_addresses_that_people_kept_still_lead_there(self, text, expected):
        assert text == expected


class TestRefused:
    @pytest.mark.parametrize("name", KEYSETS)
    @pytest.mark.parametrize("text", HOSTILE)
    def test_hostile_text_is_refused_with_one_code(self, name, text):
        with refused("bad_key", Invalid, field="after"):
            KEYSETS[name][0].decode(text)

    @pytest.mark.parametrize("name", KEYSETS)
    @given(text=st.text(alphabet=st.sampled_from("019|-+ _x٣\x00"), max_size=40) | st.text())
    @example(text="1|253402300800000000|000000000001")
    def test_only_what_is_written_is_taken(self, name, text):
        keyset = KEYSETS[name][0]
        values = None
        with suppress(Invalid):
            values = keyset.decode(text)
        assert values is None or keyset.encode(*values) == text

    def test_the_first_moment_that_no_datetime_holds(self):
        last = datetime.max.replace(tzinfo=UTC)
        assert clocks.KEYSET.decode("253402300799999999|000000000001") == (last, 1)
        with refused("bad_key", Invalid, field="after"):
            clocks.KEYSET.decode("253402300800000000|000000000001")

    def test_a_moment_before_1970_is_written_as_1970(self):
        assert Keyset(DatetimePart()).encode(EPOCH - timedelta(days=1)) == "0" * 18

    def test_a_name_cannot_add_a_value(self):
        keyset = Keyset[str, int](NamePart(), ID)
        assert keyset.decode(keyset.encode("Ana|9", 7)) == ("ana 9", 7)

    def test_bounds_are_part_of_the_place(self):
        part = IntegerPart(2, 5, width=1)
        assert [part.decode(text) for text in "25"] == [2, 5]
        for text in "16":
            with pytest.raises(ValueError, match="bounds"):
                part.decode(text)
