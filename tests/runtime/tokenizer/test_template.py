from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.api import Choice, Template
from runtime.errors import RequestError
from runtime.testing import tiny_ranks
from runtime.tokenizer.bpe import Tokenizer
from runtime.tokenizer.template import Walk, encode_template, filled

RANKS = tiny_ranks()
TOKENIZER = Tokenizer(RANKS, {})
TEMPLATE: Template = (
    "<a>",
    Choice(("card", "cards", "list", "link")),
    "; ",
    Choice(("x", "yz")),
    Choice(("one",)),
    "end",
)


@given(st.lists(st.floats(0, 0.999), min_size=12, max_size=12))
def test_every_way_through_is_the_filled_template(picks: list[float]) -> None:
    segments = encode_template(TOKENIZER, TEMPLATE)
    walk = Walk(segments)
    tokens = walk.forced()
    for pick in picks:
        if walk.done:
            break
        valid = walk.valid()
        assert len(valid) > 1
        token = valid[int(pick * len(valid))]
        walk.take(token, 0.5)
        tokens += [token, *walk.forced()]
    assert walk.done
    chosen = [option for option, _ in walk.chosen]
    options = iter(chosen)
    text = "".join(part if isinstance(part, str) else part.options[next(options)] for part in TEMPLATE)
    assert TOKENIZER.decode(tokens) == text
    assert tokens == filled(segments, chosen)
    assert chosen[2] == 0
    assert walk.chosen[2][1] == 1.0


def test_segments_are_tokenised_on_their_own() -> None:
    # "card" is one token of this vocabulary; cut in two it is not.
    assert len(TOKENIZER.encode("card")) == 1
    segments = encode_template(TOKENIZER, ("ca", Choice(("rd", "b"))))
    assert TOKENIZER.decode(filled(segments, [0])) == "card"
    assert len(filled(segments, [0])) == len(TOKENIZER.encode("ca")) + len(TOKENIZER.encode("rd"))


def test_probabilities_multiply_along_an_option() -> None:
    walk = Walk(encode_template(TOKENIZER, (Choice(("xay", "xaz", "q")),)))
    assert walk.forced() == []
    walk.take(RANKS[b"x"], 0.5)
    assert walk.forced() == [RANKS[b"a"]]
    walk.take(RANKS[b"z"], 0.25)
    assert walk.done
    assert walk.chosen == [(1, 0.125)]


@pytest.mark.parametrize(
    "template",
    [
        (Choice(()),),
        (Choice(("a", "a")), "b"),
        (Choice(("", "a")), "b"),
        (Choice(("x", "xy")),),
        (Choice(("x", "xy")), Choice(("a", "b"))),
        (Choice(("x", "xy")), "y"),
    ],
    ids=["none", "equal", "empty", "prefix at the end", "prefix before a choice", "prefix before its continuation"],
)
def test_choices_that_cannot_be_told_apart_are_refused(template: Template) -> None:
    with pytest.raises(RequestError) as caught:
        encode_template(TOKENIZER, template)
    assert caught.value.kind == "request.template"
