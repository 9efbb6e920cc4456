"""
The parts of read against drawings whose values are known exactly.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest
from scipy import ndimage

from tests.vision_code.read.faces import shapes
from vision_code.geometry import Box, Color
from vision_code.observation import FontFamily, Gradient, GradientStop, Rect
from vision_code.read.fit import WordShape, family_of, fit_lines, spacing_px
from vision_code.read.flat import components
from vision_code.read.fonts import font_table
from vision_code.read.gradients import fit_gradient, paint_gradient
from vision_code.read.rects import find_rects
from vision_code.read.shadows import find_shadow
from vision_code.read.underline import find_underline


@pytest.mark.parametrize("seed", range(3))
def test_components_agree_with_labelling_each_colour(seed: int) -> None:
    rng = np.random.default_rng(seed)
    picture = rng.choice(np.array([0, 90, 200], np.uint8), (23, 31))
    pixels = np.repeat(picture[..., None], 3, axis=2)
    found = components(pixels, tolerance=0)
    count = 0
    for value in np.unique(picture):
        labels, number = ndimage.label(picture == value)
        count += number
        for label, (rows, columns) in enumerate(ndimage.find_objects(labels), start=1):
            own = np.unique(found.labels[labels == label])
            assert own.size == 1
            index = int(own[0])
            box = (found.left[index], found.top[index], found.right[index], found.bottom[index])
            assert box == (columns.start, rows.start, columns.stop, rows.stop)
            assert found.area[index] == (labels == label).sum()
    assert len(found.area) == count


@pytest.mark.parametrize("face", ["Liberation Sans", "Roboto", "Inter", "Liberation Serif", "DejaVu Sans Mono"])
@pytest.mark.parametrize(("size_px", "weight"), [(13, 400), (16, 700), (28, 700)])
def test_size_weight_and_family_are_recovered_from_ink(face: str, size_px: float, weight: int) -> None:
    text = "Invoices are sent on the first working day of each month"
    (fit,) = fit_lines([shapes(text, face, weight, size_px)])
    assert fit is not None
    assert fit.size_px == pytest.approx(size_px, abs=0.5)
    assert font_table().weights[fit.face] == weight
    assert family_of(fit) is font_table().families[font_table().face(face, weight)]


def test_letter_spacing_is_what_the_reference_face_lacks() -> None:
    words = shapes("Overview", "Liberation Sans", 400, 16)
    (fit,) = fit_lines([words])
    assert fit is not None
    assert spacing_px("Overview", words[0].width, fit) == 0
    assert spacing_px("Overview", words[0].width + 7 * 2.0, fit) == pytest.approx(2.0, abs=0.1)


def test_an_unknown_script_has_no_fit() -> None:
    assert fit_lines([[WordShape("日本語", 48, 16, 300)]]) == [None]


def test_the_reference_families_are_in_the_table() -> None:
    assert set(font_table().families) == set(FontFamily)


@pytest.mark.parametrize("angle_deg", [90.0, 180.0, 135.0])
@pytest.mark.parametrize(
    "stops",
    [
        (((20, 60, 200), 0), ((160, 90, 240), 1)),
        (((106, 0, 138), 0.2), ((250, 0, 83), 0.9)),
        (((20, 60, 200), 0), ((160, 90, 240), 0.4), ((250, 120, 90), 1)),
        (((30, 60, 90), 0.1), ((200, 210, 230), 0.5), ((30, 60, 90), 0.9)),
    ],
)
def test_a_painted_gradient_is_found_again(angle_deg: float, stops: Sequence[tuple[Sequence[int], float]]) -> None:
    gradient = _gradient(angle_deg, stops)
    pixels = paint_gradient(gradient, Box(0, 0, 220, 120))
    found = fit_gradient(pixels, np.ones(pixels.shape[:2], bool))
    assert found is not None
    assert found.angle_deg == angle_deg
    assert [stop.at for stop in found.stops] == pytest.approx([stop.at for stop in gradient.stops], abs=0.05)
    painted = paint_gradient(found, Box(0, 0, 220, 120))
    assert np.abs(np.subtract(painted, pixels, dtype=float)).max() <= 8


def test_text_over_a_gradient_with_stops_does_not_hide_it() -> None:
    pixels = paint_gradient(_gradient(180, [((106, 0, 138), 0.2), ((250, 0, 83), 0.8)]), Box(0, 0, 200, 600))
    pixels[100:140, 20:160] = 255
    found = fit_gradient(pixels, pixels[..., 1] != 255)
    assert found is not None
    assert [stop.at for stop in found.stops] == pytest.approx([0.2, 0.8], abs=0.03)


def test_a_shadow_over_a_flat_area_is_no_gradient() -> None:
    pixels = np.full((200, 300, 3), 250, np.uint8)
    pixels[:20] = np.linspace(180, 250, 20)[:, None, None]
    assert fit_gradient(pixels, np.ones(pixels.shape[:2], bool)) is None


def test_a_round_gradient_is_none_of_these() -> None:
    y, x = np.mgrid[-60:60, -110:110]
    away = np.hypot(x, y)[..., None] / 125
    pixels = ((1 - away) * (250, 200, 90) + away * (40, 30, 120)).astype(np.uint8)
    assert fit_gradient(pixels, np.ones(pixels.shape[:2], bool)) is None


def _gradient(angle_deg: float, stops: Sequence[tuple[Sequence[int], float]]) -> Gradient:
    return Gradient(angle_deg=angle_deg, stops=tuple(GradientStop(color=Color(*c), at=at) for c, at in stops))


def test_noise_and_flat_colour_are_no_gradient() -> None:
    everywhere = np.ones((60, 60), bool)
    noise = np.random.default_rng(0).integers(0, 255, (60, 60, 3), dtype=np.uint8)
    assert fit_gradient(noise, everywhere) is None
    assert fit_gradient(np.full((60, 60, 3), 120, np.uint8), everywhere) is None


def draw_shadow(dy: int, blur: float, alpha: float) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """
    A white box of 160×100 at (120, 100) with a CSS shadow on light grey.
    """
    mask = np.zeros((300, 400), np.float64)
    mask[100 + dy : 200 + dy, 120:280] = 1
    dark = cv2.GaussianBlur(mask, (0, 0), blur / 2) * alpha
    page = np.repeat((244 * (1 - dark))[..., None], 3, axis=2)
    page[100:200, 120:280] = 255
    return np.rint(page).astype(np.uint8)


@pytest.mark.parametrize(("dy", "blur", "alpha"), [(4, 12, 0.12), (0, 20, 0.2), (10, 24, 0.1), (1, 3, 0.2)])
def test_a_shadow_is_measured(dy: int, blur: float, alpha: float) -> None:
    shadow = find_shadow(draw_shadow(dy, blur, alpha), Rect(id=0, box=Box(120, 100, 160, 100), fill=None))
    assert shadow is not None
    assert shadow.dy_px == pytest.approx(dy, abs=2)
    assert shadow.blur_px == pytest.approx(blur, abs=max(2.0, 0.35 * blur))
    assert shadow.alpha == pytest.approx(alpha, rel=0.35)


def test_a_plain_edge_is_no_shadow() -> None:
    assert find_shadow(draw_shadow(0, 1, 0.0), Rect(id=0, box=Box(120, 100, 160, 100), fill=None)) is None


def test_a_ground_that_is_darker_than_a_bar_above_is_no_shadow() -> None:
    page = draw_shadow(0, 1, 0.0)
    page[:76] = 255
    page[76:100] = np.linspace(240, 244, 24)[:, None, None]  # the shadow of that bar
    assert find_shadow(page, Rect(id=0, box=Box(120, 100, 160, 100), fill=None)) is None


def test_black_beside_a_box_is_no_shadow_and_nothing_is_divided_by_it() -> None:
    page = draw_shadow(0, 1, 0.0)
    page[:, :120] = 0
    with np.errstate(all="raise"):
        assert find_shadow(page, Rect(id=0, box=Box(120, 100, 160, 100), fill=None)) is None


def test_an_underline_is_a_thin_full_row_below_the_letters() -> None:
    page = np.full((40, 80, 3), 255, np.uint8)
    for left in range(10, 66, 8):
        page[10:22, left : left + 2] = 0
    word = Box(10, 10, 58, 12)
    assert find_underline(page, word, Color(255, 255, 255), descends=False) is None
    page[24:25, 10:68] = 0
    assert find_underline(page, word, Color(255, 255, 255), descends=False) == 24


def test_a_row_of_dots_is_an_underline_though_letters_reach_through_it() -> None:
    page = np.full((40, 80, 3), 255, np.uint8)
    for left in range(10, 66, 8):
        page[10:22, left : left + 2] = 0
    page[24:25, 10:68:2] = 0
    page[22:28, 30:35] = 0
    assert find_underline(page, Box(10, 10, 58, 12), Color(255, 255, 255), descends=True) == 24


def test_even_feet_of_letters_are_no_dots() -> None:
    page = np.full((40, 80, 3), 255, np.uint8)
    for left in range(10, 66, 5):
        page[10:22, left : left + 2] = 0
    assert find_underline(page, Box(10, 10, 58, 12), Color(255, 255, 255), descends=False) is None


def test_strokes_of_narrow_letters_are_no_dots() -> None:
    page = np.full((40, 80, 3), 255, np.uint8)
    for left in range(10, 66, 4):
        page[10 + left % 3 : 20 + left % 5, left : left + 1] = 0
    assert find_underline(page, Box(10, 10, 58, 12), Color(255, 255, 255), descends=True) is None


def test_feet_of_letters_side_by_side_are_no_underline() -> None:
    page = np.full((40, 80, 3), 255, np.uint8)
    for left in range(10, 40, 7):
        page[10:22, left : left + 2] = 0
        page[21:22, left : left + 6] = 0
    word = Box(10, 10, 34, 12)
    assert find_underline(page, word, Color(255, 255, 255), descends=False) is None


def _inside_pill(width: int, height: int) -> np.ndarray:
    """
    How much of each pixel of [120, 420] lies in a pill at (20, 30): [120, 420] float, from the distance to its edge.
    """
    y, x = np.mgrid[0:120, 0:420] + 0.5
    radius = height / 2
    along = np.clip(x, 20 + radius, 20 + width - radius)
    return np.clip(0.5 + radius - np.hypot(x - along, y - (30 + radius)), 0, 1)


@pytest.mark.parametrize(("width", "height"), [(345, 50), (346, 49), (200, 38)])
def test_an_outlined_pill_of_the_colour_around_it_is_one_rectangle(width: int, height: int) -> None:
    outer, inner = _inside_pill(width, height), np.zeros((120, 420))
    inner[1:, 1:] = _inside_pill(width - 2, height - 2)[:-1, :-1]
    grey = np.floor(255 * (1 - (outer - inner))).astype(np.uint8)
    _, found = find_rects(np.repeat(grey[..., None], 3, axis=2))
    (pill,) = found
    assert pill.box.iou(Box(20, 30, width, height)) > 0.95
    assert pill.border is not None
    assert pill.radius_px == pytest.approx(height / 2, abs=2)


def test_the_room_between_four_cards_is_no_box_around_the_fifth() -> None:
    page = np.full((700, 700, 3), 250, np.uint8)
    for top in range(20, 660, 220):
        for left in range(20, 660, 220):
            page[top : top + 204, left : left + 204] = (229, 232, 236)
            page[top + 1 : top + 203, left + 1 : left + 203] = 255
    _, found = find_rects(page)
    assert [(rect.box.w, rect.box.h) for rect in found] == [(204, 204)] * 9


def test_a_bar_and_a_column_of_one_colour_end_where_their_colour_does() -> None:
    page = np.full((800, 900, 3), 200, np.uint8)
    page[40:100, 50:750] = 255
    page[100:640, 350:750] = 255
    page[100:680, 150:154] = 255  # a line that reaches further down than the column
    _, found = find_rects(page)
    assert Box(350, 40, 400, 600) in [rect.box for rect in found]
