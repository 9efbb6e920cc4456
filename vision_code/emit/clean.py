"""
Tidying a tree before it is printed: what says nothing is dropped, what is said twice is said once.

The picture stays the same; `emit` is called on any tree, so nothing here relies on how `assemble` wrote it.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.emit.build import BLOCK_TAGS
from vision_code.uitree import AUTO, Edges, Element, Length, Style, Text

_WRAPPER_TAGS = frozenset({"div", "span"})
_FLEX = ("flex", "inline-flex")
_EMPTY = Style()
#: Elements whose own display is neither block nor inline.
_OTHER_DISPLAY_TAGS = frozenset({
    "table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "summary", "option",
})  # fmt: skip
#: What CSS has anyway, under the reset, on every element.
_INITIAL: dict[str, object] = {
    "direction": "row",
    "wrap": False,
    "justify": "start",
    "align": "stretch",
    "grow": 0,
    "shrink": 1,
    "basis": AUTO,
    "width": AUTO,
    "height": AUTO,
    "min_height": AUTO,
    "max_width": AUTO,
    "overflow": "visible",
    "radius": 0,
    "underline": False,
    "row_gap": 0,
    "column_gap": 0,
}


def clean(element: Element) -> Element:
    """
    The tree without wrappers that do nothing, without styles that change nothing and with joined runs of text.
    """
    children: list[Element | Text] = []
    for child in element.children:
        if isinstance(child, Text):
            _add_text(children, child)
        else:
            children.append(_unwrap(clean(child), element))
    style = _drop_initial(element.style, element.tag)
    if not any(below.direction or below.display or below.wrap is not None for _, below in element.below):
        style = _one_gap(style)
    return replace(element, style=style, children=tuple(children))


def _add_text(children: list[Element | Text], text: Text) -> None:
    """
    Add a run of text, joined to one directly before it.
    """
    before = children[-1] if children else None
    if isinstance(before, Text) and not before.break_after:
        children[-1] = Text(text=before.text + text.text, break_after=text.break_after)
    elif text.text or text.break_after:
        children.append(text)


def _unwrap(element: Element, parent: Element) -> Element:
    """
    The only child of a wrapper that adds nothing, the element itself otherwise.

    Inside a flex or grid parent the wrapper is an item, and its child would become one: that is the same only when
    the child says nothing about its own size or margins.
    """
    if element.tag not in _WRAPPER_TAGS or element.style != _EMPTY or element.below or element.attrs:
        return element
    if len(element.children) != 1 or element.repeat is not None or element.component:
        return element
    child = element.children[0]
    if not isinstance(child, Element) or child.repeat is not None:
        return element
    sized = child.style.width or child.style.margin or child.style.max_width or child.style.align_self
    is_item = parent.style.display in (*_FLEX, "grid")
    same_box = child.tag in BLOCK_TAGS if element.tag == "div" else True
    return child if same_box and not (is_item and sized) else element


def _drop_initial(style: Style, tag: str) -> Style:
    """
    The style without what every element has anyway.
    """
    changes: dict[str, None] = {name: None for name, value in _INITIAL.items() if getattr(style, name) == value}
    if tag not in _OTHER_DISPLAY_TAGS and style.display == ("block" if tag in BLOCK_TAGS else "inline"):
        changes["display"] = None
    if style.display == "grid":
        # Tracks of automatic width stretch by default and do not with `justify-start`.
        changes.pop("justify", None)
    if tag in ("img", "video"):
        # The reset bounds pictures by their box and lets their height follow: there AUTO is not what they have.
        changes.pop("max_width", None)
    style = replace(style, **changes)
    return replace(style, margin=_without_zeros(style.margin), padding=_without_zeros(style.padding))


def _without_zeros(edges: Edges | None) -> Edges | None:
    """
    Margins and paddings are zero under the reset: a zero is not worth a class.
    """
    if edges is None:
        return None

    def worth(length: Length | None) -> Length | None:
        return None if length is not None and length.unit != "auto" and not length.value else length

    kept = Edges(top=worth(edges.top), right=worth(edges.right), bottom=worth(edges.bottom), left=worth(edges.left))
    return None if kept == Edges() else kept


def _one_gap(style: Style) -> Style:
    """
    Where only one gap can show (a flex box that does not wrap), ``gap-4`` says it without naming the axis.
    """
    if style.display not in _FLEX or style.wrap:
        return style
    gap = style.row_gap if style.direction == "column" else style.column_gap
    return replace(style, row_gap=gap, column_gap=gap)
