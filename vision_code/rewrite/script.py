"""
What a script imports, declares and calls by a name; and the part of a generated script that another one lacks.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vision_code.syntax import descendants, parsed, source_of

if TYPE_CHECKING:
    from tree_sitter import Node

_NAMES = frozenset({"identifier", "type_identifier"})
_COUNTED = frozenset({"identifier", "shorthand_property_identifier_pattern", "shorthand_property_identifier"})
#: What a class or an object calls its parts by.
_MEMBERS = frozenset({"property_identifier", "private_property_identifier", "shorthand_property_identifier"})
#: A string of a generated template's expression, or a name that is no property.
_TOKEN = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|`(?:\\.|[^`\\])*`|(?<![\w$.])[A-Za-z_$][\w$]*")


@dataclass(frozen=True, slots=True)
class Import:
    """
    One import of a default, as pictures are imported.
    """

    name: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """
    A script, or the part of a file that is one.

    Attributes:
        content: All of it.
        language: Ending that names its grammar.
        imports: Of defaults.
        imports_end: Byte behind the last import; else where one can stand.
        has_imports: Whether there is one.
        names: Everything that is called something in it.
        statements: What it declares besides, each as it is written.
    """

    content: bytes
    language: str
    imports: tuple[Import, ...]
    imports_end: int
    has_imports: bool
    names: frozenset[str]
    statements: tuple[str, ...]

    def text(self, start: int, stop: int) -> str:
        """
        A part of it.
        """
        return self.content[start:stop].decode("utf-8", "replace")


def read_script(content: bytes, language: str, end: int | None = None) -> Script:
    """
    Args:
        end: Byte up to which statements count as declared; all when not given.
    """
    program = parsed(language, content)
    imports = [each for each in program.children if each.type == "import_statement"]
    place = imports[-1].end_byte if imports else _first_place(program)
    stop = len(content) if end is None else end
    declared = [each for each in program.named_children if each.start_byte >= place and each.end_byte <= stop]
    return Script(
        content=content,
        language=language,
        imports=tuple(_defaults(imports)),
        imports_end=place,
        has_imports=bool(imports),
        names=frozenset(source_of(each) for each in descendants(program) if "identifier" in each.type),
        statements=tuple(source_of(each) for each in declared if each.type != "comment"),
    )


def _first_place(program: Node) -> int:
    """
    Behind directives (``"use client"``) and what stands before them.
    """
    place = 0
    for child in program.children:
        if child.type == "expression_statement" and child.named_children[0].type == "string":
            place = child.end_byte
        elif child.type not in ("comment", "hash_bang_line"):
            break
    return place


def _defaults(imports: list[Node]) -> Iterator[Import]:
    for each in imports:
        clause = next((child for child in each.children if child.type == "import_clause"), None)
        path = each.child_by_field_name("source")
        if clause is not None and path is not None and clause.named_children[0].type == "identifier":
            yield Import(source_of(clause.named_children[0]), source_of(path)[1:-1])


@dataclass(frozen=True, slots=True)
class Apart:
    """
    A generated script kept apart from what another one calls something else by the same name. What both have, word
    for word, is there once.

    Attributes:
        renamed: Its names → those that they get beside the other script.
        imports: Its imports that the other lacks, with the names that they get.
        declared: What it declares besides and the other lacks; the same.
    """

    renamed: Mapping[str, str]
    imports: tuple[str, ...]
    declared: str


def kept_apart(old: Script, new: Script) -> Apart:
    """
    What the generated script brings that the old one lacks.
    """
    there = {each.path: each.name for each in old.imports}
    renamed = {each.name: there[each.path] for each in new.imports if each.path in there}
    taken, missing = set(old.names), set()
    for each in new.imports:
        if each.path not in there:
            renamed[each.name] = each.name if each.name not in taken else _free(each.name, taken | new.names)
            missing.add(renamed[each.name])
            taken.add(renamed[each.name])
    known = {_squeezed(each) for each in old.statements}
    declared = []
    for statement in new.statements:
        renamed |= _names_for(statement, renamed, known, taken | new.names, old.names, new.language)
        text = rename(statement.encode(), renamed, new.language).decode()
        if _squeezed(text) not in known:
            declared.append(dedent(text))
    lines = rename(new.content[: new.imports_end], renamed, new.language).decode().splitlines()
    return Apart(
        renamed={name: other for name, other in renamed.items() if name != other},
        imports=tuple(line.strip() for line in lines if line.split()[1:2] and line.split()[1] in missing),
        declared="\n\n".join(declared),
    )


def _names_for(
    statement: str,
    renamed: Mapping[str, str],
    known: Collection[str],
    taken: Collection[str],
    theirs: Collection[str],
    language: str,
) -> dict[str, str]:
    """
    Names for what a statement declares: its own, those under which the old script has the same already, or free ones.
    """
    found: dict[str, str] = {}
    if _squeezed(rename(statement.encode(), renamed, language).decode()) in known:
        return found
    for name in _declared(statement, language):
        number, other = 1, name
        while other in (theirs if number == 1 else taken):
            number += 1
            other = f"{name}{number}"
            text = rename(statement.encode(), {**renamed, **found, name: other}, language).decode()
            if _squeezed(text) in known:
                break
        if other != name:
            found[name] = other
    return found


def dedent(statement: str) -> str:
    """
    A statement whose first line has no indentation any more, without that of the others.
    """
    last = statement.rpartition("\n")[2]
    indent = last[: len(last) - len(last.lstrip())]
    return statement.replace(f"\n{indent}", "\n")


def _squeezed(statement: str) -> str:
    return " ".join(statement.split())


def _declared(statement: str, language: str) -> list[str]:
    """
    What a statement declares.
    """
    program = parsed(language, statement.encode())
    nodes = [inner for each in program.named_children for inner in (each, *each.named_children)]
    names = (node.child_by_field_name("name") for node in nodes)
    return [source_of(name) for name in names if name is not None]


def _free(name: str, taken: Collection[str]) -> str:
    number = 2
    while f"{name}{number}" in taken:
        number += 1
    return f"{name}{number}"


def rename(content: bytes, names: Mapping[str, str], language: str) -> bytes:
    """
    A script with other names for some things.
    """
    if not names:
        return content
    program = parsed(language, content)
    places = [node for node in descendants(program) if node.type in _NAMES and source_of(node) in names]
    for node in sorted(places, key=lambda each: -each.start_byte):
        content = content[: node.start_byte] + names[source_of(node)].encode() + content[node.end_byte :]
    return content


def rename_in_expression(source: str, names: Mapping[str, str]) -> str:
    """
    The same in an expression that our own emitters wrote into a template.
    """
    return _TOKEN.sub(lambda found: names.get(found[0], found[0]), source)


def names_in_expression(source: str) -> set[str]:
    """
    The names in an expression of a template, those of properties and keys among them where they look alike.
    """
    return {found for found in _TOKEN.findall(source) if found[0] not in "'\"`"}


def inserted(script: Script, apart: Apart, indent: str = "") -> str:
    """
    The script with what it lacks.

    Args:
        indent: Of its lines.
    """
    lines = [f"{indent}{line}" for line in apart.imports]
    declared = "\n".join(indent + line if line else line for line in apart.declared.split("\n"))
    place = script.imports_end
    head = script.text(0, place)
    if script.has_imports:
        head += "".join(f"\n{line}" for line in lines)
    elif lines:
        block = "\n".join(lines)
        head += f"\n\n{block}" if head else f"{block}\n\n"
    if declared:
        head += f"\n\n{declared}" if head else f"{declared}\n\n"
    return head + script.text(place, len(script.content))


def inserted_into(script: Script, apart: Apart) -> str:
    """
    The same for a script inside of an element, whose lines may be indented.
    """
    content = script.text(0, len(script.content))
    lines = [line for line in content.split("\n") if line.strip()]
    indent = lines[0][: len(lines[0]) - len(lines[0].lstrip())] if lines else ""
    if script.has_imports or not (apart.imports or apart.declared):
        return inserted(script, apart, indent)
    block = "\n\n".join(part for part in ("\n".join(apart.imports), apart.declared) if part)
    block = "\n".join(indent + line if line else line for line in block.split("\n"))
    return f"\n{block}\n{content}" if lines else f"\n{block}\n"


def counted(content: bytes, language: str) -> Counter[str]:
    """
    How often each name stands in a script: of variables, and of what a class calls its own with ``this``.
    """
    return Counter(name for each in descendants(parsed(language, content)) if (name := _name(each)))


def _name(node: Node) -> str:
    if node.type in _COUNTED:
        return source_of(node)
    if node.type not in _MEMBERS or node.parent is None:
        return ""
    above = node.parent
    if above.type == "member_expression":
        whole = above.child_by_field_name("object")
        return f"this.{source_of(node)}" if whole is not None and whole.type == "this" else ""
    is_member = above.type in ("method_definition", "public_field_definition", "field_definition")
    return f"this.{source_of(node)}" if is_member else ""
