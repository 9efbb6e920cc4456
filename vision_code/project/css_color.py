"""
Colours as stylesheets write them. Source: CSS Color 4, sections 5 to 10 and 10.2 for the way from Oklab to sRGB.
"""

from __future__ import annotations

import math
import re

from vision_code.geometry import Color

_HEX = re.compile(r"#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})", re.I)
_FUNCTION = re.compile(r"(rgba?|hsla?|oklch|oklab)\(\s*([^()]{1,100})\)", re.I)
_TRIPLE = re.compile(r"[\d.]+(?:deg)?\s+[\d.]+%\s+[\d.]+%")
_NAMED = {"white": Color(255, 255, 255), "black": Color(0, 0, 0)}


def parse_color(text: str) -> Color | None:
    """
    An opaque colour; None for what is transparent, unknown or no colour. Channels outside sRGB are clipped.
    """
    text = text.strip().lower()
    if text in _NAMED:
        return _NAMED[text]
    if found := _HEX.fullmatch(text):
        return _from_hex(found[1])
    found = _FUNCTION.fullmatch(text)
    # shadcn's older themes hold only what stands between the brackets of hsl().
    if found is None and _TRIPLE.fullmatch(text):
        return _from_hsl(text.split())
    if found is None:
        return None
    parts, _, alpha = found[2].replace(",", " ").partition("/")
    words = parts.split()
    if len(words) == 4 and not alpha:
        words, alpha = words[:3], words[3]
    if len(words) != 3 or (alpha and _number(alpha, 1.0) != 1.0):
        return None
    name = found[1].rstrip("a")
    return _CONVERTERS[name](words)


def _from_hex(digits: str) -> Color | None:
    if len(digits) in (3, 4):
        digits = "".join(digit * 2 for digit in digits)
    if len(digits) == 8 and digits[6:] != "ff":
        return None
    return Color(int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16))


def _number(text: str, whole: float) -> float | None:
    """
    A number, or a percentage of ``whole``; an angle in degrees.
    """
    text = text.strip()
    try:
        value = float(text.removesuffix("%").removesuffix("deg"))
    except ValueError:
        return 0.0 if text == "none" else None
    if not math.isfinite(value):
        return None
    return value * whole / 100 if text.endswith("%") else value


def _from_rgb(words: list[str]) -> Color | None:
    return _color([_number(word, 255) for word in words])


def _from_hsl(words: list[str]) -> Color | None:
    hue, saturation, lightness = _number(words[0], 360), _number(words[1], 1), _number(words[2], 1)
    if hue is None or saturation is None or lightness is None:
        return None
    saturation, lightness = min(max(saturation, 0), 1), min(max(lightness, 0), 1)

    def channel(n: int) -> float:
        k = (n + hue / 30) % 12
        return 255 * (lightness - saturation * min(lightness, 1 - lightness) * max(-1, min(k - 3, 9 - k, 1)))

    return _color([channel(0), channel(8), channel(4)])


def _from_oklch(words: list[str]) -> Color | None:
    lightness, chroma, hue = _number(words[0], 1), _number(words[1], 0.4), _number(words[2], 360)
    if lightness is None or chroma is None or hue is None:
        return None
    angle = math.radians(hue)
    return _oklab(lightness, chroma * math.cos(angle), chroma * math.sin(angle))


def _from_oklab(words: list[str]) -> Color | None:
    lightness, a, b = _number(words[0], 1), _number(words[1], 0.4), _number(words[2], 0.4)
    return None if lightness is None or a is None or b is None else _oklab(lightness, a, b)


def _oklab(lightness: float, a: float, b: float) -> Color | None:
    if max(abs(lightness), abs(a), abs(b)) > 10:
        return None
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return _color([255 * (12.92 * x if x <= 0.0031308 else 1.055 * x ** (1 / 2.4) - 0.055) for x in linear])


def _color(channels: list[float | None]) -> Color | None:
    red, green, blue = (None if value is None else round(min(max(value, 0), 255)) for value in channels)
    return None if red is None or green is None or blue is None else Color(red, green, blue)


_CONVERTERS = {"rgb": _from_rgb, "hsl": _from_hsl, "oklch": _from_oklch, "oklab": _from_oklab}
