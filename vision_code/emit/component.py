"""
What the framework targets share: the tree as one component, with its data, its pictures and its theme.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from vision_code.emit.alike import mark_repeats
from vision_code.emit.build import attributes, tag, text_nodes
from vision_code.emit.data import Collection, const_lines, type_lines
from vision_code.emit.file_names import FileNames
from vision_code.emit.names import camel, pascal, unique, words_of
from vision_code.emit.nodes import Node, Ref, Tag
from vision_code.emit.outline import Outline, parts
from vision_code.emit.repeat import factor
from vision_code.emit.script_style import ScriptStyle
from vision_code.emit.segments import Run, Unlike, segments
from vision_code.emit.stylesheet import block, theme_lines
from vision_code.emit.tailwind import style_classes
from vision_code.emit.target import OutputFile, text_file
from vision_code.emit.theme import Theme
from vision_code.emit.typefaces import face_rules
from vision_code.observation import FontFamily
from vision_code.uitree import Element, Text, UITree

#: Two siblings are worth a loop only when one is at least this many elements; three always are.
_PAIR_FROM_ELEMENTS = 4


@dataclass(slots=True)
class Component:
    """
    A tree taken apart for a framework.

    Attributes:
        name: PascalCase.
        root: The markup.
        collections: Data of the repeated items, in order of appearance.
        imports: Variable of each picture, by file name.
    """

    name: str
    root: Tag
    collections: list[Collection]
    imports: dict[str, str]

    @property
    def outline(self) -> Outline:
        """
        Of its file.
        """
        entries = tuple((each.name, tuple(each.regions)) for each in self.collections)
        return Outline(tuple(parts(self.root)), entries)


@dataclass(slots=True)
class _Builder:
    theme: Theme
    taken: set[str]
    adapt: Callable[[Element], Element]
    loops: bool
    collections: list[Collection] = field(default_factory=list)
    imports: dict[str, str] = field(default_factory=dict)

    def tokens(self, element: Element) -> tuple[str, ...]:
        return tuple(found.token for found in style_classes(element, self.theme))

    def source(self, name: str) -> Ref:
        """
        The variable of an imported picture.
        """
        if name not in self.imports:
            stem = name.rsplit(".", 1)[0]
            self.imports[name] = unique(camel(stem) or "picture", self.taken)
            self.taken.add(self.imports[name])
        return Ref(self.imports[name])

    def element(self, element: Element, headers: tuple[str, ...] = ()) -> Tag:
        """
        An element with everything in it, repeated children as loops.
        """
        element = self.adapt(element)
        headers = _headers(element) or headers
        children: list[Node] = []
        for segment in segments(element):
            if isinstance(segment, Text):
                children += text_nodes(segment)
            elif isinstance(segment, Run):
                children += self.run(segment, element, headers)
            else:
                children.append(self.element(segment, headers))
        class_name = " ".join(self.tokens(element))
        if element.tag == _PAGE_TAG and element.style.display in (None, "block"):
            # Not in a flex or grid page: there a minimum height would move the children.
            class_name = f"min-h-screen {class_name}".strip()
        return tag(element, attributes(element, class_name, self.source), tuple(children))

    def add(self, found: Collection) -> None:
        """
        Keep a collection; one that looks like an earlier one of that name ("Item2" like "Item") shares its type.
        """
        base = found.type_name.rstrip("0123456789")
        for known in self.collections:
            if known.fields and known.type_name.rstrip("0123456789") == base and known.shape == found.shape:
                found.type_name, found.is_declared = known.type_name, True
                break
        self.collections.append(found)

    def run(self, run: Run, parent: Element, headers: tuple[str, ...]) -> list[Node]:
        """
        Repeated siblings as a loop, or one by one where that is shorter or they are not alike.
        """
        elements = tuple(_adapted(element, self.adapt) for element in run.elements)
        is_pair = len(elements) == 2 and sum(1 for _ in elements[0].walk()) >= _PAIR_FROM_ELEMENTS
        if self.loops and (len(elements) >= 3 or is_pair):
            try:
                each, found = factor(
                    elements, parent, tokens_of=self.tokens, source=self.source, headers=headers, taken=self.taken
                )
            except Unlike:
                pass
            else:
                found.regions = [_regions(element) for element in elements]
                self.add(found)
                return [each]
        return [self.element(element, headers) for element in run.elements]


_PAGE_TAG = "body"


def component_of(
    tree: UITree, theme: Theme, adapt: Callable[[Element], Element] = lambda element: element, *, loops: bool = True
) -> Component:
    """
    The tree as a component. ``adapt`` changes single elements to what the framework wants, before they are built;
    without ``loops`` repeated parts are written one by one.
    """
    name = pascal(tree.name) or "Component"
    builder = _Builder(theme, {name}, adapt, loops)
    root = builder.element(mark_repeats(tree.root, builder.tokens))
    if root.name == _PAGE_TAG:
        # A component cannot be the body: the page's own box stands in for it.
        root = replace(root, name="div", attrs=tuple(pair for pair in root.attrs if pair[0] != "lang"))
    return Component(name, root, builder.collections, builder.imports)


def _regions(element: Element) -> tuple[int, ...]:
    """
    Ids of the regions that an element and those in it draw.
    """
    return tuple(each.region for each in element.walk() if each.region is not None)


def _adapted(element: Element, adapt: Callable[[Element], Element]) -> Element:
    element = adapt(element)
    children = tuple(_adapted(child, adapt) if isinstance(child, Element) else child for child in element.children)
    return replace(element, children=children)


def _headers(table: Element) -> tuple[str, ...]:
    """
    Field names from the header cells of a table, empty names where a header has no words.
    """
    if table.tag != "table":
        return ()
    row = next((element for element in table.walk() if element.tag == "tr"), None)
    cells = [child for child in row.children if isinstance(child, Element)] if row else []
    if not cells or any(cell.tag != "th" for cell in cells):
        return ()
    names: list[str] = []
    for cell in cells:
        words = "".join(part.text for child in cell.walk() for part in child.children if isinstance(part, Text))
        names.append(unique(camel(words), names) if words_of(words) else "")
    return tuple(names)


def import_lines(component: Component, names: FileNames, style: ScriptStyle) -> list[str]:
    """
    One import for each picture.
    """
    return [
        f"import {name} from {style.string(f'./{names.assets}/{file}')}{style.end}"
        for file, name in component.imports.items()
    ]


def script_lines(component: Component, names: FileNames, style: ScriptStyle) -> list[str]:
    """
    Script of a single-file component: pictures, types and data.
    """
    lines = import_lines(component, names, style)
    for each in component.collections:
        lines += ["", *type_lines(each, style), *const_lines(each, style)]
    return lines[1:] if lines[:1] == [""] else lines


def theme_file(theme: Theme, names: FileNames) -> OutputFile:
    """
    The names that the classes rely on, as a Tailwind v4 theme.
    """
    fonts = [f"--font-{family.value}: {theme.font(family)};" for family in FontFamily]
    head = [
        "/* Colours and fonts of this component. In the main stylesheet, after Tailwind:",
        '   @import "tailwindcss";',
    ]
    head.append(f'   @import "./{names.theme}"; */')
    return text_file(
        names.theme, [*head, *face_rules(theme.typefaces), *block("@theme", [*fonts, *theme_lines(theme)])]
    )
