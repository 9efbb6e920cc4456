"""
The `svelte` target: a Svelte 5 component in TypeScript with Tailwind classes.
"""

from __future__ import annotations

from vision_code.emit.component import component_of, script_lines, theme_file
from vision_code.emit.file_names import FileNames
from vision_code.emit.html import asset_files
from vision_code.emit.html_dialect import escape_attribute, escape_text
from vision_code.emit.markup import print_node
from vision_code.emit.nodes import Choice, Each, Joined, Ref, Value, When
from vision_code.emit.script_style import ScriptStyle, string_literal
from vision_code.emit.target import OutputFile, text_file
from vision_code.emit.theme import Theme
from vision_code.uitree import UITree


class SvelteDialect:
    """
    The syntax of Svelte templates.
    """

    self_closing = True

    def text(self, text: str) -> str:
        return _braces(escape_text(text))

    def expression(self, ref: Ref) -> str:
        return f"{{{ref.path}}}"

    def attribute(self, name: str, value: Value) -> list[str]:
        if isinstance(value, bool):
            return [name] if value else []
        if isinstance(value, Ref):
            return [f"{{{name}}}" if value.path == name else f"{name}={{{value.path}}}"]
        if isinstance(value, Choice):
            choice = f"{value.test.path} ? {string_literal(value.yes)} : {string_literal(value.no)}"
            return [_classes(value.common, choice)]
        if isinstance(value, Joined):
            return [_classes(value.common, value.ref.path)]
        return [f'{name}="{_braces(escape_attribute(value))}"']

    def around(self, node: Each | When) -> tuple[str, str]:
        if isinstance(node, When):
            return f"{{#if {node.test.path}}}", "{/if}"
        key = f" ({node.key})" if node.key is not None else ""
        return f"{{#each {node.items.path} as {node.item}{key}}}", "{/each}"

    def loop_attributes(self, node: Each | When) -> list[str]:
        return []


def _braces(text: str) -> str:
    return text.replace("{", "&#123;").replace("}", "&#125;")


def _classes(common: str, expression: str) -> str:
    return f"class={{[{string_literal(common)}, {expression}]}}" if common else f"class={{{expression}}}"


def emit_svelte(tree: UITree, theme: Theme, names: FileNames, style: ScriptStyle) -> tuple[OutputFile, ...]:
    """
    The component, its theme and its pictures.
    """
    component = component_of(tree, theme, loops=style.loops)
    script = script_lines(component, names, style)
    body = [f"  {line}" if line else line for line in script]
    head = ['<script lang="ts">' if style.typed else "<script>", *body, "</script>", ""] if script else []
    lines = [*head, *print_node(component.root, SvelteDialect())]
    main = text_file(f"{names.main}.svelte", lines, component.outline)
    return (main, theme_file(theme, names), *asset_files(tree, names))
