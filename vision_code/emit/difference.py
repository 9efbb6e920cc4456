"""
How different two colours look: CIEDE2000.
"""

from __future__ import annotations

import math
from functools import cache

from vision_code.geometry import Color

# CIE D65 reference white, 2° observer. Source: CIE 15:2004.
_WHITE = (0.95047, 1.0, 1.08883)
_POW25_7 = 25.0**7


@cache
def lab(color: Color) -> tuple[float, float, float]:
    """
    CIE L*a*b* (D65) of an sRGB colour. Source: IEC 61966-2-1 and CIE 15:2004.
    """
    r, g, b = ((c / 255 / 12.92) if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in color)
    xyz = (
        0.4124564 * r + 0.3575761 * g + 0.1804375 * b,
        0.2126729 * r + 0.7151522 * g + 0.0721750 * b,
        0.0193339 * r + 0.1191920 * g + 0.9503041 * b,
    )
    fx, fy, fz = (
        t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116
        for t in (v / w for v, w in zip(xyz, _WHITE, strict=True))
    )
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def ciede2000(first: Color, second: Color) -> float:
    """
    Colour difference; about 1 is the least that an eye can tell.

    Source: Sharma, Wu, Dalal, "The CIEDE2000 Color-Difference Formula", 2005, equations 2-22.
    """
    (l1, a1, b1), (l2, a2, b2) = lab(first), lab(second)
    mean_c7 = ((math.hypot(a1, b1) + math.hypot(a2, b2)) / 2) ** 7
    g = 0.5 * (1 - math.sqrt(mean_c7 / (mean_c7 + _POW25_7)))
    c1, c2 = math.hypot((1 + g) * a1, b1), math.hypot((1 + g) * a2, b2)
    h1, h2 = _hue((1 + g) * a1, b1), _hue((1 + g) * a2, b2)
    delta_h, mean_h = _hue_difference(h1, h2, c1 * c2)
    mean_l, mean_c = (l1 + l2) / 2, (c1 + c2) / 2
    t = (
        1
        - 0.17 * math.cos(math.radians(mean_h - 30))
        + 0.24 * math.cos(math.radians(2 * mean_h))
        + 0.32 * math.cos(math.radians(3 * mean_h + 6))
        - 0.20 * math.cos(math.radians(4 * mean_h - 63))
    )
    s_l = 1 + 0.015 * (mean_l - 50) ** 2 / math.sqrt(20 + (mean_l - 50) ** 2)
    s_c, s_h = 1 + 0.045 * mean_c, 1 + 0.015 * mean_c * t
    rotation = -2 * math.sqrt(mean_c**7 / (mean_c**7 + _POW25_7))
    rotation *= math.sin(math.radians(60 * math.exp(-(((mean_h - 275) / 25) ** 2))))
    dl, dc = (l2 - l1) / s_l, (c2 - c1) / s_c
    dh = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(delta_h / 2)) / s_h
    return math.sqrt(max(0.0, dl * dl + dc * dc + dh * dh + rotation * dc * dh))


def _hue(a: float, b: float) -> float:
    return math.degrees(math.atan2(b, a)) % 360 if a or b else 0.0


def _hue_difference(h1: float, h2: float, chroma_product: float) -> tuple[float, float]:
    """
    Signed hue difference and mean hue in degrees, on the shorter arc.
    """
    if not chroma_product:
        return 0.0, h1 + h2
    delta = h2 - h1
    if abs(delta) <= 180:
        return delta, (h1 + h2) / 2
    mean = (h1 + h2 + 360) / 2 if h1 + h2 < 360 else (h1 + h2 - 360) / 2
    return (delta - 360 if delta > 0 else delta + 360), mean
