"""
The label words: every annotation that a model can give, each one word of the model's vocabulary.
"""

from __future__ import annotations

from vision_code.region import Annotation, Region, RegionKind, Role

_FIELDS = ("textbox", "searchbox", "combobox", "slider", "progressbar")
_STATES = ("checkbox", "radio", "switch", "tab")
_LANDMARKS = ("banner", "navigation", "main", "complementary", "contentinfo", "form", "search", "article")
_CONTAINERS = ("group", *_LANDMARKS, "list", "table", "dialog", "code", "text", "label")
_LEVELS = ("one", "two", "three", "four", "five", "six")

#: One region that is a navigation and the list in it (``nav > ul``).
MENU = "menu"
#: Label word → annotation. Words hold letters only: digits and signs would be split by the tokenizer.
LABELS: dict[str, Annotation] = {
    **{name: Annotation(role=Role(name)) for name in _CONTAINERS},
    **{name: Annotation(role=Role(name)) for name in ("link", "button", "img", "decoration", "separator", *_FIELDS)},
    **{name: Annotation(role=Role(name)) for name in _STATES},
    **{f"{name}on": Annotation(role=Role(name), checked=True) for name in (*_STATES, "link")},
    **{f"{name}linked": Annotation(role=Role(name), link=True) for name in ("group", "article", "img", "decoration")},
    **{f"heading{word}": Annotation(role=Role.HEADING, level=n) for n, word in enumerate(_LEVELS, 1)},
    **{f"heading{word}linked": Annotation(role=Role.HEADING, level=n, link=True) for n, word in enumerate(_LEVELS, 1)},
    MENU: Annotation(role=Role.NAVIGATION),
}

_HEADINGS = tuple(name for name in LABELS if name.startswith("heading"))
_CONTROLS = ("link", "linkon", "button", *_FIELDS, *_STATES, *(f"{name}on" for name in _STATES))
TEXT = ("text", "label", "code", *_HEADINGS, *_CONTROLS, "contentinfo", "banner")
#: Words without a surface are no band of the page.
PLAIN_TEXT = TEXT[:-2]
#: A thin line parts things or edges one; it is never a control.
RULES = ("decoration", "separator")
PIXELS = ("img", "imglinked", "decoration", "decorationlinked", "separator", *_CONTROLS)
GROUPS = (
    "group",
    "grouplinked",
    "articlelinked",
    MENU,
    *_CONTAINERS[1:],
    *_HEADINGS,
    *_CONTROLS,
    "img",
    "decoration",
)


def options(region: Region) -> tuple[str, ...]:
    """
    The label words that make sense for a region of this kind, the plainest first.
    """
    if region.kind is RegionKind.TEXT:
        return TEXT if region.surface is not None else PLAIN_TEXT
    if region.surface is not None and region.is_leaf and region.surface.is_rule:
        return RULES
    return PIXELS if region.is_leaf else GROUPS


def label_of(annotation: Annotation) -> str:
    """
    The word for ``annotation``; state and link flags that have no word of their own are dropped.
    """
    role = annotation.role.value
    if annotation.role is Role.HEADING:
        role = f"heading{_LEVELS[max(1, annotation.level) - 1]}"
    suffixed = role + ("linked" if annotation.link else "on" if annotation.checked else "")
    return suffixed if suffixed in LABELS else role
