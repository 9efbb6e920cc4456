"""
Observations made by hand or at random: lines of text, cards and pictures on a white page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import strategies as st

from vision_code.geometry import Box, Color
from vision_code.observation import Observation, Picture, PictureKind, Rect, TextLine, TextStyle, Word

WHITE, INK = Color(255, 255, 255), Color(20, 20, 20)


def line(text: str, x: float, baseline: float, *, size: float = 16.0, weight: int = 400) -> TextLine:
    """
    A line of text, its letters half as wide as its size and capitals high.
    """
    words, at = [], x
    for word in text.split():
        width = 0.5 * size * len(word)
        words.append(Word(text=word, box=Box(at, baseline - 0.72 * size, width, 0.72 * size)))
        at += width + 0.28 * size
    box = Box(x, baseline - 0.72 * size, at - 0.28 * size - x, 0.72 * size)
    style = TextStyle(size_px=size, weight=weight, color=INK)
    return TextLine(id=0, text=text, box=box, words=tuple(words), style=style, baseline_y=baseline, background=WHITE)


def card(x: float, y: float, w: float, h: float, **look: object) -> Rect:
    """
    A light grey box; ``look`` as `Rect` has it.
    """
    return Rect(id=0, box=Box(x, y, w, h), fill=Color(240, 240, 240), **look)  # type: ignore[arg-type]


def photo(x: float, y: float, w: float, h: float, kind: PictureKind = PictureKind.PHOTO) -> Picture:
    """
    A picture.
    """
    return Picture(id=0, kind=kind, box=Box(x, y, w, h), color=INK, background=WHITE)


def page(
    *,
    lines: Sequence[TextLine] = (),
    rects: Sequence[Rect] = (),
    pictures: Sequence[Picture] = (),
    width: float = 1000.0,
    height: float = 800.0,
) -> Observation:
    """
    What is given, numbered, on one page.
    """
    return Observation(
        width_px=width,
        height_px=height,
        scale=1.0,
        background=WHITE,
        lines=tuple(replace(item, id=i) for i, item in enumerate(lines)),
        rects=tuple(replace(item, id=i) for i, item in enumerate(rects)),
        pictures=tuple(replace(item, id=i) for i, item in enumerate(pictures)),
    )


_boxes = st.builds(
    Box,
    st.integers(0, 900).map(float),
    st.integers(0, 700).map(float),
    st.one_of(st.integers(1, 60), st.integers(1, 1000)).map(float),
    st.one_of(st.integers(1, 30), st.integers(1, 800)).map(float),
)
_lines = st.builds(
    lambda box, size, words: line(" ".join(["word"] * words), box.x, box.y + 0.72 * size, size=float(size)),
    _boxes,
    st.integers(8, 40),
    st.integers(1, 12),
)
_rects = _boxes.map(lambda box: Rect(id=0, box=box, fill=WHITE))
_photos = st.builds(lambda b, kind: photo(b.x, b.y, b.w, b.h, kind), _boxes, st.sampled_from(PictureKind))


def any_page(*, lines: int, rects: int, pictures: int) -> st.SearchStrategy[Observation]:
    """
    Pages of up to so many things, anywhere and of any size.
    """
    return st.builds(
        lambda lines, rects, pictures: page(lines=lines, rects=rects, pictures=pictures),
        st.lists(_lines, max_size=lines),
        st.lists(_rects, max_size=rects),
        st.lists(_photos, max_size=pictures),
    )
