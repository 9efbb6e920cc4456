"""
A component of React rewritten to a new picture: new markup, everything else of the file as it was.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from vision_code.rewrite.apart import Apart, kept_apart
from vision_code.rewrite.forms import match_forms
from vision_code.rewrite.markup import Expression, Piece, Words, descendants, source_of
from vision_code.rewrite.match import Matches, match
from vision_code.rewrite.naming import called, role
from vision_code.rewrite.source import Source, read_source
from vision_code.rewrite.weave import Woven, is_inside, weave
from vision_code.syntax import parsed

#: Components that draw nothing themselves, by the end of their names.
_INVISIBLE = re.compile(r"(?:^|\.)(?:\w*Provider|\w*Boundary|Suspense|StrictMode|Fragment)$")
#: What nobody misses when the element it was on is gone.
_LOOKS = frozenset({"className", "class", "style", "type", "alt", "width", "height", "placeholder", "htmlFor"})
_NAMES = frozenset({"identifier", "shorthand_property_identifier_pattern", "shorthand_property_identifier"})
_SHOWN_CHARS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """
    Attributes:
        text: The file, lines ended by line feeds.
        name: Of the component.
        kept: What was carried over from old elements, one line an element.
        left: What could not be, with the line of the old file.
        pairs: How many elements were known again.
    """

    text: str
    name: str
    kept: tuple[str, ...]
    left: tuple[str, ...]
    pairs: int

    def notes(self, path: str) -> tuple[str, ...]:
        """
        What was kept, and what was not.
        """
        kept = (f"kept in {path}: {line}" for line in self.kept)
        return (*kept, *(f"not carried over from {path}: {line}" for line in self.left))


def rewrite_react(old: str, new: str, path: str, *, is_part: bool = False) -> Rewritten:
    """
    Args:
        old: The file as it is.
        new: The component that `vision_code.emit` wrote for the picture, in the same language.
        path: Of the old file, for its ending, its name and messages.
        is_part: Whether both hold one part of a component: their outermost elements stand for each other, and names
            that this part does not use any more may be used elsewhere.

    Raises:
        InputRejected: ``rewrite.syntax``, ``rewrite.too_deep``, ``rewrite.no_component``, ``rewrite.uncertain``.
    """
    before = read_source(old.encode(), path)
    apart = kept_apart(before, new.encode(), path)
    after = apart.source
    around, root = _unwrapped(before.root)
    found = match(root, after.root)
    if is_part and role(root) == role(after.root):
        found.add(root, after.root)
    match_forms(root, found)
    step = after.indent or "  "
    depth = before.indent + step * (1 + len(around))
    woven = weave(before, root, after, found, depth)
    markup = _wrapped(before, around, woven.text, step)
    text = _inserted(before, apart, f"(\n{before.indent}{step}{markup}\n{before.indent})")
    return Rewritten(
        text=text,
        name=before.name,
        kept=tuple(woven.kept),
        left=(*_left(before, root, found, woven), *(() if is_part else unused(before, text, path))),
        pairs=len(found.old),
    )


def _unwrapped(root: Piece) -> tuple[list[Piece], Piece]:
    """
    What draws nothing around the markup, and the markup in it.
    """
    around: list[Piece] = []
    while _INVISIBLE.search(root.tag) and len(shown := [each for each in root.children if _shows(each)]) == 1:
        if not isinstance(shown[0], Piece):
            break
        around.append(root)
        root = shown[0]
    return around, root


def _shows(child: Piece | Words | Expression) -> bool:
    if isinstance(child, Words):
        return bool(child.text.strip())
    return not (isinstance(child, Expression) and child.is_comment)


def _wrapped(source: Source, around: list[Piece], markup: str, step: str) -> str:
    for depth, piece in reversed(list(enumerate(around, 1))):
        assert piece.inside is not None
        indent = source.indent + step * depth
        opening, closing = source.text(piece.start, piece.inside[0]), source.text(piece.inside[1], piece.stop)
        markup = f"{opening}\n{indent}{step}{markup}\n{indent}{closing}"
    return markup


def _inserted(source: Source, apart: Apart, markup: str) -> str:
    place = source.imports_end
    start, stop = source.returned
    head = source.text(0, place)
    lines, declared = "\n".join(apart.imports), apart.declared
    if source.has_imports:
        head += f"\n{lines}" if lines else ""
    elif lines:
        head += f"\n\n{lines}" if head else f"{lines}\n\n"
    if declared:
        head += f"\n\n{declared}" if head else f"{declared}\n\n"
    return head + source.text(place, start) + markup + source.text(stop, len(source.content))


def _left(source: Source, root: Piece, found: Matches, woven: Woven) -> Iterator[str]:
    yield from woven.left
    for piece in root.elements():
        if piece in found.new or is_inside(piece, woven.whole):
            continue
        names = [each.name or each.source for each in piece.attributes if each.name not in _LOOKS]
        if piece.is_custom or (names and role(piece) != "hidden"):
            shown = f"<{piece.tag}>" if piece.is_custom else called(piece, root)
            with_what = f" with {', '.join(names)}" if names else ""
            yield f"line {piece.line}, {shown}{with_what}: nothing in the picture is surely it"
    for piece in root.elements():
        if not is_inside(piece, woven.whole):
            for each in (child for child in piece.children if isinstance(child, Expression)):
                instead = "gone" if each.is_comment else "the picture's own words and parts stand instead"
                yield f"line {each.line}, {_short(each.source)}: {instead}"
    if source.other_returns:
        lines = ", ".join(str(line) for line in source.other_returns)
        yield f"what is returned before the last return (line {lines}) stays as it is"


def unused(source: Source, text: str, path: str) -> Iterator[str]:
    """
    Names that only the old markup used.
    """
    before, after = _counted(source.content, path), _counted(text.encode(), path)
    start, stop = source.returned
    outside = _counted(source.content[:start] + b"null" + source.content[stop:], path)
    unused = [name for name, count in before.items() if 0 < outside[name] < count and after[name] == 1]
    if unused:
        yield f"no longer used: {', '.join(unused)}"


def _short(source: str) -> str:
    words = " ".join(source.split())
    return words if len(words) <= _SHOWN_CHARS else f"{words[: _SHOWN_CHARS - 1]}…"


def _counted(content: bytes, path: str) -> Counter[str]:
    return Counter(source_of(each) for each in descendants(parsed(path, content)) if each.type in _NAMES)
