"""
The markup of a component made anew from another's: the same for every language.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vision_code.rewrite.boxes import match_boxes
from vision_code.rewrite.dialect import Dialect
from vision_code.rewrite.markup import Expression, Markup, Piece, is_shown
from vision_code.rewrite.match import Matches, match
from vision_code.rewrite.naming import called, role
from vision_code.rewrite.weave import Woven, is_inside, weave

#: What nobody misses when the element it was on is gone.
_LOOKS = frozenset({"class", "style", "type", "alt", "width", "height", "placeholder", "for"})
#: Shown by no picture, as long as nothing of what is in it is.
_UNSEEN = frozenset({"script", "style", "template", "noscript", "dialog", "link", "meta"})
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """
    Attributes:
        text: The markup, first line without its indentation.
        kept, left, pairs: As in `Rewritten`.
    """

    text: str
    kept: tuple[str, ...]
    left: tuple[str, ...]
    pairs: int


def renew(old: Markup, new: Markup, dialect: Dialect, indent: str, *, is_part: bool = False) -> Renewed:
    """
    Args:
        indent: That the markup gets.
        is_part: Whether the outermost elements stand for each other, if they are of one kind.
    """
    step = new.step
    around, root = _unwrapped(old.root, dialect)
    found = match(root, new.root)
    if is_part and role(root) == role(new.root):
        found.add(root, new.root)
    match_boxes(root, new.root, found)
    unseen = _unseen(root, found)
    woven = weave(old, root, new, found, indent + step * len(around), dialect, unseen)
    return Renewed(
        text=_wrapped(old, around, woven.text, indent, step),
        kept=tuple(woven.kept),
        left=tuple(_left(old, root, found, woven)),
        pairs=len(found.old),
    )


def own_sheets(lines: Sequence[int]) -> Iterator[str]:
    """
    What to know of a file with stylesheets of its own.
    """
    if lines:
        shown = ", ".join(map(str, lines))
        yield f"the file's own stylesheets (line {shown}) stay as they are and count for the new elements, too"


def _unwrapped(root: Piece, dialect: Dialect) -> tuple[list[Piece], Piece]:
    """
    What draws nothing around the markup, and the markup in it.
    """
    around: list[Piece] = []
    while dialect.invisible.search(root.tag) and len(shown := [each for each in root.children if is_shown(each)]) == 1:
        if not isinstance(shown[0], Piece):
            break
        around.append(root)
        root = shown[0]
    return around, root


def _wrapped(source: Markup, around: list[Piece], markup: str, indent: str, step: str) -> str:
    for depth, piece in reversed(list(enumerate(around))):
        assert piece.inside is not None
        own = indent + step * depth
        opening, closing = source.text(piece.start, piece.inside[0]), source.text(piece.inside[1], piece.stop)
        markup = f"{opening}\n{own}{step}{markup}\n{own}{closing}"
    return markup


def _unseen(root: Piece, found: Matches) -> list[Piece]:
    """
    What no picture shows; hidden fields go with their form where that is known again.
    """
    unseen: list[Piece] = []
    for piece in root.elements():
        attribute = piece.get("hidden")
        is_hidden = attribute is not None and not attribute.value
        if piece is root or not (piece.tag in _UNSEEN or is_hidden or role(piece) == "hidden"):
            continue
        goes_along = role(piece) == "hidden" and any(each.tag == "form" and each in found.new for each in _above(piece))
        known = goes_along or any(each in found.new for each in piece.candidates())
        if not known and not is_inside(piece, set(unseen)):
            unseen.append(piece)
    return unseen


def _above(piece: Piece) -> Iterator[Piece]:
    while piece.parent is not None:
        piece = piece.parent
        yield piece


def _left(source: Markup, root: Piece, found: Matches, woven: Woven) -> Iterator[str]:
    yield from woven.left
    standing = list(_standing(root, woven))
    for piece in standing:
        if piece in found.new or is_inside(piece, woven.whole) or any(each.tag == "svg" for each in _above(piece)):
            continue
        names = [each.written for each in piece.attributes if each.name not in _LOOKS]
        if piece.is_custom or (names and role(piece) != "hidden"):
            shown = f"<{piece.tag}>" if piece.is_custom else called(piece, root)
            with_what = f" with {', '.join(names)}" if names else ""
            yield f"line {piece.line}, {shown}{with_what}: nothing in the picture is surely it"
    for piece in standing:
        if not is_inside(piece, woven.whole):
            for each in (child for child in piece.children if isinstance(child, Expression)):
                if each not in woven.conditions:
                    instead = "gone" if each.is_comment else "the picture's own words and parts stand instead"
                    yield f"line {each.line}, {_short(each.source)}: {instead}"
    if source.elsewhere:
        lines = ", ".join(str(line) for line in source.elsewhere)
        yield f"what is shown instead under other conditions (line {lines}) stays as it is"


def _standing(piece: Piece, woven: Woven) -> Iterator[Piece]:
    """
    All elements but those that stay as they are on other branches of a condition.
    """
    yield piece
    for child in piece.children:
        if isinstance(child, Piece):
            yield from _standing(child, woven)
        elif isinstance(child, Expression) and child in woven.conditions:
            yield from _standing(woven.conditions[child], woven)


def _short(source: str) -> str:
    words = " ".join(source.split())
    return words if len(words) <= _SHOWN_CHARS else f"{words[: _SHOWN_CHARS - 1]}…"
