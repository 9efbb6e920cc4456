"""
Tailwind classes of paint and type: borders, corners, backgrounds, shadows, fonts.
"""

from __future__ import annotations

from typing import TypeVar

from vision_code.design_scale import (
    DEFAULT_LEADING_PX,
    FONT_SIZE_PX,
    PILL_RADIUS_PX,
    RADIUS_PX,
    SAME_LEADING_PX,
    TRACKING_EM,
    WEIGHT,
    number,
    step,
)
from vision_code.emit.theme import Theme
from vision_code.emit.utility import Utility, spacing, utility
from vision_code.observation import CORNERS, Gradient, GradientStop, Shadow, Side
from vision_code.uitree import BorderEdge, Style

# One measured shadow (offset, blur, alpha) against the two layers of each Tailwind shadow; the first row of a step is
# what its wider layer measures. Source of the CSS: tailwindcss 4.3 theme.css.
_SHADOWS: dict[str, tuple[float, float, float, str]] = {
    "xs": (1, 2, 0.05, "0 1px 2px 0 rgb(0 0 0 / 0.05)"),
    "sm": (1, 3, 0.10, "0 1px 3px 0 rgb(0 0 0 / 0.1), 0 1px 2px -1px rgb(0 0 0 / 0.1)"),
    "md": (4, 6, 0.10, "0 4px 6px -1px rgb(0 0 0 / 0.1), 0 2px 4px -2px rgb(0 0 0 / 0.1)"),
    "lg": (10, 15, 0.10, "0 10px 15px -3px rgb(0 0 0 / 0.1), 0 4px 6px -4px rgb(0 0 0 / 0.1)"),
    "xl": (20, 25, 0.10, "0 20px 25px -5px rgb(0 0 0 / 0.1), 0 8px 10px -6px rgb(0 0 0 / 0.1)"),
    "2xl": (25, 50, 0.25, "0 25px 50px -12px rgb(0 0 0 / 0.25)"),
}
_GRADIENT_SIDES = {0: "top", 90: "right", 180: "bottom", 270: "left"}
_CORNERS = ("top-left", "top-right", "bottom-left", "bottom-right")
_SIDES = ("top", "right", "bottom", "left")
_T = TypeVar("_T")


def borders(style: Style, theme: Theme) -> list[Utility]:
    """
    Radius, border widths, border style, border colours.
    """
    found: list[Utility] = []
    if style.radius is not None:
        found.append(_radius(style.radius, style.rounded))
    given = {side: getattr(style, f"border_{side}") for side in _SIDES}
    present: dict[str, BorderEdge] = {side: edge for side, edge in given.items() if edge is not None}
    if not present:
        return found
    widths = {side: edge.width_px for side, edge in present.items()}
    colors = {side: edge.color for side, edge in present.items() if edge.width_px}
    for side, px in _merged(widths).items():
        found.append(_border_width(side, px))
    if any(edge.dashed for edge in present.values()):
        found.append(utility("border-dashed", border_style="dashed"))
    # One colour is written for the box, not for each side: the sides without a border do not show it.
    same = len(set(colors.values())) == 1
    for side, color in ({"": next(iter(colors.values()))} if same else _merged(colors)).items():
        name, css = theme.paint(color)
        found.append(Utility(f"border{_dash(side[:1])}-{name}", ((f"border{_dash(side)}-color", css),)))
    return found


def _merged(sides: dict[str, _T]) -> dict[str, _T]:
    """
    One entry for the whole box when all four sides agree, else one for each side.
    """
    values = list(sides.values())
    return {"": values[0]} if len(values) == len(_SIDES) and len(set(values)) == 1 else sides


def _dash(part: str) -> str:
    return f"-{part}" if part else ""


def _border_width(side: str, px: float) -> Utility:
    css = f"{number(px)}px" if px else "0"
    suffix = "" if px == 1 else f"-{number(px)}" if px == int(px) else f"-[{css}]"
    return Utility(f"border{_dash(side[:1])}{suffix}", ((f"border{_dash(side)}-width", css),))


def _radius(px: float, side: Side | None) -> Utility:
    name, css = _radius_step(px)
    if side is None:
        return utility(f"rounded-{name}", border_radius=css)
    return Utility(f"rounded-{side}-{name}", tuple((f"border-{_CORNERS[at]}-radius", css) for at in CORNERS[side]))


def _radius_step(px: float) -> tuple[str, str]:
    """
    Class suffix and CSS value of a radius: ("lg", "0.5rem").
    """
    if px >= PILL_RADIUS_PX:
        return "full", "calc(infinity * 1px)"
    if not px:
        return "none", "0"
    if (name := step(px, RADIUS_PX)) is not None:
        return name, f"{number(RADIUS_PX[name] / 16)}rem"
    return f"[{number(px)}px]", f"{number(px)}px"


def background(style: Style, theme: Theme) -> list[Utility]:
    """
    Flat background, or gradient over it; how a picture fills its box.
    """
    found: list[Utility] = []
    if style.background is not None and style.gradient is None:
        name, css = theme.paint(style.background)
        found.append(utility(f"bg-{name}", background_color=css))
    if style.gradient is not None:
        found += _gradient(style.gradient, theme)
    if style.object_fit:
        found.append(utility(f"object-{style.object_fit}", object_fit=style.object_fit))
    return found


def _gradient(gradient: Gradient, theme: Theme) -> list[Utility]:
    angle = round(gradient.angle_deg) % 360
    side = _GRADIENT_SIDES.get(angle)
    where = f"to {side}" if side else f"{angle}deg"
    if [stop.at for stop in gradient.stops] != [0.0, 1.0]:
        return [_stopped_gradient(where, gradient.stops, theme)]
    # Browsers and designs mix in sRGB by default, Tailwind 4 in Oklab: the modifier keeps what was measured.
    direction = f"to-{side[0]}" if side else str(angle)
    (start, start_css), (end, end_css) = (theme.paint(stop.color) for stop in gradient.stops)
    image = f"linear-gradient({where}, var(--tw-gradient-from), var(--tw-gradient-to))"
    return [
        utility(f"bg-linear-{direction}/srgb", background_image=image),
        Utility(f"from-{start}", (("--tw-gradient-from", start_css),)),
        Utility(f"to-{end}", (("--tw-gradient-to", end_css),)),
    ]


def _stopped_gradient(where: str, stops: tuple[GradientStop, ...], theme: Theme) -> Utility:
    """
    One class for a gradient with places of its own: the variables of ``from-10%`` and ``via-…`` would go on to the
    gradients inside it.
    """
    colors = ", ".join(f"{theme.paint(stop.color)[1]} {round(100 * stop.at)}%" for stop in stops)
    css = f"linear-gradient({where}, {colors})"
    return utility(f"bg-[{css.replace(', ', ',').replace(' ', '_')}]", background_image=css)


def shadow(style: Style) -> list[Utility]:
    """
    The nearest Tailwind shadow when it looks the same, else the measured one.
    """
    if style.shadow is None:
        return []
    if not style.shadow.alpha:
        return [utility("shadow-none", box_shadow="none")]
    if (name := _shadow_step(style.shadow)) is not None:
        return [utility(f"shadow-{name}", box_shadow=_SHADOWS[name][3])]
    s = style.shadow
    css = f"{_px(s.dx_px)} {_px(s.dy_px)} {_px(s.blur_px)} rgb(0 0 0 / {number(s.alpha)})"
    token = css.replace(" / ", "/").replace(" ", "_")
    return [utility(f"shadow-[{token}]", box_shadow=css)]


def _px(value: float) -> str:
    return f"{number(value)}px" if value else "0"


def _shadow_step(measured: Shadow) -> str | None:
    """
    The step whose offset, blur and strength a measurement cannot tell from the given ones: a quarter or 1 px.
    """
    if abs(measured.dx_px) > 0.5:
        return None
    for name, (dy, blur, alpha, _) in _SHADOWS.items():
        near_offset = abs(dy - measured.dy_px) <= max(1.0, dy / 4)
        near_blur = abs(blur - measured.blur_px) <= max(1.0, blur / 4)
        if near_offset and near_blur and abs(alpha - measured.alpha) <= 0.04:
            return name
    return None


def type_(style: Style, theme: Theme) -> list[Utility]:
    """
    List markers, alignment, font, size, leading, weight, tracking, colour, slant, underline, wrapping.
    """
    found: list[Utility] = []
    if style.text_align:
        found.append(utility(f"text-{style.text_align}", text_align=style.text_align))
    if style.vertical_align:
        found.append(utility(f"align-{style.vertical_align}", vertical_align=style.vertical_align))
    if style.font_family is not None:
        found.append(utility(f"font-{style.font_family.value}", font_family=theme.font(style.font_family)))
    found += _size(style.font_size, style.line_height)
    if style.font_weight is not None:
        found.append(_weight(style.font_weight))
    if style.letter_spacing is not None:
        found.append(_tracking(style.letter_spacing, style.font_size))
    if style.color is not None:
        name, css = theme.paint(style.color)
        found.append(utility(f"text-{name}", color=css))
    if style.italic is not None:
        css = "italic" if style.italic else "normal"
        found.append(utility("italic" if style.italic else "not-italic", font_style=css))
    if style.underline is not None:
        css = "underline" if style.underline else "none"
        found.append(utility("underline" if style.underline else "no-underline", text_decoration_line=css))
    return found


def _size(size: float | None, leading: float | None) -> list[Utility]:
    """
    Font size and line height. Without a line height, a named size brings its own, as Tailwind has it.
    """
    if size is None:
        if leading is None:
            return []
        suffix, css = spacing(leading, SAME_LEADING_PX)
        return [utility(f"leading-{suffix}", line_height=css)]
    name = step(size, FONT_SIZE_PX)
    token = name or f"[{number(size)}px]"
    size_css = f"{number(FONT_SIZE_PX[name] / 16)}rem" if name else f"{number(size)}px"
    if name and (leading is None or abs(leading - DEFAULT_LEADING_PX[name]) <= 0.5):
        # A ratio, like Tailwind's own: descendants of another size inherit the ratio, not the length.
        ratio = f"calc({number(DEFAULT_LEADING_PX[name] / 16)} / {number(FONT_SIZE_PX[name] / 16)})"
        return [utility(f"text-{token}", font_size=size_css, line_height=ratio)]
    if leading is None:
        return [utility(f"text-{token}", font_size=size_css)]
    suffix, leading_css = ("none", "1") if leading == size else spacing(leading, SAME_LEADING_PX)
    return [utility(f"text-{token}/{suffix}", font_size=size_css, line_height=leading_css)]


def _weight(weight: int) -> Utility:
    names = {value: name for name, value in WEIGHT.items()}
    token = names.get(weight, f"[{weight}]")
    return utility(f"font-{token}", font_weight=str(weight))


def _tracking(px: float, size: float | None) -> Utility:
    if not px:
        return utility("tracking-normal", letter_spacing="0em")
    # 0.01 em is 0.16 px at 16 px: below what can be measured over a word.
    name = step(px / size, TRACKING_EM, 0.01) if size else None
    if name is not None:
        return utility(f"tracking-{name}", letter_spacing=f"{number(TRACKING_EM[name])}em")
    return utility(f"tracking-[{number(px)}px]", letter_spacing=f"{number(px)}px")


def flow(style: Style) -> list[Utility]:
    """
    Overflow, list markers and line breaking.
    """
    found: list[Utility] = []
    if style.list_marker:
        found.append(utility(f"list-{style.list_marker}", list_style_type=style.list_marker))
    if style.overflow:
        found.append(utility(f"overflow-{style.overflow}", overflow=style.overflow))
    if style.nowrap is not None:
        css = "nowrap" if style.nowrap else "normal"
        found.append(utility(f"whitespace-{css}", white_space=css))
    return found


def placeholder(style: Style, theme: Theme) -> list[Utility]:
    """
    Colour of a field's placeholder; without it, half of the text's.
    """
    if style.placeholder_color is None:
        return []
    name, css = theme.paint(style.placeholder_color)
    return [utility(f"text-{name}", color=css)]
