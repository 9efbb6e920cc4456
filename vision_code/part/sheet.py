"""
Puts the rules that a part of a page needs into the page's style sheet; the rules that are there stay as they are.
"""

from __future__ import annotations

import re

from vision_code.errors import InputRejected

_STYLE = re.compile(r"<style>\n(.*?)^( *)</style>", re.DOTALL | re.MULTILINE)
_FONTS = frozenset({".font-sans", ".font-serif", ".font-mono"})
_CLASSES = re.compile(r'\bclass="([^"]*)"')
#: In a selector, what CSS would read otherwise behind a backslash.
_CLASS = re.compile(r"\.((?:[\w-]|[^\x00-\x7f]|\\.)+)")


def with_rules(page: str, part: str, element: str) -> str:
    """
    ``page`` with the rules of ``part``'s style sheet that it lacks and ``element`` needs.

    Raises:
        InputRejected: ``refine.part``: both have a rule of one name that says something else.
    """
    there, new = _STYLE.search(page), _STYLE.search(part)
    if there is None or new is None:
        raise InputRejected("refine.part", "the document has no style sheet as it was made here; update all of it")
    rules = _rules(there[1])
    known = {selector: _even(text) for selector, text in rules}
    used = {name for names in _CLASSES.findall(element) for name in names.split()}
    # By what stands before them: a reset before the classes, what is for narrow windows behind them.
    missing: dict[str, list[str]] = {"": [], ".": [], "@": []}
    for selector, text in _rules(new[1]):
        kind = selector[0] if selector[0] in missing else ""
        # Fonts and elements are the page's own.
        is_there = selector in known and (kind == "" or selector in _FONTS)
        is_unused = kind == "." and not _classes(selector) & used
        if _even(text) in known.values() or is_there or is_unused or selector in (":root", "@font-face"):
            continue
        if selector in known and kind == ".":
            raise InputRejected("refine.part", f"{selector} says something else in the document; update all of it")
        missing[kind].append(text)
    classes = [(selector, text) for selector, text in rules if selector.startswith((".", "@media"))]
    media = next((text for selector, text in classes if selector[0] == "@"), "")
    sheet = _before(there[1] + "".join(missing["@"]), media, missing["."])
    sheet = _before(sheet, classes[0][1] if classes else "", missing[""])
    return page[: there.start(1)] + sheet + page[there.end(1) :]


def _classes(selector: str) -> set[str]:
    return {re.sub(r"\\(.)", r"\1", name) for name in _CLASS.findall(selector)}


def _before(sheet: str, rule: str, texts: list[str]) -> str:
    at = sheet.index(rule) if rule else len(sheet)
    return sheet[:at] + "".join(texts) + sheet[at:]


def _rules(sheet: str) -> list[tuple[str, str]]:
    """
    Selector and whole lines of each rule, media queries as one.
    """
    found: list[tuple[str, str]] = []
    depth, held = 0, ""
    for line in sheet.splitlines(keepends=True):
        held += line if held or line.strip() else ""
        depth += line.count("{") - line.count("}")
        if held and depth == 0 and "{" in held:
            found.append((_even(held.partition("{")[0]), held))
            held = ""
    return found


def _even(text: str) -> str:
    return " ".join(text.split())
