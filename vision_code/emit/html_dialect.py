"""
The syntax of HTML.
"""

from __future__ import annotations

from vision_code.emit.nodes import Each, Ref, Value, When


def escape_text(text: str) -> str:
    """
    Text between tags; no-break spaces by name, because nobody sees them otherwise.
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\u00a0", "&nbsp;")


def escape_attribute(text: str) -> str:
    """
    Text inside double quotes.
    """
    return escape_text(text).replace('"', "&quot;")


class HtmlDialect:
    """
    Plain HTML: everything is written out, so there are neither values nor loops.
    """

    self_closing = False

    def text(self, text: str) -> str:
        return escape_text(text)

    def attribute(self, name: str, value: Value) -> list[str]:
        if isinstance(value, bool):
            return [name] if value else []
        assert isinstance(value, str), "plain HTML has no data"
        return [f'{name}="{escape_attribute(value)}"']

    def expression(self, ref: Ref) -> str:
        raise AssertionError(f"plain HTML has no data: {ref.path}")

    def around(self, node: Each | When) -> tuple[str, str]:
        raise AssertionError(f"plain HTML has neither loops nor conditions: {node}")

    def loop_attributes(self, node: Each | When) -> list[str]:
        raise AssertionError(f"plain HTML has neither loops nor conditions: {node}")
