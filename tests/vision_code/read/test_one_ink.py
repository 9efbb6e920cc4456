"""
Colours of letters on displays with fringes and in lossy pictures, from real renderings.
"""

from __future__ import annotations

import colorsys
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.displays import display
from vision_code.geometry import Box, Color
from vision_code.intake import Screenshot, open_screenshot
from vision_code.observation import Observation
from vision_code.read import RawLine, RawWord, read
from vision_code.read.mask import Surround
from vision_code.read.one_ink import has_fringes, with_colors_back, without_fringes

INKS = {
    "Plain words of a sentence": ("#212529", "#ffffff"),
    "Links have a colour of their own": ("#0d6efd", "#ffffff"),
    "White on a coloured button": ("#ffffff", "#198754"),
    "Notes are grey on grey": ("#6c757d", "#f8f9fa"),
}
PAGE = (
    '<!doctype html><style>body { margin: 0; font: 16px "Liberation Sans" } p { margin: 0; padding: 14px 24px }</style>'
    + "".join(f'<p style="color: {ink}; background: {ground}">{text}</p>' for text, (ink, ground) in INKS.items())
)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("page") / "page.html"
    file.write_text(PAGE, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def fringed(file: Path) -> Screenshot:
    with display(fringes=True) as shown:
        return open_screenshot(None, shown.draw(file, width_px=480, height_px=200))


@pytest.fixture(scope="module")
def grey(file: Path) -> bytes:
    with display() as shown:
        return shown.draw(file, width_px=480, height_px=200)


def _off(found: Observation) -> dict[str, int]:
    """
    How far the ink of each line is from what it was drawn in, levels of the worst channel.
    """
    off = {}
    for line in found.lines:
        ink = INKS[line.text][0]
        drawn = (int(ink[at : at + 2], 16) for at in (1, 3, 5))
        off[line.text] = max(abs(a - b) for a, b in zip(line.style.color, drawn, strict=True))
    return off


def test_letters_with_coloured_fringes_have_the_ink_they_were_drawn_in(fringed: Screenshot) -> None:
    pixels = fringed.pixels[:50].astype(int)
    assert (pixels.max(axis=2) - pixels.min(axis=2)).max() > 60  # of a line of grey words
    off = _off(read(fringed))
    assert off.keys() == INKS.keys()
    assert max(off.values()) <= 24


@pytest.mark.parametrize(("kind", "quality"), [("JPEG", 90), ("JPEG", 80), ("WEBP", 85)])
def test_letters_of_lossy_pictures_keep_their_colour(grey: bytes, kind: str, quality: int) -> None:
    buffer = io.BytesIO()
    Image.open(io.BytesIO(grey)).convert("RGB").save(buffer, kind, quality=quality)
    found = read(open_screenshot(None, buffer.getvalue()))
    off = _off(found)
    assert off.keys() == INKS.keys()
    # Next to white, blue runs over into more than 255 and is cut: links are paler, in the same hue.
    link = next(line for line in found.lines if line.text.startswith("Links"))
    r, g, b = (channel / 255 for channel in link.style.color)
    assert colorsys.rgb_to_hsv(r, g, b)[0] == pytest.approx(colorsys.rgb_to_hsv(13, 110, 253)[0], abs=0.04)
    assert max(value for text, value in off.items() if text != link.text) <= 24


def test_grey_letters_are_left_alone(grey: bytes) -> None:
    assert max(_off(read(open_screenshot(None, grey))).values()) <= 6


WORD = Box(20, 20, 40, 16)
LINES = [RawLine(text="word", box=WORD, words=(RawWord(text="word", box=WORD),))]
WHITE = [Surround(Color(255, 255, 255), "flat")]


def _strokes(*inks: tuple[int, int, int]) -> np.ndarray:
    pixels = np.full((60, 80, 3), 255, np.uint8)
    for number, ink in enumerate(inks):
        pixels[22:34, 22 + 9 * number : 25 + 9 * number] = ink
    return pixels


def test_strokes_in_grey_have_no_fringes() -> None:
    assert not has_fringes(_strokes((40, 40, 40), (90, 90, 90)), LINES, WHITE)
    assert not has_fringes(_strokes(), LINES, WHITE)


def test_a_word_of_several_inks_stays_as_it_is() -> None:
    pixels = _strokes((220, 30, 30), (30, 30, 220), (30, 160, 30), (20, 20, 20))
    assert np.array_equal(without_fringes(pixels, LINES, WHITE), pixels)
    assert np.array_equal(with_colors_back(pixels, pixels, LINES, WHITE), pixels)


def test_a_word_over_a_photograph_stays_as_it_is() -> None:
    pixels = np.random.default_rng(1).integers(0, 255, (60, 80, 3)).astype(np.uint8)
    for behind in ([None], [Surround(Color(128, 128, 128), "busy")], WHITE):
        assert np.array_equal(without_fringes(pixels, LINES, behind), pixels)
