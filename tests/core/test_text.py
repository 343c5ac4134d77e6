"""Every text comes in through one door: it is stored as clean text or refused with a sentence."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_management.core import text
from support_management.core.errors import Invalid
from support_management.core.invisible import shows_nothing
from support_management.core.links import links

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


INVISIBLE = {
    "space": "\u3000",
    "soft hyphen": "\u00ad",
    "zero width": "\u200b",
    "joiner": "\u200d\u2060",
    "mark of direction": "\u200e\u202e\u061c",
    "byte order mark": "\ufeff",
    "filler of Hangul": "\u115f\u1160\u3164\uffa0",
    "blank of Braille": "\u2800",
    "selector of a variant": "\ufe0f\U000e0100",
    "tag": "\U000e0041\U000e007f",
    "grapheme joiner": "\u034f",
    "inherent vowel": "\u17b4\u17b5",
    "Mongolian separator": "\u180e\u180b",
    "invisible operator": "\u2061\u2064",
    "annotation": "\ufff9\ufffb",
    "music format": "\U0001d159\U0001d173",
    "shorthand format": "\U0001bca0",
    "control": "\x01\x7f",
}


class TestInvisible:
    @pytest.mark.parametrize("kind", INVISIBLE)
    def test_a_text_that_shows_nothing_is_empty(self, kind):
        for value in (INVISIBLE[kind], INVISIBLE[kind] * 30, f" {INVISIBLE[kind]}\n "):
            assert cleaned(value) is None
            assert cleaned(value, blank=True) == ""
            assert cleaned(f"{value}a") is not None

    def test_every_format_character_shows_nothing_except_signs_that_are_drawn(self):
        drawn = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
        for code in range(0x110000):
            kind = unicodedata.category(chr(code))
            if kind in ("Cf", "Zs", "Zl", "Zp", "Cc"):
                assert shows_nothing(chr(code)) is (code not in drawn), hex(code)

    @pytest.mark.parametrize(
        "value",
        [
            "\u2764\ufe0f",
            "\U0001f468\u200d\U0001f469",
            "می\u200cخواهم",
            "각",
            "ক্ষ",
            "\u202bשלום\u202c",
            "\U0001f3f4\U000e0067\U000e007f",
        ],
    )
    def test_what_shows_something_keeps_all_of_it(self, value):
        assert cleaned(value) == unicodedata.normalize("NFC", value)


HOSTILE_RUNS = [
    "\u0315\u0327",
    "\u0301",
    "\u0f73",
    "\u0f71\u0f74\u0f39",
    "\u0344",
    "\u1100\u1161\u11a8",
    "각",
    "\uff9e",
    "\U0001d165\U0001d16e",
    "\u0345\u0301",
]


def runs_of_marks(value: str) -> list[int]:
    """Lengths of the runs that a normal form has to sort."""
    decomposed = (unicodedata.normalize("NFKD", letter) for letter in value)
    kinds = "".join("m" if unicodedata.combining(letters[0]) else "." for letters in decomposed)
    return [len(run) for run in kinds.split(".")]


class TestNormalForm:
    """Sorting a run of marks takes time quadratic in its length, so no long run may ever reach a normal form."""

    @pytest.fixture
    def normalised(self, monkeypatch) -> list[str]:
        """What was handed to `unicodedata.normalize`."""
        handed: list[str] = []
        real = unicodedata.normalize
        monkeypatch.setattr(
            text.unicodedata, "normalize", lambda form, value: handed.append(value) or real(form, value)
        )
        return handed

    @pytest.mark.parametrize("signs", HOSTILE_RUNS, ids=ascii)
    @pytest.mark.parametrize("between", ["", "\x01", "\r"])
    def test_runs_are_short_before_they_are_sorted(self, normalised, signs, between):
        cleaned("a" + (signs + between) * 5_000, limit=40_000)
        assert len(normalised) == 1
        assert max(runs_of_marks(normalised[0])) <= 8

    @pytest.mark.parametrize("signs", HOSTILE_RUNS, ids=ascii)
    def test_a_mebibyte_is_refused_before_it_is_looked_at(self, normalised, signs):
        assert cleaned("a" + signs * (1024 * 1024 // len(signs))) is None
        assert normalised == []

    def test_every_mark_of_the_standard_counts_as_one(self):
        for code in range(0x110000):
            letter = chr(code)
            if unicodedata.combining(unicodedata.normalize("NFKD", letter)[0]):
                assert len(text.thinned(letter * 9)) == 8, hex(code)

    @given(st.text(st.sampled_from("".join(HOSTILE_RUNS) + "aeの\U0001f98a \n"), max_size=120))
    def test_thinning_takes_nothing_but_marks_and_cleaning_twice_is_cleaning_once(self, value):
        thin = text.thinned(value)
        assert max(runs_of_marks(thin)) <= 8
        assert [sign for sign in thin if sign in "aeの각\n"] == [sign for sign in value if sign in "aeの각\n"]
        taken = cleaned(value)
        assert taken is None or cleaned(taken) == taken

    def test_decomposed_text_of_the_full_length_is_taken(self):
        assert cleaned(unicodedata.normalize("NFD", "각" * 1_000), limit=1_000) == "각" * 1_000


class TestHtml:
    @given(ANYTHING)
    def test_nothing_but_paragraphs_breaks_and_links_comes_out(self, value):
        html = text.to_html(cleaned(value) or "")
        for tag in ('<p dir="auto">', "</p>", "<br>", "</a>"):
            html = html.replace(tag, "")
        while '<a href="http' in html:
            start = html.index('<a href="http')
            html = html[:start] + html[html.index(">", start) + 1 :]
        assert "<" not in html

    def test_a_link_is_a_link_and_its_stop_is_not_part_of_it(self):
        html = text.to_html("See https://shop.example/a?b=1&c=2.")
        assert '<a href="https://shop.example/a?b=1&amp;c=2"' in html
        assert html.endswith("</a>.</p>")

    @pytest.mark.parametrize(
        ("plain", "address"),
        [
            ("(see https://en.example/wiki/Foo_(bar))", "https://en.example/wiki/Foo_(bar)"),
            ("https://en.example/wiki/Foo_(bar).", "https://en.example/wiki/Foo_(bar)"),
            ("[https://a.example/x[1]]", "https://a.example/x[1]"),
            ("(https://a.example/)", "https://a.example/"),
            ("https://a.example/x)))", "https://a.example/x"),
            ("見てhttps://a.example/x。次", "https://a.example/x"),
            ("https://a.example/x、y", "https://a.example/x"),
            ("「https://a.example/x」", "https://a.example/x"),
            ("https://a.example/x！", "https://a.example/x"),
            ("https://a.example/x）", "https://a.example/x"),
            ("https://a.example/x।", "https://a.example/x"),
            ("https://a.example/x؟", "https://a.example/x"),
            ("“https://a.example/x”", "https://a.example/x"),
            ("«https://a.example/x»", "https://a.example/x"),
            ("https://a.example/x…", "https://a.example/x"),
            ("https://a.example/x?!", "https://a.example/x"),
            ("'https://a.example/it's'", "https://a.example/it's"),
            ("https://a.example/x\u202e\u200bfdp", "https://a.example/x"),
            ("https://a.example/Bias–variance", "https://a.example/Bias–variance"),
            ("https://a.example/用户", "https://a.example/用户"),
            ("HTTPS://A.example/X", "https://A.example/X"),
            ("www.a.example/x.", "https://www.a.example/x"),
            ("https://a.example/?a=1&b=%29#c/", "https://a.example/?a=1&b=%29#c/"),
        ],
    )
    def test_an_address_ends_where_its_reader_thinks(self, plain, address):
        assert [link.href for link in links(plain)] == [address]
        assert f'<a href="{address.replace("&", "&amp;")}"' in text.linked(plain)

    @pytest.mark.parametrize("plain", ["https://", "http://)", "www.", "xhttps:// y", "ftp://a.example", "awww.x"])
    def test_what_is_no_address_is_text(self, plain):
        assert list(links(plain)) == []

    def test_finding_links_takes_time_linear_in_the_length(self):
        for unit in ("https://a.example/)", ")", "(", "www.", "https://", "。", "https://a.example/((("):
            started = time.process_time()
            text.to_html("https://a.example/" + unit * (100_000 // len(unit)))
            assert time.process_time() - started < 1

    def test_each_paragraph_has_its_own_direction(self):
        assert text.to_html("שלום\n\nHello\nthere").count('<p dir="auto">') == 2

    def test_a_script_address_is_text(self):
        assert "<a" not in text.to_html("javascript:alert(1)")
