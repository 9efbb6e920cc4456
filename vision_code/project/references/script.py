"""
Pictures named by JavaScript and TypeScript: imports, ``require``, ``new URL``, JSX attributes, ``url()`` in strings.

A lexer, not a parser: it knows comments, strings, templates, regular expressions and JSX from each other, so that what
is commented out is not found and an apostrophe in a JSX text is no quote.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from vision_code.project.references.css import scan_css
from vision_code.project.references.mention import Mention, names_a_picture
from vision_code.project.span import Span

_TOKEN = re.compile(
    r"(?P<space>\s++|//[^\n]*+|/\*.*?(?:\*/|\Z))"
    r"|(?P<string>\"(?:[^\"\\\n]|\\.?)*+(?:\"|(?=\n)|\Z)|'(?:[^'\\\n]|\\.?)*+(?:'|(?=\n)|\Z))"
    r"|(?P<word>[A-Za-z_$][\w$]*+|\d[\w.]*+)"
    r"|(?P<sign>.)",
    re.S,
)
_REGEX = re.compile(r"/(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.){0,200}+\]){1,500}+/[a-z]*+")
_TEMPLATE = re.compile(r"(?:[^`\\$]|\\.|\$(?!\{))*+", re.S)
_JSX_NAME = re.compile(r"<([A-Za-z_$][\w$.:-]*+)?(?!\s*(?:,|extends\b))")
_JSX_TOKEN = re.compile(
    r"\s++|/\*.*?(?:\*/|\Z)|(?P<name>[A-Za-z_$@][\w$:.-]*+)|=\s*+(?P<value>\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z))"
    r"|(?P<sign>/>|.)",
    re.S,
)
_JSX_TEXT = re.compile(r"[^<{]++")
_CLOSING_TAG = re.compile(r"</[^>]*+>?")
_ESCAPE = re.compile(r"\\([^\nux0-9])")
#: An address and what says how wide it is. Source: HTML Living Standard, "parse a srcset attribute".
_CANDIDATE = re.compile(r"([^\s,]\S*?)(?:,+(?=\s)|,*$|\s+[^,]*(?:,|$))")
#: Words after which a value begins. Source: ECMAScript 2024, the operators and statements that take an expression.
_BEFORE_VALUE = frozenset({
    "return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "else", "do", "await", "yield", "default",
    "instanceof",
})  # fmt: skip
_CLOSE = re.compile(r"\s*+\)")
_LOADERS = frozenset({"require", "import", "URL"})
#: Attributes that hold a picture's address, in lower case.
PICTURE_ATTRIBUTES = frozenset({"src", "poster", "srcset", "data-src"})


@dataclass(slots=True)
class _Frame:
    """
    Where the lexer is: in code up to a bracket, in a template, in a JSX tag or between two.

    Attributes:
        attribute: In a tag, the attribute at hand; in code, the attribute whose value it computes.
        start: Of the tag.
        held: Mentions of a tag whose end is still to come: its end is part of their span.
    """

    mode: str
    attribute: str = ""
    start: int = 0
    held: list[tuple[Span, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Word:
    text: str = ""
    start: int = 0


def scan_script(
    text: str, start: int = 0, end: int | None = None, *, jsx: bool = False, attribute: str = ""
) -> Iterator[Mention]:
    """
    The pictures in a script, or in a part of a text that is one.

    Args:
        jsx: Elements may stand where values do.
        attribute: The attribute whose value this code computes.
    """
    lexer = _Lexer(text, start, len(text) if end is None else end, jsx, attribute)
    while lexer.at < lexer.end:
        yield from lexer.step()
    yield from lexer.finish()


class _Lexer:
    def __init__(self, text: str, start: int, end: int, jsx: bool, attribute: str) -> None:
        self.text, self.at, self.end, self.jsx = text, start, end, jsx
        self.frames = [_Frame("code", attribute)]
        self.before = self.last = _Word()
        self.statement = start

    def step(self) -> Iterator[Mention]:
        mode = self.frames[-1].mode
        if mode == "code":
            yield from self._code()
        elif mode == "template":
            yield from self._template()
        elif mode == "tag":
            yield from self._tag()
        else:
            self._children()

    def finish(self) -> Iterator[Mention]:
        """
        Of tags that never end.
        """
        for frame in self.frames:
            yield from self._let_go(frame)

    def _code(self) -> Iterator[Mention]:
        found = _TOKEN.match(self.text, self.at, self.end)
        assert found is not None
        sign = found["sign"]
        if found["space"]:
            self.at = found.end()
        elif found["string"]:
            yield from self._string(found)
            self._passed(found)
        elif sign == "/" and self._value_begins() and (regex := _REGEX.match(self.text, self.at, self.end)):
            self._passed(regex)
        elif sign == "<" and self.jsx and self._value_begins() and self._opens_tag():
            pass
        else:
            if sign == "`":
                self.frames.append(_Frame("template"))
            elif sign == "{":
                self.frames.append(_Frame("code"))
            elif sign == "}" and len(self.frames) > 1:
                self.frames.pop()
            elif found["word"] in ("import", "export"):
                self.statement = self.at
            self._passed(found)

    def _passed(self, found: re.Match[str]) -> None:
        self.before, self.last = self.last, _Word(found[0], found.start())
        self.at = found.end()

    def _value_begins(self) -> bool:
        last = self.last.text
        if not last or last in _BEFORE_VALUE:
            return True
        return last[-1] not in ")]}\"'`" and not re.match(r"[\w$]", last[-1])

    def _string(self, found: re.Match[str]) -> Iterator[Mention]:
        inner = Span(found.start() + 1, found.end() - 1)
        raw = self.text[inner.start : inner.end]
        if "url(" in raw:
            yield from scan_css(self.text, *inner)
        if not names_a_picture(raw):
            return
        name = _ESCAPE.sub(r"\1", raw)
        if self.last.text in ("from", "import"):
            yield Mention("import", Span(self.statement, found.end()), inner, name)
        elif self.last.text == "(" and self.before.text in _LOADERS:
            close = _CLOSE.match(self.text, found.end(), self.end)
            yield Mention("import", Span(self.before.start, close.end() if close else found.end()), inner, name)
        elif self.frames[-1].attribute in PICTURE_ATTRIBUTES:
            tag = next((frame for frame in reversed(self.frames) if frame.mode == "tag"), None)
            if tag is None:
                yield Mention("markup", Span(*found.span()), inner, name)
            else:
                tag.held.append((inner, name))

    def _template(self) -> Iterator[Mention]:
        found = _TEMPLATE.match(self.text, self.at, self.end)
        assert found is not None
        if "url(" in found[0]:
            yield from scan_css(self.text, *found.span())
        self.at = found.end()
        if self.text.startswith("${", self.at) and self.at + 1 < self.end:
            self.frames.append(_Frame("code"))
            self.at += 2
            self.last = _Word()
        else:
            self.frames.pop()
            self.last = _Word("`", self.at)
            self.at += 1

    def _opens_tag(self) -> bool:
        found = _JSX_NAME.match(self.text, self.at, self.end)
        if found is None or (found[1] is None and not self.text.startswith(">", found.end())):
            return False
        self.frames.append(_Frame("tag", start=self.at))
        self.at = found.end()
        return True

    def _tag(self) -> Iterator[Mention]:
        frame = self.frames[-1]
        found = _JSX_TOKEN.match(self.text, self.at, self.end)
        assert found is not None
        self.at = found.end()
        if found["name"]:
            frame.attribute = found["name"].lower()
        elif found["value"]:
            inner = Span(found.start("value") + 1, found.end("value") - 1)
            frame.held += attribute_names(self.text, inner, frame.attribute)
        elif found["sign"] == "{":
            self.frames.append(_Frame("code", frame.attribute))
            self.last = _Word()
        elif found["sign"] in ("/>", ">"):
            self.frames.pop()
            yield from self._let_go(frame)
            if found["sign"] == ">":
                self.frames.append(_Frame("children"))
            self.last = _Word(")", self.at)

    def _let_go(self, frame: _Frame) -> Iterator[Mention]:
        for path, name in frame.held:
            yield Mention("markup", Span(frame.start, self.at), path, name)

    def _children(self) -> None:
        if words := _JSX_TEXT.match(self.text, self.at, self.end):
            self.at = words.end()
        elif self.text[self.at] == "{":
            self.frames.append(_Frame("code"))
            self.at += 1
            self.last = _Word()
        elif closing := _CLOSING_TAG.match(self.text, self.at, self.end):
            self.frames.pop()
            self.at = closing.end()
            self.last = _Word(")", self.at)
        elif not self._opens_tag():
            self.at += 1


def attribute_names(text: str, value: Span, attribute: str) -> Iterator[tuple[Span, str]]:
    """
    The pictures that an attribute's value names: one, or of a ``srcset`` several.
    """
    if attribute not in PICTURE_ATTRIBUTES:
        return
    if attribute == "srcset":
        for found in _CANDIDATE.finditer(text, *value):
            if names_a_picture(found[1]):
                yield Span(*found.span(1)), html.unescape(found[1])
        return
    raw = text[value.start : value.end]
    inner = Span(value.start + len(raw) - len(raw.lstrip()), value.end - len(raw) + len(raw.rstrip()))
    name = html.unescape(raw.strip())
    if names_a_picture(name):
        yield inner, name
