"""
Dropping type styles that an element inherits anyway: the page says its colour and size once.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from vision_code.design_scale import DEFAULT_LEADING_PX, FONT_SIZE_PX, SAME_LEADING_PX, step
from vision_code.geometry import Color
from vision_code.observation import FontFamily
from vision_code.uitree import Element, Style


@dataclass(frozen=True, slots=True)
class _Leading:
    """
    A line height as CSS inherits it: a length, or a multiple of whatever the font size is below.
    """

    value: float
    is_ratio: bool

    def px(self, size: float) -> float:
        return self.value * size if self.is_ratio else self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class _Inherited:
    """
    What reaches an element from above; None means "not known here", so nothing may be dropped.
    """

    font_size: float | None = 16.0
    leading: _Leading | None = _Leading(1.5, True)
    color: Color | None = None
    font_weight: int | None = 400
    font_family: FontFamily | None = FontFamily.SANS
    letter_spacing: float | None = 0.0
    text_align: str | None = "left"
    italic: bool | None = False
    nowrap: bool | None = False


#: What browsers set on an element themselves, so that it does not come from its parent.
#: Source: HTML Living Standard, "Rendering", after the reset.
_OWN: dict[str, tuple[str, ...]] = {
    "th": ("font_weight", "text_align"),
    "b": ("font_weight",),
    "strong": ("font_weight",),
    "code": ("font_family", "font_size"),
    "kbd": ("font_family", "font_size"),
    "samp": ("font_family", "font_size"),
    "pre": ("font_family", "font_size", "nowrap"),
    "small": ("font_size",),
    "sub": ("font_size", "leading"),
    "sup": ("font_size", "leading"),
    "em": ("italic",),
    "i": ("italic",),
    "cite": ("italic",),
    "address": ("italic",),
    "mark": ("color",),
    "button": ("text_align",),
    "caption": ("text_align",),
    "input": ("text_align",),
    "select": ("text_align", "nowrap"),
    "textarea": ("text_align", "nowrap"),
    "option": ("color", "nowrap", "text_align"),
}
_PLAIN = ("color", "font_weight", "font_family", "letter_spacing", "text_align", "italic", "nowrap")


def drop_inherited(root: Element) -> Element:
    """
    The tree without the type styles that each element would inherit from the ones around it.
    """
    return _drop(root, _Inherited())


def _drop(element: Element, around: _Inherited) -> Element:
    own = _OWN.get(element.tag, ())
    around = replace(around, **dict.fromkeys(own))
    style, inside = _plain(element.style, around)
    style, inside = _size(style, inside)
    for _, below in element.below:
        inside = _forget(inside, below)
    children = tuple(_drop(child, inside) if isinstance(child, Element) else child for child in element.children)
    return replace(element, style=style, children=children)


def _plain(style: Style, around: _Inherited) -> tuple[Style, _Inherited]:
    changes: dict[str, None] = {}
    given: dict[str, object] = {}
    for name in _PLAIN:
        value = getattr(style, name)
        if value is not None and value == getattr(around, name):
            changes[name] = None
        elif value is not None:
            given[name] = value
    return replace(style, **changes), replace(around, **given)  # type: ignore[arg-type]


def _size(style: Style, around: _Inherited) -> tuple[Style, _Inherited]:
    """
    Font size and line height, which the classes set together.
    """
    size = style.font_size if style.font_size is not None else around.font_size
    leading = _leading(style, around)
    inside = replace(around, font_size=size, leading=leading)
    if style.font_size is None and style.line_height is None:
        return style, inside
    if size is None or leading is None or around.leading is None:
        return style, inside
    same_size = style.font_size is None or style.font_size == around.font_size
    if not same_size:
        return style, inside
    if abs(leading.px(size) - around.leading.px(size)) <= SAME_LEADING_PX:
        return replace(style, font_size=None, line_height=None), around
    if style.line_height is not None:
        return replace(style, font_size=None), replace(inside, leading=_Leading(style.line_height, False))
    return style, inside


def _leading(style: Style, around: _Inherited) -> _Leading | None:
    """
    The line height that the classes of ``style`` give.
    """
    name = step(style.font_size, FONT_SIZE_PX) if style.font_size is not None else None
    if name is not None:
        default = DEFAULT_LEADING_PX[name]
        if style.line_height is None or abs(style.line_height - default) <= 0.5:
            return _Leading(default / FONT_SIZE_PX[name], True)
    return around.leading if style.line_height is None else _Leading(style.line_height, False)


def _forget(around: _Inherited, below: Style) -> _Inherited:
    """
    What is still known for the children when a narrower viewport changes it.
    """
    changed = {field.name: None for field in fields(_Inherited) if getattr(below, field.name, None) is not None}
    if below.font_size is not None or below.line_height is not None:
        changed |= {"font_size": None, "leading": None}
    return replace(around, **changed)
