"""
Printing a `UITree` as code: HTML, React, Vue and Svelte from one table of styles.

Knows nothing of how the tree came about; reads no files and runs no tools.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.emit.clean import clean
from vision_code.emit.colors import theme_of, unify_colors
from vision_code.emit.file_names import file_names
from vision_code.emit.html import emit_html
from vision_code.emit.html_css import emit_html_css
from vision_code.emit.inherit import drop_inherited
from vision_code.emit.links import point_links
from vision_code.emit.names import pascal
from vision_code.emit.react import emit_react
from vision_code.emit.svelte import emit_svelte
from vision_code.emit.target import TARGETS, OutputFile, Target
from vision_code.emit.vue import emit_vue
from vision_code.uitree import UITree

__all__ = ["TARGETS", "OutputFile", "Target", "emit"]

#: A page has its colours to itself; components share the names of theirs with the whole app.
_PAGES = {Target.HTML, Target.HTML_CSS}
_EMITTERS = {
    Target.HTML: emit_html,
    Target.HTML_CSS: emit_html_css,
    Target.REACT: emit_react,
    Target.VUE: emit_vue,
    Target.SVELTE: emit_svelte,
}


def emit(tree: UITree, target: Target, name: str = "") -> tuple[OutputFile, ...]:
    """
    The files of ``tree`` for ``target``; the first one is the component itself, the others belong beside it.

    Args:
        name: Main file without its ending; ``index`` or, of a framework's component, the component's name when not
            given. The other files are named after it: components of different names share none.
    """
    tree = replace(tree, root=drop_inherited(clean(point_links(unify_colors(tree.root)))))
    is_page = target in _PAGES
    names = file_names(name or ("index" if is_page else pascal(tree.name) or "Component"), tree)
    theme = theme_of(tree.root)
    return _EMITTERS[target](tree, theme if is_page else theme.prefixed(names.prefix), names)
