"""
The colours of one tree by name (Tailwind's own where they match, a few theme tokens for what repeats, hex for the rest)
and its fonts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from vision_code.emit.palette import palette, palette_name
from vision_code.emit.typefaces import font_stack
from vision_code.geometry import Color
from vision_code.observation import FontFamily, Typeface


@dataclass(frozen=True, slots=True)
class Theme:
    """
    Names for the colours that one tree uses again and again.

    Attributes:
        names: Token ("brand", "muted") of each colour that has one; several near-equal colours may share a token.
        values: The colour that each token stands for, in the order in which the theme lists them.
        typefaces: What the font families are set in, where it is not the usual face.
    """

    names: Mapping[Color, str] = field(default_factory=dict)
    values: Mapping[str, Color] = field(default_factory=dict)
    typefaces: tuple[Typeface, ...] = ()

    def prefixed(self, prefix: str) -> Theme:
        """
        The same colours, each token behind ``prefix`` and a hyphen.
        """
        return replace(
            self,
            names={color: f"{prefix}-{token}" for color, token in self.names.items()},
            values={f"{prefix}-{token}": color for token, color in self.values.items()},
        )

    def taking(self, others: Mapping[Color, str]) -> Theme:
        """
        This theme with the names that others already have for some of its colours.
        """
        names = {**self.names, **others}
        used = set(names.values())
        return replace(
            self, names=names, values={token: color for token, color in self.values.items() if token in used}
        )

    def font(self, family: FontFamily) -> str:
        """
        The CSS `font-family` of a family.
        """
        return font_stack(family, self.typefaces)

    def paint(self, color: Color) -> tuple[str, str]:
        """
        Class suffix and CSS value of a colour: ("brand", "var(--color-brand)"), ("white", "#ffffff"), ("[#…]", "#…").
        """
        if (name := self.names.get(color)) is not None:
            return name, f"var(--color-{name})"
        if (name := palette_name(color)) is not None:
            return name, palette()[name].hex
        return f"[{color.hex}]", color.hex
