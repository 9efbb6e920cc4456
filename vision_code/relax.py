"""
Relax: what reaches past the edge of a narrower screen gives way there, and only there.

Which elements do is measured in a rendering at that width; what makes them stiff is known from their styles: one line
only, a fixed width, a row that does not wrap, columns side by side, a table.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from itertools import count

from vision_code.assemble.frame import restyled, set_fields
from vision_code.uitree import BREAKPOINT_PX, FULL, Below, Edges, Element, Length, Style, Track, UITree

_LABEL = "data-element"
#: Larger paddings and margins at the sides are for wide screens.
_SIDE_PX = 16.0

#: JavaScript: the numbers that `labelled` gave to the elements whose box or text reaches past the right edge. What
#: scrolls sideways within itself, and one px of rounding, is none.
OVERFLOWING = """(() => {
  const edge = document.documentElement.clientWidth + 1.5;
  const clips = (el) => /auto|scroll|hidden/.test(getComputedStyle(el).overflowX);
  const scrolls = (el) => el && (clips(el) || scrolls(el.parentElement));
  const written = document.createRange();
  const right = (node) => {
    written.selectNode(node);
    return (node.nodeType === Node.TEXT_NODE ? written : node).getBoundingClientRect?.().right;
  };
  return [...document.querySelectorAll("[LABEL]")]
    .filter((el) => [el, ...el.childNodes].some((node) => right(node) > edge) && !scrolls(el.parentElement))
    .map((el) => +el.getAttribute("LABEL"));
})()""".replace("LABEL", _LABEL)


def labelled(tree: UITree) -> UITree:
    """
    The tree with each element's number, in document order, written on it, so that `OVERFLOWING` can name them.
    """
    numbers = count()

    def label(element: Element) -> Element:
        attrs = (*element.attrs, (_LABEL, str(next(numbers))))
        return replace(
            element,
            attrs=attrs,
            children=tuple(label(child) if isinstance(child, Element) else child for child in element.children),
        )

    return replace(tree, root=label(tree.root))


def relax(tree: UITree, overflowing: Collection[int], *, firmly: bool) -> UITree:
    """
    The tree with those elements softened below the widest breakpoint that leaves the picture's own width alone.

    A picture narrower than every breakpoint has them softened everywhere: compare it at its own width again.

    Args:
        overflowing: Numbers of elements in document order, as `OVERFLOWING` returns them.
        firmly: Also give up what shows: columns side by side, wide margins, a table's place in the page's own scroll.
    """
    below = next((name for name, px in reversed(BREAKPOINT_PX.items()) if px <= tree.width_px), None)
    numbers = count()

    def walk(element: Element) -> tuple[Element, bool, bool]:
        """
        The softer element, whether it is over itself, and whether something in it is that stands in no row yet.
        """
        over = next(numbers) in overflowing
        walked = [walk(child) if isinstance(child, Element) else (child, False, False) for child in element.children]
        softer = replace(element, children=tuple(child for child, _, _ in walked))
        pressed = any(child_over or within for _, child_over, within in walked)
        if pressed and _is_row(element.style):
            if firmly and any(isinstance(child, Element) and _is_stiff(child) for child in element.children):
                softer = _with(softer, below, Style(direction="column"))
            pressed = False
        if over or any(child_over for _, child_over, _ in walked):
            softer = _with(softer, below, _soft(element.style, over=over, firmly=firmly))
            if firmly and element.tag == "table":
                softer = Element(tag="div", style=Style(overflow="auto"), children=(softer,))
        return softer, over, pressed

    return replace(tree, root=walk(tree.root)[0])


def _soft(style: Style, *, over: bool, firmly: bool) -> Style:
    """
    The properties to override. What holds an element that is itself too wide, or the row it stands in.
    """
    row = _is_row(style)
    lengths = (style.width, style.min_width, style.max_width, style.basis)
    fixed = any(length is not None and length.unit == "px" for length in lengths)
    soft = Style(wrap=True if row and not style.wrap else None, nowrap=False if style.nowrap else None)
    if over:
        soft = replace(
            soft,
            max_width=FULL if fixed else None,
            min_width=Length(0) if style.min_width else None,
            shrink=1.0 if style.shrink == 0 else None,
        )
    if firmly:
        soft = replace(
            soft,
            columns=(Track(),) if style.columns else None,
            margin=_narrow_sides(style.margin) if over else None,
            padding=_narrow_sides(style.padding),
        )
    return soft


def _is_row(style: Style) -> bool:
    return style.display in ("flex", "inline-flex") and style.direction != "column"


def _is_stiff(element: Element) -> bool:
    """
    Whether a column keeps the width of its longest line, and so may leave those beside it none.
    """
    style, holds_lines = element.style, any(isinstance(child, Element) for child in element.children)
    return style.shrink == 0 and style.width is None and not style.nowrap and holds_lines


def _narrow_sides(edges: Edges | None) -> Edges | None:
    if edges is None:
        return None
    left, right = (
        Length(_SIDE_PX) if side is not None and side.unit == "px" and side.value > _SIDE_PX else None
        for side in (edges.left, edges.right)
    )
    return Edges(left=left, right=right) if left or right else None


def _with(element: Element, below: Below | None, soft: Style) -> Element:
    changes = set_fields(soft)
    if not changes:
        return element
    if below is None:
        return replace(element, style=restyled(element.style, changes))
    at = dict(element.below)
    at[below] = restyled(at.get(below, Style()), changes)
    return replace(element, below=tuple(sorted(at.items(), key=lambda item: -BREAKPOINT_PX[item[0]])))
