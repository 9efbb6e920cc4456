"""
Numbers of list entries: "1.", "2.", "3." in front of lines, told from the numbers of headings and links.

A browser draws the number of an entry outside of its box, right-aligned, so that the words of all entries begin level;
whoever types numbers has the numbers begin level. Only the first kind is taken out of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from vision_code.geometry import Box, bounding, chroma, color_distance
from vision_code.observation import FontFamily, Rect, TextLine

_NUMBER = re.compile(r"([1-9]\d{0,2})([.)])")
#: From a number to its words is a space, font sizes; wider gaps part columns of a table.
_MAX_GAP_EM = 0.8
#: What begins level begins within this: side bearings differ by a pixel or two, and grow with the type.
_LEVEL_PX, _LEVEL_EM = 3.0, 0.15
#: Numbers at the very edge of the text above or below were typed as it was.
_FLUSH_PX = 1.5
#: Digits of one size have ink of one height, within this.
_SAME_HEIGHT_PX = 2.0
#: Wrapped lines follow within so many font sizes.
_LEADING_EM = 2.0
#: Inks further apart are two: the number has its list's, a link its own.
_SAME_INK = 64
#: Inks with more colour than this are a link's.
_LINK_CHROMA = 64
#: Two numbers may be anything; where nothing but the count tells, a list has three.
_FEWEST, _SURE = 2, 3


class _Kind(Enum):
    MARKERS = auto()
    TYPED = auto()


@dataclass(frozen=True, slots=True)
class _Entry:
    position: int
    number: int
    line: TextLine
    ground: int | None

    @property
    def mark(self) -> Box:
        return self.line.words[0].box

    @property
    def words_x(self) -> float:
        return self.line.words[1].box.x

    @property
    def digits(self) -> int:
        return len(str(self.number))

    @property
    def level_px(self) -> float:
        return max(_LEVEL_PX, _LEVEL_EM * self.line.style.size_px)


def with_ordinals(lines: Sequence[TextLine], rects: Sequence[Rect]) -> list[TextLine]:
    """
    The lines with the numbers of list entries told: those that a browser drew are no words any more.

    Args:
        lines: All lines of the picture, any order.
        rects: Entries of one list lie on one of them, or all on the page.
    """
    ordered = sorted(lines, key=lambda line: line.baseline_y)
    lists = _lists(lines, rects)
    kinds = _as_their_neighbours(lists, [_kind(entries, ordered) for entries in lists])
    result = list(lines)
    for entries, kind in zip(lists, kinds, strict=True):
        if kind is None:
            continue
        for entry in entries:
            line = replace(entry.line, ordinal=entry.number)
            result[entry.position] = _rest(line) if kind is _Kind.MARKERS else line
    return result


def _lists(lines: Sequence[TextLine], rects: Sequence[Rect]) -> list[list[_Entry]]:
    """
    Runs of lines whose numbers go up by one, whose numbers or words begin level, and between which nothing begins left
    of their words.
    """
    closed: list[list[_Entry]] = []
    opened: list[list[_Entry]] = []
    for position in sorted(range(len(lines)), key=lambda p: (lines[p].baseline_y, lines[p].box.x)):
        line = lines[position]
        entry = _entry(position, line, rects)
        home = next((run for run in reversed(opened) if entry is not None and _goes_on(run, entry)), None)
        ended = [run for run in opened if run is not home and _is_left_of_words(line, run)]
        closed += ended
        opened = [run for run in opened if not any(run is other for other in ended)]
        if entry is not None and home is None:
            opened.append([entry])
        elif entry is not None and home is not None:
            home.append(entry)
    return [run for run in (*closed, *opened) if len(run) >= _FEWEST]


def _entry(position: int, line: TextLine, rects: Sequence[Rect]) -> _Entry | None:
    if len(line.words) < 2 or line.bullet is not None or line.style.family is FontFamily.MONO:
        return None
    found = _NUMBER.fullmatch(line.words[0].text)
    if found is None or line.words[0].ground is not None:
        return None
    gap = line.words[1].box.x - line.words[0].box.right
    if not 0 < gap <= _MAX_GAP_EM * line.style.size_px:
        return None
    around = [rect for rect in rects if rect.box.contains(line.box)]
    ground = min(around, key=lambda rect: rect.box.area).id if around else None
    return _Entry(position, int(found[1]), line, ground)


def _goes_on(run: Sequence[_Entry], entry: _Entry) -> bool:
    last = run[-1]
    if entry.number != last.number + 1 or entry.ground != last.ground or _sign(entry) != _sign(last):
        return False
    if abs(entry.mark.h - last.mark.h) > _SAME_HEIGHT_PX or entry.line.baseline_y <= last.line.baseline_y:
        return False
    return _spread(e.words_x for e in (*run, entry)) <= entry.level_px or _are_flush([*run, entry])


def _sign(entry: _Entry) -> str:
    return entry.line.words[0].text[-1]


def _is_left_of_words(line: TextLine, run: Sequence[_Entry]) -> bool:
    """
    Whether a line stands in the way of the next entry.
    """
    last = run[-1]
    return line.box.x < last.words_x - last.level_px and line.box.right > last.mark.x


def _are_flush(run: Sequence[_Entry]) -> bool:
    return _spread(entry.mark.x for entry in run) <= run[0].level_px


def _spread(values: Iterable[float]) -> float:
    found = list(values)
    return max(found) - min(found)


def _kind(run: Sequence[_Entry], ordered: Sequence[TextLine]) -> _Kind | None:
    """
    What the looks of a run say of its numbers; None where they say nothing. ``ordered``: all lines by their baselines.
    """
    if any(_sign(entry) != "." for entry in run):  # what browsers draw ends in a dot
        return _Kind.TYPED
    if len({entry.digits for entry in run}) > 1:
        return _Kind.TYPED if _are_flush(run) else _Kind.MARKERS
    if any(_is_hung_below(line, entry) for entry in run for line in _below(entry, ordered)):
        return _Kind.MARKERS
    if all(_is_of_a_link(entry) for entry in run):
        return _Kind.TYPED
    edges = [line.box.x for line in _around(run, ordered)]
    if any(abs(edge - run[0].mark.x) <= _FLUSH_PX for edge in edges):
        return _Kind.TYPED
    hangs_in = all(edge < run[0].mark.x for edge in edges) and bool(edges)
    return _Kind.MARKERS if hangs_in else None


def _as_their_neighbours(lists: Sequence[Sequence[_Entry]], kinds: Sequence[_Kind | None]) -> list[_Kind | None]:
    """
    The kinds, where a run says nothing (or only where it stands says something) those of runs at the same place.
    """
    told = [
        (max(entry.mark.x for entry in run), kind)
        for run, kind in zip(lists, kinds, strict=True)
        if kind is not None and len({entry.digits for entry in run}) > 1
    ]
    result: list[_Kind | None] = []
    for run, kind in zip(lists, kinds, strict=True):
        near = [other for x, other in told if abs(x - max(e.mark.x for e in run)) <= run[0].level_px]
        if near and len({entry.digits for entry in run}) == 1:
            result.append(near[0])
        else:
            result.append(_Kind.MARKERS if kind is None and len(run) >= _SURE else kind)
    return result


def _is_hung_below(line: TextLine, entry: _Entry) -> bool:
    """
    Whether a line goes on with an entry and begins where its words do.
    """
    size = entry.line.style.size_px
    wraps = abs(line.style.size_px - size) <= _LEVEL_EM * size
    level = abs(line.box.x - entry.words_x) <= entry.level_px
    return wraps and level and _NUMBER.match(line.text) is None and line.bullet is None


def _is_of_a_link(entry: _Entry) -> bool:
    """
    Whether number and words have the one ink, or the one rule below them, of a link.
    """
    line = entry.line
    looks = [word.style or line.style for word in line.words]
    one = all(color_distance(look.color, looks[0].color) <= _SAME_INK for look in looks)
    return all(look.underline for look in looks) or (one and chroma(looks[0].color) > _LINK_CHROMA)


def _around(run: Sequence[_Entry], ordered: Sequence[TextLine]) -> list[TextLine]:
    """
    The nearest lines above and below that begin left of the words of a run.
    """

    def nearest(lines: Iterable[TextLine]) -> TextLine | None:
        reach = (line for line in lines if line.box.right > run[0].mark.x and line.box.x < run[0].words_x)
        return next(reach, None)

    start = bisect_left(ordered, run[0].line.baseline_y, key=_baseline)
    end = bisect_right(ordered, run[-1].line.baseline_y, key=_baseline)
    found = [nearest(ordered[position] for position in range(start - 1, -1, -1)), nearest(ordered[end:])]
    return [line for line in found if line is not None]


def _below(entry: _Entry, ordered: Sequence[TextLine]) -> Sequence[TextLine]:
    """
    The lines within one leading below an entry's.
    """
    top = entry.line.baseline_y
    start = bisect_right(ordered, top, key=_baseline)
    return ordered[start : bisect_right(ordered, top + _LEADING_EM * entry.line.style.size_px, key=_baseline)]


def _baseline(line: TextLine) -> float:
    return line.baseline_y


def _rest(line: TextLine) -> TextLine:
    """
    The line without its number.
    """
    words = line.words[1:]
    looks = {word.style for word in words}
    style = line.style
    if len(looks) == 1 and (own := next(iter(looks))) is not None:
        style, words = own, tuple(replace(word, style=None) for word in words)
    ink = bounding(word.box for word in words)
    left = min(ink.x, words[0].ground.box.x) if words[0].ground is not None else ink.x
    box = Box(left, ink.y, max(line.box.right, ink.right) - left, ink.h)
    text = " ".join(word.text for word in words)
    return replace(line, text=text, words=words, box=box, style=style, bullet=line.words[0].box)
