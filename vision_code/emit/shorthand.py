"""
Declarations as a person writes them by hand: shorthands instead of the longhands that single-purpose classes need.
"""

from __future__ import annotations

import math
import re

Declarations = dict[str, str]

_SIDES = ("top", "right", "bottom", "left")
_CALC = re.compile(r"^calc\(([\d.]+) / ([\d.]+)( \* 100%)?\)$")
_GRADIENT = re.compile(r"var\((--tw-gradient-(?:from|to))\)")
#: As round as any box on a page gets, without CSS that few people know.
_PILL = "9999px"


def handwritten(declarations: Declarations) -> Declarations:
    """
    The same declarations, shorter: ``padding: 8px 16px``, ``border-bottom: 1px solid #ddd``, plain numbers.
    """
    found = {name: _plain(value, declarations) for name, value in declarations.items() if not name.startswith("--tw-")}
    for name in ("padding", "margin"):
        found = _axes(found, name)
    return _borders(found)


def _plain(value: str, declarations: Declarations) -> str:
    if value == "calc(infinity * 1px)":
        return _PILL
    if match := _CALC.match(value):
        ratio = float(match[1]) / float(match[2])
        # Rounded up: browsers cut line heights to 1/64 px, and 1.1111 × 36 px would lose one where 40 px is meant.
        return f"{ratio * 100:.4f}%" if match[3] else f"{math.ceil(ratio * 1e4 - 1e-9) / 1e4:g}"
    return _GRADIENT.sub(lambda match: declarations.get(match[1], "transparent"), value)


def _axes(found: Declarations, name: str) -> Declarations:
    """
    ``padding-block`` and ``padding-inline`` in one.
    """
    block, inline = found.get(f"{name}-block"), found.get(f"{name}-inline")
    if block is None or inline is None:
        return found
    joined: Declarations = {}
    for key, value in found.items():
        if key == f"{name}-inline":
            joined[name] = f"{block} {inline}"
        elif key != f"{name}-block":
            joined[key] = value
    return joined


def _borders(found: Declarations) -> Declarations:
    """
    Width, style and colour of a border in one, for the box or for each side.
    """
    style = found.get("border-style", "solid")
    joined: Declarations = {}
    for key, value in found.items():
        side = next(
            (f"-{side}" for side in _SIDES if key == f"border-{side}-width"), "" if key == "border-width" else None
        )
        color = None if side is None else found.get(f"border{side}-color", found.get("border-color"))
        if side is not None and color is not None and value != "0":
            joined[f"border{side}"] = f"{value} {style} {color}"
        elif key != "border-style" and not re.fullmatch(r"border(-\w+)?-color", key):
            joined[key] = value
    # Colours without a width of their own (overrides below a breakpoint) stay as they are.
    if not any(re.fullmatch(r"border(-\w+)?-width", key) for key in found):
        joined |= {key: value for key, value in found.items() if key == "border-style" or key.endswith("-color")}
    return joined
