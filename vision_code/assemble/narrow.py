"""
Overrides for narrower screens: none may hold at the width of the picture itself.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.assemble.frame import restyled, set_fields
from vision_code.uitree import BREAKPOINT_PX, Below, Element, Style


def only_below(element: Element, width_px: float) -> Element:
    """
    The tree with every override moved to breakpoints at or below the design width.

    What folds below 1024 px in general folds below 768 px in a picture 800 px wide, and not at all on a phone's.
    """
    allowed = [name for name, px in BREAKPOINT_PX.items() if px <= width_px]
    children = tuple(only_below(c, width_px) if isinstance(c, Element) else c for c in element.children)
    return replace(element, children=children, below=_moved(element.below, allowed))


def _moved(below: tuple[tuple[Below, Style], ...], allowed: list[Below]) -> tuple[tuple[Below, Style], ...]:
    if all(name in allowed for name, _ in below):
        return below
    if not allowed:
        return ()
    kept = [(name, style) for name, style in below if name in allowed]
    widest = allowed[-1]
    if widest not in {name for name, _ in kept}:
        narrowest_dropped = [style for name, style in below if name not in allowed][-1]
        kept.insert(0, (widest, narrowest_dropped))
    return tuple(kept)


def merged(
    below: tuple[tuple[Below, Style], ...], more: tuple[tuple[Below, Style], ...]
) -> tuple[tuple[Below, Style], ...]:
    """
    Both sets of overrides, widest breakpoint first.
    """
    result: dict[Below, Style] = {}
    for name in ("2xl", "xl", "lg", "md", "sm"):
        styles = [style for key, style in (*below, *more) if key == name]
        if styles:
            result[name] = restyled(styles[0], set_fields(styles[1]) if len(styles) > 1 else {})
    return tuple(result.items())
