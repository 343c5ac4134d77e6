"""A text as the index and a query see it."""

import pytest

from support_management.core.folding import words_of
from support_management.search.words import LONGEST_QUERY, MOST_WORDS, distinct, key_of, query_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Où est ma commande?", ["ou", "est", "ma", "commande"]),
        ("STRASSE Straße", ["strasse"]),
        ("ℌello K", ["hello", "k"]),
        ("don't", ["don", "t"]),
        ("cleo@desk.example", ["cleo", "desk", "example"]),
        ("Заказ заказ", ["заказ"]),
        ("refund refund Refund", ["refund"]),
        ("🙂 – \x00 '\"*:-", []),
    ],
)
def test_words_have_neither_capitals_nor_accents_nor_doubles(text, words):
    assert distinct(text) == words


def test_a_word_without_end_is_cut_in_the_index_and_in_the_query():
    assert distinct("x" * 500) == list(query_of("x" * 150).words)


@pytest.mark.parametrize("text", ["T-10482", "t10482", " t 10482 ", "T–10482"])
def test_a_key_is_the_number_however_it_is_written(text):
    assert key_of(text) == "_t10482"


@pytest.mark.parametrize("text", ["", "   ", "🙂", "\x00", "'\"*:-()", "\ud800"])
def test_what_has_no_word_asks_for_nothing(text):
    query = query_of(text)
    assert (query.words, query.key, query.clauses) == ((), "", [])


def test_a_long_text_asks_for_its_first_words():
    query = query_of(" ".join(f"word{at}" for at in range(2000)))
    assert query.words == tuple(f"word{at}" for at in range(MOST_WORDS))
    assert len(query.text) <= LONGEST_QUERY


def test_a_single_letter_is_a_word_and_not_a_beginning():
    assert query_of("t 10482 订").clauses == [(("t", False),), (("10482", True),), (("订", True),)]


def test_no_capital_is_left_for_a_database_to_fold():
    everything = " ".join(map(chr, [*range(0x20, 0xD800), *range(0xE000, 0x1F000)]))
    words = words_of(everything)
    assert len(words) > 10_000
    assert [word for word in words if word.isascii() and word != word.lower()] == []
    assert [word for word in words if " " in word or "'" in word or "\\" in word or '"' in word] == []
