"""
Which part of a component's code draws which part of its picture, asked from either side.

Boxes are CSS pixels of the picture, places are indices of the text in code points.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from vision_code.geometry import Box, bounding

_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Span:
    """
    The part of a text from ``start`` up to ``stop``.
    """

    start: int
    stop: int

    def holds(self, other: Span) -> bool:
        """
        Whether all of ``other`` lies in it.
        """
        return self.start <= other.start and other.stop <= self.stop

    def begins_or_ends_in(self, other: Span) -> bool:
        """
        Whether a letter lies in both, and not all of ``other`` inside of it.
        """
        shares = max(self.start, other.start) < min(self.stop, other.stop)
        return shares and (self == other or not self.holds(other))


@dataclass(frozen=True, slots=True)
class Source:
    """
    What draws a part of the picture.

    Attributes:
        box: That part.
        markup: The element; several parts share the one that a loop repeats.
        entry: Where such a part differs from the others: its entry in the data.
    """

    box: Box
    markup: Span
    entry: Span | None = None


@dataclass(frozen=True, slots=True)
class SourceMap:
    """
    Attributes:
        text: The code, and no other version of it.
        sources: In the order of the markup, an element before those in it. Empty: nothing is known.
    """

    text: str
    sources: tuple[Source, ...] = ()

    def source_of(self, box: Box) -> Source | None:
        """
        What draws ``box``: most of it, and little else. None if nothing does.
        """
        best, most = None, 0.0
        for source in self.sources:
            shared = source.box.intersection_area(box)
            # Twice as much weight on covering the box as on being no larger: of a picture's corner it is the picture.
            score = shared / box.area * sqrt(shared / source.box.area) if shared else 0.0
            if score and score >= most:  # of two that draw the same the inner one
                best, most = source, score
        return best

    def box_of(self, span: Span) -> Box | None:
        """
        What the lines of ``span`` draw: all that begins or ends in them, else what is around them. None if nothing is.
        """
        lines = self.whole_lines(span)
        boxes: dict[Span, list[Box]] = {}
        for source in self.sources:
            for place in (source.markup, source.entry):
                if place is not None:
                    boxes.setdefault(place, []).append(source.box)
        meant = [place for place in boxes if place.begins_or_ends_in(lines)]
        if not meant:
            around = (place for place in boxes if place.holds(lines))
            meant = sorted(around, key=lambda place: place.stop - place.start)[:1]
        found = [box for place in meant for box in boxes[place]]
        return bounding(found) if found else None

    def position(self, index: int) -> tuple[int, int]:
        """
        Line and column of a place, from 0; columns in code points.
        """
        ends = [end.end() for end in _LINE_END.finditer(self.text, 0, index)]
        return len(ends), index - (ends[-1] if ends else 0)

    def rows(self) -> list[list[float]]:
        """
        The sources as numbers, to be sent along with the text.
        """
        return [_row(source) for source in self.sources]

    @classmethod
    def from_rows(cls, text: str, rows: Iterable[Sequence[float]]) -> SourceMap:
        """
        The inverse of :meth:`rows`.
        """
        return cls(text, tuple(_source(*row) for row in rows))

    def whole_lines(self, span: Span) -> Span:
        """
        The lines that ``span`` begins and ends in, without the white space around them. A line of which it takes
        nothing but the start is none.
        """
        last = span.stop - 1 if span.stop > span.start else span.stop
        ends = list(_LINE_END.finditer(self.text))
        start = max((end.end() for end in ends if end.end() <= span.start), default=0)
        stop = min((end.start() for end in ends if end.end() > last), default=len(self.text))
        line = self.text[start:stop]
        begins = start + len(line) - len(line.lstrip())
        return Span(begins, max(begins, start + len(line.rstrip())))


def _row(source: Source) -> list[float]:
    box, markup, entry = source.box, source.markup, source.entry
    places = [markup.start, markup.stop, *((entry.start, entry.stop) if entry else ())]
    return [box.x, box.y, box.w, box.h, *places]


def _source(x: float, y: float, w: float, h: float, *places: float) -> Source:
    start, stop, *entry = (int(place) for place in places)
    return Source(Box(x, y, w, h), Span(start, stop), Span(*entry) if entry else None)
