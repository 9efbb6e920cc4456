"""
Finds in a main file, as it is after the last step that laid it out, where the elements stand that it was emitted from.

The file is parsed in its own language, and its elements are counted off against the outline that the emitter left with
it. Only a file that holds the same elements in the same order, at one place, is believed; of any other nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from vision_code.emit import OutputFile
from vision_code.emit.nodes import VOID_TAGS
from vision_code.emit.outline import Outline
from vision_code.geometry import Box
from vision_code.source_map import Source, SourceMap, Span
from vision_code.syntax import descendants, parsed, source_of

if TYPE_CHECKING:
    from tree_sitter import Node

#: In the grammars of HTML and of Svelte, and in that of JSX.
ELEMENTS = frozenset({"element", "script_element", "style_element", "jsx_element", "jsx_self_closing_element"})
_OPENINGS = frozenset({"start_tag", "self_closing_tag", "jsx_opening_element"})
_CLOSINGS = frozenset({"end_tag", "jsx_closing_element"})


def source_map(file: OutputFile, boxes: Mapping[int, Box]) -> SourceMap:
    """
    Where in a main file each region of the picture is drawn.

    Args:
        file: With its outline; without one nothing is known.
        boxes: Of the regions, by their ids, in CSS pixels of the picture.
    """
    text, outline = file.content.decode(), file.outline
    if outline is None:
        return SourceMap(text)
    root = parsed(file.path.name, file.content)
    markup = _markup(root, [part.name for part in outline.elements])
    if not markup or root.has_error or not all(_is_closed(element) for element in markup):
        return SourceMap(text)
    entries = _entries(file.path.suffix, root, outline)
    index = _indices(file.content, [*(element_bytes(element) for element in markup), *entries.values()])
    found = [
        Source(boxes[region], index[element_bytes(element)], index[entries[region]] if region in entries else None)
        for part, element in zip(outline.elements, markup, strict=True)
        for region in part.regions
        if region in boxes
    ]
    return SourceMap(text, tuple(found))


def _markup(root: Node, expected: list[str]) -> list[Node]:
    """
    The elements of these names that follow one another. Others may stand around them: the head of a page, a script,
    other components in a file that was rewritten. Empty unless there is exactly one such place.
    """
    elements = [node for node in descendants(root) if node.type in ELEMENTS]
    names = [element_name(element) for element in elements]
    places = [at for at in range(len(names)) if names[at : at + len(expected)] == expected]
    return elements[places[0] : places[0] + len(expected)] if len(places) == 1 else []


def _entries(suffix: str, root: Node, outline: Outline) -> dict[int, Span]:
    """
    Bytes of the entry that each region of a repeated part has.
    """
    found: dict[int, Span] = {}
    expected = dict(outline.entries)
    for node, offset in _declarations(suffix, root):
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if name is None or value is None or value.type != "array":
            continue
        regions = expected.get(source_of(name), ())
        entries = [child for child in value.named_children if child.type != "comment"]
        if len(entries) == len(regions):
            for entry, drawn in zip(entries, regions, strict=True):
                found |= dict.fromkeys(drawn, Span(offset + entry.start_byte, offset + entry.end_byte))
    return found


def _declarations(suffix: str, root: Node) -> Iterator[tuple[Node, int]]:
    """
    The constants of a file, each with the byte at which its script begins.
    """
    scripts = [(root, 0)]
    if suffix in (".vue", ".svelte"):
        bodies = [child for each in root.children if each.type == "script_element" for child in each.children]
        scripts = [
            (parsed("script.ts", body.text or b""), body.start_byte) for body in bodies if body.type == "raw_text"
        ]
    for script, offset in scripts:
        for statement in script.children:
            if statement.type == "lexical_declaration":
                yield from ((node, offset) for node in statement.named_children)


def _opening(element: Node) -> Node:
    """
    An element's first tag, which may be all of it.
    """
    return next((child for child in element.children if child.type in _OPENINGS), element)


def element_name(element: Node) -> str:
    """
    Of its tag; empty for a fragment.
    """
    opening = _opening(element)
    name = opening.child_by_field_name("name") or next(
        (child for child in opening.children if child.type == "tag_name"), None
    )
    return "" if name is None else source_of(name)


def _closing(element: Node) -> Node | None:
    return next((child for child in element.children if child.type in _CLOSINGS), None)


def _is_closed(element: Node) -> bool:
    """
    HTML takes an `li` for closed by the next one. Nothing here is written so, and where it ends would be a guess.
    """
    return (
        _closing(element) is not None or element_name(element) in VOID_TAGS or "self_closing" in _opening(element).type
    )


def element_bytes(element: Node) -> Span:
    """
    Up to the end of its last tag: to HTML's grammar the text behind an `input` belongs to it.
    """
    return Span(element.start_byte, (_closing(element) or _opening(element)).end_byte)


def _indices(content: bytes, spans: Iterable[Span]) -> dict[Span, Span]:
    """
    Spans of bytes as spans of code points.
    """
    spans = list(spans)
    index, before, letters = {}, 0, 0
    for place in sorted({place for span in spans for place in (span.start, span.stop)}):
        letters += len(content[before:place].decode())
        index[place], before = letters, place
    return {span: Span(index[span.start], index[span.stop]) for span in spans}
