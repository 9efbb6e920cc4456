"""
Keeps what a generated file declares apart from what the old file calls something else by the same name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vision_code.rewrite.markup import descendants, source_of
from vision_code.rewrite.source import Source, read_source
from vision_code.syntax import parsed

if TYPE_CHECKING:
    from tree_sitter import Node

_NAMES = frozenset({"identifier", "type_identifier"})


@dataclass(frozen=True, slots=True)
class Apart:
    """
    Attributes:
        source: The generated file, with its names changed where they are taken.
        imports: Its imports that the old file lacks.
        declared: What it declares besides the component and the old file lacks.
    """

    source: Source
    imports: tuple[str, ...]
    declared: str


def kept_apart(old: Source, new: bytes, path: str) -> Apart:
    """
    The generated file beside the old one. What both have, word for word, is there once.
    """
    source = read_source(new, path)
    there = {each.path: each.name for each in old.imports}
    renamed = {each.name: there[each.path] for each in source.imports if each.path in there}
    statements = [(each, source_of(each)) for each in _statements(source, path)]
    known = {text for _each, text in statements if f"\n{text}\n" in old.text(0, len(old.content))}
    fixed = {name for each, text in statements if text in known for name in _names(each)}
    own = [each.name for each in source.imports if each.path not in there]
    own += [name for each, text in statements if text not in known for name in _names(each)]
    taken = set(old.names)
    for name in own:
        if name in taken and name not in fixed:
            renamed[name] = _free(name, taken | source.names)
        taken.add(renamed.get(name, name))
    source = read_source(_renamed(new, renamed, path), path)
    lines = source.content[: source.imports_end].decode().splitlines()
    missing = {each.name for each in source.imports if each.path not in there}
    declared = [text for each in _statements(source, path) if (text := source_of(each)) not in known]
    return Apart(
        source=source,
        imports=tuple(line for line in lines if line.split()[1:2] and line.split()[1] in missing),
        declared="\n\n".join(declared),
    )


def _statements(source: Source, path: str) -> list[Node]:
    """
    What stands between the imports and the component.
    """
    between = parsed(path, source.content[slice(*source.middle)])
    return [each for each in between.named_children if each.type != "comment"]


def _names(statement: Node) -> list[str]:
    """
    What a statement declares.
    """
    names = (node.child_by_field_name("name") for node in (statement, *statement.named_children))
    return [source_of(name) for name in names if name is not None]


def _free(name: str, taken: set[str]) -> str:
    number = 2
    while f"{name}{number}" in taken:
        number += 1
    return f"{name}{number}"


def _renamed(content: bytes, names: dict[str, str], path: str) -> bytes:
    if not names:
        return content
    program = parsed(path, content)
    places = [node for node in descendants(program) if node.type in _NAMES and source_of(node) in names]
    for node in sorted(places, key=lambda each: -each.start_byte):
        content = content[: node.start_byte] + names[source_of(node)].encode() + content[node.end_byte :]
    return content
