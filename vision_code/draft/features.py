"""
What is measured about a region, as words: each feature's value is one pseudo-word of the model's vocabulary.

A pseudo-word is `q`, a letter for the feature and two letters for the value ("qxac"): one token each, never split.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from string import ascii_lowercase

from vision_code.draft.labels import LABELS, label_of
from vision_code.draft.page import COLOURED_CHROMA, Page, dominant_style
from vision_code.geometry import Color, chroma, color_distance
from vision_code.observation import FontFamily, PictureKind, Rect, TextStyle
from vision_code.region import Draft, Region, RegionKind

#: Feature letter → number of values. The order is the order of features in a line.
SIZES = {
    "k": 120,  # kind × depth
    "x": 24,  # left edge
    "y": 36,  # height on the page
    "w": 36,  # width
    "h": 36,  # height
    "s": 72,  # type: size against the body × weight × mono
    "e": 12,  # larger type only: rank of the size on the page × whether it is the first of its size
    "c": 40,  # ink: hue × relation to the body's × underline
    "f": 120,  # surface: fill × border × radius × shadow
    "r": 84,  # repetition: group × siblings × place among them
    "p": 144,  # parent and grandparent
    "t": 192,  # shape of the text
    "g": 49,  # containers: children × leaves
    "m": 160,  # what the rules say of the leaf before × where it lies
    "n": 160,  # and of the leaf after
    "v": 53,  # what the rules say of this region
    "z": 96,  # the page: width × height × darkness
    "b": 12,  # the page: body size
}
MAX_DEPTH = 12
# 24 characters are about 7 tokens: enough to tell "Sign in" from a sentence; the length is a feature of its own.
TEXT_CHARS = 24
_EDGE_PX, _EDGE_STEP_PX = 240.0, 20.0
_RATIOS = (0.7, 0.82, 0.92, 0.98, 1.04, 1.12, 1.22, 1.36, 1.6, 2.0, 2.6)
_CHARS = (2, 4, 9, 16, 26, 46, 91)
_COUNTS = (2, 3, 4, 5, 7, 10)
_BODY_PX = (11.5, 12.5, 13.5, 14.5, 15.5, 16.5, 17.5, 19)
_KINDS = tuple(RegionKind)
_LABEL_IDS = {word: i for i, word in enumerate(LABELS)}


def word(feature: str, value: int) -> str:
    """
    The pseudo-word for one value of one feature; values past the end count as the last.
    """
    value = max(0, min(value, SIZES[feature] - 1))
    return f"q{feature}{ascii_lowercase[value // 26]}{ascii_lowercase[value % 26]}"


def all_words() -> list[str]:
    """
    Every pseudo-word and label word there is, for building the vocabulary.
    """
    return [word(name, value) for name, size in SIZES.items() for value in range(size)] + list(LABELS)


def page_words(page: Page) -> str:
    """
    The page as a whole: its size, its darkness and the size of its body text.
    """
    box = page.root.box
    dark = page.observation.background.luminance < 0.2
    size = min(5, int(math.log2(max(box.w, 64) / 64))) * 8 + min(7, int(math.log2(max(box.h, 32) / 32)))
    return f" {word('z', size * 2 + dark)} {word('b', bisect_right(_BODY_PX, page.body_size_px))}"


def line_words(page: Page, region: Region, rules: Draft, neighbours: tuple[Region | None, Region | None]) -> str:
    """
    One region's features, and the beginning of its text, as a line of words that the label follows.

    Args:
        rules: What the rules say of every region; part of the features.
        neighbours: The leaves before and after in reading order; for containers unused.
    """
    words = [_kind(page, region), *_place(page, region)]
    if region.lines:
        words += _type(page, dominant_style(region.lines))
        words += _prominence(page, region)
    words += [_surface(page, page.own_surface(region)), _repetition(page, region), _around(page, region)]
    if region.is_leaf:
        words += [_neighbour("m", region, neighbours[0], rules), _neighbour("n", region, neighbours[1], rules)]
    else:
        words.append(_inside(region))
    if region.lines:
        words += [_text_shape(region), *opening_words(region.text)]
    words.append(word("v", _LABEL_IDS[label_of(rules[region.id])]))
    return "".join(f" {each}" for each in words if each)


def opening_words(text: str) -> list[str]:
    """
    The beginning of a text as the model sees it: lower case, every number a single 0.
    """
    plain = re.sub(r"[0-9]+([.,:][0-9]+)*", "0", text.lower())
    return plain[:TEXT_CHARS].split()


def _kind(page: Page, region: Region) -> str:
    kind = _KINDS.index(region.kind)
    if region.picture is not None and region.picture.kind is PictureKind.ICON:
        kind = len(_KINDS)
    return word("k", kind * MAX_DEPTH + min(page.depths[region.id], MAX_DEPTH - 1))


def _place(page: Page, region: Region) -> list[str]:
    root, box = page.root.box, region.box
    x = int(24 * (box.x - root.x) / max(1.0, root.w))
    top, bottom = box.center_y - root.y, root.bottom - box.center_y
    if top < _EDGE_PX:
        y = int(top / _EDGE_STEP_PX)
    elif bottom < _EDGE_PX:
        y = 12 + int(bottom / _EDGE_STEP_PX)
    else:
        y = 24 + int(12 * top / max(1.0, root.h))
    return [word("x", x), word("y", y), word("w", _log_px(box.w)), word("h", _log_px(box.h))]


def _log_px(length: float) -> int:
    # Three steps an octave, 1 px … 4096 px.
    return round(3 * math.log2(max(1.0, length)))


def _type(page: Page, style: TextStyle) -> list[str]:
    ratio = bisect_right(_RATIOS, style.size_px / page.body_size_px)
    weight = (style.weight >= 500) + (style.weight >= 650)
    mono = style.family is FontFamily.MONO
    body = page.body_color
    ground = page.observation.background
    distance = color_distance(style.color, body)
    own, usual = (abs(ink.luminance - ground.luminance) for ink in (style.color, body))
    relation = 0 if distance < 24 else 1 if own < usual - 0.03 else 2 if own > usual + 0.03 else 3
    ink = (_hue(style.color) * 4 + relation) * 2 + style.underline
    return [word("s", (ratio * 3 + weight) * 2 + mono), word("c", ink)]


def _prominence(page: Page, region: Region) -> list[str]:
    """
    For type larger than the body's: how many sizes of the page are larger still, and whether it leads its size.
    """
    size = round(dominant_style(region.lines).size_px)
    rank = next((n for n, (known, _) in enumerate(page.large_sizes) if abs(known - size) <= 1), None)
    if rank is None:
        return []
    return [word("e", min(rank, 5) * 2 + (page.large_sizes[rank][1] == region.lines[0].id))]


def _hue(color: Color) -> int:
    """
    0 grey, 1 blue to violet, 2 red to pink, 3 green, 4 yellow to orange.
    """
    if chroma(color) < COLOURED_CHROMA * 0.7:
        return 0
    r, g, b = color
    if b >= r and b >= g:
        return 1
    if g >= r:
        return 3
    return 4 if g > b + 0.4 * (r - b) else 2


def _surface(page: Page, surface: Rect | None) -> str:
    if surface is None:
        return word("f", 0)
    border = 0 if surface.border is None else 1 if _hue(surface.border.color) == 0 else 2
    half = min(surface.box.w, surface.box.h) / 2
    radius = (surface.radius_px >= 1.5) + (surface.radius_px >= 6) + (surface.radius_px >= 0.7 * half)
    index = ((_fill(page, surface) * 3 + border) * 4 + radius) * 2 + (surface.shadow is not None)
    return word("f", index)


def _fill(page: Page, surface: Rect) -> int:
    if surface.fill is None:
        return 0
    if chroma(surface.fill) >= COLOURED_CHROMA:
        return 4
    distance = color_distance(surface.fill, page.observation.background)
    return 1 if distance < 6 else 2 if distance < 60 else 3


def _repetition(page: Page, region: Region) -> str:
    parent = page.parent(region)
    siblings = parent.children if parent is not None else (region,)
    group = (
        1 if region.repeat is not None else 2 if any(a.repeat is not None for a in page.ancestors(region)[:2]) else 0
    )
    place = next(i for i, sibling in enumerate(siblings) if sibling.id == region.id)
    end = 0 if len(siblings) == 1 else 1 if place == 0 else 3 if place == len(siblings) - 1 else 2
    return word("r", (group * 7 + bisect_right(_COUNTS, len(siblings))) * 4 + end)


def _around(page: Page, region: Region) -> str:
    above = page.ancestors(region)[:2]
    kinds = [1 + min(_KINDS.index(node.kind), 4) for node in above] + [0, 0]
    surfaced = bool(above) and above[0].surface is not None
    repeated = bool(above) and above[0].repeat is not None
    return word("p", ((kinds[0] * 6 + kinds[1]) * 2 + surfaced) * 2 + repeated)


def _inside(region: Region) -> str:
    leaf_count = sum(node.is_leaf for node in region.walk())
    return word("g", bisect_right(_COUNTS, len(region.children)) * 7 + bisect_right((2, 3, 5, 9, 17, 40), leaf_count))


def _neighbour(feature: str, region: Region, other: Region | None, rules: Draft) -> str:
    if other is None:
        return word(feature, 0)
    level = abs(other.box.center_y - region.box.center_y) <= max(4.0, region.box.h / 2)
    near = max(other.box.y - region.box.bottom, region.box.y - other.box.bottom) <= 24
    where = 0 if level else 1 if near else 2
    return word(feature, 1 + where * SIZES["v"] + _LABEL_IDS[label_of(rules[other.id])])


def _text_shape(region: Region) -> str:
    text = region.text
    chars = bisect_right(_CHARS, len(text))
    lines = min(len(region.lines), 3) - 1
    return word("t", (chars * 3 + lines) * 8 + _case(text))


def _case(text: str) -> int:
    letters = [c for c in text if c.isalpha()]
    if len(letters) * 2 <= sum(not c.isspace() for c in text):
        return 0 if any(c.isdigit() for c in text) else 1
    if "@" in text or "://" in text or "www." in text:
        return 2
    if text.endswith((":", "*")):
        return 3
    if text.endswith((".", "?", "!", "…")):
        return 4
    if text.isupper() and len(letters) > 1:
        return 5
    return 6 if letters[0].isupper() else 7
