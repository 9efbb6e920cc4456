"""
Instances of one component made identical where they differ by measuring noise only, so that they share their code.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import fields, replace
from statistics import median_low
from typing import Any

from vision_code.geometry import Color
from vision_code.uitree import BorderEdge, Edges, Element, Length, Style

#: Lengths and sizes measured on instances of one design scatter by a pixel to each side.
NOISE_PX = 2.0
#: Ink of one design colour scatters up to here (largest channel): antialiasing, crop noise. Grounds are read exactly
#: but for what a lossy picture adds.
NOISE_COLOR, NOISE_GROUND = 24, 6
#: Weights are read to the next hundred at best.
NOISE_WEIGHT = 100
#: Letter spacing is fitted per line; within this it says nothing.
NOISE_TRACKING_PX = 0.6


def normalise(element: Element) -> Element:
    """
    The tree with like instances (children of one repeat number and one structure) given common styles.
    """
    children = [normalise(child) if isinstance(child, Element) else child for child in element.children]
    groups: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
    for index, child in enumerate(children):
        if isinstance(child, Element) and child.repeat is not None:
            groups[child.repeat, _structure(child)].append(index)
    for indices in groups.values():
        if len(indices) > 1:
            instances = [child for child in (children[i] for i in indices) if isinstance(child, Element)]
            for index, instance in zip(indices, _unified(instances), strict=True):
                children[index] = instance
    return replace(element, children=tuple(children))


def _structure(element: Element) -> str:
    inner = ",".join(_structure(child) if isinstance(child, Element) else "#" for child in element.children)
    return f"{element.tag}({inner})"


def _unified(instances: Sequence[Element]) -> list[Element]:
    """
    Instances of one structure with noise taken out, element by element.
    """
    styles = _common_styles([instance.style for instance in instances])
    below = instances[0].below
    if not all([n for n, _ in i.below] == [n for n, _ in below] for i in instances):
        merged = [instance.below for instance in instances]
    else:
        merged = [below] * len(instances)
    columns: list[list[Element | Any]] = []
    for position in range(len(instances[0].children)):
        column = [instance.children[position] for instance in instances]
        elements = [child for child in column if isinstance(child, Element)]
        columns.append(list(_unified(elements)) if elements else list(column))
    return [
        replace(instance, style=style, below=own, children=tuple(column[i] for column in columns))
        for i, (instance, style, own) in enumerate(zip(instances, styles, merged, strict=True))
    ]


def _common_styles(styles: Sequence[Style]) -> list[Style]:
    changes: dict[str, Any] = {}
    for field in fields(Style):
        values = [getattr(style, field.name) for style in styles]
        if any(value != values[0] for value in values):
            common = _common(field.name, values)
            if common is not _DIFFERENT:
                changes[field.name] = common
    return [replace(style, **changes) for style in styles]


_DIFFERENT = object()


def _common(name: str, values: Sequence[Any]) -> Any:
    """
    One value for all, or ``_DIFFERENT`` when they differ by more than noise.
    """
    if name in {"margin", "padding", "inset"}:
        return _common_edges(values)
    if name == "nowrap":
        return Counter(values).most_common(1)[0][0]
    known = [value for value in values if value is not None]
    if name == "letter_spacing":
        spread = [value or 0.0 for value in values]
        return median_low(spread) or None if max(spread) - min(spread) <= NOISE_TRACKING_PX else _DIFFERENT
    if len(known) < len(values):
        return _DIFFERENT
    if all(isinstance(value, Color) for value in known):
        return _common_color(known, NOISE_GROUND if name == "background" else NOISE_COLOR)
    if all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in known):
        limit = NOISE_WEIGHT if name == "font_weight" else NOISE_PX
        return _near(known, limit)
    if all(isinstance(value, Length) for value in known):
        return _common_length(known)
    if all(isinstance(value, BorderEdge) for value in known):
        color = _common_color([value.color for value in known])
        return replace(known[0], color=color) if color is not _DIFFERENT else _DIFFERENT
    return _DIFFERENT


def _near(values: Sequence[float], limit: float) -> Any:
    if max(values) - min(values) > limit:
        return _DIFFERENT
    counted = Counter(values).most_common(1)[0]
    return counted[0] if counted[1] * 2 > len(values) else median_low(values)


def _common_color(colors: Sequence[Color], limit: int = NOISE_COLOR) -> Any:
    first = Counter(colors).most_common(1)[0][0]
    spread = max(abs(a - b) for color in colors for a, b in zip(color, first, strict=True))
    return first if spread <= limit else _DIFFERENT


def _common_length(lengths: Sequence[Length]) -> Any:
    if any(length.unit != lengths[0].unit for length in lengths):
        return _DIFFERENT
    value = _near([length.value for length in lengths], NOISE_PX)
    return _DIFFERENT if value is _DIFFERENT else Length(value, lengths[0].unit)


def _common_edges(values: Sequence[Edges | None]) -> Any:
    """
    Edges side by side; an unset side counts as 0 px.
    """
    sides: dict[str, Any] = {}
    for field in fields(Edges):
        side = [(getattr(value, field.name) if value else None) or Length(0) for value in values]
        common = _common_length(side)
        if common is _DIFFERENT:
            return _DIFFERENT
        sides[field.name] = common if common.value or common.unit != "px" else None
    return Edges(**sides) if any(value is not None for value in sides.values()) else None
