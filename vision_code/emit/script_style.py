"""
How scripts are written where the component goes: what a project may have decided otherwise.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Literal

from vision_code.emit.target import OutputFile

_STEP = "  "
_INDENTED = re.compile(rb"^(?:  )+", re.M)


def string_literal(text: str) -> str:
    """
    A TypeScript string that is safe anywhere: in a module, in a script element, in a template.
    """
    literal = json.dumps(text, ensure_ascii=False).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return literal.replace("</", "\\u003c/").replace("<!--", "\\u003c!--")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptStyle:
    """
    Style of the framework targets' scripts; the defaults are those of Prettier.

    Attributes:
        typed: TypeScript rather than JavaScript.
        semicolons: Statements end with one.
        quotes: Of strings; attributes keep double ones.
        indent: One level of indentation, of every text file.
        named_export: A React component leaves its file by its name, not as the default.
        loops: Repeated parts are written once, with their data; else one by one.
    """

    typed: bool = True
    semicolons: bool = True
    quotes: Literal["double", "single"] = "double"
    indent: str = _STEP
    named_export: bool = False
    loops: bool = True

    @property
    def end(self) -> str:
        """
        What ends a statement.
        """
        return ";" if self.semicolons else ""

    def string(self, text: str) -> str:
        """
        A string, in the other quotes where these would need more escapes.
        """
        double = string_literal(text)
        if self.quotes == "double" or text.count("'") > text.count('"'):
            return double
        inner = double[1:-1].replace('\\"', '"').replace("'", "\\'")
        return f"'{inner}'"

    def indented(self, file: OutputFile) -> OutputFile:
        """
        ``file`` with this indentation. It must hold no text whose own spaces count (`pre`, `textarea`).
        """
        if self.indent == _STEP or file.path.suffix == ".png":
            return file
        step = self.indent.encode()
        return replace(file, content=_INDENTED.sub(lambda found: step * (len(found[0]) // 2), file.content))
