"""
From typed elements to printable nodes: attributes in a sane order, class lists, asset paths, line-break rules.
"""

from __future__ import annotations

from collections.abc import Callable

from vision_code.emit.nodes import Chars, Node, Tag, Value
from vision_code.uitree import Element, Text

_FLEX = frozenset({"flex", "inline-flex", "grid"})
_BLOCK_DISPLAYS = frozenset({"block", "flex", "grid", "none"})
#: Elements that never hold text of their own: their children always stand on lines of their own.
_STRUCTURE_TAGS = frozenset({
    "table", "thead", "tbody", "tfoot", "tr", "ul", "ol", "dl", "select", "colgroup",
})  # fmt: skip
#: Elements that a browser lays out as boxes under the reset.
BLOCK_TAGS = frozenset({
    "address", "article", "aside", "blockquote", "body", "dd", "details", "dialog", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "img", "legend",
    "li", "main", "menu", "nav", "ol", "option", "p", "pre", "search", "section", "summary", "svg", "table",
    "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "video",
})  # fmt: skip
#: Elements that are boxes in a line of text: white space inside their edges means nothing.
_INLINE_BOX_TAGS = frozenset({"button", "select"})
#: Attributes that say what an element is stand before its class, the rest behind it.
_LEADING = ("id", "for", "href", "src", "alt", "width", "height", "type", "name")
#: Attributes that are there or not. Source: HTML Living Standard, "boolean attributes"; the first is React's.
BOOLEAN_ATTRIBUTES = frozenset({
    "defaultChecked", "autofocus", "checked", "disabled", "hidden", "loop", "multiple", "muted", "novalidate",
    "open", "readonly", "required", "reversed", "selected",
})  # fmt: skip

ClassOf = Callable[[Element], str]
SourceOf = Callable[[str], Value]


def is_block(element: Element) -> bool:
    """
    Whether the element starts a box of its own, so that white space beside it means nothing.
    """
    if element.style.position == "absolute":
        return True
    if element.style.display is not None:
        return element.style.display in _BLOCK_DISPLAYS
    return element.tag in BLOCK_TAGS


def children_break(element: Element) -> bool:
    """
    Whether the children may stand on lines of their own without a change on the screen.
    """
    if not element.children:
        return False
    if element.tag in _STRUCTURE_TAGS or element.style.display in _FLEX:
        return any(isinstance(child, Element) for child in element.children)
    return all(isinstance(child, Element) and is_block(child) for child in element.children)


def attributes(element: Element, class_name: Value, source: SourceOf) -> tuple[tuple[str, Value], ...]:
    """
    The attributes of an element with its class, in the order in which a person would write them.
    """
    given: dict[str, Value] = {}
    for name, value in element.attrs:
        given[name] = source(value) if name == "src" else True if name in BOOLEAN_ATTRIBUTES else value
    if element.tag == "button":
        given.setdefault("type", "button")
    if element.tag == "img":
        given.setdefault("alt", "")
    leading = [(name, given.pop(name)) for name in _LEADING if name in given]
    own = [("class", class_name)] if class_name else []
    return (*leading, *own, *given.items())


def build(element: Element, class_of: ClassOf, source: SourceOf) -> Tag:
    """
    An element and everything in it, written out.
    """
    children: list[Node] = []
    for child in element.children:
        if isinstance(child, Text):
            children += text_nodes(child)
        else:
            children.append(build(child, class_of, source))
    return tag(element, attributes(element, class_of(element), source), tuple(children))


def tag(element: Element, attrs: tuple[tuple[str, Value], ...], children: tuple[Node, ...]) -> Tag:
    """
    A printable tag for ``element`` with ready attributes and children.
    """
    return Tag(
        name=element.tag,
        attrs=attrs,
        children=children,
        breaks=children_break(element),
        block=is_block(element)
        or element.tag in _INLINE_BOX_TAGS
        or element.style.display in ("inline-flex", "inline-block"),
        regions=() if element.region is None else (element.region,),
    )


def text_nodes(text: Text) -> list[Node]:
    """
    A run of text and the line break behind it.
    """
    nodes: list[Node] = [Chars(text.text)] if text.text else []
    return [*nodes, Tag(name="br")] if text.break_after else nodes
