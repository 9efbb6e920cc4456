"""
Observations made from the DOM instead of from pixels, with the faults that reading has; and lines for the reader.

Cheap (no pixel is touched) and close to what `read` returns; a share of samples goes through the real reader.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from vision_code.geometry import Box, Color, bounding
from vision_code.observation import (
    Border,
    FontFamily,
    Observation,
    Picture,
    PictureKind,
    Rect,
    Shadow,
    TextLine,
    TextStyle,
    Word,
)
from vision_code.read import RawLine, RawWord

WHITE = Color(255, 255, 255)
# Real pages hold words of no size, for machines.
MIN_WORD_PX, MIN_FONT_PX = 1.0, 4.0
# Ink against the font's em: capitals, small letters, descenders of common faces.
CAP, SMALL, DROP = 0.72, 0.53, 0.21
# Roles that say the same to us.
SAME_AS = {"grid": "table", "treegrid": "table", "spinbutton": "textbox", "directory": "list"}
CONFUSED = {"l": "I", "I": "l", "0": "O", "O": "0", "1": "l", "rn": "m", "é": "e", "ü": "u", "—": "-", "…": "..."}


@dataclass(frozen=True, slots=True)
class Element:
    """
    One row of ``elements`` in the facts.
    """

    parent: int
    tag: str
    role: str
    level: int
    checked: bool
    name: str
    box: Box
    background: str
    sides: list[tuple[float, str]]
    radius: float
    shadow: bool


@dataclass(frozen=True, slots=True)
class PageWord:
    """
    One row of ``words``: the element it stands in, text, content box and look.
    """

    element: int
    text: str
    box: Box
    style: TextStyle


def elements_of(facts: dict[str, Any]) -> list[Element]:
    """
    The typed elements of one page.
    """
    return [
        Element(parent, tag, SAME_AS.get(role, role), level, checked, name, Box(*box), *look)
        for parent, tag, role, level, checked, name, *rest in facts["elements"]
        for box, look in [(rest[:4], rest[4:])]
    ]


def words_of(facts: dict[str, Any]) -> list[PageWord]:
    """
    The typed words of one page that lie inside the picture.
    """
    found = []
    for element, text, x, y, w, h, size, weight, color, family, italic, underline in facts["words"]:
        kind = (
            FontFamily.MONO
            if "ono" in family
            else FontFamily.SERIF
            if re.search("Serif|Roman|Georgia|Times", family)
            else FontFamily.SANS
        )
        ink, _ = parse_color(color)
        style = TextStyle(size_px=size, weight=weight, color=ink, family=kind, italic=italic, underline=underline)
        inside = x >= 0 and y >= 0 and x + w <= facts["width"] + 1 and y + h <= facts["height"] + 1
        if inside and w >= MIN_WORD_PX and size >= MIN_FONT_PX:
            found.append(PageWord(element, text, Box(x, y, w, h), style))
    return found


def parse_color(css: str) -> tuple[Color, float]:
    """
    Colour and alpha of ``rgb(…)`` or ``rgba(…)``.
    """
    numbers = [float(n) for n in re.findall(r"[\d.]+", css)]
    if len(numbers) < 3:
        return WHITE, 0.0
    return Color(*(round(n) for n in numbers[:3])), numbers[3] if len(numbers) > 3 else 1.0


def observe(facts: dict[str, Any], rng: Random) -> Observation:
    """
    What a reader might have measured on this page; ``rng`` decides its faults.
    """
    elements, words = elements_of(facts), words_of(facts)
    ground = _blend(parse_color(facts["background"]), WHITE)
    behind = _grounds(elements, ground)
    lines = tuple(_text_line(n, line, behind, rng) for n, line in enumerate(group_lines(elements, words, rng)))
    rects = _nested(_rects(elements, behind, ground, rng))
    pictures = _pictures(elements, behind, rng)
    return Observation(
        width_px=facts["width"],
        height_px=facts["height"],
        scale=1.0,
        background=ground,
        lines=lines,
        rects=rects,
        pictures=pictures,
        palette=(ground,),
    )


def raw_lines(facts: dict[str, Any], rng: Random) -> list[RawLine]:
    """
    What a recogniser might have returned: lines with ink boxes, some letters misread.
    """
    found = []
    for line in group_lines(elements_of(facts), words_of(facts), rng):
        words = tuple(RawWord(text=_misread(word.text, rng), box=_ink(word)) for word in line)
        text = " ".join(word.text for word in words)
        found.append(RawLine(text=text, box=bounding(word.box for word in words), words=words))
    return found


def group_lines(elements: list[Element], words: list[PageWord], rng: Random) -> list[list[PageWord]]:
    """
    Words joined to lines as a recogniser joins them: level, near, of like size, not across the edge of a surface.
    """
    reach = rng.uniform(0.5, 0.9)
    surfaces = _surface_of(elements)
    lines: list[list[PageWord]] = []
    for word in words:
        last = lines[-1][-1] if lines else None
        if last is not None and _joins(last, word, reach) and surfaces[last.element] == surfaces[word.element]:
            lines[-1].append(word)
        else:
            lines.append([word])
    return lines


def _joins(last: PageWord, word: PageWord, reach: float) -> bool:
    size = max(last.style.size_px, word.style.size_px)
    level = abs(last.box.bottom - word.box.bottom) <= 0.3 * size
    near = -2 <= word.box.x - last.box.right <= reach * size
    return level and near and min(last.style.size_px, word.style.size_px) >= 0.7 * size


def _surface_of(elements: list[Element]) -> list[int]:
    own: list[int] = []
    for i, element in enumerate(elements):
        drawn = parse_color(element.background)[1] > 0.03 or sum(width > 0 for width, _ in element.sides) == 4
        own.append(i if drawn else own[element.parent] if element.parent >= 0 else -1)
    return own


def _grounds(elements: list[Element], ground: Color) -> list[Color]:
    grounds: list[Color] = []
    for element in elements:
        below = grounds[element.parent] if element.parent >= 0 else ground
        grounds.append(_blend(parse_color(element.background), below))
    return grounds


def _blend(over: tuple[Color, float], below: Color) -> Color:
    color, alpha = over
    return Color(*(round(alpha * c + (1 - alpha) * b) for c, b in zip(color, below, strict=True)))


def _ink(word: PageWord) -> Box:
    baseline = word.box.y + 0.8 * word.box.h
    em = word.style.size_px
    tall = any(c.isupper() or c.isdigit() or c in "bdfhklt()[]{}|/" or ord(c) > 0x2E00 for c in word.text)
    low = any(c in "gjpqy,;()[]{}|/" or ord(c) > 0x2E00 for c in word.text)
    top = baseline - em * (CAP if tall else SMALL)
    return Box(word.box.x, top, word.box.w, baseline + em * (DROP if low else 0.0) - top)


def _misread(text: str, rng: Random) -> str:
    if rng.random() < 0.012:
        return text[:-1] or text
    if rng.random() < 0.03:
        for right, wrong in CONFUSED.items():
            if right in text:
                return text.replace(right, wrong, 1)
    return text


def _text_line(number: int, words: list[PageWord], behind: list[Color], rng: Random) -> TextLine:
    style = max(words, key=lambda word: len(word.text)).style
    if not _same_weight(words):
        style = replace(style, weight=400)
    if rng.random() < 0.05:
        style = replace(style, weight=700 if style.weight < 600 else 400)
    size = round(style.size_px * rng.gauss(1, 0.025) * 2) / 2
    style = replace(style, size_px=max(6.0, size), underline=style.underline and rng.random() < 0.92)
    made = tuple(Word(text=_misread(word.text, rng), box=_ink(word), style=word.style) for word in words)
    return TextLine(
        id=number,
        text=" ".join(word.text for word in made),
        box=bounding(word.box for word in made),
        words=made,
        style=style,
        baseline_y=words[0].box.y + 0.8 * words[0].box.h,
        background=behind[words[0].element],
    )


def _same_weight(words: list[PageWord]) -> bool:
    bold = sum(len(word.text) for word in words if word.style.weight >= 600)
    return bold == 0 or bold * 2 > sum(len(word.text) for word in words)


def _rects(elements: list[Element], behind: list[Color], ground: Color, rng: Random) -> list[Rect]:
    found: list[Rect] = []
    for i, element in enumerate(elements):
        if (
            element.tag == "BODY"
            or (element.tag == "IMG" and not _is_flat(element))
            or element.box.w < 1
            or element.box.h < 1
        ):
            continue
        below = behind[element.parent] if element.parent >= 0 else ground
        found.extend(_drawn(element, behind[i], below, rng))
    return [rect for rect in found if rect.box.right > 0 and rect.box.bottom > 0]


def _drawn(element: Element, fill: Color, below: Color, rng: Random) -> list[Rect]:
    box, control = element.box, element.role in ("checkbox", "radio")
    if control:
        if rng.random() < 0.35:
            return []
        mark = fill if not element.checked else Color(13, 110, 253)
        return [_rect(box, mark, Border(color=Color(118, 118, 118), width_px=1), 8 if element.role == "radio" else 2)]
    widths = [width for width, _ in element.sides]
    filled = max(abs(a - b) for a, b in zip(fill, below, strict=True)) >= 4
    whole = all(width > 0 for width in widths) and _shows(element.sides[0][1], fill)
    found = []
    if filled or whole or (element.shadow and rng.random() < 0.75):
        edge = parse_color(element.sides[0][1])[0]
        border = Border(color=edge, width_px=widths[0]) if whole else None
        shadow = Shadow(dx_px=0, dy_px=2, blur_px=8, alpha=0.15) if element.shadow and rng.random() < 0.7 else None
        found.append(_rect(box, fill, border, element.radius, shadow))
    if not whole:
        found.extend(_edges(element, box, fill))
    if element.role == "switch":
        knob = Box(box.right - 18 if element.checked else box.x + 2, box.y + 2, 16, 16)
        found.append(_rect(knob, WHITE, None, 8))
    if element.role == "slider":
        found.append(_rect(Box(box.x, box.center_y - 3, box.w, 6), Color(200, 200, 200), None, 3))
    return found


def _edges(element: Element, box: Box, fill: Color) -> list[Rect]:
    (top, right, bottom, left) = element.sides
    rules = []
    for (width, color), rule in (
        (top, Box(box.x, box.y, box.w, top[0])),
        (bottom, Box(box.x, box.bottom - bottom[0], box.w, bottom[0])),
        (left, Box(box.x, box.y, left[0], box.h)),
        (right, Box(box.right - right[0], box.y, right[0], box.h)),
    ):
        if width > 0 and _shows(color, fill):
            rules.append(_rect(rule, parse_color(color)[0], None, 0))
    return rules


def _shows(color: str, fill: Color) -> bool:
    ink, alpha = parse_color(color)
    return alpha > 0.1 and max(abs(a - b) for a, b in zip(ink, fill, strict=True)) >= 6


def _rect(box: Box, fill: Color | None, border: Border | None, radius: float, shadow: Shadow | None = None) -> Rect:
    limit = min(box.w, box.h) / 2
    return Rect(id=0, box=box, fill=fill, border=border, radius_px=min(radius, limit), shadow=shadow)


def _nested(rects: list[Rect]) -> tuple[Rect, ...]:
    """
    Adjoining rules joined, ids given, parents found.
    """
    joined: list[Rect] = []
    for rect in rects:
        last = joined[-1] if joined else None
        if (
            last is not None
            and last.is_rule
            and rect.is_rule
            and last.box.y == rect.box.y
            and abs(last.box.right - rect.box.x) < 2
        ):
            joined[-1] = replace(last, box=last.box.union(rect.box))
        else:
            joined.append(rect)
    unique = list({(r.box.x, r.box.y, r.box.w, r.box.h): r for r in joined}.values())
    named = [replace(rect, id=i) for i, rect in enumerate(unique)]
    return tuple(replace(rect, parent=_parent(rect, named)) for rect in named)


def _parent(rect: Rect, others: list[Rect]) -> int | None:
    around = [o for o in others if o.id != rect.id and o.box.area > rect.box.area and o.box.contains(rect.box, 0.5)]
    return min(around, key=lambda o: o.box.area).id if around else None


def _pictures(elements: list[Element], behind: list[Color], rng: Random) -> tuple[Picture, ...]:
    found: list[Picture] = []
    lost, carets, dots = rng.choice([0.0, 0.05, 0.2]), rng.random() < 0.6, rng.random() < 0.4
    for i, element in enumerate(elements):
        ground = behind[i]
        if element.tag == "IMG" and element.box.w >= 4 and not _is_flat(element):
            found.append(_picture(PictureKind.PHOTO, element.box, ground, element.radius))
        elif element.tag == "svg" and rng.random() >= lost:
            found.append(_picture(PictureKind.ICON, element.box.inset(element.box.w * 0.12), ground))
        elif element.tag == "SELECT" and carets:
            found.append(
                _picture(PictureKind.ICON, Box(element.box.right - 18, element.box.center_y - 3, 10, 6), ground)
            )
        elif element.role in ("checkbox", "radio") and rng.random() < 0.25:
            found.append(_picture(PictureKind.ICON, element.box.inset(2), ground))
        elif element.tag == "LI" and dots and elements[element.parent].box.x < element.box.x - 12 and element.box.h > 4:
            found.append(_picture(PictureKind.ICON, Box(element.box.x - 17, element.box.y + 7, 6, 6), ground))
    return tuple(replace(picture, id=i) for i, picture in enumerate(found))


def _is_flat(element: Element) -> bool:
    # A picture of one colour is a rectangle to any reader of pixels.
    return parse_color(element.background)[1] > 0


def _picture(kind: PictureKind, box: Box, ground: Color, radius: float = 0.0) -> Picture:
    return Picture(
        id=0, kind=kind, box=box, radius_px=min(radius, box.w / 2), color=Color(90, 90, 90), background=ground
    )
