"""
Tailwind classes of boxes: position, display, size, flex and grid, spacing.
"""

from __future__ import annotations

from vision_code.design_scale import CONTAINER_PX, number, step
from vision_code.emit.utility import INSET, MARGIN, PADDING, Utility, edges, length, spacing, utility
from vision_code.uitree import Length, Style, Track

_DISPLAY = {"none": "hidden"}
_ALIGN = {"start": "flex-start", "end": "flex-end"}
_JUSTIFY = _ALIGN | {"between": "space-between", "around": "space-around", "evenly": "space-evenly"}


def placement(style: Style) -> list[Utility]:
    """
    Position, inset, stacking and margin.
    """
    found: list[Utility] = []
    if style.position:
        found.append(utility(style.position, position=style.position))
    if style.inset:
        found += edges(style.inset, INSET)
    if style.z_index is not None:
        sign = "-" if style.z_index < 0 else ""
        found.append(utility(f"{sign}z-{abs(style.z_index)}", z_index=str(style.z_index)))
    if style.margin:
        found += edges(style.margin, MARGIN)
    return found


def box(style: Style) -> list[Utility]:
    """
    Display and size.
    """
    found: list[Utility] = []
    if style.display:
        found.append(utility(_DISPLAY.get(style.display, style.display), display=style.display))
    if style.aspect_ratio is not None:
        found.append(_aspect(style.aspect_ratio))
    square = style.width is not None and style.width == style.height
    if square and style.width is not None:
        suffix, css = length(style.width)
        found.append(utility(f"size-{suffix}", width=css, height=css))
    if style.height is not None and not square:
        found.append(_sized("h", "height", style.height))
    if style.min_height is not None:
        found.append(_sized("min-h", "min-height", style.min_height))
    if style.width is not None and not square:
        found.append(_sized("w", "width", style.width))
    if style.max_width is not None:
        found.append(_max_width(style.max_width))
    if style.min_width is not None:
        found.append(_sized("min-w", "min-width", style.min_width))
    return found


def _sized(prefix: str, name: str, value: Length) -> Utility:
    suffix, css = length(value)
    return Utility(f"{prefix}-{suffix}", ((name, css),))


def _max_width(value: Length) -> Utility:
    if value.unit == "auto":
        return utility("max-w-none", max_width="none")
    if value.unit == "px" and (name := step(value.value, CONTAINER_PX)):
        return utility(f"max-w-{name}", max_width=f"{number(CONTAINER_PX[name] / 16)}rem")
    return _sized("max-w", "max-width", value)


def _aspect(ratio: float) -> Utility:
    if abs(ratio - 1) < 0.01:
        return utility("aspect-square", aspect_ratio="1 / 1")
    if abs(ratio - 16 / 9) < 0.01:
        return utility("aspect-video", aspect_ratio="16 / 9")
    for high in (2, 3, 4, 5):
        wide = round(ratio * high)
        if wide and abs(wide / high - ratio) < 0.01:
            return utility(f"aspect-{wide}/{high}", aspect_ratio=f"{wide}/{high}")
    return utility(f"aspect-[{number(ratio)}]", aspect_ratio=number(ratio))


def flex(style: Style) -> list[Utility]:
    """
    What a flex item says about itself, and how a flex or grid container lays out its children.
    """
    found = _flex_item(style)
    if style.columns is not None:
        found.append(_columns(style.columns))
    if style.direction:
        token = {"row": "flex-row", "column": "flex-col"}[style.direction]
        found.append(utility(token, flex_direction=style.direction))
    if style.wrap is not None:
        value = "wrap" if style.wrap else "nowrap"
        found.append(utility(f"flex-{value}", flex_wrap=value))
    if style.align:
        found.append(utility(f"items-{style.align}", align_items=_ALIGN.get(style.align, style.align)))
    if style.justify:
        found.append(utility(f"justify-{style.justify}", justify_content=_JUSTIFY.get(style.justify, style.justify)))
    found += _gaps(style.row_gap, style.column_gap)
    if style.align_self:
        found.append(utility(f"self-{style.align_self}", align_self=_ALIGN.get(style.align_self, style.align_self)))
    return found


def _flex_item(style: Style) -> list[Utility]:
    grow, shrink, basis = style.grow, style.shrink, style.basis
    if grow == 1 and shrink in (None, 1) and basis is not None and not basis.value and basis.unit != "auto":
        return [utility("flex-1", flex="1")]
    found: list[Utility] = []
    if shrink is not None:
        found.append(_factor("shrink", "flex-shrink", shrink))
    if grow is not None:
        found.append(_factor("grow", "flex-grow", grow))
    if basis is not None:
        found.append(_sized("basis", "flex-basis", basis))
    return found


def _factor(prefix: str, name: str, value: float) -> Utility:
    css = number(value)
    token = prefix if value == 1 else f"{prefix}-{css}" if value == int(value) else f"{prefix}-[{css}]"
    return Utility(token, ((name, css),))


def _gaps(row: float | None, column: float | None) -> list[Utility]:
    if row is not None and row == column:
        suffix, css = spacing(row)
        return [utility(f"gap-{suffix}", gap=css)]
    found: list[Utility] = []
    if column is not None:
        suffix, css = spacing(column)
        found.append(utility(f"gap-x-{suffix}", column_gap=css))
    if row is not None:
        suffix, css = spacing(row)
        found.append(utility(f"gap-y-{suffix}", row_gap=css))
    return found


def _columns(tracks: tuple[Track, ...]) -> Utility:
    if len(tracks) == 1 and tracks[0] == Track(count=tracks[0].count):
        count = tracks[0].count
        return utility(f"grid-cols-{count}", grid_template_columns=f"repeat({count}, minmax(0, 1fr))")
    css = " ".join(_track(track) for track in tracks)
    token = css.replace(", ", ",").replace(" ", "_")
    return utility(f"grid-cols-[{token}]", grid_template_columns=css)


def _track(track: Track) -> str:
    low, high = _track_length(track.min), _track_length(track.max)
    size = high if low == high or (low == "auto" and high.endswith("fr")) else f"minmax({low}, {high})"
    if track.auto_fill:
        return f"repeat(auto-fill, {size})"
    return f"repeat({track.count}, {size})" if track.count > 1 else size


def _track_length(value: Length) -> str:
    return "auto" if value.unit == "auto" else "0" if not value.value else f"{number(value.value)}{value.unit}"


def padding(style: Style) -> list[Utility]:
    """
    Padding.
    """
    return edges(style.padding, PADDING) if style.padding else []
