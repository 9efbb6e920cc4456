"""
List bullets: dots in front of lines, read as a character or found as a picture, as a property of their line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from vision_code.geometry import Box, Color, bounding, color_distance
from vision_code.observation import Picture, TextLine
from vision_code.read.raw import RawLine

_SIGNS = frozenset("•●▪■◦○·‣∙°")
#: Browsers draw discs and squares 0.3 to 0.4 em wide (Chromium: 5 px at 14 to 17 px), about round.
_MIN_PX, _MAX_EM, _ROUND_PX = 2.0, 0.6, 1.5
#: From the dot to the words, font sizes: markers stand outside the box of the text, 0.5 to 1.2 em before it;
#: pages move it to 2 em.
_MIN_GAP_EM, _MAX_GAP_EM = 0.25, 2.0
#: The dot is level with the middle of small letters, which is this far above the baseline, font sizes.
_MIDDLE_EM, _LEVEL_EM = 0.26, 0.2
#: Dots of another colour than the words mean something else: a state.
_SAME_INK = 64
#: Inks of so much of a page's letters are its text's.
_USUAL_SHARE = 0.2
#: The dots of one list are as far from their words, px.
_EVEN_PX = 2.0
_FEWEST = 2


def without_bullets(lines: Sequence[RawLine]) -> list[RawLine]:
    """
    The lines without bullets that were read as their first character.
    """
    return [_rest(line) if _begins_with_bullet(line) else line for line in lines]


def _begins_with_bullet(line: RawLine) -> bool:
    return len(line.words) > 1 and line.words[0].text in _SIGNS


def _rest(line: RawLine) -> RawLine:
    words = line.words[1:]
    text = " ".join(word.text for word in words)
    return replace(line, text=text, words=words, box=bounding(word.box for word in words))


def with_bullets(
    lines: Sequence[TextLine], pictures: Sequence[Picture], specks: Sequence[Picture] = ()
) -> tuple[list[TextLine], list[Picture]]:
    """
    The lines with the dots before them, and the pictures that are none.

    Args:
        specks: What is too small to be a picture, but may be a dot.
    """
    found: dict[int, tuple[int, Box]] = {}
    usual = _usual_inks(lines)
    for position, line in enumerate(lines):
        dots = [p for p in (*pictures, *specks) if _is_before(p.box, line) and _has_ink_of(p.color, line, usual)]
        if dots:
            nearest = max(dots, key=lambda dot: dot.box.right)
            found[position] = (nearest.id, nearest.box)
    gaps = {position: lines[position].box.x - box.right for position, (_, box) in found.items()}
    lists = {p for p in found if sum(abs(gaps[p] - gap) <= _EVEN_PX for gap in gaps.values()) >= _FEWEST}
    taken = {found[position][0] for position in lists}
    marked = [replace(line, bullet=found[p][1]) if p in lists else line for p, line in enumerate(lines)]
    return marked, [picture for picture in pictures if picture.id not in taken]


def _is_before(dot: Box, line: TextLine) -> bool:
    size = line.style.size_px
    if not _MIN_PX <= min(dot.w, dot.h) <= max(dot.w, dot.h) <= _MAX_EM * size or abs(dot.w - dot.h) > _ROUND_PX:
        return False
    gap = line.box.x - dot.right
    level = abs(dot.center_y - (line.baseline_y - _MIDDLE_EM * size)) <= _LEVEL_EM * size
    return _MIN_GAP_EM * size <= gap <= _MAX_GAP_EM * size and level


def _has_ink_of(color: Color, line: TextLine, usual: Sequence[Color]) -> bool:
    inks = [line.style.color, *(word.style.color for word in line.words if word.style is not None), *usual]
    return any(color_distance(color, ink) <= _SAME_INK for ink in inks)


def _usual_inks(lines: Sequence[TextLine]) -> list[Color]:
    """
    The inks of running text: a bullet has its list's, where all the words of the entries are links.
    """
    letters: Counter[Color] = Counter()
    for line in lines:
        letters[line.style.color] += len(line.text)
    return [ink for ink, count in letters.items() if count >= _USUAL_SHARE * letters.total()]
