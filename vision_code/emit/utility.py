"""
One Tailwind class and the CSS it means, and the table row by row: lengths, sides, fractions.

Classes and declarations are made in the same place, so that what the markup says and what the stylesheet does cannot
drift apart. Source of the meanings: tailwindcss 4.3, held to its own command line tool by a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from vision_code.design_scale import EMIT_TOLERANCE_PX, number, spacing_step
from vision_code.uitree import Edges, Length

#: Widths in per cent this close to a fraction are written as one: 0.1 % of a 1280 px row is 1.3 px.
_FRACTION_TOLERANCE = 0.1
_LARGEST_DENOMINATOR = 12


@dataclass(frozen=True, slots=True)
class Utility:
    """
    A class name and what it declares.

    Attributes:
        token: Class name without variant ("px-4", "bg-[#4e73df]").
        declarations: CSS properties and values in order.
    """

    token: str
    declarations: tuple[tuple[str, str], ...]


def utility(token: str, **declarations: str) -> Utility:
    """
    A `Utility` from keyword declarations; underscores in property names stand for hyphens.
    """
    return Utility(token, tuple((name.replace("_", "-"), value) for name, value in declarations.items()))


def spacing(px: float, tolerance: float = EMIT_TOLERANCE_PX) -> tuple[str, str]:
    """
    Class suffix and CSS value of a length: ("4", "1rem"), ("px", "1px"), ("[13px]", "13px"); sign left to the caller.
    This close to a step, px, a length is on the scale.
    """
    size = abs(px)
    step = spacing_step(size, tolerance)
    if step is None:
        return f"[{number(size)}px]", f"{number(size)}px"
    return step, "1px" if step == "px" else "0" if step == "0" else f"{number(float(step) / 4)}rem"


def fraction(percent: float) -> str | None:
    """
    "1/3" for 33.33 %, "full" for 100 %, None when no fraction with a denominator up to 12 is near.
    """
    nearest = Fraction(percent / 100).limit_denominator(_LARGEST_DENOMINATOR)
    if abs(float(nearest) * 100 - percent) > _FRACTION_TOLERANCE or not 0 < nearest <= 1:
        return None
    return "full" if nearest == 1 else f"{nearest.numerator}/{nearest.denominator}"


def length(value: Length, *, fractions: bool = True) -> tuple[str, str]:
    """
    Class suffix and CSS value of a length without its sign; ``fractions`` says whether the class knows "1/2", "full".
    """
    if value.unit == "auto":
        return "auto", "auto"
    if value.unit == "px":
        return spacing(value.value)
    size = abs(value.value)
    if value.unit == "vh" and size == 100:
        return "screen", "100vh"
    if value.unit == "%" and fractions and (name := fraction(size)) is not None:
        return name, "100%" if name == "full" else f"calc({name.replace('/', ' / ')} * 100%)"
    if value.unit == "%" and not size:
        return "0", "0"
    return f"[{number(size)}{value.unit}]", f"{number(size)}{value.unit}"


def signed(prefix: str, value: Length, *, fractions: bool = True) -> tuple[str, str]:
    """
    Class name and CSS value of a length that may be negative: ("-mt-4", "-1rem"), ("mt-[-13px]", "-13px").
    """
    suffix, css = length(value, fractions=fractions)
    if value.unit == "auto" or value.value >= 0 or css == "0":
        return f"{prefix}-{suffix}", css
    if suffix.startswith("["):
        return f"{prefix}-[-{suffix[1:]}", f"-{css}"
    return f"-{prefix}-{suffix}", f"calc({css} * -1)" if css.startswith("calc") else f"-{css}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """
    How one four-sided property is spelled: class prefixes and CSS properties of all, of an axis and of each side.

    Attributes:
        fractions: Whether its classes know fractions; margin and padding do not.
    """

    every: tuple[str, str]
    inline: tuple[str, str]
    block: tuple[str, str]
    each: Mapping[str, tuple[str, str]]
    fractions: bool = False


PADDING = Sides(
    every=("p", "padding"),
    inline=("px", "padding-inline"),
    block=("py", "padding-block"),
    each={side: (f"p{side[0]}", f"padding-{side}") for side in ("top", "right", "bottom", "left")},
)
MARGIN = Sides(
    every=("m", "margin"),
    inline=("mx", "margin-inline"),
    block=("my", "margin-block"),
    each={side: (f"m{side[0]}", f"margin-{side}") for side in ("top", "right", "bottom", "left")},
)
INSET = Sides(
    every=("inset", "inset"),
    inline=("inset-x", "inset-inline"),
    block=("inset-y", "inset-block"),
    each={side: (side, side) for side in ("top", "right", "bottom", "left")},
    fractions=True,
)


def edges(value: Edges, sides: Sides) -> list[Utility]:
    """
    The shortest classes that set the given sides: ``p-4``, ``px-4 py-2``, ``mt-4`` …
    """
    found: list[Utility] = []

    def add(names: tuple[str, str], size: Length) -> None:
        token, css = signed(names[0], size, fractions=sides.fractions)
        found.append(Utility(token, ((names[1], css),)))

    top, right, bottom, left = value.top, value.right, value.bottom, value.left
    if top is not None and top == right == bottom == left:
        add(sides.every, top)
        return found
    if left is not None and left == right:
        add(sides.inline, left)
        left = right = None
    if top is not None and top == bottom:
        add(sides.block, top)
        top = bottom = None
    for side, size in (("top", top), ("right", right), ("bottom", bottom), ("left", left)):
        if size is not None:
            add(sides.each[side], size)
    return found
