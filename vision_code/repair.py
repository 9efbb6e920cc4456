"""
Repair: what a rendering showed to be wrong, put right in the tree it was emitted from.

Fonts differ between machines, so the same words come out wider or narrower than in the picture, and a line breaks where
it did not. Both can be measured in the rendering and mended without a model: letter spacing, line breaking, and room
beside a paragraph.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from vision_code.assemble.wrapping import wrap_range
from vision_code.compare.words import pair_words, readable
from vision_code.design_scale import snap_spacing
from vision_code.divide.paragraphs import rows_of
from vision_code.geometry import bounding
from vision_code.observation import TextLine, Word
from vision_code.region import Region, RegionKind
from vision_code.render import PageFacts
from vision_code.uitree import Edges, Element, Length, Style, Text, UITree

#: A line is worth correcting when it is off by more than this share of its width …
_WORTH_SHARE = 0.012
#: … and by more px than the difference between an ink box and an advance box.
_WORTH_PX = 2.0
#: More letter spacing than this share of the font size looks like a mistake, and hides a wrong font size.
_LIMIT_EM = 0.06
#: Fewer letters than this say too little about the spacing.
_MIN_LETTERS = 4
#: Which sides of a text give room, by its alignment.
_SIDES = {"center": (0.5, 0.5), "right": (1.0, 0.0)}


@dataclass(frozen=True, slots=True)
class _Mend:
    """
    What to change on the element of one region.
    """

    letter_spacing_px: float = 0.0
    nowrap: bool = False
    inset_px: float = 0.0


def repair(tree: UITree, root: Region, facts: PageFacts) -> UITree | None:
    """
    A tree whose lines are as wide, and break where, they do in the picture.

    Args:
        tree: The tree that was rendered.
        root: The region tree it came from.
        facts: What the rendering measured, at the picture's width.

    Returns:
        The mended tree; None when nothing is worth mending.
    """
    mends = dict(_mends(root, facts))
    return replace(tree, root=_applied(tree.root, mends)) if mends else None


def _mends(root: Region, facts: PageFacts) -> Iterator[tuple[int, _Mend]]:
    regions = [region for region in root.walk() if region.kind is RegionKind.TEXT]
    ours = [(region, line, word) for region in regions for line in region.lines for word in readable(line.words)]
    theirs = readable(facts.words)
    pairing = pair_words([word for _, _, word in ours], theirs, facts.width_px, facts.height_px)
    found: dict[int, list[tuple[TextLine, Word, Word]]] = defaultdict(list)
    for mine, other, exact in zip(pairing.reference, pairing.candidate, pairing.exact, strict=True):
        region, line, word = ours[mine]
        if exact:
            found[region.id].append((line, word, theirs[other]))
    for region in regions:
        mend = _mend(region, found[region.id], facts)
        if mend != _Mend():
            yield region.id, mend


def _mend(region: Region, words: list[tuple[TextLine, Word, Word]], facts: PageFacts) -> _Mend:
    spacings = []
    for line in region.lines:
        pairs = [(mine, other) for at, mine, other in words if at is line]
        if pairs and len(pairs) == len(readable(line.words)) and _one_row([other for _, other in pairs]):
            spacing = _spacing(line, pairs)
            if spacing is not None:
                spacings.append(spacing)
    drawn = [other for _, _, other in words]
    broken = len(region.lines) == 1 and not _one_row(drawn)
    return _Mend(
        letter_spacing_px=round(median(spacings), 2) if spacings else 0.0,
        nowrap=broken,
        inset_px=_inset(region, drawn, facts) if _breaks_late(region, words) else 0.0,
    )


def _breaks_late(region: Region, words: list[tuple[TextLine, Word, Word]]) -> bool:
    """
    Whether a paragraph is wider than in the picture: the first row that ends elsewhere goes on with the next row's
    words.
    """
    theirs = {id(mine): other for _, mine, other in words}
    for row, following in pairwise(
        [readable([w for line in row for w in line.words]) for row in rows_of(region.lines)]
    ):
        if not row or not following:
            continue
        start, end, after = (theirs.get(id(word)) for word in (row[0], row[-1], following[0]))
        if start is None or end is None or not _one_row([start, end]):
            return False
        if after is not None and _one_row([end, after]):
            return True
    return False


def _inset(region: Region, words: list[Word], facts: PageFacts) -> float:
    """
    Room to take from the box around the words, px, so that they break as pictured. Unlike a width it leaves the text as
    wide as its box where the box is wider or narrower.
    """
    around = bounding(word.box for word in words).inset(1)
    boxes = [e.box for e in facts.elements if e.display != "inline" and e.box.contains(around)]
    room = min(boxes, key=lambda box: box.area, default=around).w
    low, high = wrap_range(region)
    inset = room - (low + high) / 2
    snapped = snap_spacing(inset)
    return max(0.0, snapped if low <= room - snapped <= high else float(round(inset)))


def _one_row(words: list[Word]) -> bool:
    return not words or max(w.box.center_y for w in words) - min(w.box.center_y for w in words) < words[0].box.h / 2


def _spacing(line: TextLine, pairs: list[tuple[Word, Word]]) -> float | None:
    """
    Letter spacing in px to add so that the rendered line is as wide as the measured one; 0 when it is near enough.
    """
    wanted = max(mine.box.right for mine, _ in pairs) - min(mine.box.x for mine, _ in pairs)
    drawn = max(other.box.right for _, other in pairs) - min(other.box.x for _, other in pairs)
    letters = sum(len(mine.text) + 1 for mine, _ in pairs) - 1
    if letters < _MIN_LETTERS:
        return None
    off = wanted - drawn
    if abs(off) < max(_WORTH_PX, _WORTH_SHARE * wanted):
        return 0.0
    limit = _LIMIT_EM * line.style.size_px
    return max(-limit, min(limit, off / letters))


def _applied(element: Element, mends: Mapping[int, _Mend], align: str = "left") -> Element:
    style = element.style
    align = style.text_align or align
    children = tuple(_applied(c, mends, align) if isinstance(c, Element) else c for c in element.children)
    has_text = any(isinstance(child, Text) for child in element.children)
    if has_text and element.region is not None and element.region in mends:
        style = _styled(style, mends[element.region], align)
    return replace(element, style=style, children=children)


def _styled(style: Style, mend: _Mend, align: str) -> Style:
    spacing = round((style.letter_spacing or 0.0) + mend.letter_spacing_px, 2)
    style = replace(style, letter_spacing=spacing or None, nowrap=True if mend.nowrap else style.nowrap)
    if not mend.inset_px:
        return style
    left, right = _SIDES.get(align, (0.0, 1.0))
    old = style.padding or Edges()
    padding = replace(old, left=_wider(old.left, left * mend.inset_px), right=_wider(old.right, right * mend.inset_px))
    return replace(style, padding=padding)


def _wider(side: Length | None, px: float) -> Length | None:
    if not px or (side is not None and side.unit != "px"):
        return side
    return Length(px + (side.value if side is not None else 0.0))
