"""
CSS text: rules for the classes that are used, media queries widest first, and the reset they rest on.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from vision_code.emit.tailwind import StyleClass
from vision_code.emit.theme import Theme
from vision_code.emit.typefaces import face_rules
from vision_code.observation import FontFamily
from vision_code.uitree import BREAKPOINT_PX, Below, Element

Declarations = tuple[tuple[str, str], ...]

#: Of what a link leads to, while it has not led there.
UNLESS_TARGET = ":not(:target)"

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_FIELDS = ("button", "input", "select", "textarea")
_PICTURES = ("img", "svg", "video")

# What Tailwind 4's preflight means, in our own words; only the rows whose elements occur are written. SANS and MONO
# stand for the theme's fonts.
_RESET: tuple[tuple[tuple[str, ...], str], ...] = (
    ((), "*, ::before, ::after { box-sizing: border-box; margin: 0; padding: 0; border: 0 solid; }"),
    ((), "html { font-family: SANS; line-height: 1.5; text-size-adjust: 100%; }"),
    (("hr",), "hr { height: 0; color: inherit; border-top-width: 1px; }"),
    (_HEADINGS, "h1, h2, h3, h4, h5, h6 { font-size: inherit; font-weight: inherit; }"),
    (("a",), "a { color: inherit; text-decoration: inherit; }"),
    (("b", "strong"), "b, strong { font-weight: bolder; }"),
    (("code", "kbd", "samp", "pre"), "code, kbd, samp, pre { font-family: MONO; font-size: 1em; }"),
    (("small",), "small { font-size: 80%; }"),
    (("sub", "sup"), "sub, sup { position: relative; font-size: 75%; line-height: 0; vertical-align: baseline; }"),
    (("sub",), "sub { bottom: -0.25em; }"),
    (("sup",), "sup { top: -0.5em; }"),
    (("table",), "table { border-color: inherit; border-collapse: collapse; text-indent: 0; }"),
    (("ul", "ol", "menu"), "ol, ul, menu { list-style: none; }"),
    (_PICTURES, "img, svg, video { display: block; vertical-align: middle; }"),
    (("img", "video"), "img, video { max-width: 100%; height: auto; }"),
    (
        _FIELDS,
        "button, input, select, textarea { border-radius: 0; background-color: transparent; color: inherit; "
        "font: inherit; letter-spacing: inherit; opacity: 1; }",
    ),
    (
        ("input", "textarea"),
        "::placeholder { color: color-mix(in oklab, currentcolor 50%, transparent); opacity: 1; }",
    ),
    (("textarea",), "textarea { resize: vertical; }"),
    (("button",), "button { appearance: button; }"),
)


def reset(tags: Collection[str], theme: Theme) -> list[str]:
    """
    Lines of the theme's faces and of the reset, for a document in which ``tags`` occur.
    """
    rules = [rule for needed, rule in _RESET if not needed or any(tag in tags for tag in needed)]
    for family, word in ((FontFamily.SANS, "SANS"), (FontFamily.MONO, "MONO")):
        rules = [rule.replace(f": {word};", f": {theme.font(family)};") for rule in rules]
    return [*face_rules(theme.typefaces), *rules]


def tags_of(root: Element) -> frozenset[str]:
    """
    The element names that occur in a tree.
    """
    return frozenset(element.tag for element in root.walk())


def theme_lines(theme: Theme) -> list[str]:
    """
    One custom property a theme colour.
    """
    return [f"--color-{name}: {color.hex};" for name, color in theme.values.items()]


def block(selector: str, lines: Iterable[str], indent: str = "") -> list[str]:
    """
    A CSS block over several lines.
    """
    return [f"{indent}{selector} {{", *(f"{indent}  {line}" for line in lines), f"{indent}}}"]


def class_selector(token: str) -> str:
    """
    A class name as a selector: every character that CSS gives a meaning is escaped.

    Source: CSSOM, "serialize an identifier".
    """
    escaped = re.sub(r"[^A-Za-z0-9_\-\u0080-\U0010ffff]", lambda match: "\\" + match.group(), token)
    if escaped[0].isdigit():
        escaped = f"\\3{escaped[0]} {escaped[1:]}"
    return f".{escaped}"


def declaration_text(declarations: Declarations) -> str:
    """
    Declarations on one line.
    """
    return " ".join(f"{name}: {value};" for name, value in declarations)


def utility_rules(classes: Iterable[StyleClass]) -> list[str]:
    """
    One rule for each class used; those of a breakpoint inside its media query, widest breakpoint first.
    """
    tokens: dict[Below | None, dict[str, str]] = {None: {}}
    for found in classes:
        part = "::placeholder" if found.of_placeholder else UNLESS_TARGET if found.unless_target else ""
        rule = f"{class_selector(found.token)}{part} {{ {declaration_text(found.utility.declarations)} }}"
        tokens.setdefault(found.below, {})[found.token] = rule
    lines = list(tokens.pop(None).values())
    for below in widest_first(tokens):
        lines += block(media_query(below), tokens[below].values())
    return lines


def widest_first(used: Iterable[Below | None]) -> list[Below]:
    """
    Breakpoints in the order in which their media queries must stand: the narrowest last, so that it wins.
    """
    return sorted({below for below in used if below}, key=lambda below: -BREAKPOINT_PX[below])


def media_query(below: Below) -> str:
    """
    "Narrower than the breakpoint", in rem like Tailwind's own.
    """
    return f"@media (width < {BREAKPOINT_PX[below] / 16:g}rem)"
