"""
Lines of one container that are one text block: fragments of a line joined, wrapped lines merged to paragraphs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from vision_code.geometry import Box, bounding, color_distance
from vision_code.observation import FontFamily, TextLine, TextStyle
from vision_code.region import Region, RegionKind

#: Fragments on one baseline closer than this share of the font size are one line; a space is 0.25-0.33 em wide.
JOIN_EM = 0.45
#: A space in a typewriter face is as wide as a letter, 0.6 em, and letters have blanks at their sides.
TYPED_JOIN_EM = 0.9
#: Leading of wrapped text, in font sizes: CSS `normal` is 1.15-1.25, airy body text goes to 1.9, headings down to 1.0.
MIN_LEADING_EM = 0.95
MAX_LEADING_EM = 2.0
#: A block this many leadings wide may be merged without looking like a sentence: stacked short links are narrower.
WIDE_LEADINGS = 14.0
#: From this font size on, two stacked lines of one style are one heading.
HEADING_PX = 24.0
#: Tolerance for "same left edge", "same centre": glyph side bearings grow with the font.
EDGE_EM = 0.3
#: Distance in RGB (largest channel) below which two measured ink colours are one; antialiasing moves thin text by ~30.
SAME_INK = 48

Block = list[TextLine]


def merge(lines: Sequence[TextLine], obstacles: Sequence[Box], box: Box) -> list[Block]:
    """
    Text blocks among the lines that lie directly in one container.

    Args:
        lines: The container's own lines, any order.
        obstacles: Boxes of what else lies there; a paragraph does not run across them.
        box: The container, for the width a line could have used.

    Returns:
        Every line once; the lines of a block in reading order, blocks from top to bottom.
    """
    rows = _join_fragments(sorted(lines, key=lambda line: (line.baseline_y, line.box.x, line.id)), obstacles)
    rows.sort(key=lambda row: (_box(row).y, _box(row).x))
    blocks: list[list[Block]] = []
    for row in rows:
        home = _home(row, blocks, rows, obstacles, box)
        if home is None:
            blocks.append([row])
        else:
            home.append(row)
    return [[line for row in block for line in row] for block in blocks]


def text_region(block: Block) -> Region:
    """
    A block as a TEXT leaf.
    """
    return Region(id=0, kind=RegionKind.TEXT, box=bounding(line.box for line in block), lines=tuple(block))


def rows_of(lines: Sequence[TextLine]) -> list[Block]:
    """
    The visual lines of a block: fragments that share a baseline together, from left to right.
    """
    rows: list[Block] = []
    for line in lines:
        if (
            rows
            and abs(rows[-1][0].baseline_y - line.baseline_y) <= _baseline_slack(line)
            and (line.box.x >= rows[-1][-1].box.x)
        ):
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _baseline_slack(line: TextLine) -> float:
    return max(2.0, 0.15 * line.style.size_px)


def _box(lines: Sequence[TextLine]) -> Box:
    return bounding(line.box for line in lines)


def _join_fragments(ordered: Sequence[TextLine], obstacles: Sequence[Box]) -> list[Block]:
    rows: list[Block] = []
    for line in sorted(ordered, key=lambda item: (item.box.x, item.id)):
        for row in rows:
            last = row[-1]
            gap = line.box.x - last.box.right
            size = min(line.style.size_px, last.style.size_px)
            same_line = abs(line.baseline_y - last.baseline_y) <= _baseline_slack(line)
            like = abs(line.style.size_px - last.style.size_px) <= 0.15 * size
            if (
                same_line
                and like
                and not line.begins_entry
                and -0.3 * size <= gap <= _join_em(last, line) * size
                and not _between(last.box, line.box, obstacles)
            ):
                row.append(line)
                break
        else:
            rows.append([line])
    return rows


def _join_em(left: TextLine, right: TextLine) -> float:
    """
    How far apart two pieces of one line may stand, font sizes.
    """
    typed = left.style.family is right.style.family is FontFamily.MONO
    return TYPED_JOIN_EM if typed else JOIN_EM


def _between(first: Box, second: Box, obstacles: Sequence[Box]) -> bool:
    """
    Whether something lies in the space that two boxes span together.
    """
    span = first.union(second).inset(1)
    return any(span.intersection_area(other) > 0 for other in obstacles)


def _home(
    row: Block, blocks: list[list[Block]], rows: Sequence[Block], obstacles: Sequence[Box], box: Box
) -> list[Block] | None:
    """
    The block that this row continues, if any: the nearest one above that fits.
    """
    for block in reversed(blocks):
        if _continues(block, row, box) and not _between(_box(block[-1]), _box(row), obstacles):
            others = (_box(r) for r in rows if r is not row and r not in block)
            if not _between(_box(block[-1]), _box(row), list(others)):
                return block
    return None


def _continues(block: list[Block], row: Block, box: Box) -> bool:
    last, size = block[-1], row[0].style.size_px
    if row[0].begins_entry:
        return False
    pitch = row[0].baseline_y - last[0].baseline_y
    if not MIN_LEADING_EM * size <= pitch <= MAX_LEADING_EM * size or not _same_look(last[-1], row[0]):
        return False
    if len(block) > 1:
        regular = block[-1][0].baseline_y - block[-2][0].baseline_y
        if abs(pitch - regular) > max(2.0, 0.1 * regular):
            return False
    return _aligned(block, row, EDGE_EM * size + 2) and _reads_on(block, row, pitch, box)


def _same_look(above: TextLine, below: TextLine) -> bool:
    """
    Whether the look goes on from one line to the next: of the lines, or of the words at the break.
    """
    last = above.words[-1].style if above.words else None
    first = below.words[0].style if below.words else None
    looks = [(above.style, below.style), (last or above.style, first or below.style)]
    return any(_like_styles(a, b) for a, b in looks)


def _like_styles(a: TextStyle, b: TextStyle) -> bool:
    """
    Whether two looks are one: of text, the weight tells a name from what is said of it; of headings, the weights that
    are measured of an unknown face waver.
    """
    if abs(a.size_px - b.size_px) > max(1.0, 0.1 * max(a.size_px, b.size_px)):
        return False
    alike = abs(a.weight - b.weight) < 200 or min(a.size_px, b.size_px) >= HEADING_PX
    return alike and color_distance(a.color, b.color) <= SAME_INK


def _aligned(block: list[Block], row: Block, slack: float) -> bool:
    a, b = _box([line for r in block for line in r]), _box(row)
    return (
        abs(a.x - b.x) <= slack
        or abs(a.center_x - b.center_x) <= slack
        or (abs(a.right - b.right) <= slack and len(block) == 1 and a.w > 2 * slack)
    )


def _reads_on(block: list[Block], row: Block, pitch: float, box: Box) -> bool:
    """
    Whether the text wraps here: the line above was full, and the words go on.
    """
    above, below = block[-1], row
    before, after = " ".join(line.text for line in above), " ".join(line.text for line in below)
    width = max(_box(r).w for r in [*block, row])
    first_word = first_word_width(below)
    room = width - _box(above).w
    goes_on = bool(re.match(r"[a-z(&]", after)) or before.rstrip().endswith((",", "-", "–", "—", "&", ":"))
    ends = before.rstrip().endswith((".", "!", "?"))
    if room > first_word + 0.5 * pitch and not goes_on:
        return False  # the next word would have fitted: a forced break, a list
    if above[0].style.size_px >= HEADING_PX and pitch <= 1.5 * above[0].style.size_px:
        return True
    if width >= WIDE_LEADINGS * pitch:
        return not ends or room <= first_word + 0.25 * pitch
    words = len(before.split()) + len(after.split())
    filled = width >= 0.6 * box.w
    return goes_on or (words >= 8 and filled and not ends) or (words >= 12 and not ends)


def first_word_width(row: Block) -> float:
    """
    Width of the first word of a visual line, px.
    """
    line = row[0]
    if line.words:
        return line.words[0].box.w
    return line.box.w * len(line.text.split(" ", 1)[0]) / max(1, len(line.text))
