"""
Printing a `UITree` as code: HTML, React, Vue and Svelte from one table of styles.

Knows nothing of how the tree came about; reads no files and runs no tools.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import replace

from vision_code.emit.clean import clean
from vision_code.emit.colors import project_names, raw_colors, theme_of, unify_colors
from vision_code.emit.file_names import file_names
from vision_code.emit.html import emit_html, html_page
from vision_code.emit.html_css import emit_html_css
from vision_code.emit.inherit import drop_inherited
from vision_code.emit.links import point_links
from vision_code.emit.names import pascal
from vision_code.emit.react import emit_react
from vision_code.emit.script_style import ScriptStyle
from vision_code.emit.svelte import emit_svelte
from vision_code.emit.target import TARGETS, OutputFile, Target
from vision_code.emit.theme import Theme
from vision_code.emit.vue import emit_vue
from vision_code.geometry import Color
from vision_code.uitree import Element, UITree

__all__ = ["TARGETS", "OutputFile", "ScriptStyle", "Target", "emit", "emit_part", "single_page", "without_token"]

#: A page has its colours to itself; components share the names of theirs with the whole app.
_PAGES = {Target.HTML: emit_html, Target.HTML_CSS: emit_html_css}
_COMPONENTS = {Target.REACT: emit_react, Target.VUE: emit_vue, Target.SVELTE: emit_svelte}
#: Elements whose own spaces are shown.
_SPACED_TAGS = frozenset({"pre", "textarea"})


def emit(
    tree: UITree,
    target: Target,
    name: str = "",
    style: ScriptStyle | None = None,
    tokens: Mapping[str, Color] | None = None,
) -> tuple[OutputFile, ...]:
    """
    The files of ``tree`` for ``target``; the first one is the component itself, the others belong beside it.

    Args:
        name: Main file without its ending; ``index`` or, of a framework's component, the component's name when not
            given. The other files are named after it: components of different names share none. So is a framework's
            component, unless its file is an ``index``.
        style: How scripts are written; in TypeScript as Prettier would when not given.
        tokens: Colours that the classes of a framework's component can name, because the project's theme has them.
    """
    style = style or ScriptStyle()
    if target in _COMPONENTS and name not in ("", "index"):
        tree = replace(tree, name=pascal(name) or tree.name)
    tree = replace(tree, root=_cleaned(tree))
    names = file_names(name or ("index" if target in _PAGES else pascal(tree.name) or "Component"), tree)
    theme = theme_of(tree)
    if target in _PAGES:
        files = _PAGES[target](tree, theme, names)
    else:
        theme = theme.prefixed(names.prefix).taking(project_names(tree.root, tokens or {}))
        files = _COMPONENTS[target](tree, theme, names, style)
    if any(element.tag in _SPACED_TAGS for element in tree.root.walk()):
        return files
    return tuple(style.indented(file) for file in files)


def emit_part(
    tree: UITree, region: int, target: Target, name: str, style: ScriptStyle, tokens: Mapping[str, Color]
) -> tuple[OutputFile, ...]:
    """
    One element of ``tree`` as a component that says all of itself: no loops, and no names of colours but ``tokens``.

    Args:
        region: Of the element.
        name: Main file of the component that the part goes into, without its ending.
        tokens: Colours that have a name there.
    """
    root = next(element for element in _cleaned(tree).walk() if element.region == region)
    tree = _own_assets(replace(tree, root=root))
    names, theme = file_names(name, tree), Theme().taking(project_names(root, tokens))
    if target in _PAGES:
        return _PAGES[target](tree, theme, names)
    files = _COMPONENTS[target](tree, theme, names, replace(style, loops=False))
    return tuple(file for file in files if file.path.suffix != ".css")


def _own_assets(tree: UITree) -> UITree:
    """
    With the pictures that it shows alone, under names that no other picture has.
    """
    shown = {value for element in tree.root.walk() for name, value in element.attrs if name == "src"}
    renamed = {}
    for asset in tree.assets:
        stem, _, ending = asset.name.rpartition(".")
        renamed[asset.name] = f"{stem}-{hashlib.sha256(asset.png).hexdigest()[:6]}.{ending}"
    assets = tuple(replace(each, name=renamed[each.name]) for each in tree.assets if each.name in shown)
    return replace(tree, root=_with_sources(tree.root, renamed), assets=assets)


def _with_sources(element: Element, renamed: Mapping[str, str]) -> Element:
    attrs = tuple((name, renamed.get(value, value) if name == "src" else value) for name, value in element.attrs)
    children = tuple(
        _with_sources(child, renamed) if isinstance(child, Element) else child for child in element.children
    )
    return replace(element, attrs=attrs, children=children)


def single_page(tree: UITree) -> str:
    """
    The `html` target's page with its pictures in it: shows ``tree`` without any other file, whatever its target is.
    """
    tree = replace(tree, root=_cleaned(tree))
    addresses = {asset.name: f"data:image/png;base64,{base64.b64encode(asset.png).decode()}" for asset in tree.assets}
    lines, _ = html_page(tree, theme_of(tree), addresses.__getitem__)
    return "".join(f"{line}\n" for line in lines)


def without_token(tree: UITree, tokens: Mapping[str, Color]) -> tuple[Color, ...]:
    """
    The colours of ``tree`` that neither the project's ``tokens`` nor Tailwind's palette name, the most used first.
    """
    root = _cleaned(tree)
    return tuple(raw_colors(root, project_names(root, tokens)))


def _cleaned(tree: UITree) -> Element:
    return drop_inherited(clean(point_links(unify_colors(tree.root))))
