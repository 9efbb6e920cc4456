"""
Parts cut out of rendered pages: people take pictures of a card, a form or a menu as often as of a whole page.

A part on its own looks like another thing than the same part in its page: there is no page around it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.collect import RawPage, png_of
from training.observe import Element, elements_of, parse_color
from vision_code.geometry import Box

#: Parts of one page: near twins teach nothing.
MAX_PARTS = 4
# What a person would cut out: not a line, not half a page.
MIN_W_PX, MIN_H_PX, MAX_W_PX, MAX_H_PX = 140, 60, 1300, 900
MIN_WORDS = 3
# People leave a little air around what they cut out; some none, some more.
MARGINS_PX = (0, 4, 8, 8, 16, 24)
# Two parts with this much in common (IoU), or as large as each other to this share, are twins.
SAME, ALIKE = 0.6, 0.06
# A part with this share of the page is the page.
WHOLE = 0.7
PART_ROLES = frozenset(
    {"form", "navigation", "table", "list", "article", "dialog", "search", "complementary", "banner"}
)


def crops(page: RawPage) -> Iterator[RawPage]:
    """
    A fixed choice of parts of a page as pages of their own, kinds taken in turn.
    """
    rng = Random(f"{page.family} {page.seed}")
    elements = elements_of(page.facts)
    pixels = np.asarray(Image.open(io.BytesIO(page.png)).convert("RGB"))
    chosen: list[Box] = []
    for number in _in_turn(_parts(page, elements), rng):
        box = elements[number].box
        if len(chosen) == MAX_PARTS or any(_is_twin(box, other) for other in chosen):
            continue
        chosen.append(box)
        margin = rng.choice(MARGINS_PX)
        right, bottom = min(page.width_px, round(box.right) + margin), min(_height(page), round(box.bottom) + margin)
        left, top = max(0, round(box.x) - margin), max(0, round(box.y) - margin)
        yield _cut(page, pixels, elements, Box(left, top, right - left, bottom - top), len(chosen))


def _parts(page: RawPage, elements: list[Element]) -> dict[str, list[int]]:
    """
    Elements worth cutting out, by kind.
    """
    whole = Box(0, 0, page.width_px, _height(page))
    centers = [(row[2] + row[4] / 2, row[3] + row[5] / 2) for row in page.facts["words"]]
    found: dict[str, list[int]] = {}
    for number, element in enumerate(elements):
        box = element.box
        kind = element.role if element.role in PART_ROLES else "card" if _is_card(element) else ""
        fits = MIN_W_PX <= box.w <= MAX_W_PX and MIN_H_PX <= box.h <= MAX_H_PX and whole.contains(box, 1)
        if not kind or not fits or box.area > WHOLE * whole.area:
            continue
        words = sum(box.x <= x <= box.right and box.y <= y <= box.bottom for x, y in centers)
        if words >= MIN_WORDS:
            found.setdefault(kind, []).append(number)
    return found


def _is_twin(box: Box, other: Box) -> bool:
    alike = abs(box.w - other.w) <= ALIKE * box.w and abs(box.h - other.h) <= ALIKE * box.h
    return alike or box.iou(other) > SAME


def _is_card(element: Element) -> bool:
    framed = all(width > 0 for width, _ in element.sides)
    filled = parse_color(element.background)[1] > 0 and element.radius > 0
    return element.role == "" and element.tag in ("DIV", "SECTION", "LI") and (framed or filled or element.shadow)


def _in_turn(parts: dict[str, list[int]], rng: Random) -> list[int]:
    """
    One of each kind, then the second of each kind.
    """
    for numbers in parts.values():
        rng.shuffle(numbers)
    kinds = sorted(parts)
    rng.shuffle(kinds)
    longest = max((len(numbers) for numbers in parts.values()), default=0)
    return [parts[kind][turn] for turn in range(longest) for kind in kinds if turn < len(parts[kind])]


def _cut(page: RawPage, pixels: NDArray[np.uint8], elements: list[Element], frame: Box, number: int) -> RawPage:
    shown = pixels[int(frame.y) : int(frame.bottom), int(frame.x) : int(frame.right)]
    return RawPage(
        seed=page.seed * 100 + number,
        family=page.family,
        width_px=int(frame.w),
        png=png_of(np.ascontiguousarray(shown)),
        facts=_facts_in(page.facts, elements, frame),
    )


def _facts_in(facts: dict[str, Any], elements: list[Element], frame: Box) -> dict[str, Any]:
    """
    The facts of what lies in ``frame``, moved to its corner; what only reaches into it belongs to the body.
    """
    body = [-1, "BODY", "", 0, False, "", 0, 0, frame.w, frame.h, *facts["elements"][0][10:]]
    rows, place = [body], {}
    for number, (element, row) in enumerate(zip(elements, facts["elements"], strict=True)):
        parent = place.get(element.parent, 0)
        if element.tag == "BODY" or not frame.contains(element.box, 1):
            place[number] = parent
            continue
        place[number] = len(rows)
        rows.append([parent, *row[1:6], row[6] - frame.x, row[7] - frame.y, *row[8:]])
    words = [
        [place[row[0]], row[1], row[2] - frame.x, row[3] - frame.y, *row[4:]]
        for row in facts["words"]
        if frame.contains(Box(row[2], row[3], row[4], row[5]), 1)
    ]
    return {**facts, "elements": rows, "words": words, "width": int(frame.w), "height": int(frame.h)}


def _height(page: RawPage) -> int:
    return int(page.facts["height"])
