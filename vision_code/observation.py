"""
What was read from the pixels: the type that `read` returns and every later station trusts.

Nothing here is guessed by a model: each value was measured, and says in which unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from vision_code.geometry import Box, Color


class FontFamily(StrEnum):
    """
    The generic family that a text line looks like.
    """

    SANS = "sans"
    SERIF = "serif"
    MONO = "mono"


#: CSS font weights from here on are bold.
BOLD_WEIGHT = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class TextStyle:
    """
    Typographic look of a run of text.

    Attributes:
        size_px: CSS font size.
        weight: CSS font weight, 100…900 (what can be told apart in pixels: 400, 500/600, 700).
        color: Ink colour.
        underline: A rule under the letters.
    """

    size_px: float
    weight: int = 400
    color: Color
    family: FontFamily = FontFamily.SANS
    italic: bool = False
    underline: bool = False
    letter_spacing_px: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Typeface:
    """
    The face that a page sets one generic family in, where that is not the family's reference face (`read.fonts`).

    Attributes:
        name: The nearest of the known faces ("Inter"); empty when none is near.
        width_ratio, bold_width_ratio: Width of its words over that of the same words in the reference face.
    """

    family: FontFamily
    name: str
    width_ratio: float
    bold_width_ratio: float

    def ratio(self, weight: int) -> float:
        """
        The ratio for a CSS font weight.
        """
        return self.bold_width_ratio if weight >= BOLD_WEIGHT else self.width_ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """
    What some words of a line stand on: code in a sentence, a key, a marked word.

    Attributes:
        box: Its edges; the ink of punctuation read with the last word may lie outside.
    """

    box: Box
    fill: Color
    radius_px: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """
    One word of a line: its ink box and, where they differ from the line's, its own style and ground.
    """

    text: str
    box: Box
    style: TextStyle | None = None
    ground: Ground | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLine:
    """
    One line of text.

    Attributes:
        text: The words joined by single spaces.
        box: Ink bounding box (tight around the glyphs, not the CSS line box); as wide as the grounds of its words.
        baseline_y: y of the baseline, pixels from the top of the picture.
        background: Flat colour right behind the text.
        confidence: Mean character confidence of the recogniser, 0…1.
        bullet: Ink of the list marker in front of the line; it is no part of ``text`` and ``box``.
        ordinal: Number of the list entry that begins here. With a ``bullet`` that is what it says; without one the
            number was typed and is the first word of ``text``.
    """

    id: int
    text: str
    box: Box
    words: tuple[Word, ...]
    style: TextStyle
    baseline_y: float
    background: Color
    confidence: float = 1.0
    bullet: Box | None = None
    ordinal: int | None = None

    @property
    def begins_entry(self) -> bool:
        """
        Whether an entry of a list begins with this line.
        """
        return self.bullet is not None or self.ordinal is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Border:
    """
    A border of one colour; ``sides`` says where it is drawn (``"trbl"`` = all four).
    """

    color: Color
    width_px: float
    sides: str = "trbl"
    dashed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shadow:
    """
    One CSS ``box-shadow`` (outer), offsets and blur in px, ``alpha`` 0…1 of black.
    """

    dx_px: float
    dy_px: float
    blur_px: float
    alpha: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GradientStop:
    """
    A colour at a share of the gradient line, 0 at its start and 1 at its end.
    """

    color: Color
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Gradient:
    """
    A linear gradient.

    Attributes:
        angle_deg: As in CSS (180 = top to bottom, 90 = left to right).
        stops: Two or three, in order; before the first and behind the last one the colour stays.
    """

    angle_deg: float
    stops: tuple[GradientStop, ...]


Side = Literal["t", "r", "b", "l"]
#: The corners at each side, of top left, top right, bottom left, bottom right.
CORNERS: dict[Side, tuple[int, int]] = {"t": (0, 1), "r": (1, 3), "b": (2, 3), "l": (0, 2)}


@dataclass(frozen=True, slots=True)
class Cap:
    """
    Round corners at one side of a rectangle whose others are square: a bar of a chart, a tab, the first of joined
    buttons.
    """

    side: Side
    radius_px: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rect:
    """
    A filled or bordered rectangle (or full-width band, or thin rule) drawn on the page.

    Attributes:
        box: Outer border box.
        fill: Flat fill; None when it is transparent (border only). With a ``gradient``, the mean of its ends.
        radius_px: Corner radius; half the shorter side means pill or circle.
        cap: The round corners of a rectangle that has two; ``radius_px`` is 0 then.
        parent: ``id`` of the smallest rectangle around this one, None on the page itself.
    """

    id: int
    box: Box
    fill: Color | None
    border: Border | None = None
    radius_px: float = 0.0
    cap: Cap | None = None
    shadow: Shadow | None = None
    gradient: Gradient | None = None
    parent: int | None = None

    @property
    def is_rule(self) -> bool:
        """
        Whether this is a divider: a line at most 3 px thick.
        """
        return min(self.box.w, self.box.h) <= 3


class PictureKind(StrEnum):
    """
    Photographs and illustrations against small one- or two-coloured glyphs.
    """

    PHOTO = "photo"
    ICON = "icon"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """
    A part of the screenshot that stays pixels: photo, illustration, logo, chart, icon.

    Attributes:
        radius_px: Corner radius of a clipped photo (avatar = half the side).
        color: Ink colour of an icon, mean colour of a photo.
        background: Flat colour around it.
        text: Words that were read inside the picture (they stay pixels; used for the alt text).
    """

    id: int
    kind: PictureKind
    box: Box
    radius_px: float = 0.0
    color: Color
    background: Color
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """
    Everything measured in one screenshot.

    Attributes:
        width_px, height_px: Size of the picture.
        scale: Device pixels per CSS pixel (2.0 for a Retina shot). All boxes and sizes are already divided by it.
        background: Colour of the page itself.
        palette: Colours that matter, most area first.
        notes: What the reader wants a person to know, one sentence each.
        typefaces: At most one a family. Letter spacing is measured against them.
    """

    width_px: float
    height_px: float
    scale: float
    background: Color
    lines: tuple[TextLine, ...]
    rects: tuple[Rect, ...]
    pictures: tuple[Picture, ...]
    palette: tuple[Color, ...] = ()
    notes: tuple[str, ...] = ()
    typefaces: tuple[Typeface, ...] = ()
