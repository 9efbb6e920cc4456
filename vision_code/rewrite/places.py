"""
Where the markup of a template stands in its file, and how another takes its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vision_code.rewrite.markup import Expression, Markup, Piece, Words, indent_at, is_shown


@dataclass(frozen=True, slots=True)
class Replacement:
    """
    A text in the place of some bytes.
    """

    start: int
    stop: int
    text: str


def applied(content: bytes, replacements: Sequence[Replacement]) -> str:
    """
    The content with all of them; none touches another.
    """
    parts, place = [], 0
    for each in sorted(replacements, key=lambda each: each.start):
        parts += [content[place : each.start].decode(), each.text]
        place = each.stop
    return "".join([*parts, content[place:].decode()])


def markup_in(content: bytes, root: Piece, kept: Sequence[tuple[int, int]], empty_at: int, step: str) -> Markup:
    """
    The markup that a template is: what stands in it, but for what is kept where it is, comments around it among that.

    Args:
        root: A fragment; what is alone in it becomes the root.
        kept: Places.
        empty_at: Where markup can stand if there is none.
        step: What it is indented by, if it begins on the line of something else.
    """
    assert root.inside is not None
    around = _around(root)
    places = sorted([*kept, *((each.start, each.stop) for each in around)])
    found, place = [], root.inside[0]
    for start, stop in (*places, (root.inside[1], root.inside[1])):
        text = content[place:start]
        if text.strip():
            found.append((place + len(text) - len(text.lstrip()), place + len(text.rstrip())))
        place = max(place, stop)
    spans = tuple(found) or ((empty_at, empty_at),)
    shown = [each for each in root.children if is_shown(each) and each not in around]
    if len(shown) == 1 and isinstance(shown[0], Piece):
        root = shown[0]
        root.parent = None
    indent = indent_at(content, spans[0][0])
    return Markup(content=content, root=root, spans=spans, indent=indent + (step if _line(content, spans) else ""))


def _around(root: Piece) -> list[Expression]:
    """
    Comments and statements before everything that is shown, and behind it.
    """

    def is_silent(child: Piece | Words | Expression) -> bool:
        return not is_shown(child) or (isinstance(child, Expression) and child.is_statement)

    shown = [number for number, each in enumerate(root.children) if not is_silent(each)]
    outer = [*root.children[: shown[0]], *root.children[shown[-1] + 1 :]] if shown else root.children
    return [each for each in outer if isinstance(each, Expression)]


def _line(content: bytes, spans: Sequence[tuple[int, int]]) -> bytes:
    """
    What else stands before the first one on its line.
    """
    start = spans[0][0]
    return content[content.rfind(b"\n", 0, start) + 1 : start].strip()


def replaced(markup: Markup, text: str) -> Iterator[Replacement]:
    """
    The markup with another in its first place, on lines of its own.
    """
    (start, stop), *others = markup.spans
    content = markup.content
    end = content.find(b"\n", stop)
    rest = content[stop : end if end >= 0 else len(content)]
    if _line(content, markup.spans):
        text = "\n" + (markup.indent or "\n") + text
    if rest.strip():
        text += f"\n{indent_at(content, start)}"
        stop += len(rest) - len(rest.lstrip())
    yield Replacement(start, stop, text)
    for start, stop in others:
        before = content[:start].rstrip(b" \t")
        yield Replacement(len(before) - before.endswith(b"\n"), stop, "")
