"""
Somewhere to go for links whose target the picture does not show: a fragment named after their words.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.emit.names import kebab, words_of
from vision_code.uitree import Element, Text

_NOWHERE = ("", "#")


def point_links(element: Element) -> Element:
    """
    The tree with ``href="#forgot-password"`` on a link that says "Forgot password?" and had none.

    ``href="#"`` jumps to the top of the page and linters refuse it; a link without ``href`` cannot be reached by
    keyboard. A name says what is missing, and repeated links differ in their data.
    """
    children = tuple(point_links(child) if isinstance(child, Element) else child for child in element.children)
    element = replace(element, children=children)
    if element.tag != "a" or dict(element.attrs).get("href", "") not in _NOWHERE:
        return element
    rest = tuple(pair for pair in element.attrs if pair[0] != "href")
    return replace(element, attrs=(("href", f"#{_fragment(_words(element))}"), *rest))


def _fragment(words: str) -> str:
    """
    The first words that are not numbers, of a number alone the page that it stands for; "top" is what browsers know
    anyway.
    """
    if words.strip().isdecimal():
        return f"page-{words.strip()}"
    return kebab(" ".join(word for word in words_of(words) if not word.isdigit())) or "top"


def _words(element: Element) -> str:
    """
    What a screen reader says for the link: its label, its text, the texts of its pictures.
    """
    attrs = dict(element.attrs)
    if attrs.get("aria-label"):
        return attrs["aria-label"]
    parts = [attrs["alt"]] if attrs.get("alt") else []
    parts += [child.text if isinstance(child, Text) else _words(child) for child in element.children]
    return " ".join(part for part in parts if part.strip())
