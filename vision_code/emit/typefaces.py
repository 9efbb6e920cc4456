"""
Fonts: the stack of each family, and faces that are on every machine made as wide as the one that a picture shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from vision_code.design_scale import number
from vision_code.observation import FontFamily, Typeface

#: Fonts that a picture of a sans-serif page most likely shows, named before the system's own so that the same words
#: take the same width on another machine.
FONT_STACKS: Mapping[FontFamily, str] = {
    FontFamily.SANS: '"Segoe UI", Roboto, "Helvetica Neue", Arial, "Liberation Sans", system-ui, sans-serif',
    FontFamily.SERIF: 'Georgia, Cambria, "Times New Roman", "Liberation Serif", Times, serif',
    FontFamily.MONO: 'ui-monospace, SFMono-Regular, Menlo, Monaco, Consolas, "Liberation Mono", monospace',
}
#: The faces that the ratios were measured against, by the names that `local()` looks for, regular and bold.
_LOCAL = {
    FontFamily.SANS: (("Arial", "Liberation Sans"), ("Arial Bold", "Liberation Sans Bold")),
    FontFamily.SERIF: (
        ("Times New Roman", "Liberation Serif"),
        ("Times New Roman Bold", "Liberation Serif Bold"),
    ),
}
#: Ascent and descent of those, em. Source: hhea tables of Liberation 2.1, metric-compatible with Arial and Times.
_EXTENT_EM = {FontFamily.SANS: (0.905, 0.212), FontFamily.SERIF: (0.891, 0.216)}


def font_stack(family: FontFamily, typefaces: Iterable[Typeface]) -> str:
    """
    The CSS `font-family` of a family.
    """
    face = next((face for face in typefaces if face.family is family), None)
    if face is None:
        return FONT_STACKS[family]
    named = f'"{face.name}", ' if face.name else ""
    return f'{named}"{fallback_name(face)}", {FONT_STACKS[family].rsplit(", ", 1)[1]}'


def fallback_name(face: Typeface) -> str:
    """
    The name of the adjusted face.
    """
    return f"{face.name} Fallback" if face.name else f"Fitted {face.family.value.capitalize()}"


def face_rules(typefaces: Iterable[Typeface]) -> list[str]:
    """
    `@font-face` rules of the adjusted faces: words as wide as in the picture, lines as high as before.

    Source: CSS Fonts 5, `size-adjust`, `ascent-override`: https://www.w3.org/TR/css-fonts-5/#size-adjust-desc.
    """
    lines: list[str] = []
    for face in typefaces:
        for weight, names in zip((400, 700), _LOCAL[face.family], strict=True):
            ratio = face.ratio(weight)
            ascent, descent = (number(round(100 * em / ratio, 1)) for em in _EXTENT_EM[face.family])
            lines += [
                "@font-face {",
                f'  font-family: "{fallback_name(face)}";',
                f"  font-weight: {weight};",
                f"  src: {', '.join(f'local({name!r})' for name in names)};".replace("'", '"'),
                f"  size-adjust: {number(round(100 * ratio, 1))}%;",
                f"  ascent-override: {ascent}%;",
                f"  descent-override: {descent}%;",
                "  line-gap-override: 0%;",
                "}",
            ]
    return lines
