"""Every text comes in through one door: it is stored as clean text or refused with a sentence."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_management.core import text
from support_management.core.errors import Invalid

ANYTHING = st.text(st.characters(), max_size=300)


def cleaned(value, **options) -> str | None:
    """The text as it is stored; None when it was refused."""
    try:
        return text.clean(value, field="body", **options)
    except Invalid as refusal:
        told = bool(refusal.text) and refusal.field == "body"
    assert told, "a refusal names its field and says why"
    return None


class TestClean:
    @given(ANYTHING)
    def test_what_is_taken_can_be_stored_anywhere(self, value):
        taken = cleaned(value)
        if taken is not None:
            taken.encode()
            assert not any(unicodedata.category(letter) == "Cc" and letter not in "\n\t" for letter in taken)
            assert taken == taken.strip() != ""

    @given(ANYTHING)
    def test_cleaning_twice_is_cleaning_once(self, value):
        taken = cleaned(value)
        assert taken is None or cleaned(taken) == taken

    @given(ANYTHING)
    def test_a_line_is_one_line(self, value):
        taken = cleaned(value, one_line=True)
        assert taken is None or len(taken.splitlines()) == 1

    @given(st.one_of(st.none(), st.integers(), st.binary(), st.lists(st.text())))
    def test_what_is_no_text_is_refused(self, value):
        assert cleaned(value) is None

    def test_accents_do_not_pile_up(self):
        assert len(text.clean("a" + "\u0301" * 500, field="body")) < 12

    @pytest.mark.parametrize("value", ["\x00", "a\x00b", "\ud800", "a\udfff"])
    def test_what_no_database_stores_is_refused(self, value):
        assert cleaned(value) is None


class TestHtml:
    @given(ANYTHING)
    def test_nothing_but_paragraphs_breaks_and_links_comes_out(self, value):
        html = text.to_html(cleaned(value) or "")
        for tag in ("<p>", "</p>", "<br>", "</a>"):
            html = html.replace(tag, "")
        while '<a href="http' in html:
            start = html.index('<a href="http')
            html = html[:start] + html[html.index(">", start) + 1 :]
        assert "<" not in html

    def test_a_link_is_a_link_and_its_stop_is_not_part_of_it(self):
        html = text.to_html("See https://shop.example/a?b=1&c=2.")
        assert '<a href="https://shop.example/a?b=1&amp;c=2"' in html
        assert html.endswith("</a>.</p>")

    def test_a_script_address_is_text(self):
        assert "<a" not in text.to_html("javascript:alert(1)")
