"""
Keeps what a generated file declares apart from what the old file calls something else by the same name.
"""

from __future__ import annotations

from pathlib import PurePosixPath

from vision_code.rewrite.markup import descendants, source_of
from vision_code.rewrite.source import Source, read_source
from vision_code.syntax import parser

_NAMES = frozenset({"identifier", "type_identifier"})


def kept_apart(old: Source, new: bytes, path: str) -> tuple[Source, tuple[str, ...]]:
    """
    The new file with its names changed where they are taken, and the imports that the old file lacks.
    """
    source = read_source(new, path)
    there = {each.path: each.name for each in old.imports}
    renamed: dict[str, str] = {}
    for each in source.imports:
        if each.path in there:
            renamed[each.name] = there[each.path]
    taken = set(old.names)
    for name in _declared(source, path):
        if name not in renamed and name in taken:
            renamed[name] = _free(name, taken | source.names)
        taken.add(renamed.get(name, name))
    source = read_source(_renamed(new, renamed, path), path)
    lines = source.content[: source.imports_end].decode().splitlines()
    missing = {each.name for each in source.imports if each.path not in there}
    return source, tuple(line for line in lines if line.split()[1:2] and line.split()[1] in missing)


def _declared(source: Source, path: str) -> list[str]:
    """
    Names of the file's top level, the component's apart.
    """
    names = [each.name for each in source.imports]
    tree = parser(PurePosixPath(path).suffix.lower()).parse(source.content[slice(*source.middle)])
    for statement in tree.root_node.children:
        for node in (statement, *statement.named_children):
            name = node.child_by_field_name("name")
            if name is not None:
                names.append(source_of(name))
    return names


def _free(name: str, taken: set[str]) -> str:
    number = 2
    while f"{name}{number}" in taken:
        number += 1
    return f"{name}{number}"


def _renamed(content: bytes, names: dict[str, str], path: str) -> bytes:
    if not names:
        return content
    program = parser(PurePosixPath(path).suffix.lower()).parse(content).root_node
    places = [node for node in descendants(program) if node.type in _NAMES and source_of(node) in names]
    for node in sorted(places, key=lambda each: -each.start_byte):
        content = content[: node.start_byte] + names[source_of(node)].encode() + content[node.end_byte :]
    return content
