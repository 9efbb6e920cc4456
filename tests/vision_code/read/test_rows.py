"""
One box a line: boxes around two lines are cut, headings are not, nothing is read twice.
"""

from __future__ import annotations

import cv2
import numpy as np

from vision_code.geometry import Box
from vision_code.read.ocr import read_text
from vision_code.read.rows import one_line_each


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
