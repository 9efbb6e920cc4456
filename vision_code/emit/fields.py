"""
What a field of repeated data is called: from the element it stands in and from what it says.
"""

from __future__ import annotations

import re

from vision_code.emit.names import camel, pascal, plural, singular
from vision_code.observation import BOLD_WEIGHT
from vision_code.uitree import Element

_PRICE = re.compile(r"^[$€£¥]\s?\d|\d\s?[€$£]$")
_INITIALS = re.compile(r"^[A-ZÀ-Þ]{1,3}$")
_NUMBER = re.compile(r"^[+\-–]?[\d.,:/\s]+[%kKmMbB]?$")
_MONTH = "(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_DATE = re.compile(rf"^\d{{4}}[-/]\d|^\d{{1,2}} {_MONTH}|^{_MONTH}[a-z]* \d")
_TAG_FIELDS = {
    "h1": "title", "h2": "title", "h3": "title", "h4": "title", "h5": "title", "h6": "title", "a": "label",
    "button": "label", "label": "label", "legend": "label", "dt": "term", "dd": "value", "figcaption": "caption",
    "caption": "caption", "time": "date", "blockquote": "quote", "cite": "author", "code": "code", "option": "label",
    "strong": "name", "b": "name", "small": "note", "summary": "question", "img": "image",
}  # fmt: skip
_ATTRIBUTE_FIELDS = {
    "href": "href", "alt": "alt", "for": "id", "id": "id", "aria-label": "label", "datetime": "dateTime",
    "checked": "checked", "selected": "selected", "disabled": "disabled",
}  # fmt: skip
#: A paragraph that long is a description, a shorter one may be anything.
_DESCRIPTION_FROM_CHARS = 25
_SMALL_PX = 13.0
#: Pictures up to this wide are icons.
_ICON_PX = 40
_ITEM_NAMES = {
    "tr": "Row", "option": "Option", "a": "Link", "button": "Action", "img": "Image", "article": "Card",
    "figure": "Figure", "label": "Choice", "td": "Cell", "th": "Header", "dt": "Term", "section": "Section",
    "details": "Question",
}  # fmt: skip


def text_field(element: Element, values: list[str]) -> str:
    """
    Name of the field that holds a text of ``element``; ``values`` are what it says in each instance.
    """
    if values and all(_PRICE.search(value.strip().lstrip("+-–−")) for value in values):
        return "price" if all(_PRICE.search(value.strip()) for value in values) else "amount"
    if values and all(_DATE.search(value.strip()) for value in values):
        return "date"
    if element.tag not in ("a", "button", "h1", "h2", "h3", "h4") and all(_NUMBER.match(v.strip()) for v in values):
        return "value"
    if element.style.width is not None and all(_INITIALS.match(value.strip()) for value in values):
        return "initials"
    if element.style.background is not None and element.tag in ("span", "div", "small"):
        return "badge"
    if element.tag == "p":
        longest = max((len(value) for value in values), default=0)
        return "description" if longest >= _DESCRIPTION_FROM_CHARS else "text"
    usual = _TAG_FIELDS.get(element.tag, "label" if element.tag == "li" else "text")
    if usual in ("text", "label") and element.style.background is None and element.tag in ("a", "span", "div", "li"):
        return _by_look(element, usual)
    return usual


def _by_look(element: Element, usual: str) -> str:
    """
    What a plain text is beside others of its item: bold ones name it, small ones say more.
    """
    if (element.style.font_weight or 0) >= BOLD_WEIGHT:
        return "title"
    small = element.style.font_size is not None and element.style.font_size <= _SMALL_PX
    return "detail" if small and usual == "text" else usual


def attribute_field(element: Element, name: str) -> str:
    """
    Name of the field that holds an attribute of ``element``.
    """
    if name == "src":
        if (
            element.style.radius is not None
            and element.style.width == element.style.height
            and element.style.radius > 8
        ):
            return "avatar"
        width = element.style.width
        return "icon" if width is not None and width.unit == "px" and width.value <= _ICON_PX else "image"
    return _ATTRIBUTE_FIELDS.get(name) or camel(name) or "value"


def collection_names(run: tuple[Element, ...], parent: Element) -> tuple[str, str]:
    """
    Variable and type name of a run of repeated elements: ("plans", "Plan").

    A name that assemble gave wins; otherwise what the elements are.
    """
    first = run[0]
    given = next((pascal(element.component) for element in run if element.component), "")
    if given:
        return plural(camel(given)), given
    listed = pascal(parent.component)
    if listed:
        one = singular(listed.removesuffix("List").removesuffix("Grid") or listed)
        many = plural(one)
        return camel(many), one if one != many else f"{one}Item"
    name = ("Nav" if parent.tag == "nav" else "") + _ITEM_NAMES.get(first.tag, "Item")
    return plural(camel(name)), name
