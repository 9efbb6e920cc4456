"""
The words at the head of a card are its heading when they are larger than the rest.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.draft.card_titles import with_card_titles
from vision_code.geometry import Color
from vision_code.region import Region, RegionKind, Role


def _card(make_rect, *children: Region, fill: Color | None = None) -> Region:
    surface = replace(make_rect(40, 280, 400, 200), fill=fill or Color(255, 255, 255))
    return Region(id=0, kind=RegionKind.COLUMN, box=surface.box, surface=surface, children=children)


def test_larger_words_at_the_head_of_a_card_are_its_heading(text, make_rect, settled) -> None:
    rest = text("What the card says, in the type of the page", 60, 360)
    titled = settled(with_card_titles, [_card(make_rect, text("Top pages", 60, 300, size_px=20), rest)], {})
    assert titled[2] is Role.HEADING
    assert titled[3] is Role.TEXT
    assert settled(with_card_titles, [_card(make_rect, text("Top pages", 60, 300), rest)], {})[2] is Role.TEXT
    outside = settled(with_card_titles, [text("Top pages", 60, 300, size_px=20), rest], {})
    assert outside[1] is Role.TEXT


def test_words_on_a_colour_and_words_with_a_role_stay_as_they_are(text, make_rect, settled) -> None:
    words = text("Primary", 60, 300, size_px=20), text("#4e73df", 60, 360)
    assert settled(with_card_titles, [_card(make_rect, *words, fill=Color(78, 115, 223))], {})[2] is Role.TEXT
    assert settled(with_card_titles, [_card(make_rect, *words)], {2: Role.LINK})[2] is Role.LINK


def test_words_further_in_are_no_head(text, make_rect, settled) -> None:
    card = _card(make_rect, text("$ 1,200", 200, 300, size_px=20), text("of your budget are spent", 60, 360))
    assert settled(with_card_titles, [card], {})[2] is Role.TEXT
