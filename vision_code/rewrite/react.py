"""
A component of React rewritten to a new picture: new markup, everything else of the file as it was.
"""

from __future__ import annotations

from collections.abc import Iterator

from vision_code.rewrite.jsx import JSX
from vision_code.rewrite.renew import Rewritten, renew
from vision_code.rewrite.script import Apart, Script, counted, inserted, kept_apart, read_script, rename
from vision_code.rewrite.source import Source, read_source
from vision_code.rewrite.tokens import NO_MESSAGES, Messages


def rewrite_react(
    old: str, new: str, path: str, messages: Messages = NO_MESSAGES, *, is_part: bool = False
) -> Rewritten:
    """
    Args:
        old: The file as it is.
        new: The component that `vision_code.emit` wrote for the picture, in the same language.
        path: Of the old file, for its ending, its name and messages.
        messages: Texts of the project's catalogue, by their keys.
        is_part: Whether both hold one part of a component: their outermost elements stand for each other, and names
            that this part does not use any more may be used elsewhere.

    Raises:
        InputRejected: ``rewrite.syntax``, ``rewrite.too_deep``, ``rewrite.no_component``, ``rewrite.uncertain``.
    """
    before = read_source(old.encode(), path, messages)
    start = read_source(new.encode(), path, NO_MESSAGES).start
    apart = kept_apart(before.script, read_script(new.encode(), path, start))
    after = read_source(rename(new.encode(), apart.renamed, path), path, NO_MESSAGES)
    indent = before.markup.indent
    step = after.markup.step
    renewed = renew(before.markup, after.markup, JSX, indent + step, is_part=is_part)
    text = _inserted(before, apart, f"(\n{indent}{step}{renewed.text}\n{indent})", path)
    return Rewritten(
        text=text,
        name=before.name,
        kept=renewed.kept,
        left=(*renewed.left, *(() if is_part else unused(before, text, path))),
        pairs=renewed.pairs,
    )


def _inserted(source: Source, apart: Apart, markup: str, path: str) -> str:
    (start, stop), script = source.markup.spans[0], source.script
    head = Script(
        content=script.content[:start],
        language=path,
        imports=script.imports,
        imports_end=script.imports_end,
        has_imports=script.has_imports,
        names=script.names,
        statements=script.statements,
    )
    return inserted(head, apart) + markup + script.text(stop, len(script.content))


def unused(source: Source, text: str, path: str) -> Iterator[str]:
    """
    Names that only the old markup used.
    """
    content, (start, stop) = source.script.content, source.markup.spans[0]
    before, after = counted(content, path), counted(text.encode(), path)
    outside = counted(content[:start] + b"null" + content[stop:], path)
    unused = [name for name, count in before.items() if 0 < outside[name] < count and after[name] == 1]
    if unused:
        yield f"no longer used: {', '.join(name.removeprefix('this.') for name in unused)}"
