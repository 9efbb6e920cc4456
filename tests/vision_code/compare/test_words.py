"""
Pairing words: one to one, nearest first, misread words still known.
"""

from __future__ import annotations

from vision_code.compare.words import normalised, pair_words, readable, words_f1
from vision_code.geometry import Box, Color
from vision_code.observation import TextStyle, Word


def _word(text: str, x: float = 0, y: float = 0) -> Word:
    return Word(text=text, box=Box(x, y, 40, 16), style=TextStyle(size_px=16, color=Color(0, 0, 0)))


def test_equal_words_pair_with_the_nearest() -> None:
    reference = [_word("Buy", 0, 0), _word("Buy", 500, 0)]
    candidate = [_word("Buy", 510, 0), _word("Buy", 5, 0)]
    pairing = pair_words(reference, candidate, 1000, 1000)
    assert dict(zip(pairing.reference.tolist(), pairing.candidate.tolist(), strict=True)) == {0: 1, 1: 0}


def test_each_word_counts_once() -> None:
    pairing = pair_words([_word("a")], [_word("a"), _word("a", 9)], 1000, 1000)
    assert words_f1(pairing) == 2 / 3
    assert len(pairing.extra) == 1


def test_a_misread_word_is_wrong_but_not_missing() -> None:
    pairing = pair_words([_word("Settings", 10)], [_word("Settlngs", 12)], 1000, 1000)
    assert words_f1(pairing) == 0
    assert pairing.missing == ()
    assert pairing.extra == ()


def test_a_misread_word_far_away_is_another_word() -> None:
    pairing = pair_words([_word("Settings", 10)], [_word("Settlngs", 700)], 1000, 1000)
    assert (pairing.missing, pairing.extra) == ((0,), (0,))


def test_typography_is_no_difference() -> None:
    assert normalised("“Don’t”—") == normalised('"don\'t"-')
    assert normalised("ﬁne") == "fine"
    assert [word.text for word in readable([_word("•"), _word("→"), _word("3"), _word("é")])] == ["3", "é"]


def test_no_words_on_either_side_is_perfect_and_on_one_side_is_nothing() -> None:
    assert words_f1(pair_words([], [], 10, 10)) == 1
    assert words_f1(pair_words([_word("a")], [], 10, 10)) == 0
    assert words_f1(pair_words([], [_word("a")], 10, 10)) == 0
