"""
The elements of a main file as a tree, and which element of one file has the place of another's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from vision_code.anchor import ELEMENTS, element_bytes, element_name
from vision_code.errors import InputRejected
from vision_code.rewrite.source import read_source
from vision_code.rewrite.tokens import NO_MESSAGES
from vision_code.source_map import Span
from vision_code.syntax import parsed

if TYPE_CHECKING:
    from tree_sitter import Node

#: Endings of files whose markup is what a function or class returns.
_REACT = frozenset({".tsx", ".jsx", ".js"})
#: What stands in a page or a component beside its markup.
_NO_MARKUP = frozenset({"script", "style", "head"})
#: What stands around markup and draws nothing.
_AROUND = frozenset({"html", "body", "template"})
#: In these one element of the code draws several of the picture.
_LOOPS = frozenset({"call_expression", "each_statement"})
_VUE_LOOP = re.compile(rb"<[^>]*\sv-for\b")
_TAG_OR_SPACE = re.compile(r"<[^>]*>|\s+")


@dataclass(slots=True, eq=False)
class Branch:
    """
    An element.

    Attributes:
        name: Of its tag.
        words: What a person reads in it.
        span: Bytes that it takes.
        repeated: Whether a loop stands between it and the element around it.
    """

    name: str
    words: str
    span: Span
    repeated: bool = False
    around: Branch | None = field(default=None, repr=False)
    children: list[Branch] = field(default_factory=list, repr=False)

    @property
    def path(self) -> list[Branch]:
        """
        All elements around it, the outermost first, and itself.
        """
        return [*(self.around.path if self.around is not None else ()), self]

    def walk(self) -> Iterator[Branch]:
        """
        Itself and all below, each before those in it.
        """
        yield self
        for child in self.children:
            yield from child.walk()


def branches(path: str, content: bytes) -> Branch:
    """
    What stands around the markup of a main file, which may be several elements side by side.

    Raises:
        InputRejected: ``rewrite.*``, of a file of React.
    """
    within = Span(0, len(content))
    if PurePosixPath(path).suffix in _REACT:
        markup = read_source(content, path, NO_MESSAGES).markup.root
        within = Span(markup.start, markup.stop)
    root = Branch("", "", within)
    _add(root, parsed(path, content), within, repeated=False)
    while len(root.children) == 1 and root.children[0].name in _AROUND:
        (root,) = root.children
        root.around = None
    if root.name == "template":  # of Vue: it is not drawn
        root.name = ""
    return root


def _add(branch: Branch, node: Node, within: Span, *, repeated: bool) -> None:
    for child in node.children:
        if child.type not in ELEMENTS:
            _add(branch, child, within, repeated=repeated or child.type in _LOOPS)
        elif (name := element_name(child)) in _NO_MARKUP:
            continue
        elif not within.holds(span := element_bytes(child)):
            _add(branch, child, within, repeated=repeated)
        else:
            source = child.text or b""
            words = " ".join(_TAG_OR_SPACE.sub(" ", source.decode("utf-8", "replace")).split())
            is_repeated = repeated or _VUE_LOOP.match(source) is not None
            found = Branch(name, words, span, is_repeated, branch)
            branch.children.append(found)
            _add(found, child, within, repeated=False)


def pair(branch: Branch, other: Branch) -> tuple[Branch, Branch]:
    """
    The element that has the place of ``branch`` in another tree, behind it: the same number of elements on each level,
    and the same words right beside it. What an element is does not count: a picture shows it only roughly. Of a loop's
    elements it is what the loop fills, on both sides.

    Args:
        other: The root of that tree.

    Raises:
        InputRejected: ``refine.part``: there is none for certain.
    """
    mine, *path = branch.path
    for here in path:
        siblings, others = mine.children, other.children
        if here.repeated or _is_list(siblings) or _is_list(others):
            break
        at = next(number for number, each in enumerate(siblings) if each is here)
        beside = [number for number in (at - 1, at + 1) if 0 <= number < len(siblings)]
        if len(siblings) != len(others) or not all(_is_alike(siblings[n], others[n]) for n in beside):
            message = "what is around that part is not the same in the document and in the picture"
            raise InputRejected("refine.part", f"{message}; name both `box` and `range`, or update all of it")
        mine, other = here, others[at]
    _refuse_all(mine)
    _refuse_all(other)
    return mine, other


def _is_list(row: list[Branch]) -> bool:
    return bool(row) and all(each.repeated for each in row)


def _is_alike(one: Branch, other: Branch) -> bool:
    return one.words == other.words and (one.words != "" or one.name == other.name)


def single(branch: Branch) -> Branch:
    """
    The element itself, or the innermost around it that no loop repeats.

    Raises:
        InputRejected: ``refine.part``: that would be all.
    """
    path = branch.path
    first = next((at for at, each in enumerate(path) if each.repeated), None)
    found = branch if first is None else path[first - 1]
    _refuse_all(found)
    return found


def _refuse_all(branch: Branch) -> None:
    if branch.around is None or (branch.around.around is None and len(branch.around.children) == 1):
        raise InputRejected("refine.part", "that part is the whole component: leave `box` and `range` away")
