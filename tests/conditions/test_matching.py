"""Conditions and facts without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_management.conditions.matching import KEYS, Facts, failing, fits
from support_management.core.folding import bare_words, fold


def ticket(**facts) -> Facts:
    usual = {"kind": "ticket", "type": "payment", "tags": frozenset(["vip"]), "website": 3, "language": "de"}
    return Facts(**usual | {"subject": "Chargé deux fois: Refund please"} | facts)


class TestFits:
    @pytest.mark.parametrize(
        ("conditions", "fit"),
        [
            ({}, True),
            ({"kind": "ticket"}, True),
            ({"kind": "dispute"}, False),
            ({"type": ("order", "payment")}, True),
            ({"type": "order"}, False),
            ({"tag": ("vip", "late")}, True),
            ({"tag": "late"}, False),
            ({"website": 3}, True),
            ({"website": 4}, False),
            ({"language": "de"}, True),
            ({"language": ("fr", "en")}, False),
            ({"word": "refund"}, True),
            ({"word": "REFUND"}, True),
            ({"word": "charge"}, True),
            ({"word": "refund please"}, True),
            ({"word": "fund"}, False),
            ({"word": "refunds"}, False),
            ({"type": "payment", "tag": "late"}, False),
        ],
    )
    def test_all_that_is_named_must_fit_and_one_of_a_list_is_enough(self, conditions, fit):
        assert fits(conditions, ticket()) is fit

    def test_a_language_fits_its_regions(self):
        assert fits({"language": "de"}, ticket(language="de-at"))
        assert not fits({"language": "de-at"}, ticket(language="de"))

    def test_what_the_work_lacks_fits_no_condition_on_it(self):
        bare = Facts(kind="dispute")
        values = {key: ["x", "", None] for key in KEYS if key != "kind"}
        assert [key for key, value in values.items() if fits({key: value}, bare)] == []

    @pytest.mark.parametrize("nothing", [None, "", [], ()])
    def test_a_key_without_a_value_asks_for_nothing(self, nothing):
        assert fits(dict.fromkeys(KEYS, nothing), ticket())

    @pytest.mark.parametrize("broken", [7, {"a": 1}, [["vip"]], [None], True])
    def test_a_value_that_no_check_lets_in_fits_nothing_and_breaks_nothing(self, broken):
        assert [key for key in KEYS if fits({key: broken}, ticket())] == []

    def test_the_first_failing_condition_is_named_in_the_order_of_the_keys(self):
        wrong = dict.fromkeys(reversed(KEYS), "nothing like it")
        order = []
        while wrong:
            order.append(failing(wrong, ticket()))
            del wrong[order[-1]]
        assert tuple(order) == KEYS


class TestFolding:
    @pytest.mark.parametrize(
        ("one", "other"),
        [("VIP", "vip"), ("ÉTÉ", "été"), ("E\u0301", "é"), ("STRASSE", "straße"), (" late  parcel", "Late Parcel ")],
    )
    def test_two_spellings_of_a_word_are_one(self, one, other):
        assert fold(one) == fold(other)

    @pytest.mark.parametrize(("one", "other"), [("été", "ete"), ("late-parcel", "late parcel"), ("vip", "vip2")])
    def test_two_words_stay_two(self, one, other):
        assert fold(one) != fold(other)

    @given(st.text(max_size=40))
    def test_folding_again_changes_nothing(self, text):
        assert fold(fold(text)) == fold(text)
        assert len(fold(text)) <= 120, "the column of a tag has room for it"

    @given(st.text(alphabet="aBcÉéñß -", max_size=40))
    def test_capitals_never_change_what_is_compared(self, text):
        assert fold(text.upper()) == fold(text.lower())
        assert bare_words(text.upper()) == bare_words(text.lower())
