"""
One box a line: boxes around two lines are cut, headings are not, nothing is read twice.
"""

from __future__ import annotations

import cv2
import numpy as np

from vision_code.geometry import Box
from vision_code.read.lineink import line_ink, trim
from vision_code.read.ocr import read_text
from vision_code.read.rows import apart, one_line_each


def _page(*lines: tuple[str, int, float]) -> np.ndarray:
    pixels = np.full((240, 640, 3), 255, np.uint8)
    for text, baseline, size in lines:
        cv2.putText(pixels, text, (20, baseline), cv2.FONT_HERSHEY_SIMPLEX, size, (20, 20, 20), 1, cv2.LINE_AA)
    return pixels


def test_a_box_around_two_lines_becomes_two() -> None:
    pixels = _page(("first line", 40, 0.6), ("second", 62, 0.6), ("third one", 120, 0.6), ("fourth one", 150, 0.6))
    both, third, fourth = Box(15, 20, 200, 50), Box(15, 103, 200, 24), Box(15, 133, 200, 24)
    parts = one_line_each(pixels, [both, third, fourth])
    assert len(parts) == 4
    first, second = sorted(parts, key=lambda box: box.y)[:2]
    assert first.bottom <= second.y + 1
    assert first.w > second.w
    assert both.contains(first, 1)
    assert both.contains(second, 1)


def test_a_tall_heading_stays_whole() -> None:
    pixels = _page(("Heading", 70, 2.0), ("words", 120, 0.6), ("words", 150, 0.6))
    heading = Box(15, 15, 260, 75)
    assert heading in one_line_each(pixels, [heading, Box(15, 103, 80, 24), Box(15, 133, 80, 24)])


def test_boxes_of_close_lines_end_where_the_next_begins_and_others_stay() -> None:
    first, second, third = Box(10, 10, 200, 24), Box(12, 22, 90, 24), Box(10, 34, 180, 24)
    beside, badge = Box(400, 20, 80, 24), Box(180, 8, 40, 14)
    found = apart([third, first, beside, second, badge])
    assert [(box.y, box.bottom) for box in found] == [(40, 58), (10, 28), (20, 44), (28, 40), (8, 22)]


def test_a_line_that_also_has_its_own_box_is_kept_once() -> None:
    pixels = _page(("first line", 40, 0.6), ("second", 62, 0.6), ("third one", 120, 0.6))
    boxes = [Box(15, 20, 200, 50), Box(18, 47, 80, 22), Box(15, 103, 200, 24), Box(15, 133, 200, 24)]
    assert len(one_line_each(pixels, boxes)) == 4


def test_lines_on_the_border_of_two_tiles_are_read_once() -> None:
    for top in (1008, 1012, 1016, 1020):
        pixels = np.full((1300, 480, 3), 255, np.uint8)
        cv2.putText(
            pixels, "kept on the border", (20, top + 12), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (0, 0, 0), 1, cv2.LINE_AA
        )
        assert len(read_text(pixels)) == 1


def test_letters_of_the_lines_above_and_below_are_not_taken_for_the_lines_own() -> None:
    pixels = _page(("typing a page", 40, 0.6), ("Bold VALUES", 60, 0.6), ("Till little Ifs", 80, 0.6))
    own = _page(("Bold VALUES", 60, 0.6))
    # As tall as detection makes it: the descenders above and the tops of letters and dots below are cut.
    box = Box(15, 42, 170, 28)
    assert np.array_equal(line_ink(pixels, box), line_ink(own, box))
    assert trim(pixels, box) == trim(own, box)


def test_dots_accents_and_rules_are_kept() -> None:
    pixels = np.full((60, 240, 3), 255, np.uint8)
    for left in (20, 40, 60):
        pixels[20:22, left : left + 2] = 0  # a dot
        pixels[24:34, left : left + 8] = 0
    pixels[38, 20:100] = 0  # an underline at the very end of the crop
    ink = line_ink(pixels, Box(10, 16, 110, 23))
    assert ink is not None
    assert ink[4:6].any(axis=1).all()
    assert ink[22].any()
