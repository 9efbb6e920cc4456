"""
Lines of code as they were written: broken where they break, indented by hard spaces, colours kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from vision_code.assemble.context import Context
from vision_code.assemble.text import ADVANCE_EM, Content, content
from vision_code.divide.paragraphs import first_word_width, rows_of
from vision_code.geometry import bounding
from vision_code.observation import FontFamily, TextLine, TextStyle
from vision_code.region import Region
from vision_code.uitree import Text

HARD_SPACE = "\N{NO-BREAK SPACE}"


def listing(region: Region, context: Context) -> Content:
    """
    The words of a TEXT region that is code.
    """
    rows, base = rows_of(region.lines), look_of(region)
    left = min(line.box.x for line in region.lines)
    letter = ADVANCE_EM * context.metrics.size[region.id]
    found: Content = ()
    for index, row in enumerate(rows):
        spaces = round((bounding(line.box for line in row).x - left) / letter)
        parts = content(replace(region, lines=_in_one_face(row, base)), context, linked=True, base=base)
        if spaces:
            parts = (Text(text=HARD_SPACE * spaces), *parts)
        if index < len(rows) - 1:
            parts = _broken(parts)
        found += parts
    return found


def is_output(region: Region) -> bool:
    """
    Whether lines in a typewriter face break where they were written: the next word would have fitted on one of them.
    """
    rows = rows_of(region.lines)
    if len(rows) < 2 or any(line.style.family is not FontFamily.MONO for line in region.lines):
        return False
    space, widths = ADVANCE_EM * region.lines[0].style.size_px, [bounding(line.box for line in row).w for row in rows]
    return any(
        width + space + first_word_width(row) < max(widths) for width, row in zip(widths, rows[1:], strict=False)
    )


def _in_one_face(row: Sequence[TextLine], base: TextStyle) -> tuple[TextLine, ...]:
    """
    A row in the face and size of the listing: "200" and the like may be measured as anything.
    """

    def set_in(style: TextStyle) -> TextStyle:
        return replace(style, family=base.family, size_px=base.size_px)

    return tuple(
        replace(
            line,
            style=set_in(line.style),
            words=tuple(replace(word, style=set_in(word.style) if word.style else None) for word in line.words),
        )
        for line in row
    )


def look_of(region: Region) -> TextStyle:
    """
    The look of most letters of a listing: its keywords have others, and so may its first line.
    """
    letters: Counter[TextStyle] = Counter()
    for line in region.lines:
        for word in line.words:
            letters[word.style or line.style] += len(word.text)
    return letters.most_common(1)[0][0] if letters else region.lines[0].style


def _broken(parts: Content) -> Content:
    last = parts[-1]
    if isinstance(last, Text):
        return (*parts[:-1], replace(last, break_after=True))
    return (*parts, Text(text="", break_after=True))
