"""
The `react` target: a function component in TypeScript with Tailwind classes.
"""

from __future__ import annotations

import re
from dataclasses import replace

from vision_code.emit.component import component_of, import_lines, theme_file
from vision_code.emit.data import const_lines, type_lines
from vision_code.emit.file_names import FileNames
from vision_code.emit.html import asset_files
from vision_code.emit.html_dialect import escape_text
from vision_code.emit.markup import print_node
from vision_code.emit.nodes import Choice, Each, Joined, Ref, Value, When
from vision_code.emit.script_style import ScriptStyle
from vision_code.emit.target import OutputFile, text_file
from vision_code.emit.theme import Theme
from vision_code.uitree import Element, Text, UITree

#: HTML attributes whose property is spelled otherwise. Source: React DOM, "Common components".
_NAMES = {
    "class": "className", "for": "htmlFor", "tabindex": "tabIndex", "readonly": "readOnly", "maxlength": "maxLength",
    "minlength": "minLength", "autocomplete": "autoComplete", "autofocus": "autoFocus", "colspan": "colSpan",
    "rowspan": "rowSpan", "datetime": "dateTime", "srcset": "srcSet", "inputmode": "inputMode",
    "novalidate": "noValidate", "spellcheck": "spellCheck", "enctype": "encType", "crossorigin": "crossOrigin",
    "hreflang": "hrefLang", "enterkeyhint": "enterKeyHint", "playsinline": "playsInline", "autoplay": "autoPlay",
}  # fmt: skip
_NUMBERS = frozenset({
    "tabIndex", "maxLength", "minLength", "colSpan", "rowSpan", "rows", "cols", "size", "span", "start",
})  # fmt: skip
#: What would end or change a JSX text or string, or be trimmed as a line break.
_NOT_PLAIN = re.compile(r"[{}<>\u2028\u2029\\]")


class JsxDialect:
    """
    The syntax of JSX.
    """

    self_closing = True

    def __init__(self, style: ScriptStyle) -> None:
        self._string = style.string

    def text(self, text: str) -> str:
        if not _NOT_PLAIN.search(text):
            return escape_text(text)
        return f"{{{self._string(text)}}}"

    def expression(self, ref: Ref) -> str:
        return f"{{{ref.path}}}"

    def attribute(self, name: str, value: Value) -> list[str]:
        name = _NAMES.get(name, name)
        if isinstance(value, bool):
            return [name] if value else []
        return [f"{name}={self._value(name, value)}"]

    def _value(self, name: str, value: str | Ref | Choice | Joined) -> str:
        if isinstance(value, Ref):
            return f"{{{value.path}}}"
        if isinstance(value, Choice):
            return f"{{{_template(value.common, f'{value.test.path} ? {self._pair(value)}')}}}"
        if isinstance(value, Joined):
            return f"{{{_template(value.common, value.ref.path)}}}"
        if name in _NUMBERS and value.lstrip("-").isdigit():
            return f"{{{value}}}"
        if re.search(r'["&{}<>\\\u2028\u2029\n]', value):
            return f"{{{self._string(value)}}}"
        return f'"{value}"'

    def _pair(self, value: Choice) -> str:
        return f"{self._string(value.yes)} : {self._string(value.no)}"

    def around(self, node: Each | When) -> tuple[str, str]:
        if isinstance(node, When):
            return f"{{{node.test.path} && (", ")}"
        parameters = node.item if node.key is not None else f"{node.item}, index"
        return f"{{{node.items.path}.map(({parameters}) => (", "))}"

    def loop_attributes(self, node: Each | When) -> list[str]:
        if isinstance(node, When):
            return []
        return [f"key={{{node.key or 'index'}}}"]


def _template(common: str, expression: str) -> str:
    return f"`{common} ${{{expression}}}`" if common else expression


def emit_react(tree: UITree, theme: Theme, names: FileNames, style: ScriptStyle) -> tuple[OutputFile, ...]:
    """
    The component, its theme and its pictures.
    """
    component = component_of(tree, theme, _adapt, loops=style.loops)
    imports = import_lines(component, names, style)
    types = [line for each in component.collections for line in type_lines(each, style)]
    data = [line for each in component.collections for line in [*const_lines(each, style), ""]]
    lines = [
        *imports,
        *([""] if imports else []),
        *types,
        *data,
        f"export {'' if style.named_export else 'default '}function {component.name}() {{",
        "  return (",
        *print_node(component.root, JsxDialect(style), 2),
        f"  ){style.end}",
        "}",
    ]
    main = text_file(f"{names.main}.{'tsx' if style.typed else 'jsx'}", lines, component.outline)
    return (main, theme_file(theme, names), *asset_files(tree, names))


def _adapt(element: Element) -> Element:
    """
    Form state as React has it: what the user will change is a default, not a fixed value.
    """
    if element.tag in ("input", "textarea"):
        kind = dict(element.attrs).get("type", "text")
        names = {"checked": "defaultChecked"}
        if kind not in ("checkbox", "radio", "submit", "reset", "button", "hidden"):
            names["value"] = "defaultValue"
        element = replace(element, attrs=tuple((names.get(name, name), value) for name, value in element.attrs))
    if element.tag == "textarea" and element.children:
        words = "".join(child.text for child in element.children if isinstance(child, Text))
        element = replace(element, attrs=(*element.attrs, ("defaultValue", words)), children=())
    if element.tag == "select":
        element = _adapt_select(element)
    return element


def _adapt_select(element: Element) -> Element:
    chosen: list[str] = []

    def option(child: Element) -> Element:
        if child.tag == "optgroup":
            inner = tuple(option(each) if isinstance(each, Element) else each for each in child.children)
            return replace(child, children=inner)
        attrs = dict(child.attrs)
        if "selected" in attrs:
            words = "".join(part.text for part in child.children if isinstance(part, Text))
            chosen.append(attrs.get("value", words.strip()))
        return replace(child, attrs=tuple(pair for pair in child.attrs if pair[0] != "selected"))

    children = tuple(option(child) if isinstance(child, Element) else child for child in element.children)
    default = (("defaultValue", chosen[0]),) if chosen else ()
    return replace(element, attrs=(*element.attrs, *default), children=children)
