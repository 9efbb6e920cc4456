"""
Round things drawn with known measures: circles, switches, thick frames, hard shadows, bullets.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from vision_code.geometry import Box, Color
from vision_code.observation import Border, Picture, PictureKind, Rect, Shadow, TextLine, TextStyle
from vision_code.read.bullets import with_bullets, without_bullets
from vision_code.read.pictures import find_pictures
from vision_code.read.raw import RawLine, RawWord
from vision_code.read.rects import find_rects

WHITE, NAVY, GREY, VIOLET = Color(255, 255, 255), Color(17, 24, 39), Color(212, 212, 216), Color(99, 102, 241)
DARK, LIGHT = Color(84, 84, 84), Color(170, 170, 170)
FINE = 16


class Drawing:
    """
    Shapes with anti-aliased edges on a flat ground.
    """

    def __init__(self, width: int, height: int, ground: Color) -> None:
        self.image = Image.new("RGB", (width, height), ground)

    def box(self, box: Box, radius: float, color: Color) -> None:
        self.image.paste(Image.new("RGB", self.image.size, color), mask=self.mask(box, radius))

    def shadow(self, box: Box, radius: float, shadow: Shadow) -> None:
        moved = Box(box.x + shadow.dx_px, box.y + shadow.dy_px, box.w, box.h)
        soft = self.mask(moved, radius).filter(ImageFilter.GaussianBlur(shadow.blur_px / 2))
        black = Image.new("RGB", self.image.size, (0, 0, 0))
        self.image.paste(black, mask=soft.point(lambda value: round(value * shadow.alpha)))

    def mask(self, box: Box, radius: float) -> Image.Image:
        fine = Image.new("L", (self.image.width * FINE, self.image.height * FINE), 0)
        edges = (box.x * FINE, box.y * FINE, box.right * FINE - 1, box.bottom * FINE - 1)
        ImageDraw.Draw(fine).rounded_rectangle(edges, radius * FINE, fill=255)
        return fine.resize(self.image.size, Image.Resampling.BOX)

    def rects(self) -> list[Rect]:
        return find_rects(np.asarray(self.image))[1]


@pytest.mark.parametrize("ground", [WHITE, NAVY])
@pytest.mark.parametrize("side", [24, 36, 40])
def test_a_disc_has_no_border_that_is_only_the_ground_around_it(side: int, ground: Color) -> None:
    drawing = Drawing(90, 90, ground)
    box = Box(20, 21, side, side)
    drawing.box(box, side / 2, VIOLET)
    (disc,) = drawing.rects()
    assert (disc.box, disc.fill, disc.border) == (box, VIOLET, None)
    assert disc.radius_px == pytest.approx(side / 2, abs=0.6)


@pytest.mark.parametrize("bar", [Box(0, 0, 900, 60), Box(0, 540, 900, 60)], ids=["top", "bottom"])
def test_a_side_bar_and_a_bar_of_its_colour_are_two_boxes(bar: Box) -> None:
    drawing = Drawing(900, 600, NAVY)
    darker = Color(10, 16, 30)
    for box in (Box(0, 0, 220, 600), bar):
        drawing.box(box, 0, darker)
    drawing.box(Box(16, 90, 188, 36), 8, Color(40, 50, 70))  # the entry that is chosen
    found = [rect.box for rect in drawing.rects() if rect.fill == darker]
    assert found == [Box(0, 0, 220, 600), Box(220, bar.y, 680, 60)]


def test_a_thick_border_along_one_side_is_drawn_once() -> None:
    drawing = Drawing(700, 200, WHITE)
    drawing.box(Box(40, 60, 600, 46), 0, Color(255, 251, 235))
    drawing.box(Box(40, 60, 4, 46), 0, Color(245, 158, 11))
    (note,) = drawing.rects()
    assert note.box == Box(40, 60, 600, 46)
    assert note.border == Border(color=Color(245, 158, 11), width_px=4, sides="l")


def test_the_head_of_a_round_card_is_cut_by_it() -> None:
    drawing = Drawing(300, 160, Color(15, 23, 42))
    card = Box(20, 20, 260, 120)
    drawing.box(card, 10, Color(30, 41, 59))
    head = Image.new("L", drawing.image.size, 0)
    ImageDraw.Draw(head).rectangle((20, 20, 279, 64), fill=255)
    cut = ImageChops.multiply(head, drawing.mask(card, 10))
    drawing.image.paste(Image.new("RGB", drawing.image.size, Color(51, 65, 85)), mask=cut)
    pixels = np.asarray(drawing.image)
    background, rects = find_rects(pixels)
    assert [rect.box for rect in rects] == [card, Box(20, 20, 260, 45)]
    assert find_pictures(pixels, rects, background, []).pictures == []


def test_a_disc_of_which_single_outermost_pixels_are_full_is_one() -> None:
    orange, nearly = Color(234, 88, 12), Color(222, 84, 13)
    drawing = Drawing(90, 90, NAVY)
    box = Box(20, 21, 36, 36)
    drawing.box(box, 18, orange)
    for y in (21, 56):  # at the left and the right alone, as browsers draw discs at some heights
        for x in (37, 38):
            drawing.image.putpixel((x, y), nearly)
    (disc,) = drawing.rects()
    assert (disc.box, disc.fill) == (box, orange)
    assert disc.radius_px == pytest.approx(18, abs=0.6)


@pytest.mark.parametrize(("width", "height", "radius"), [(44, 44, 22), (200, 120, 24), (120, 48, 12)])
def test_a_gradient_has_the_radius_of_its_area(width: int, height: int, radius: int) -> None:
    drawing = Drawing(260, 160, NAVY)
    box = Box(30, 20, width, height)
    steps = np.linspace(0, 1, 260)[None, :, None] * np.array([[[120, -40, 60]]]) + np.array([[[90, 100, 180]]])
    colors = Image.fromarray(np.broadcast_to(steps, (160, 260, 3)).astype(np.uint8))
    drawing.image.paste(colors, mask=drawing.mask(box, radius))
    (found,) = drawing.rects()
    assert found.gradient is not None
    assert found.radius_px == pytest.approx(radius, abs=1)
    assert found.shadow is None


@pytest.mark.parametrize("seed", range(4))
def test_the_end_of_a_gradient_is_no_line_of_its_own(seed: int) -> None:
    drawing = Drawing(160, 160, Color(250, 250, 250))
    at = (np.arange(160)[:, None, None] - 39.5).clip(0, 56) / 56
    ramp = at * np.array([[[-8, -72, -127]]]) + [[[253, 230, 138]]]
    noise = np.random.default_rng(seed).uniform(size=(160, 160, 1))  # as browsers dither
    colors = Image.fromarray(np.floor(ramp + noise).astype(np.uint8))
    drawing.image.paste(colors, mask=drawing.mask(Box(40, 40, 56, 56), 8))
    (found,) = drawing.rects()
    assert found.gradient is not None
    assert found.box == Box(40, 40, 56, 56)


def test_a_ring_in_another_colour_than_the_ground_is_a_border() -> None:
    drawing = Drawing(60, 60, WHITE)
    drawing.box(Box(20, 20, 18, 18), 9, NAVY)
    drawing.box(Box(21, 21, 16, 16), 8, GREY)
    (ring,) = drawing.rects()
    assert ring.border is not None
    assert ring.box == Box(20, 20, 18, 18)


@pytest.mark.parametrize("on", [True, False])
def test_a_switch_is_its_whole_track_and_a_bare_knob(on: bool) -> None:
    drawing = Drawing(90, 60, WHITE)
    track, knob = Box(20, 18, 40, 22), Box(40 if on else 22, 20, 18, 18)
    drawing.box(track, 11, GREY)
    drawing.box(knob, 9, WHITE)
    found = drawing.rects()
    assert [(rect.box, rect.border) for rect in found] == [(track, None), (knob, None)]


@pytest.mark.parametrize("width", [1, 2, 3])
@pytest.mark.parametrize("radius", [6, 8, 12])
def test_a_round_frame_is_one_rectangle_with_its_radius(width: int, radius: int) -> None:
    drawing = Drawing(130, 80, WHITE)
    box = Box(15, 16, 94, 42)
    drawing.box(box, radius, NAVY)
    drawing.box(box.inset(width), radius - width, WHITE)
    (frame,) = drawing.rects()
    assert (frame.box, frame.border) == (box, Border(color=NAVY, width_px=float(width)))
    assert frame.radius_px == pytest.approx(radius, abs=1.1)


def test_a_card_with_a_hard_shadow_has_no_border_and_that_shadow() -> None:
    """
    Beside a lighter ground, whose edge is no part of the shadow.
    """
    drawing = Drawing(400, 300, WHITE)
    drawing.box(Box(20, 20, 300, 240), 0, Color(229, 231, 235))
    card, shadow = Box(32, 60, 276, 101), Shadow(dx_px=0, dy_px=1, blur_px=2, alpha=0.13)
    drawing.shadow(card, 10, shadow)
    drawing.box(card, 10, WHITE)
    (found,) = (rect for rect in drawing.rects() if rect.fill == WHITE)
    assert (found.box, found.border) == (card, None)
    assert found.shadow is not None
    assert (found.shadow.dy_px, found.shadow.blur_px) == (1, 2)
    assert found.shadow.alpha == pytest.approx(0.13, abs=0.03)
    assert len(drawing.rects()) == 2


def _raw(text: str, x: float, y: float) -> RawLine:
    words, at = [], x
    for word in text.split():
        words.append(RawWord(text=word, box=Box(at, y, 8.0 * len(word), 12)))
        at += 8.0 * len(word) + 6
    return RawLine(text=text, box=Box(x, y, at - 6 - x, 12), words=tuple(words))


def test_a_bullet_that_was_read_as_a_character_is_no_word() -> None:
    texts = ["• Free delivery", "•", "a • b", "° Returns", "20 °"]
    lines = without_bullets([_raw(text, 20, 20.0 + 20 * n) for n, text in enumerate(texts)])
    assert [line.text for line in lines] == ["Free delivery", "•", "a • b", "Returns", "20 °"]
    assert lines[0].box.x == 20 + 8 + 6


def _line(text: str, y: float, number: int) -> TextLine:
    style = TextStyle(size_px=16, color=NAVY)
    box = Box(40, y, 9.0 * len(text), 12)
    return TextLine(id=number, text=text, box=box, words=(), style=style, baseline_y=y + 12, background=WHITE)


def _dots(color: Color, count: int) -> tuple[list[TextLine], list[Picture], list[str]]:
    lines = [_line("Thirty days", 20.0 + 30 * n, n) for n in range(4)]
    boxes = [Box(150, 20, 30, 30), *(Box(23, 25.0 + 30 * n, 5, 5) for n in range(count))]
    pictures = [Picture(id=n, box=b, kind=PictureKind.ICON, color=color, background=WHITE) for n, b in enumerate(boxes)]
    marked, rest = with_bullets(lines, pictures)
    return marked, rest, [line.text for line in marked if line.bullet is not None]


def test_dots_before_lines_are_their_bullets_and_no_pictures() -> None:
    marked, rest, bulleted = _dots(NAVY, 3)
    assert len(bulleted) == 3
    assert marked[0].bullet == Box(23, 25, 5, 5)
    assert [picture.id for picture in rest] == [0]


def test_dots_in_the_ink_of_the_text_stand_before_links() -> None:
    grey, blue = Color(90, 95, 100), Color(0, 75, 190)
    texts = [_line("A paragraph of many words that are no links", 200.0 + 30 * n, 9 + n) for n in range(3)]
    texts = [replace(line, style=replace(line.style, color=Color(62, 67, 73))) for line in texts]
    links = [_line("Thirty days", 20.0 + 30 * n, n) for n in range(4)]
    links = [replace(line, style=replace(line.style, color=blue)) for line in links]
    dots = [
        Picture(id=n, box=Box(23, 23.0 + 30 * n, 7, 7), kind=PictureKind.ICON, color=grey, background=WHITE)
        for n in range(4)
    ]
    marked, rest = with_bullets([*links, *texts], dots)
    assert [line.bullet is not None for line in marked] == [True] * 4 + [False] * 3
    assert not rest
    # Where no text has that ink, they say something of their own.
    assert len(with_bullets(links, dots)[1]) == 4


@pytest.mark.parametrize(("color", "count"), [(Color(34, 197, 94), 3), (NAVY, 1)])
def test_coloured_and_lone_dots_stay_pictures(color: Color, count: int) -> None:
    _, rest, bulleted = _dots(color, count)
    assert not bulleted
    assert len(rest) == count + 1


def test_cells_in_bevels_are_boxes_and_the_room_between_them_is_no_line() -> None:
    """
    What browsers make of a table with ``border=1``: frames dark above and left, light below and right, 2 px apart.
    """
    drawing = Drawing(340, 120, WHITE)
    cells = [Box(20 + 102 * column, 20 + 32 * row, 100, 30) for row in range(2) for column in range(3)]
    around = Box(17, 17, 308, 66)
    for box, above, below in [(around, LIGHT, DARK), *((cell, DARK, LIGHT) for cell in cells)]:
        drawing.box(box, 0, below)
        drawing.box(Box(box.x, box.y, box.w - 1, box.h - 1), 0, above)
        drawing.box(box.inset(1), 0, WHITE)
    found = drawing.rects()
    assert {rect.box for rect in found} == {around, *cells}
    assert {rect.border for rect in found} == {Border(color=Color(127, 127, 127), width_px=1.0)}


@pytest.mark.parametrize("share", [0.4, 0.6, 0.9])
def test_a_bar_that_changes_its_colour_lies_on_its_whole_track(share: float) -> None:
    drawing = Drawing(240, 60, NAVY)
    track = Box(30, 20, 160, 6)
    drawing.box(track, 3, GREY)
    steps = np.linspace((96, 207, 137), (255, 213, 0), round(share * track.w))
    colors = np.zeros((60, 240, 3), np.uint8)
    colors[:, 30 : 30 + len(steps)] = np.rint(steps)
    bar = Box(30, 20, round(share * track.w) - 0.4, 6)  # ends inside a column
    drawing.image.paste(Image.fromarray(colors), mask=drawing.mask(bar, 3))
    whole, part = sorted(drawing.rects(), key=lambda rect: -rect.box.w)
    assert whole.box.iou(track) > 0.97
    assert (whole.fill, whole.gradient) == (GREY, None)
    assert part.gradient is not None
    assert part.box.w == pytest.approx(bar.w, abs=2)
    assert part.parent == whole.id


def test_the_ground_of_a_page_is_not_what_a_long_gradient_ends_with() -> None:
    rows = np.concatenate([np.linspace((106, 0, 138), (250, 0, 83), 1300), np.full((700, 3), (250, 0, 83))])
    pixels = np.full((2000, 1000, 3), 255, np.uint8)
    pixels[:, :450] = np.rint(rows)[:, None]
    for y in range(100, 1900, 300):  # cards as bright as the page's ground, and not joined with it
        pixels[y : y + 250, 500:950] = GREY
        pixels[y + 1 : y + 249, 501:949] = WHITE
    background, rects = find_rects(pixels)
    assert background == WHITE
    assert rects[0].gradient is not None
    assert rects[0].box == Box(0, 0, 450, 2000)


def test_the_gaps_between_the_cards_of_a_grid_are_no_frames() -> None:
    drawing = Drawing(760, 460, WHITE)
    cards = {Box(20 + 180 * i, 20 + 140 * j, 164, 124) for i in range(4) for j in range(3)}
    for box in cards:
        drawing.box(box, 6, GREY)
        drawing.box(box.inset(1), 5, WHITE)
    assert {rect.box for rect in drawing.rects()} == cards


@pytest.mark.parametrize(("side", "square"), [("t", Box(40, 90, 60, 70)), ("l", Box(70, 60, 30, 100))])
def test_a_box_may_be_round_at_one_side(side: str, square: Box) -> None:
    drawing = Drawing(300, 200, WHITE)
    drawing.box(Box(40, 60, 60, 100), 8, VIOLET)
    drawing.box(square, 0, VIOLET)
    (bar,) = drawing.rects()
    assert (bar.box, bar.radius_px) == (Box(40, 60, 60, 100), 0)
    assert bar.cap is not None
    assert (bar.cap.side, bar.cap.radius_px) == (side, pytest.approx(8, abs=0.7))
    pixels = np.asarray(drawing.image)
    assert find_pictures(pixels, [bar], WHITE, []).pictures == [], "its corners are no pictures"


def test_the_bars_of_a_chart_stand_on_its_axis_and_have_no_border() -> None:
    drawing = Drawing(400, 220, WHITE)
    bars = [Box(20 + 70 * n, 180 - height, 50, height) for n, height in enumerate((60, 120, 90, 140, 40))]
    for bar in bars:
        drawing.box(bar, 6, VIOLET)
        drawing.box(Box(bar.x, bar.y + 20, bar.w, bar.h - 20), 0, VIOLET)
    drawing.box(Box(20, 180, 330, 1), 0, GREY)
    *found, axis = sorted(drawing.rects(), key=lambda rect: -rect.box.h)
    assert axis.box == Box(20, 180, 330, 1)
    assert sorted((bar.box for bar in found), key=lambda box: box.x) == bars
    assert {(bar.border, bar.shadow) for bar in found} == {(None, None)}


def test_a_card_over_the_edge_of_a_lower_band_lies_on_it() -> None:
    drawing = Drawing(700, 500, WHITE)
    band, card = Box(0, 0, 700, 180), Box(20, 120, 660, 320)
    drawing.box(band, 0, NAVY)
    drawing.box(card, 8, GREY)
    rects = [Rect(id=0, box=card, fill=GREY, radius_px=8), Rect(id=1, box=band, fill=NAVY)]
    assert find_pictures(np.asarray(drawing.image), rects, WHITE, []).pictures == []
