"""
The `html` target: one page with Tailwind classes, and the CSS of exactly those classes in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath

from vision_code.emit.build import build
from vision_code.emit.file_names import FileNames
from vision_code.emit.html_dialect import HtmlDialect, escape_text
from vision_code.emit.markup import print_node
from vision_code.emit.nodes import Tag
from vision_code.emit.outline import Outline, parts
from vision_code.emit.stylesheet import block, reset, tags_of, theme_lines, utility_rules
from vision_code.emit.tailwind import StyleClass, style_classes
from vision_code.emit.target import OutputFile, text_file
from vision_code.emit.theme import Theme
from vision_code.uitree import Element, Style, UITree


def emit_html(tree: UITree, theme: Theme, names: FileNames) -> tuple[OutputFile, ...]:
    """
    The page and the assets it shows.
    """
    page, root = html_page(tree, theme, asset_path(names))
    return (text_file(f"{names.main}.html", page, Outline(tuple(parts(root)))), *asset_files(tree, names))


def html_page(tree: UITree, theme: Theme, address_of: Callable[[str], str]) -> tuple[list[str], Tag]:
    """
    Lines of the page, and its body; ``address_of`` says under which address it finds an asset.
    """
    body = body_of(tree)
    used: list[StyleClass] = []

    def class_of(element: Element) -> str:
        classes = style_classes(element, theme)
        used.extend(classes)
        return " ".join(found.token for found in classes)

    root = build(body, class_of, address_of)
    css = [
        *(block(":root", theme_lines(theme)) if theme.values else []),
        *reset(tags_of(body), theme),
        *utility_rules(used),
    ]
    return document(tree, css, print_node(root, HtmlDialect(), 1)), root


def document(tree: UITree, css: list[str], body: list[str]) -> list[str]:
    """
    Lines of a whole HTML document.
    """
    head = [
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape_text(tree.title or tree.name)}</title>",
        "<style>",
        *(f"  {line}" if line else line for line in css),
        "</style>",
    ]
    language = dict(tree.root.attrs).get("lang", "en")
    return [
        "<!doctype html>",
        f'<html lang="{escape_text(language)}">',
        "  <head>",
        *(f"    {line}" if line else line for line in head),
        "  </head>",
        *body,
        "</html>",
    ]


def body_of(tree: UITree) -> Element:
    """
    The tree as a ``body``; a component gets one around it, with its own background behind it.
    """
    if tree.root.tag == "body":
        return replace(tree.root, attrs=tuple(pair for pair in tree.root.attrs if pair[0] != "lang"))
    return Element(tag="body", style=Style(background=tree.root.style.background), children=(tree.root,))


def asset_path(names: FileNames) -> Callable[[str], str]:
    """
    Where the page finds an asset.
    """
    return lambda name: f"{names.assets}/{name}"


def asset_files(tree: UITree, names: FileNames) -> tuple[OutputFile, ...]:
    """
    The pictures of the tree as files.
    """
    return tuple(OutputFile(PurePosixPath(names.assets) / asset.name, asset.png) for asset in tree.assets)
