"""
Photographs: text over them keeps its look, they are taken whole, and neither they nor letters become boxes.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from vision_code.geometry import Box, Color
from vision_code.intake import Screenshot
from vision_code.observation import Observation, PictureKind, TextLine
from vision_code.read import RawLine, RawWord, read
from vision_code.read.lookalikes import without_lookalikes

_WHITE = Color(255, 255, 255)


def _reading(pixels: np.ndarray) -> Observation:
    return read(Screenshot(pixels=pixels, sha256="", format="PNG"), scale=1.0)


def _write(
    pixels: np.ndarray, text: str, at: tuple[int, int], size_px: int, color: Color, *, opacity: float = 1.0
) -> None:
    """
    Draw words into a picture.
    """
    mask = Image.new("L", (pixels.shape[1], pixels.shape[0]))
    ImageDraw.Draw(mask).text(at, text, 255, ImageFont.load_default(size_px))
    amount = np.asarray(mask, np.float32)[..., None] * opacity / 255
    pixels[:] = np.rint(pixels * (1 - amount) + np.array(color, np.float32) * amount).astype(np.uint8)


def _line(page: Observation, text: str) -> TextLine:
    found = [line for line in page.lines if line.text == text]
    assert found, f"{text!r} is not among {[line.text for line in page.lines]}"
    return found[0]


def _photo(screenshot: Callable[[str], Screenshot], width: int, height: int) -> np.ndarray:
    part = screenshot("media").pixels[30:190, 30:270]
    return np.asarray(cv2.resize(part, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8) // 2


def test_a_cable_on_the_wall_behind_a_headline_is_no_ink() -> None:
    pages = []
    for has_cable in (False, True):
        pixels = np.full((420, 900, 3), 255, np.uint8)
        pixels[:360] = (143, 145, 147)
        if has_cable:
            cv2.line(pixels, (300, 0), (330, 358), (24, 26, 28), 9, cv2.LINE_AA)
        _write(pixels, "Contact Me", (260, 100), 64, _WHITE)
        _write(pixels, "Have questions? I have answers.", (260, 200), 24, _WHITE)
        pages.append(_reading(pixels))
    plain, crossed = pages
    for expected, found in zip(plain.lines, crossed.lines, strict=True):
        assert found.style.size_px == pytest.approx(expected.style.size_px, abs=1)
        assert (found.style.color, found.style.weight) == (_WHITE, expected.style.weight)
        assert all(word.style is None for word in found.words)
        assert found.box.iou(expected.box) > 0.95


def test_what_lies_around_a_badge_is_not_taken_for_its_letters() -> None:
    pixels = np.full((300, 500, 3), 255, np.uint8)
    for y in (40, 100, 160):
        pixels[y : y + 20, 60:150] = (255, 177, 54)
        _write(pixels, "In progress", (68, y + 2), 13, Color(17, 17, 17))

    page = _reading(pixels)

    assert [line.text for line in page.lines] == ["In progress"] * 3
    assert all(line.style.color == Color(17, 17, 17) for line in page.lines)
    assert [(rect.box, rect.fill) for rect in page.rects] == [
        (Box(60, y, 90, 20), Color(255, 177, 54)) for y in (40, 100, 160)
    ]
    assert not page.pictures


def test_a_line_over_a_photograph_has_one_look(screenshot: Callable[[str], Screenshot]) -> None:
    pixels = np.full((520, 700, 3), 255, np.uint8)
    pixels[40:460, 30:670] = _photo(screenshot, 640, 420)
    pixels[180:330, 300:400] = (150, 140, 130)  # something lighter behind one of the words
    _write(pixels, "Your favorite place for free", (60, 230), 40, _WHITE)

    found = _line(_reading(pixels), "Your favorite place for free")

    assert found.style.color == _WHITE
    assert all(word.style is None for word in found.words)


def test_words_that_a_photograph_shows_through_are_text(screenshot: Callable[[str], Screenshot]) -> None:
    pixels = np.full((420, 700, 3), 255, np.uint8)
    pixels[:320] = _photo(screenshot, 700, 320)
    _write(pixels, "DOCUMENTATION", (480, 40), 16, _WHITE, opacity=0.8)

    page = _reading(pixels)

    assert min(_line(page, "DOCUMENTATION").style.color) > 190
    (photo,) = page.pictures
    assert photo.text == ""


@pytest.mark.parametrize("is_photo", [True, False])
def test_a_smooth_ground_with_grain_is_a_photograph_and_without_a_gradient(is_photo: bool) -> None:
    rows = np.linspace((250, 198, 28), (218, 168, 26), 600)
    rng = np.random.default_rng(1)
    grain = rng.normal(0, 2.5, (600, 900, 1)) if is_photo else rng.integers(0, 2, (600, 900, 1))  # or dithering
    pixels = np.full((1500, 900, 3), 255, np.uint8)
    pixels[:600] = np.clip(np.rint(rows[:, None] + grain), 0, 255)
    _write(pixels, "Stylish Portfolio", (250, 250), 64, Color(33, 37, 41))

    page = _reading(pixels)

    assert _line(page, "Stylish Portfolio").style.color == Color(33, 37, 41)
    whole = Box(0, 0, 900, 600)
    if is_photo:
        (photo,) = page.pictures
        assert (photo.kind, photo.text, photo.box.iou(whole) > 0.99) == (PictureKind.PHOTO, "", True)
        assert not page.rects
    else:
        (ground,) = page.rects
        assert ground.gradient is not None
        assert ground.box.iou(whole) > 0.99
        assert not page.pictures


def test_a_photograph_whose_side_is_even_is_one_picture(screenshot: Callable[[str], Screenshot]) -> None:
    pixels = np.full((1200, 900, 3), 255, np.uint8)
    pixels[:500] = (78, 66, 57)
    shown = np.zeros((500, 900), np.uint8)
    for corners in ([(150, 0), (300, 0), (880, 350), (800, 400)], [(90, 150), (200, 100), (650, 499), (500, 499)]):
        cv2.fillPoly(shown, [np.array(corners)], 1)
    pixels[:500][shown > 0] = _photo(screenshot, 900, 500)[shown > 0]

    page = _reading(pixels)

    (photo,) = page.pictures
    assert photo.box == Box(0, 0, 900, 500)
    assert not page.rects


def test_a_picture_on_a_dark_card_is_not_the_card(screenshot: Callable[[str], Screenshot]) -> None:
    pixels = np.full((800, 900, 3), 255, np.uint8)
    pixels[50:550, 100:800] = (78, 66, 57)
    pixels[80:520, 130:770] = _photo(screenshot, 640, 440)

    page = _reading(pixels)

    assert [(each.box, each.fill) for each in page.rects] == [(Box(100, 50, 700, 500), Color(78, 66, 57))]
    (photo,) = page.pictures
    assert photo.box.iou(Box(130, 80, 640, 440)) > 0.95


def test_thin_letters_at_the_end_of_a_line_are_no_boxes() -> None:
    pixels = np.full((300, 900, 3), 255, np.uint8)
    for row, size_px in ((20, 20), (80, 26), (150, 34)):
        _write(pixels, "Send me a message and I will", (40, row), size_px, Color(33, 37, 41))

    page = _reading(pixels)

    assert (len(page.lines), page.rects, page.pictures) == (3, (), ())
    ink = np.flatnonzero((pixels[150:200] < 128).any(axis=(0, 2)))
    assert page.lines[-1].box.right == pytest.approx(ink[-1] + 1, abs=1)


def test_faint_letters_on_a_pale_bar_are_no_boxes() -> None:
    pixels = np.full((300, 600, 3), 255, np.uint8)
    pixels[:80] = (247, 247, 247)
    for x in (100, 113, 130):
        cv2.circle(pixels, (x, 40), 5, (255, 255, 255), -1)
    cv2.rectangle(pixels, (150, 34), (151, 48), (255, 255, 255), -1)
    cv2.circle(pixels, (400, 40), 5, (20, 160, 60), -1)  # what shows is no letter

    page = _reading(pixels)

    assert [rect.box for rect in page.rects] == [Box(0, 0, 600, 80)]
    assert [picture.color for picture in page.pictures] == [Color(20, 160, 60)]


def test_faint_words_on_a_pale_bar_over_a_photograph_are_read_in_their_colour(
    screenshot: Callable[[str], Screenshot],
) -> None:
    pixels = np.full((700, 1000, 3), 255, np.uint8)
    pixels[:400] = _photo(screenshot, 1000, 400)
    pixels[:80] = np.rint(pixels[:80] * 0.04 + np.array((248, 249, 250)) * 0.96).astype(np.uint8)
    for text, x in (("Start Bootstrap", 60), ("About", 700), ("Contact", 820)):
        _write(pixels, text, (x, 30), 20, _WHITE)

    page = _reading(pixels)

    assert {line.text for line in page.lines} == {"Start Bootstrap", "About", "Contact"}
    for line in page.lines:
        assert min(line.style.color) >= 253
        assert line.style.size_px == pytest.approx(page.lines[0].style.size_px, abs=1)
    assert [rect.box for rect in page.rects] == [Box(0, 0, 1000, 80)]
    assert [picture.box for picture in page.pictures] == [Box(0, 80, 1000, 320)]


def test_a_pale_bar_without_words_gives_none(screenshot: Callable[[str], Screenshot]) -> None:
    pixels = np.full((700, 1000, 3), 255, np.uint8)
    pixels[:400] = _photo(screenshot, 1000, 400)
    pixels[:80] = np.rint(pixels[:80] * 0.04 + np.array((248, 249, 250)) * 0.96).astype(np.uint8)

    assert not _reading(pixels).lines


def test_an_icon_right_before_a_word_is_no_ideograph_of_it() -> None:
    pixels = np.full((60, 240, 3), 255, np.uint8)
    for left in (20, 29):
        cv2.rectangle(pixels, (left, 20), (left + 6, 36), (20, 20, 20), 1)
    _write(pixels, "COMPONENTS", (42, 18), 16, Color(20, 20, 20))
    ink = np.flatnonzero((pixels[:, 40:] < 128).any(axis=(0, 2)))
    box = Box(20, 20, 20 + ink[-1] + 1, 17)
    glued = RawLine(text="品COMPONENTS", box=box, words=(RawWord(text="品COMPONENTS", box=box),))

    (found,) = without_lookalikes(pixels, [glued])

    assert found.text == "COMPONENTS"
    assert found.box.x == pytest.approx(40 + ink[0], abs=1)
    assert found.box.right == box.right
