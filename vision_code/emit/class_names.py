"""
Names for hand-written style: what an element is, inside what (``pricing-card__title``).
"""

from __future__ import annotations

from vision_code.emit.names import kebab
from vision_code.uitree import Element

#: Elements that are a thing of their own on a page; everything else belongs to the thing around it.
_BLOCK_TAGS = {"header": "header", "nav": "nav", "footer": "footer", "aside": "sidebar", "form": "form",
               "table": "table", "dialog": "dialog"}  # fmt: skip
_WORDS = {
    "h1": "title", "h2": "title", "h3": "title", "h4": "title", "h5": "title", "h6": "title", "p": "text",
    "button": "button", "label": "label", "select": "input", "textarea": "input", "ul": "list", "ol": "list",
    "li": "item", "tr": "row", "td": "cell", "th": "heading", "thead": "head", "strong": "strong", "b": "strong",
    "main": "content", "section": "section", "article": "card", "hr": "divider", "figure": "figure", "small": "note",
    "figcaption": "caption", "blockquote": "quote", "code": "code", "time": "date", "dt": "term", "dd": "value",
    "legend": "legend", "fieldset": "group", "em": "emphasis", "i": "icon", "option": "option",
}  # fmt: skip
_ICON_PX = 40


def block_name(element: Element) -> str:
    """
    Name of the block that an element starts, empty when it belongs to the one around it.
    """
    return kebab(element.component) or _BLOCK_TAGS.get(element.tag, "")


def word(element: Element) -> str:
    """
    What an element is inside its block: "title", "link", "field", "row" …
    """
    style = element.style
    painted = style.background is not None or style.gradient is not None
    if element.tag == "a":
        return "button" if painted or style.border_top is not None else "link"
    if element.tag == "img":
        width = style.width.value if style.width is not None and style.width.unit == "px" else None
        return "image" if width is None or width > _ICON_PX else "icon"
    if element.tag == "input":
        kind = dict(element.attrs).get("type", "text")
        return kind if kind in ("checkbox", "radio") else "input"
    if element.tag in _WORDS:
        return _WORDS[element.tag]
    if element.tag == "span":
        return "badge" if painted else "text"
    return _container_word(element, painted)


def _container_word(element: Element, painted: bool) -> str:
    tags = [child.tag for child in element.children if isinstance(child, Element)]
    if "label" in tags and any(tag in ("input", "select", "textarea") for tag in tags):
        return "field"
    if painted or element.style.border_top is not None:
        return "panel"
    if element.style.display == "grid":
        return "grid"
    if element.style.display in ("flex", "inline-flex"):
        return "column" if element.style.direction == "column" else "row"
    return "box" if tags else "text"
