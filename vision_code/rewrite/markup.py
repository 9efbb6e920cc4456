"""
Markup of any language as a tree of elements with their attributes, words and expressions; offsets are bytes of the
file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Attribute:
    """
    One attribute.

    Attributes:
        name: What it sets, in HTML's spelling, whatever the language calls it: ``class``, ``for``, ``onclick``,
            ``value``. Empty for a spread.
        written: What the language calls it: ``className``, ``@click.prevent``, ``bind:value``.
        source: All of it.
        literal: The string that it is; None when it is an expression or only there.
        shows: The text that a reader gets of it, where that is certain.
        value: The string or the expression, without what stands around it.
    """

    name: str
    written: str
    source: str
    literal: str | None
    shows: str | None = None
    value: str = ""

    def called(self, name: str) -> str:
        """
        Another attribute with the same value: what points at an element gets the value of its ``id``.
        """
        head, equals, value = self.source.partition("=")
        if head.startswith("{"):  # Svelte's {id}
            return f"{name}={self.source}"
        if not equals:  # Vue's :id
            return f'{self.written.removesuffix("id")}{name}="{self.value or "id"}"'
        return f"{head.rstrip().removesuffix('id')}{name}={value.lstrip()}"


@dataclass(frozen=True, slots=True)
class Words:
    """
    Text between elements, entities read.
    """

    text: str


@dataclass(eq=False, slots=True, kw_only=True)
class Expression:
    """
    Something between elements that is neither a text nor surely one element: a value, a condition, a loop, a comment.

    Attributes:
        source: All of it, with its marks.
        start, stop: Where it stands.
        line: From 1.
        is_comment: Whether it is nothing but a comment.
        is_statement: Whether it tells the language something and shows nothing where it stands outermost.
        is_part: Whether it is given to the component around it by a name, a slot, and so is no part of its words.
        strings: The strings in it that may be what it shows.
        shows: The text that it shows, where that is certain.
        branches: The elements of which it shows one or none, each alone on its branch.
    """

    source: str
    start: int
    stop: int
    line: int
    is_comment: bool = False
    is_statement: bool = False
    is_part: bool = False
    strings: frozenset[str] = frozenset()
    shows: str | None = None
    branches: list[Piece] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Piece:
    """
    An element.

    Attributes:
        tag: As written: ``input``, ``Form.Item``; empty for a fragment.
        children: In order; elements inside of expressions are none of them.
        start, stop: Where it stands.
        inside: Where its children stand; None when it closes itself.
        line: From 1.
        within: The condition that it is a branch of.
    """

    tag: str
    attributes: tuple[Attribute, ...]
    start: int
    stop: int
    inside: tuple[int, int] | None
    line: int
    children: list[Piece | Words | Expression] = field(default_factory=list)
    parent: Piece | None = None
    within: Expression | None = None
    _labels: dict[str, Piece] | None = field(default=None, repr=False)

    @property
    def is_custom(self) -> bool:
        """
        Whether it is a component rather than an element of HTML.
        """
        return self.tag[:1].isupper() or any(mark in self.tag for mark in ".-:")

    def get(self, name: str) -> Attribute | None:
        """
        The attribute that sets it.
        """
        for each in self.attributes:
            if each.name == name:
                return each
        return None

    def literal(self, name: str) -> str | None:
        """
        The string that an attribute is.
        """
        found = self.get(name)
        return found.literal if found is not None else None

    def elements(self) -> Iterator[Piece]:
        """
        The element and all below it, in order.
        """
        yield self
        for child in self.children:
            if isinstance(child, Piece):
                yield from child.elements()

    def candidates(self) -> Iterator[Piece]:
        """
        The same, and what stands under conditions.
        """
        yield self
        for child in self.children:
            if isinstance(child, Piece):
                yield from child.candidates()
            elif isinstance(child, Expression):
                for branch in child.branches:
                    yield from branch.candidates()

    def labels(self) -> dict[str, Piece]:
        """
        The elements below it that point at a field, by its identity; the first one counts.
        """
        if self._labels is None:
            found = ((each, to) for each in self.candidates() if (to := each.get("for")) is not None)
            self._labels = {to.value: each for each, to in reversed(list(found))}
        return self._labels

    def expressions(self) -> Iterator[Expression]:
        """
        All expressions in it.
        """
        for piece in self.elements():
            yield from (child for child in piece.children if isinstance(child, Expression))


@dataclass(frozen=True, slots=True, kw_only=True)
class Markup:
    """
    The markup of one component in its file.

    Attributes:
        content: All of the file.
        root: The markup; a fragment where it has several outermost elements.
        spans: What of the file is this markup; the first one is empty where there is none yet.
        indent: White space before the line on which it begins.
        styled: Components that certainly take a class list.
        elsewhere: Lines of what is shown in its place under other conditions.
    """

    content: bytes
    root: Piece
    spans: tuple[tuple[int, int], ...]
    indent: str
    styled: frozenset[str] = frozenset()
    elsewhere: tuple[int, ...] = ()

    @property
    def step(self) -> str:
        """
        What one level is indented by.
        """
        base = indent_at(self.content, self.root.start)
        lines = self.text(self.root.start, self.root.stop).split("\n")[1:]
        first = next((line for line in lines if line.strip()), "")
        found = first[: len(first) - len(first.lstrip())].removeprefix(base)
        return found or self.indent or "  "

    def text(self, start: int, stop: int) -> str:
        """
        A part of the file.
        """
        return self.content[start:stop].decode("utf-8", "replace")


def indent_at(content: bytes, place: int) -> str:
    """
    White space that the line of a place begins with.
    """
    line = content[content.rfind(b"\n", 0, place) + 1 : place].decode("utf-8", "replace")
    return line[: len(line) - len(line.lstrip())]


def is_shown(child: Piece | Words | Expression) -> bool:
    """
    Whether anything of it can be seen.
    """
    if isinstance(child, Words):
        return bool(child.text.strip())
    return not (isinstance(child, Expression) and (child.is_comment or child.is_part))
