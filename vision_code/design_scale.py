"""
The Tailwind v4 scale in numbers: the steps of spacing, type, radius, weight and width, and how to snap to them.

Two tolerances, on purpose. `snap_*` moves a measured value by up to 2 px and is called by `assemble` *before* it
computes geometry, so that what one value gains the next can give back. `emit` itself calls only `step`, which accepts
a name when the value is within half a pixel of it: by then a larger move would shift everything below.

Source of the steps: tailwindcss 4 `theme.css`.
"""

from __future__ import annotations

from collections.abc import Mapping

#: A value this close to a step *is* the step: less than what a screenshot can show.
EMIT_TOLERANCE_PX = 0.5
#: Line heights that differ by less are one line height: a quarter of a pixel adds up to one over four lines.
SAME_LEADING_PX = 0.25
#: How far a measured value may be moved onto the scale before geometry is computed.
SNAP_TOLERANCE_PX = 2.0
#: `--spacing`: one spacing unit.
SPACING_PX = 4.0
#: Radii from here on mean "as round as it gets" (`rounded-full`).
PILL_RADIUS_PX = 1000.0

FONT_SIZE_PX: Mapping[str, float] = {
    "xs": 12, "sm": 14, "base": 16, "lg": 18, "xl": 20, "2xl": 24, "3xl": 30, "4xl": 36,
    "5xl": 48, "6xl": 60, "7xl": 72, "8xl": 96, "9xl": 128,
}  # fmt: skip

#: Line height that each font size brings along, px.
DEFAULT_LEADING_PX: Mapping[str, float] = {
    "xs": 16, "sm": 20, "base": 24, "lg": 28, "xl": 28, "2xl": 32, "3xl": 36, "4xl": 40,
    "5xl": 48, "6xl": 60, "7xl": 72, "8xl": 96, "9xl": 128,
}  # fmt: skip

RADIUS_PX: Mapping[str, float] = {"xs": 2, "sm": 4, "md": 6, "lg": 8, "xl": 12, "2xl": 16, "3xl": 24, "4xl": 32}

WEIGHT: Mapping[str, int] = {
    "thin": 100, "extralight": 200, "light": 300, "normal": 400, "medium": 500, "semibold": 600, "bold": 700,
    "extrabold": 800, "black": 900,
}  # fmt: skip

CONTAINER_PX: Mapping[str, float] = {
    "3xs": 256, "2xs": 288, "xs": 320, "sm": 384, "md": 448, "lg": 512, "xl": 576, "2xl": 672, "3xl": 768,
    "4xl": 896, "5xl": 1024, "6xl": 1152, "7xl": 1280,
}  # fmt: skip

#: Letter spacing in em.
TRACKING_EM: Mapping[str, float] = {"tighter": -0.05, "tight": -0.025, "wide": 0.025, "wider": 0.05, "widest": 0.1}

#: Below this, spacing steps are 2 px apart (p-0.5 … p-3.5), above 4 px.
_FINE_STEPS_BELOW_PX = 16.0


def step(value: float, steps: Mapping[str, float], tolerance: float = EMIT_TOLERANCE_PX) -> str | None:
    """
    Name of the step nearest to ``value``, None when none is within ``tolerance``.
    """
    name = min(steps, key=lambda key: abs(steps[key] - value))
    return name if abs(steps[name] - value) <= tolerance else None


def number(value: float) -> str:
    """
    A number as CSS writes it: at most three decimals, no trailing zeros, no negative zero.
    """
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def spacing_step(px: float, tolerance: float = EMIT_TOLERANCE_PX) -> str | None:
    """
    The spacing multiplier of a length ("4" for 16 px, "1.5" for 6 px, "px" for 1 px), None when it is off the scale.

    Half steps (multiples of 2 px) count as on the scale.
    """
    size = abs(px)
    if abs(size - 1) < tolerance:
        return "px"
    nearest = round(size / 2) * 2
    return number(nearest / SPACING_PX) if abs(nearest - size) <= tolerance and (nearest or not size) else None


def snap_spacing(px: float) -> float:
    """
    A gap, padding or margin in px moved onto the spacing scale, by 1 px at most.

    1 px stays; up to 16 px the steps are 2 px apart; above, multiples of 4 px are preferred when they are no further
    than 1 px away and 2 px steps fill in: a move of 2 px, repeated by ten rows, would shift the last one by a row.
    """
    sign, size = (-1.0 if px < 0 else 1.0), abs(px)
    if 0.5 <= size < 1.5:
        return sign
    coarse = round(size / SPACING_PX) * SPACING_PX
    if size > _FINE_STEPS_BELOW_PX and abs(coarse - size) <= 1:
        return sign * coarse
    return sign * round(size / 2) * 2.0


def snap_size(px: float) -> float:
    """
    A width or height in px moved to the nearest multiple of 4 px within `SNAP_TOLERANCE_PX`, else to whole pixels.

    Small things (icons, dots, rules: under 16 px) keep 2 px steps, and 1 px and 3 px rules stay as they are.
    """
    if px < 4:
        return float(max(round(px), 0))
    return round(px / SPACING_PX) * SPACING_PX if px > _FINE_STEPS_BELOW_PX else round(px / 2) * 2.0


def snap_font_size(px: float) -> float:
    """
    A font size moved onto the type scale when within 4 % and 2 px of a step, else rounded to half a pixel.

    The move is bounded in per cent because the width of a line scales with it: 13 px set as 14 px makes every line
    8 % longer and breaks it elsewhere; 37 px set as 36 px costs 3 %.
    """
    nearest = min(FONT_SIZE_PX.values(), key=lambda size: abs(size - px))
    if abs(nearest - px) <= min(SNAP_TOLERANCE_PX, 0.04 * px):
        return nearest
    return round(px * 2) / 2
