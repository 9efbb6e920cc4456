"""
Pictures named by HTML and by what is written like it: Vue, Svelte, Astro, and the usual template languages.

Source: HTML Living Standard, "Tokenization"; attributes with braces as Svelte has them, bound ones as Vue has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vision_code.project.references.css import scan_css
from vision_code.project.references.mention import Mention
from vision_code.project.references.script import PICTURE_ATTRIBUTES, attribute_names, scan_script
from vision_code.project.span import Span

_MARKUP = re.compile(r"<!--.*?(?:-->|\Z)|<(?P<name>[A-Za-z][\w:.-]*+)", re.S)
_ATTRIBUTE = re.compile(
    r"\s++|(?P<name>[^\s\"'<>/={}]++)|=\s*+(?:\"(?P<double>[^\"]*+)(?:\"|\Z)|'(?P<single>[^']*+)(?:'|\Z)"
    r"|(?P<bare>[^\s\"'<>={}]++))|=\s*+|(?P<brace>\{)|(?P<end>/?>)|(?P<broken><)|.",
    re.S,
)
_BRACES = re.compile(r"[{}]|\"(?:[^\"\\\n]|\\.)*+\"|'(?:[^'\\\n]|\\.)*+'|`(?:[^`\\]|\\.)*+`", re.S)
#: Elements whose content is no markup. Source: HTML Living Standard, "raw text", "escapable raw text".
_RAW = {name: re.compile(rf"</{name}\b", re.I) for name in ("script", "style", "textarea", "title")}
_FRONT_MATTER = re.compile(r"\s*+---\n(.*?)\n---", re.S)
_BOUND = (":", "v-bind:", "bind:")


def scan_markup(text: str, *, front_matter: bool = False) -> Iterator[Mention]:
    """
    The pictures in a page or single-file component, its scripts and styles included.

    Args:
        front_matter: A script between ``---`` comes first, as in Astro.
    """
    at = 0
    if front_matter and (script := _FRONT_MATTER.match(text)):
        yield from scan_script(text, *script.span(1))
        at = script.end()
    while found := _MARKUP.search(text, at):
        at = found.end()
        if found["name"]:
            element = _Element(text, found)
            yield from element.mentions()
            at = element.end
            if raw := _RAW.get(element.name):
                close = raw.search(text, at)
                stop = close.start() if close else len(text)
                yield from element.scan_content(at, stop)
                at = stop


class _Element:
    """
    A start tag.
    """

    def __init__(self, text: str, opening: re.Match[str]) -> None:
        self.text = text
        self.name = opening["name"].lower()
        self.start = opening.start()
        self.attributes: list[tuple[str, Span]] = []
        self.end = self._read(opening.end())

    def _read(self, at: int) -> int:
        name = ""
        while found := _ATTRIBUTE.match(self.text, at):
            if found["broken"]:  # another tag begins in this one, as while it is typed
                return at
            at = found.end()
            if found["end"]:
                return at
            if found["name"]:
                name = found["name"].lower()
            elif found["brace"]:
                close = _closing_brace(self.text, at)
                self.attributes.append((f":{name}", Span(at, close)))
                at = min(close + 1, len(self.text))
            for group in ("double", "single", "bare"):
                if found[group] is not None:
                    self.attributes.append((name, Span(*found.span(group))))
        return len(self.text)

    def mentions(self) -> Iterator[Mention]:
        whole = Span(self.start, self.end)
        for name, value in self.attributes:
            if name.startswith(_BOUND):
                bound = name.rsplit(":", 1)[1]
                for found in scan_script(self.text, *value, attribute=bound):
                    yield Mention(found.kind, whole, found.path, found.name) if found.kind == "markup" else found
            elif name == "style":
                yield from scan_css(self.text, *value)
            elif "{" not in self.text[value.start : value.end]:
                is_address = name in PICTURE_ATTRIBUTES or (self.name == "image" and name in ("href", "xlink:href"))
                for path, decoded in attribute_names(self.text, value, "srcset" if name == "srcset" else "src"):
                    if is_address:
                        yield Mention("markup", whole, path, decoded)

    def scan_content(self, start: int, end: int) -> Iterator[Mention]:
        """
        What a raw-text element holds.
        """
        language = next((self.text[slice(*value)].lower() for name, value in self.attributes if name == "lang"), "")
        if self.name == "script":
            yield from scan_script(self.text, start, end, jsx=language in ("jsx", "tsx"))
        elif self.name == "style":
            yield from scan_css(self.text, start, end, line_comments=language in ("scss", "sass", "less", "stylus"))


def _closing_brace(text: str, at: int) -> int:
    """
    Where the brace that opened before ``at`` closes; the end of the text when it does not.
    """
    depth = 1
    for found in _BRACES.finditer(text, at):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if not depth:
            return found.start()
    return len(text)
