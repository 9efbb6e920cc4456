"""
The `html-css` target: one page with semantic class names and plain CSS.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from vision_code.emit.build import build
from vision_code.emit.class_names import block_name, word
from vision_code.emit.file_names import FileNames
from vision_code.emit.html import asset_files, asset_path, body_of, document
from vision_code.emit.html_dialect import HtmlDialect
from vision_code.emit.markup import print_node
from vision_code.emit.names import kebab, unique
from vision_code.emit.outline import Outline, parts
from vision_code.emit.paint_utilities import placeholder
from vision_code.emit.shorthand import Declarations, handwritten
from vision_code.emit.stylesheet import UNLESS_TARGET, block, media_query, reset, tags_of, theme_lines, widest_first
from vision_code.emit.tailwind import utilities
from vision_code.emit.target import OutputFile, text_file
from vision_code.emit.theme import Theme
from vision_code.uitree import Below, Element, Style, UITree


@dataclass(frozen=True, slots=True)
class _Look:
    """
    Everything that CSS says about an element.
    """

    base: tuple[tuple[str, str], ...]
    below: tuple[tuple[Below, tuple[tuple[str, str], ...]], ...]
    placeholder: tuple[tuple[str, str], ...] = ()
    unless_target: bool = False


@dataclass(slots=True)
class _Sheet:
    """
    Class names and their rules, as they are found.

    Attributes:
        rules: What each class declares, in order of appearance; a variant holds only what it changes.
        classes: The class attribute of each look, by block and word.
    """

    theme: Theme
    rules: dict[str, _Look] = field(default_factory=dict)
    classes: dict[str, dict[_Look, str]] = field(default_factory=dict)

    def class_of(self, element: Element, block: str) -> str:
        """
        The class attribute of an element in ``block``: an equal look has an equal class.
        """
        look = _Look(
            self._declarations(element.style),
            tuple((below, self._declarations(style)) for below, style in element.below),
            tuple(pair for each in placeholder(element.style, self.theme) for pair in each.declarations),
            element.shows_as_target,
        )
        if not look.base and not look.below and not look.placeholder:
            return ""
        name = block if block_name(element) or element.tag == "body" else f"{block}__{word(element)}"
        known = self.classes.setdefault(name, {})
        if look not in known:
            known[look] = self._name(name, look, known)
        return known[look]

    def _declarations(self, style: Style) -> tuple[tuple[str, str], ...]:
        found: Declarations = {}
        for each in utilities(style, self.theme):
            found.update(each.declarations)
        return tuple(handwritten(found).items())

    def _name(self, name: str, look: _Look, known: dict[_Look, str]) -> str:
        """
        A class of its own, or the first one of that name with a variant on top where the look only adds to it.
        """
        first = next(iter(known), None)
        if first is None:
            self.rules[name] = look
            return name
        changed = tuple(pair for pair in look.base if pair not in first.base)
        same = replace(look, base=()) == replace(first, base=())
        adds = same and {key for key, _ in first.base} <= {key for key, _ in look.base}
        if adds and len(changed) <= len(first.base):
            variant = unique(f"{name}--alt", self.rules)
            self.rules[variant] = _Look(changed, ())
            return f"{name} {variant}"
        own = unique(name, self.rules)
        self.rules[own] = look
        return own


def emit_html_css(tree: UITree, theme: Theme, names: FileNames) -> tuple[OutputFile, ...]:
    """
    The page with its style in it, and the assets it shows.
    """
    body = body_of(tree)
    sheet = _Sheet(theme)
    classes: dict[int, str] = {}
    _name_all(body, kebab(tree.name) or "page", sheet, classes)
    root = build(body, lambda element: classes[id(element)], asset_path(names))
    css = [*(block(":root", theme_lines(theme)) if theme.values else []), *reset(tags_of(body), theme), ""]
    page = document(tree, [*css, *_rules(sheet.rules)], print_node(root, HtmlDialect(), 1))
    return (text_file(f"{names.main}.html", page, Outline(tuple(parts(root)))), *asset_files(tree, names))


def _name_all(element: Element, around: str, sheet: _Sheet, names: dict[int, str]) -> None:
    """
    The class of every element, by its identity.
    """
    own = block_name(element)
    # Blocks of the page are named alone, so that they can move; a second navigation shares the name of the first.
    inside = own or around
    names[id(element)] = sheet.class_of(element, inside)
    for child in element.children:
        if isinstance(child, Element):
            _name_all(child, inside, sheet, names)


def _rules(rules: dict[str, _Look]) -> list[str]:
    """
    CSS of all classes: equal rules under one list of selectors, media queries last.
    """
    selectors: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for name, look in rules.items():
        # A variant must stay behind the class it changes, so it is never merged with an earlier rule.
        key = look.base if "--" not in name else (*look.base, ("", name))
        selectors.setdefault(key, []).append(f".{name}")
    lines: list[str] = []
    for declarations, names in selectors.items():
        shown = [f"{key}: {value};" for key, value in declarations if key]
        if shown:
            lines += block(",\n".join(names), shown)
    for name, look in rules.items():
        if look.placeholder:
            lines += block(f".{name}::placeholder", [f"{key}: {value};" for key, value in look.placeholder])
    return [part for line in [*lines, *_media(rules)] for part in line.split("\n")]


def _media(rules: dict[str, _Look]) -> list[str]:
    lines: list[str] = []
    for below in widest_first(below for look in rules.values() for below, _ in look.below):
        inner: list[str] = []
        for name, look in rules.items():
            for at, declarations in look.below:
                if at == below and declarations:
                    hides = look.unless_target and ("display", "none") in declarations
                    selector = f".{name}{UNLESS_TARGET if hides else ''}"
                    inner += block(selector, [f"{key}: {value};" for key, value in declarations])
        lines += block(media_query(below), inner)
    return lines
