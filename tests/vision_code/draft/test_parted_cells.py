"""
Words with upright lines between them are pressed, signs before a field are not.
"""

from __future__ import annotations

from vision_code.draft.parted_cells import with_parted_cells
from vision_code.geometry import Box
from vision_code.region import Region, RegionKind, Role


def _row(*children: Region) -> Region:
    return Region(id=0, kind=RegionKind.ROW, box=Box(40, 290, 400, 40), children=children)


def _line(make_rect, x: float, h: float = 36) -> Region:
    rule = make_rect(x, 290, 1, h)
    return Region(id=0, kind=RegionKind.SHAPE, box=rule.box, surface=rule)


def test_words_between_upright_lines_are_links(text, make_rect, make_photo, settled) -> None:
    mail = _row(make_photo(50, 300, 16, 16), text("Email", 80, 300))
    found = settled(with_parted_cells, [_row(mail, _line(make_rect, 200), text("Call", 260, 300))], {})
    assert (found[2], found[3], found[4], found[6]) == (Role.LINK, Role.DECORATION, Role.TEXT, Role.LINK)


def test_signs_numbers_and_sentences_between_lines_are_none(text, make_rect, settled) -> None:
    for words in ("$", "1,200", "a whole sentence of words"):
        row = _row(text(words, 50, 300), _line(make_rect, 200), text("Amount", 260, 300))
        assert settled(with_parted_cells, [row], {})[2] is Role.TEXT


def test_a_short_stroke_between_words_parts_nothing(text, make_rect, settled) -> None:
    row = _row(text("Email", 50, 300), _line(make_rect, 200, h=14), text("Call", 260, 300))
    assert settled(with_parted_cells, [row], {})[2] is Role.TEXT


def test_what_is_pressed_as_a_whole_or_already_stays_so(text, make_rect, settled) -> None:
    row = _row(text("Email", 50, 300), _line(make_rect, 200), text("Call", 260, 300))
    assert settled(with_parted_cells, [row], {1: Role.LINK})[2] is Role.TEXT
    assert settled(with_parted_cells, [row], {2: Role.BUTTON})[2] is Role.BUTTON
