"""
The scale of a screenshot: told by sizes of type and by how thick lines are, on real renderings and on drawn ones.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.displays import display
from vision_code.geometry import Box, Color
from vision_code.intake import open_screenshot
from vision_code.observation import (
    Border,
    Cap,
    Observation,
    Picture,
    PictureKind,
    Rect,
    Shadow,
    TextLine,
    TextStyle,
    Word,
)
from vision_code.read import read
from vision_code.read.css_pixels import in_css_pixels, sampled, shrinking, shrunk
from vision_code.read.scale import detect_scale, likely_shrinking

WHITE, BLACK = Color(255, 255, 255), Color(0, 0, 0)


def _lines(*sizes_px: float) -> list[TextLine]:
    text = "a line of ordinary text that fills its room and goes on for a while"
    return [
        TextLine(
            id=n, text=text, box=Box(40, 60 * n + 20, 700, size), words=(), style=TextStyle(size_px=size, color=BLACK),
            baseline_y=60 * n + 20 + size, background=WHITE,
        )
        for n, size in enumerate(sizes_px)
    ]  # fmt: skip


def _ruled(thickness_px: int, width_px: int = 1280) -> np.ndarray:
    """
    White, with eight lines across.
    """
    pixels = np.full((1200, width_px, 3), 255, np.uint8)
    for n in range(8):
        pixels[131 * n + 90 : 131 * n + 90 + thickness_px, 60:-60] = 200
    return pixels


BLANK = np.full((1200, 1280, 3), 255, np.uint8)


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5, 1.75, 2.0])
def test_ordinary_sizes_of_type_tell_the_scale(scale: float) -> None:
    assert detect_scale(_lines(*(size * scale for size in (16, 16, 14, 24, 16))), 1, BLANK) == scale


def test_lines_of_a_css_pixel_tell_where_type_does_not() -> None:
    large = _lines(24, 20, 32)
    assert detect_scale(large, 1, _ruled(1)) < 2
    assert detect_scale(large, 1, _ruled(2)) == 2.0


def test_large_type_with_small_beside_it_is_a_design() -> None:
    assert detect_scale(_lines(20, 20, 32, 12, 13), 1, _ruled(1)) == 1.0


def test_a_few_large_words_are_no_proof() -> None:
    (headline,) = _lines(40)
    assert detect_scale([replace(headline, text="Hello")], 1, BLANK) == 1.0


def test_a_mac_writes_into_the_file_that_its_display_is_dense() -> None:
    few = [replace(line, text="Save") for line in _lines(28, 32)]
    assert detect_scale(few, 1, BLANK) == 1.0
    assert detect_scale(few, 1, BLANK, 144.0) == 2.0
    assert (likely_shrinking(BLANK, 144.0), likely_shrinking(BLANK, 72.0)) == (2, 1)
    assert detect_scale(_lines(16, 14, 12), 1, _ruled(1), 144.0) == 1.0  # somebody else's 144


def test_what_was_measured_in_a_shrunk_picture_counts_as_in_the_whole_one() -> None:
    assert detect_scale(_lines(16, 14, 24), 2, _ruled(2)) == 2.0


@pytest.mark.parametrize(("thickness_px", "by"), [(1, 1), (2, 2), (3, 3)])
def test_before_reading_lines_say_by_what_to_shrink(thickness_px: int, by: int) -> None:
    assert likely_shrinking(_ruled(thickness_px)) == by


def test_without_lines_a_picture_is_read_as_it_is() -> None:
    assert likely_shrinking(BLANK) == 1


@pytest.mark.parametrize("shape", [(1, 1), (1, 90), (90, 1), (2, 2)])
def test_tiny_pictures_have_the_scale_1(shape: tuple[int, int]) -> None:
    assert detect_scale([], 1, np.zeros((*shape, 3), np.uint8)) == 1.0


@pytest.mark.parametrize(("scale", "by"), [(0.5, 1), (1, 1), (1.75, 1), (2, 2), (2.625, 2), (3, 3)])
def test_pictures_are_shrunk_by_whole_numbers(scale: float, by: int) -> None:
    assert shrinking(scale) == by
    assert shrunk(BLANK, by).shape == sampled(BLANK, by).shape == (1200 // by, round(1280 / by), 3)


@pytest.mark.parametrize("by", [2, 3])
def test_a_line_between_device_pixels_stays_one_line(by: int) -> None:
    for top in range(8, 8 + by):
        pixels = np.full((41, 35, 3), 255, np.uint8)
        pixels[top : top + by] = 90
        rows = sampled(pixels, by)[:, 0, 0]
        assert sorted(rows.tolist()) == [90, *[255] * (len(rows) - 1)]
        assert sampled(pixels, by).shape == shrunk(pixels, by).shape


def _observation(**parts: object) -> Observation:
    fields: dict[str, object] = {"lines": (), "rects": (), "pictures": (), **parts}
    return Observation(width_px=600, height_px=450, scale=1.0, background=WHITE, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(("drawn_px", "css_px"), [(1, 1), (3, 2), (4, 3), (6, 4)])
def test_borders_at_one_and_a_half_are_whole_css_pixels(drawn_px: float, css_px: float) -> None:
    rect = Rect(id=0, box=Box(15, 30, 300, 90), fill=WHITE, border=Border(color=BLACK, width_px=drawn_px))
    (found,) = in_css_pixels(_observation(rects=(rect,)), 1.5).rects
    assert found.border is not None
    assert found.border.width_px == css_px


@pytest.mark.parametrize("by", [1.25, 1.5, 1.75])
def test_edges_at_whole_css_pixels_are_found_there(by: float) -> None:
    for css in range(200):
        drawn = Box(round(css * by), 0, round((css + 37) * by) - round(css * by), 40)
        (found,) = in_css_pixels(_observation(rects=(Rect(id=0, box=drawn, fill=WHITE),)), by).rects
        assert (found.box.x, found.box.w) == (css, 37)


def test_everything_measured_is_divided() -> None:
    word = Word(text="a", box=Box(30, 60, 15, 15), style=TextStyle(size_px=24, color=BLACK))
    line = TextLine(
        id=0, text="a", box=Box(30, 60, 15, 15), words=(word,), style=TextStyle(size_px=24, color=BLACK),
        baseline_y=75, background=WHITE, bullet=Box(15, 66, 6, 6),
    )  # fmt: skip
    rect = Rect(
        id=0, box=Box(0, 0, 300, 150), fill=WHITE, radius_px=12, cap=Cap(side="t", radius_px=6),
        shadow=Shadow(dx_px=0, dy_px=3, blur_px=9, alpha=0.2),
    )  # fmt: skip
    picture = Picture(id=0, kind=PictureKind.ICON, box=Box(30, 30, 24, 24), radius_px=12, color=BLACK, background=WHITE)
    found = in_css_pixels(_observation(lines=(line,), rects=(rect,), pictures=(picture,)), 1.5)
    assert (found.width_px, found.height_px, found.scale) == (400, 300, 1.5)
    assert found.lines[0].box == found.lines[0].words[0].box == Box(20, 40, 10, 10)
    assert found.lines[0].style.size_px == 16
    assert (found.lines[0].baseline_y, found.lines[0].bullet) == (50, Box(10, 44, 4, 4))
    assert (found.rects[0].box, found.rects[0].radius_px) == (Box(0, 0, 200, 100), 8)
    assert found.rects[0].cap == Cap(side="t", radius_px=4)
    assert found.rects[0].shadow == Shadow(dx_px=0, dy_px=2, blur_px=6, alpha=0.2)
    assert (found.pictures[0].box, found.pictures[0].radius_px) == (Box(20, 20, 16, 16), 8)


_PAGE = """<!doctype html><style>
body { margin: 0; font: 16px/1.5 "Liberation Sans", sans-serif; color: #222; background: #f4f5f7 }
main { margin: 24px auto; width: 560px; padding: 24px; background: #fff; border: 1px solid #9aa3af; border-radius: 8px }
h1 { font-size: 24px; margin: 0 0 8px } p { margin: 0 0 16px } small { font-size: 14px }
input { display: block; width: 300px; height: 38px; border: 1px solid #9aa3af; margin-bottom: 16px }
</style><main><h1>Delivery address</h1>
<p>We send parcels on every working day and tell you by mail when yours has left our house.</p>
<input><input><p><small>Parcels to islands take two days longer than others.</small></p></main>"""


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5, 2.0])
def test_a_page_is_the_same_on_displays_of_any_scale(scale: float, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(_PAGE, encoding="utf-8")
    with display(scale) as shown:
        found = read(open_screenshot(None, shown.draw(file, width_px=720, height_px=500)))
    assert (found.scale, found.width_px) == (scale, 720)
    assert [f"720 x 500 CSS px at scale {scale:g}" in note for note in found.notes] == [True] * (scale != 1)
    assert found.lines[0].text == "Delivery address"
    assert [line.style.size_px for line in found.lines] == pytest.approx([24, 16, 16, 14], abs=0.6)
    card, *fields = sorted(found.rects, key=lambda rect: -rect.box.area)
    assert card.box.iou(Box(55, 24, 610, 309)) > 0.98
    assert [(rect.border and rect.border.width_px, rect.radius_px) for rect in (card, *fields)] == [
        (1, pytest.approx(8, abs=1)), (1, 0), (1, 0),
    ]  # fmt: skip
