"""
A component of Svelte rewritten to a new picture: new markup, the imports and data that this needs in its script,
everything else of the file as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from vision_code.errors import InputRejected
from vision_code.rewrite.markup import Expression, Markup, is_shown
from vision_code.rewrite.places import Replacement, applied, markup_in, replaced
from vision_code.rewrite.renew import Rewritten, own_sheets, renew
from vision_code.rewrite.script import inserted_into, kept_apart, read_script, rename_in_expression
from vision_code.rewrite.svelte_template import SVELTE, SvelteReader
from vision_code.rewrite.template_names import unused
from vision_code.rewrite.tokens import NO_MESSAGES, Messages

if TYPE_CHECKING:
    from tree_sitter import Node

_STEP = "  "
_MODULE = re.compile(r"(?<![\w-])(?:module(?![\w-])|context\s*=)")
_LANG = re.compile(r"\blang\s*=\s*[\"']?([\w-]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """
    A component in its file.

    Attributes:
        branches: The markup; where that is one condition, of each block of it.
        reader: Of the file.
        script: The script that runs for each instance.
        scripts: All scripts.
        sheets: Lines of its stylesheets.
    """

    branches: tuple[Markup, ...]
    reader: SvelteReader
    script: Node | None
    scripts: tuple[Node, ...]
    sheets: tuple[int, ...]


def read_svelte(content: bytes, path: str, messages: Messages = NO_MESSAGES) -> Component:
    """
    Raises:
        InputRejected: ``rewrite.syntax``, ``rewrite.too_deep``, ``rewrite.uncertain``.
    """
    reader = SvelteReader(content, path, messages)
    root = reader.read()
    beside = reader.beside()
    scripts = tuple(each for each in beside if each.type == "script_element")
    places = [(each.start_byte, each.end_byte) for each in beside]
    empty_at = max((each.end_byte for each in beside if each.type != "style_element"), default=0)
    branches = tuple(_branches(markup_in(content, root, places, empty_at, ""), reader, path))
    own = (each for each in scripts if not _MODULE.search(reader.source(each.children[0])))
    sheets = tuple(each.start_point.row + 1 for each in beside if each.type == "style_element")
    return Component(branches=branches, reader=reader, script=next(own, None), scripts=scripts, sheets=sheets)


def _branches(markup: Markup, reader: SvelteReader, path: str) -> Iterator[Markup]:
    shown = [each for each in markup.root.children if is_shown(each)] if not markup.root.tag else []
    condition = shown[0] if len(shown) == 1 else None
    if not isinstance(condition, Expression) or condition not in reader.blocks:
        if isinstance(condition, Expression) and condition.source.startswith(("{#each", "{#await")):
            raise InputRejected("rewrite.uncertain", f"{path}: line {condition.line} shows several of one thing")
        yield markup
        return
    blocks = reader.blocks[condition]
    starts = [reader.line(start) for _nodes, start, _stop in blocks]
    for number, (nodes, start, stop) in enumerate(blocks):
        lines = (*markup.elsewhere, *starts[:number], *starts[number + 1 :])
        inner = markup_in(markup.content, reader.fragment(nodes, start, stop), (), start, _STEP)
        yield from _branches(replace(inner, elsewhere=lines), reader, path)


def rewrite_svelte(old: str, new: str, path: str, messages: Messages = NO_MESSAGES) -> Rewritten:
    """
    Args:
        old: The file as it is.
        new: The component that `vision_code.emit` wrote for the picture.
        path: Of the old file, for its name and messages.
        messages: Texts of the project's catalogue, by their keys.

    Raises:
        InputRejected: As `read_svelte`.
    """
    before = read_svelte(old.encode(), path, messages)
    drawn, script = _beside(before, new.encode(), path)
    (markup,) = read_svelte(drawn, path).branches
    trials = [(renew(each, markup, SVELTE, each.indent), each) for each in before.branches]
    renewed, there = max(reversed(trials), key=lambda trial: trial[0].pairs)
    text = applied(old.encode(), [*script, *replaced(there, renewed.text)])
    after = read_svelte(text.encode(), path)
    return Rewritten(
        text=text,
        name=PurePosixPath(path).stem,
        kept=renewed.kept,
        left=(*renewed.left, *unused(before.reader, after.reader, _scripts(after)), *own_sheets(before.sheets)),
        pairs=renewed.pairs,
    )


def is_typed(old: str, path: str) -> bool | None:
    """
    Whether its scripts are TypeScript; None where it has none.
    """
    found = read_svelte(old.encode(), path)
    return any(_language(found, each).endswith(".ts") for each in found.scripts) if found.scripts else None


def _beside(old: Component, new: bytes, path: str) -> tuple[bytes, list[Replacement]]:
    """
    The generated file with the names that it can have beside the old script, and what the old script gets.
    """
    drawn = read_svelte(new, path)
    if drawn.script is None:
        return new, []
    if old.script is None:
        return new, [Replacement(0, 0, f"{drawn.reader.source(drawn.script)}\n\n")]
    (start, stop), there = _inside(old.script), old.reader.content
    script = read_script(there[start:stop], _language(old, old.script))
    apart = kept_apart(script, read_script(new[slice(*_inside(drawn.script))], _language(drawn, drawn.script)))
    text = inserted_into(script, apart)
    changes = [Replacement(start, stop, text)] if text != script.content.decode() else []
    places = []
    for start, stop in drawn.reader.codes():
        code = new[start:stop].decode()
        renamed = rename_in_expression(code, apart.renamed)
        if renamed == code:
            continue
        is_short = _is_short(drawn.reader, (start, stop))
        places.append(Replacement(start - is_short, stop, f"{code}={{{renamed}" if is_short else renamed))
    return applied(new, places).encode(), changes


def _is_short(reader: SvelteReader, place: tuple[int, int]) -> bool:
    """
    Whether an expression is an attribute and its value at once: ``{alt}``.
    """
    node = reader.document.descendant_for_byte_range(*place)
    return node is not None and node.parent is not None and node.parent.type == "attribute_name"


def _inside(script: Node) -> tuple[int, int]:
    return script.children[0].end_byte, script.children[-1].start_byte


def _language(component: Component, script: Node) -> str:
    found = _LANG.search(component.reader.source(script.children[0]))
    return f"script.{'ts' if found is not None and found[1] in ('ts', 'typescript') else 'js'}"


def _scripts(component: Component) -> str:
    return "\n".join(component.reader.text(*_inside(each)) for each in component.scripts)
