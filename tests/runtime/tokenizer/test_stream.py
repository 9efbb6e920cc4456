from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.testing import tiny_ranks
from runtime.tokenizer.bpe import Tokenizer
from runtime.tokenizer.specials import k25_specials
from runtime.tokenizer.stream import Detokeniser

RANKS = tiny_ranks()
TOKENIZER = Tokenizer(RANKS, k25_specials(len(RANKS)))


@given(st.lists(st.integers(0, len(RANKS) - 1), max_size=30), st.lists(st.integers(1, 5), min_size=1, max_size=30))
def test_any_split_gives_the_same_text(tokens: list[int], sizes: list[int]) -> None:
    stream = Detokeniser(TOKENIZER)
    out, start = "", 0
    for size in sizes * 30:
        out += stream.push(tokens[start : start + size])
        start += size
        if start >= len(tokens):
            break
    assert out + stream.finish() == TOKENIZER.decode(tokens) == stream.text


def test_half_a_character_is_held_back() -> None:
    stream = Detokeniser(TOKENIZER)
    assert [stream.push([byte]) for byte in "é🙂".encode()] == ["", "é", "", "", "", "🙂"]


@pytest.mark.parametrize("pieces", [["abSTOPcd"], ["abST", "OPcd"], ["a", "b", "S", "T", "O", "P"]])
def test_stop_strings_end_the_text_before_them(pieces: list[str]) -> None:
    stream = Detokeniser(TOKENIZER, ["STOP"])
    out = "".join(stream.push(TOKENIZER.encode(piece)) for piece in pieces)
    assert stream.stopped
    assert out + stream.finish() == "ab"


def test_what_only_looks_like_a_stop_string_comes_later() -> None:
    stream = Detokeniser(TOKENIZER, ["STOP"])
    assert stream.push(TOKENIZER.encode("abST")) == "ab"
    assert stream.push(TOKENIZER.encode("x")) == "STx"
    assert stream.push(TOKENIZER.encode("S")) == ""
    assert stream.finish() == "S"
