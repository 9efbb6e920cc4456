"""
Listings: monospaced lines on a surface of their own, whose lines break where they were written and are no paragraphs.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median_low

from vision_code.observation import FontFamily, TextLine

#: So many of the lines on a surface are monospaced when it is a listing: the reader errs now and then.
MONO_SHARE = 0.7
MIN_LINES = 2
#: Lines this many usual pitches below the last begin a new block: a blank line lies between.
BLANK_PITCHES = 1.4
#: Pieces on one baseline, in font sizes.
LEVEL_EM = 0.3


def is_listing(lines: Sequence[TextLine]) -> bool:
    """
    Whether the lines of one surface are code.
    """
    mono = sum(line.style.family is FontFamily.MONO for line in lines)
    return len(lines) >= MIN_LINES and mono >= MONO_SHARE * len(lines)


def blocks(lines: Sequence[TextLine]) -> list[list[TextLine]]:
    """
    The lines of a listing in reading order, parted where a blank line lies between them; every line once.
    """
    rows: list[list[TextLine]] = []
    for line in sorted(lines, key=lambda line: (line.baseline_y, line.box.x)):
        if rows and line.baseline_y - rows[-1][0].baseline_y <= LEVEL_EM * line.style.size_px:
            rows[-1].append(line)
        else:
            rows.append([line])
    label = rows.pop(0) if _begins_with_label(rows) else []
    pitches = [below[0].baseline_y - above[0].baseline_y for above, below in pairwise(rows)]
    usual = median_low(pitches) if pitches else 0.0
    found = [rows[0]]
    for row, pitch in zip(rows[1:], pitches, strict=True):
        if pitch > BLANK_PITCHES * usual:
            found.append([])
        found[-1].extend(row)
    found = [label, *found] if label else found
    return [sorted(block, key=lambda line: (round(line.baseline_y), line.box.x)) for block in found]


def _begins_with_label(rows: Sequence[Sequence[TextLine]]) -> bool:
    """
    Whether the first row begins where all the others have ended: the name of the language in the corner.
    """
    others = [line.box.right for row in rows[1:] for line in row]
    return bool(others) and min(line.box.x for line in rows[0]) > max(others)
