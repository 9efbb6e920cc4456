"""
Paragraphs of one size have one line height, told by the longest of them; what is set otherwise keeps its own.
"""

from __future__ import annotations

from tests.vision_code.sample_pages import line
from vision_code.assemble.pitch import line_pitches
from vision_code.geometry import bounding
from vision_code.region import Region, RegionKind


def _text(id_: int, rows: int, pitch: float) -> Region:
    lines = tuple(line(f"Row {n} of a paragraph", 20, round(100 + 7.3 * id_ + pitch * n)) for n in range(rows))
    return Region(id=id_, kind=RegionKind.TEXT, box=bounding(each.box for each in lines), lines=lines)


def test_texts_of_one_size_share_a_line_height_that_none_of_them_shows_alone() -> None:
    texts = [_text(n, rows, 22.4) for n, rows in enumerate((5, 9, 6, 3, 8, 9, 8, 7, 9, 8, 6))]
    assert line_pitches(texts, dict.fromkeys(range(11), 16.0)) == dict.fromkeys(range(11), 22.4)


def test_a_line_height_is_round_where_the_measures_allow_it() -> None:
    texts = [_text(n, rows, 18) for n, rows in enumerate((2, 3, 4))]
    texts += [_text(3, 5, 26.2)]
    assert line_pitches(texts, dict.fromkeys(range(3), 14.0) | {3: 18.0}) == {0: 18.0, 1: 18.0, 2: 18.0, 3: 26.0}


def test_texts_set_wider_or_of_another_size_have_their_own() -> None:
    texts = [_text(0, 6, 22.4), _text(1, 6, 26), _text(2, 2, 18), _text(3, 1, 18)]
    sizes = {0: 16.0, 1: 16.0, 2: 13.0, 3: 13.0}
    assert line_pitches(texts, sizes) == {0: 22.5, 1: 26.0, 2: 18.0}
