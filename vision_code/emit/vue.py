"""
The `vue` target: a single-file component with `<script setup lang="ts">` and Tailwind classes.
"""

from __future__ import annotations

from vision_code.emit.component import component_of, script_lines, theme_file
from vision_code.emit.file_names import FileNames
from vision_code.emit.html import asset_files
from vision_code.emit.html_dialect import escape_attribute, escape_text
from vision_code.emit.markup import print_node
from vision_code.emit.nodes import Choice, Each, Joined, Ref, Value, When
from vision_code.emit.script_style import ScriptStyle
from vision_code.emit.target import OutputFile, text_file
from vision_code.emit.theme import Theme
from vision_code.uitree import UITree


class VueDialect:
    """
    The syntax of Vue templates.
    """

    self_closing = True

    def text(self, text: str) -> str:
        # A brace by number cannot open an interpolation, and shows as a brace.
        return escape_text(text).replace("{{", "&#123;&#123;")

    def expression(self, ref: Ref) -> str:
        return f"{{{{ {ref.path} }}}}"

    def attribute(self, name: str, value: Value) -> list[str]:
        if isinstance(value, bool):
            return [name] if value else []
        if isinstance(value, Ref):
            return [f':{name}="{value.path}"']
        if isinstance(value, Choice):
            return _classes(value.common, f"{value.test.path} ? {_quoted(value.yes)} : {_quoted(value.no)}")
        if isinstance(value, Joined):
            return _classes(value.common, value.ref.path)
        return [f'{name}="{escape_attribute(value)}"']

    def around(self, node: Each | When) -> tuple[str, str]:
        return "", ""

    def loop_attributes(self, node: Each | When) -> list[str]:
        if isinstance(node, When):
            return [f'v-if="{node.test.path}"']
        if node.key is None:
            return [f'v-for="({node.item}, index) in {node.items.path}"', ':key="index"']
        return [f'v-for="{node.item} in {node.items.path}"', f':key="{node.key}"']


def _quoted(classes: str) -> str:
    return "'" + escape_attribute(classes.replace("'", "\\'")) + "'"


def _classes(common: str, expression: str) -> list[str]:
    return [*([f'class="{escape_attribute(common)}"'] if common else []), f':class="{expression}"']


def emit_vue(tree: UITree, theme: Theme, names: FileNames, style: ScriptStyle) -> tuple[OutputFile, ...]:
    """
    The component, its theme and its pictures.
    """
    component = component_of(tree, theme, loops=style.loops)
    script = script_lines(component, names, style)
    opening = '<script setup lang="ts">' if style.typed else "<script setup>"
    head = [opening, *script, "</script>", ""] if script else []
    lines = [*head, "<template>", *print_node(component.root, VueDialect(), 1), "</template>"]
    main = text_file(f"{names.main}.vue", lines, component.outline)
    return (main, theme_file(theme, names), *asset_files(tree, names))
