"""
Finding repeated siblings that nobody marked: neighbours that one template with a little data can write.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from vision_code.emit.build import children_break
from vision_code.emit.nodes import Choice, Each, Joined, Node, Ref, Tag, When
from vision_code.emit.repeat import TokensOf, factor
from vision_code.emit.segments import Unlike, columns, segments
from vision_code.uitree import Element

#: Elements without elements inside that are worth a loop: a run of paragraphs or headings is prose, not data.
_LEAF_TAGS = frozenset({"a", "li", "option", "tr", "button"})
_CONTROLS = frozenset({"input", "select", "textarea"})
_FEWEST = 3
#: Two siblings are worth a loop only when each is at least this many elements.
_PAIR_FROM_ELEMENTS = 6
#: Form fields are written out by hand up to here: each gets its own state later.
_FEWEST_FIELDS = 5
#: A template with more conditions than this is harder to read than the markup it replaces.
_MOST_CONDITIONS = 3


@dataclass(slots=True)
class _Marker:
    tokens_of: TokensOf
    last: int

    def mark(self, element: Element) -> Element:
        """
        The element with numbers on its repeated children, and on theirs.
        """
        children = [self.mark(child) if isinstance(child, Element) else child for child in element.children]
        element = replace(element, children=tuple(children))
        if element.tag == "tr" or not children_break(element):
            return element
        for start, end in _runs(element):
            run = tuple(child for child in element.children[start:end] if isinstance(child, Element))
            if self._is_worth(run, element):
                self.last += 1
                children[start:end] = [replace(child, repeat=self.last) for child in run]
        return replace(element, children=tuple(children))

    def _is_worth(self, run: tuple[Element, ...], parent: Element) -> bool:
        """
        Whether the run makes a template that a person would write.
        """
        size = sum(1 for _ in run[0].walk())
        if len(run) < (_FEWEST if size < _PAIR_FROM_ELEMENTS else 2):
            return False
        if size == 1 and run[0].tag not in _LEAF_TAGS:
            return False
        if len(run) < _FEWEST_FIELDS and any(inner.tag in _CONTROLS for inner in run[0].walk()):
            return False
        try:
            each, _ = factor(run, parent, tokens_of=self.tokens_of, source=Ref, headers=(), taken=set())
        except Unlike:
            return False
        nodes = list(_nodes(each.body))
        values = [value for node in nodes if isinstance(node, Tag) for _, value in node.attrs]
        conditions = sum(isinstance(value, Choice) for value in values) + sum(isinstance(n, When) for n in nodes)
        return conditions <= _MOST_CONDITIONS and not any(isinstance(value, Joined) for value in values)


def mark_repeats(root: Element, tokens_of: TokensOf) -> Element:
    """
    The tree with ``repeat`` set on runs of like siblings that have none.
    """
    return _Marker(tokens_of, max((element.repeat or 0 for element in root.walk()), default=0)).mark(root)


def _runs(parent: Element) -> list[tuple[int, int]]:
    """
    Ranges of neighbouring children that could be instances of one component.
    """
    found: list[tuple[int, int]] = []
    start = 0
    for position in range(1, len(parent.children) + 1):
        before = parent.children[position - 1]
        child = parent.children[position] if position < len(parent.children) else None
        if isinstance(before, Element) and isinstance(child, Element) and _could_repeat(before, child):
            continue
        if position - start > 1:
            found.append((start, position))
        start = position
    return found


def _could_repeat(first: Element, second: Element) -> bool:
    """
    Whether the children of one are those of the other, give or take some that the longer one has in addition.
    """
    if first.tag != second.tag or first.repeat is not None or second.repeat is not None:
        return False
    try:
        columns([segments(first), segments(second)])
    except Unlike:
        return False
    return bool(first.children) == bool(second.children)


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    if isinstance(node, Tag):
        for child in node.children:
            yield from _nodes(child)
    elif isinstance(node, Each | When):
        yield from _nodes(node.body)
