"""
Lines that are several links with signs between: paths («Home » Docs » Install») and bars («previous | next | index»).
"""

from __future__ import annotations

from collections.abc import Sequence

from vision_code.assemble.text import Content
from vision_code.design_scale import snap_spacing
from vision_code.divide.paragraphs import rows_of
from vision_code.draft.parts import STEPS, is_arrowed, is_parted, parts_of, words_and_signs
from vision_code.region import Region
from vision_code.uitree import Element, Style, Text

#: Word space of Helvetica and Arial, em (Adobe's and Monotype's metrics).
SPACE_EM = 0.278
_JUSTIFY = {"center": "center", "right": "end"}


def is_link_line(region: Region) -> bool:
    """
    Whether the words of a TEXT region that is a link are written as several with signs between.
    """
    words = words_and_signs(region.text)
    return is_parted(words) and not is_arrowed(words)


def link_line(region: Region, *, in_row: bool) -> tuple[str, Content]:
    """
    Tag and children of such a line: of a path the list of its steps, as all of 12 were written (tuning half, and pages
    of other packages); a bar is plain text, as were 24 of 24.
    """
    words = words_and_signs(region.text)
    parts = _parts(words)
    if len(parts) > 1 and len(rows_of(region.lines)) == 1 and not STEPS.isdisjoint(words):
        return "ol", tuple(Element(tag="li", children=part) for part in parts)
    flat = [piece for part in parts for piece in (*part, Text(text=" "))]
    return "span" if in_row else "p", tuple(flat[:-1])


def laid_in_line(style: Style, size_px: float) -> dict[str, object]:
    """
    What changes in the style of a text for the list of its steps: they stand side by side, a word space apart.
    """
    return {
        "display": "flex",
        "wrap": None if style.nowrap else True,
        "column_gap": snap_spacing(SPACE_EM * size_px),
        "justify": _JUSTIFY.get(style.text_align or ""),
        "text_align": None,
    }


def _parts(words: Sequence[str]) -> list[Content]:
    """
    The parts, each with the signs behind it: all are links, but for the last step of a path.
    """
    parts = parts_of(words)
    ends = [*(first for first, _ in parts[1:]), len(words)]
    result: list[Content] = []
    for (first, end), after in zip(parts, ends, strict=True):
        part = Text(text=" ".join(words[first:end]))
        is_here = first > 0 and end == parts[-1][1] and words[first - 1] in STEPS
        linked = part if is_here else Element(tag="a", attrs=(("href", "#"),), children=(part,))
        before = "" if result else "".join(f"{sign} " for sign in words[:first])
        behind = "".join(f" {sign}" for sign in words[end:after])
        result.append((*_said(before), linked, *_said(behind)))
    return result


def _said(text: str) -> Content:
    return (Text(text=text),) if text else ()
