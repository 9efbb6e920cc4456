"""
Pictures named by Markdown: ``![…](mock.png)``, ``![…][id]`` with its definition, and ``<img>`` in it.

Source: CommonMark 0.31, "Images", "Link reference definitions", "Fenced code blocks", "Code spans".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vision_code.project.references.markup import scan_markup
from vision_code.project.references.mention import Mention, blank, names_a_picture
from vision_code.project.references.script import scan_script
from vision_code.project.span import Span

_FENCE = re.compile(r"^ {0,3}(?P<mark>`{3,}+|~{3,}+)[^\n]*+\n.*?(?:^ {0,3}(?P=mark)[`~]*[ \t]*$|\Z)", re.M | re.S)
_CODE = re.compile(r"(?<!`)(?P<ticks>`++)[^\n]{1,2000}?(?<!`)(?P=ticks)(?!`)")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.S)
_LABEL = r"!\[(?P<label>(?:[^\[\]\\]|\\.|\[[^\[\]]{0,200}+\]){0,500}+)\]"
_ADDRESS = r"(?:<(?P<angled>[^<>\n]*+)>|(?P<bare>(?:[^\s()<>]|\([^\s()]*+\))++))"
_TITLE = r"(?:\s+(?:\"[^\"]{0,500}+\"|'[^']{0,500}+'|\([^()]{0,500}+\)))?"
_IMAGE = re.compile(rf"(?<!\\){_LABEL}(?:\(\s*{_ADDRESS}{_TITLE}\s*\)|\[(?P<id>[^\[\]]{{0,200}}+)\]|(?![(\[:]))")
_DEFINITION = re.compile(rf"^ {{0,3}}\[(?P<id>[^\[\]\n]{{1,200}}+)\]:[ \t]*{_ADDRESS}", re.M)
_IMPORT = re.compile(r"^(?:import|export)\b[^\n]*+", re.M)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


def scan_markdown(text: str, *, modules: bool = False) -> Iterator[Mention]:
    """
    The pictures in a Markdown text.

    Args:
        modules: It may import, as MDX does.
    """
    for hidden in (_FENCE, _COMMENT, _CODE):
        text = hidden.sub(lambda found: blank(found[0]), text)
    definitions: dict[str, tuple[Span, str]] = {}
    for found in _DEFINITION.finditer(text):
        definitions.setdefault(_key(found["id"]), _address(found))
    for found in _IMAGE.finditer(text):
        if found["angled"] is not None or found["bare"] is not None:
            path, name = _address(found)
        elif (defined := definitions.get(_key(found["id"] or found["label"]))) is not None:
            path, name = defined
        else:
            continue
        if names_a_picture(name):
            yield Mention("markdown", Span(*found.span()), path, name)
    for found in _IMPORT.finditer(text) if modules else ():
        yield from scan_script(text, *found.span())
    yield from scan_markup(text)


def _key(label: str) -> str:
    return " ".join(label.split()).casefold()


def _address(found: re.Match[str]) -> tuple[Span, str]:
    group = "bare" if found["angled"] is None else "angled"
    return Span(*found.span(group)), _ESCAPE.sub(r"\1", found[group])
