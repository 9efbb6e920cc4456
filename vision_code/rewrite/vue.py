"""
A single-file component of Vue rewritten to a new picture: new markup in its template, the imports and data that this
needs in its script, everything else of the file as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from vision_code.errors import InputRejected
from vision_code.rewrite.markup import Attribute, Expression, Markup, Piece, is_shown
from vision_code.rewrite.places import Replacement, applied, markup_in, replaced
from vision_code.rewrite.renew import Rewritten, own_sheets, renew
from vision_code.rewrite.script import inserted_into, kept_apart, read_script, rename_in_expression
from vision_code.rewrite.template_names import unused
from vision_code.rewrite.tokens import NO_MESSAGES, Messages
from vision_code.rewrite.vue_template import CONDITIONS, STYLED, VUE, Block, VueReader, blocks
from vision_code.syntax import descendants

_STEP = "  "


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """
    A single-file component.

    Attributes:
        content: All of the file.
        branches: The markup of its template; where that is one condition, of each branch, with the attributes that keep
            it under the condition.
        reader: Of the template.
        scripts: Its scripts.
        sheets: Lines of its stylesheets.
    """

    content: bytes
    branches: tuple[tuple[Markup, tuple[Attribute, ...]], ...]
    reader: VueReader
    scripts: tuple[Block, ...]
    sheets: tuple[int, ...]

    @property
    def setup(self) -> Block | None:
        """
        The script whose names the template sees.
        """
        return next((each for each in self.scripts if each.is_setup), None)


def read_vue(content: bytes, path: str, messages: Messages = NO_MESSAGES) -> Component:
    """
    Raises:
        InputRejected: ``rewrite.syntax``, ``rewrite.too_deep``, ``rewrite.no_component``, ``rewrite.uncertain``,
            ``rewrite.unsupported``.
    """
    found = blocks(content, path)
    templates = [each for each in found if each.name == "template"]
    if not templates:
        raise InputRejected("rewrite.no_component", f"{path} has no template")
    if len(templates) > 1:
        raise InputRejected("rewrite.uncertain", f"{path} has several templates")
    template = templates[0]
    if template.lang not in ("", "html") or template.is_elsewhere:
        what = "lies in another file" if template.is_elsewhere else f"is written in {template.lang}"
        raise InputRejected("rewrite.unsupported", f"{path}: its template {what}; only HTML in the file is rewritten")
    reader = VueReader(content, path, messages, template.inside)
    markup = replace(markup_in(content, reader.read(), (), template.inside[0], _STEP), styled=STYLED)
    scripts = tuple(each for each in found if each.name == "script" and not each.is_elsewhere)
    sheets = tuple(reader.line(each.start) for each in found if each.name == "style")
    branches = tuple(_branches(markup, reader, path))
    return Component(content=content, branches=branches, reader=reader, scripts=scripts, sheets=sheets)


def _branches(markup: Markup, reader: VueReader, path: str) -> Iterator[tuple[Markup, tuple[Attribute, ...]]]:
    shown = [each for each in markup.root.children if is_shown(each)] if not markup.root.tag else []
    if len(shown) != 1 or not isinstance(shown[0], Expression) or shown[0].source.startswith("{{"):
        yield markup, ()
        return
    branches = reader.chosen.get(shown[0], [])
    if not branches or any(each.tag == "slot" or each.get("v-for") is not None for each in branches):
        raise InputRejected("rewrite.uncertain", f"{path}: line {shown[0].line} shows several of one thing, or a slot")
    for branch in branches:
        lines = tuple(each.line for each in branches if each is not branch)
        if branch.tag == "template" and branch.inside is not None:
            root = Piece("", (), branch.start, branch.stop, branch.inside, branch.line, branch.children)
            inner = markup_in(markup.content, root, (), branch.inside[0], _STEP)
            yield replace(inner, styled=STYLED, elsewhere=lines), ()
        else:
            branch.parent = branch.within = None
            condition = tuple(each for each in branch.attributes if each.written in CONDITIONS)
            branch.attributes = tuple(each for each in branch.attributes if each not in condition)
            indent = markup_in(markup.content, _only(branch), (), branch.start, _STEP).indent
            spans = ((branch.start, branch.stop),)
            yield replace(markup, root=branch, spans=spans, elsewhere=lines, indent=indent), condition


def _only(piece: Piece) -> Piece:
    return Piece("", (), piece.start, piece.stop, (piece.start, piece.stop), piece.line, [piece])


def rewrite_vue(old: str, new: str, path: str, messages: Messages = NO_MESSAGES) -> Rewritten:
    """
    Args:
        old: The file as it is.
        new: The component that `vision_code.emit` wrote for the picture; without data where `takes_data` says so.
        path: Of the old file, for its name and messages.
        messages: Texts of the project's catalogue, by their keys.

    Raises:
        InputRejected: As `read_vue`.
    """
    before = read_vue(old.encode(), path, messages)
    drawn, script = _beside(before, new.encode(), path)
    (markup,) = (each for each, _condition in read_vue(drawn, path).branches)
    trials = [(renew(each, markup, VUE, each.indent), each, condition) for each, condition in before.branches]
    renewed, there, condition = max(reversed(trials), key=lambda trial: trial[0].pairs)
    words = " ".join(each.source for each in condition)
    root = re.sub(r"^<[^\s/>]+", lambda found: f"{found[0]} {words}" if words else found[0], renewed.text)
    text = applied(old.encode(), [*replaced(there, root), *script])
    after = read_vue(text.encode(), path)
    return Rewritten(
        text=text,
        name=PurePosixPath(path).stem,
        kept=renewed.kept,
        left=(*renewed.left, *unused(before.reader, after.reader, _scripts(after)), *own_sheets(before.sheets)),
        pairs=renewed.pairs,
    )


def takes_data(old: str, path: str) -> bool:
    """
    Whether data of loops can stand in the file: its script is a setup script, or it has none.
    """
    found = read_vue(old.encode(), path)
    return found.setup is not None or not found.scripts


def is_typed(old: str, path: str) -> bool | None:
    """
    Whether its scripts are TypeScript; None where it has none.
    """
    scripts = read_vue(old.encode(), path).scripts
    return any(each.lang in ("ts", "tsx") for each in scripts) if scripts else None


def _beside(old: Component, new: bytes, path: str) -> tuple[bytes, list[Replacement]]:
    """
    The generated file with the names that it can have beside the old script, and what the old script gets.
    """
    drawn = read_vue(new, path)
    if drawn.setup is None:
        return new, []
    script, content = read_script(new[slice(*drawn.setup.inside)], _language(drawn.setup)), old.content
    if old.setup is None and not old.scripts:
        block = new[drawn.setup.start : drawn.setup.stop].decode()
        return new, [Replacement(0, 0, f"{block}\n\n")]
    if old.setup is None:
        # What an options component imports is not seen by its template, but an address is an import to the compiler.
        return _addressed(drawn, {each.name: each.path for each in script.imports}), []
    there = read_script(content[slice(*old.setup.inside)], _language(old.setup))
    apart = kept_apart(there, script)
    places = [
        Replacement(start, stop, rename_in_expression(new[start:stop].decode(), apart.renamed))
        for start, stop in drawn.reader.codes()
    ]
    text = inserted_into(there, apart)
    changes = [Replacement(*old.setup.inside, text)] if text != there.content.decode() else []
    return applied(new, places).encode(), changes


def _addressed(drawn: Component, paths: dict[str, str]) -> bytes:
    places = []
    for node in descendants(drawn.reader.document):
        if node.type == "attribute" and drawn.reader.name(node).startswith(":"):
            path = paths.get(drawn.reader.value(node) or "")
            if path is not None:
                name = drawn.reader.name(node)[1:]
                places.append(Replacement(node.start_byte, node.end_byte, f'{name}="{path}"'))
    return applied(drawn.content, places).encode()


def _language(block: Block) -> str:
    return f"script.{block.lang or 'js'}"


def _scripts(component: Component) -> str:
    content = component.content
    return "\n".join(content[slice(*each.inside)].decode() for each in component.scripts)
