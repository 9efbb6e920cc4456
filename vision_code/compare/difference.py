"""
CIEDE2000: how different two colours look.

Source: Sharma, Wu, Dalal, "The CIEDE2000 Color-Difference Formula: Implementation Notes", Color Res. Appl. 30 (2005),
equations 2 to 22; sRGB to Lab (D65) by IEC 61966-2-1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_WHITE_D65 = np.array([0.95047, 1.0, 1.08883])
_25_TO_7 = 25.0**7


def lab(rgb: ArrayLike) -> Floats:
    """
    CIE Lab of sRGB colours.

    Args:
        rgb: [..., 3], 0…255.
    """
    c = np.asarray(rgb, dtype=np.float64) / 255
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    t = (linear @ _TO_XYZ.T) / _WHITE_D65
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1)


def delta_e(rgb_a: ArrayLike, rgb_b: ArrayLike) -> Floats:
    """
    CIEDE2000 difference (kL = kC = kH = 1): 0 the same, about 1 just visible, 100 black against white.

    Args:
        rgb_a, rgb_b: [..., 3] sRGB, 0…255.

    Returns:
        [...] float64.
    """
    lab_a, lab_b = lab(rgb_a), lab(rgb_b)
    chroma_a, chroma_b, hue_a, hue_b = _chroma_and_hue(lab_a, lab_b)
    d_l, mean_l = lab_b[..., 0] - lab_a[..., 0], (lab_a[..., 0] + lab_b[..., 0]) / 2
    d_c, mean_c = chroma_b - chroma_a, (chroma_a + chroma_b) / 2
    grey = chroma_a * chroma_b == 0
    turn = hue_b - hue_a
    turn = np.where(turn > 180, turn - 360, np.where(turn < -180, turn + 360, turn))
    turn = np.where(grey, 0.0, turn)
    d_h = 2 * np.sqrt(chroma_a * chroma_b) * np.sin(np.radians(turn) / 2)
    total = hue_a + hue_b
    far = np.abs(hue_a - hue_b) > 180
    mean_h = np.where(grey, total, np.where(far, np.where(total < 360, total + 360, total - 360) / 2, total / 2))
    t = (
        1
        - 0.17 * np.cos(np.radians(mean_h - 30))
        + 0.24 * np.cos(np.radians(2 * mean_h))
        + 0.32 * np.cos(np.radians(3 * mean_h + 6))
        - 0.20 * np.cos(np.radians(4 * mean_h - 63))
    )
    s_l = 1 + 0.015 * (mean_l - 50) ** 2 / np.sqrt(20 + (mean_l - 50) ** 2)
    s_c, s_h = 1 + 0.045 * mean_c, 1 + 0.015 * mean_c * t
    turn_angle = np.radians(60 * np.exp(-(((mean_h - 275) / 25) ** 2)))
    r_t = -np.sin(turn_angle) * 2 * np.sqrt(mean_c**7 / (mean_c**7 + _25_TO_7))
    l_term, c_term, h_term = d_l / s_l, d_c / s_c, d_h / s_h
    return np.asarray(np.sqrt(np.maximum(0, l_term**2 + c_term**2 + h_term**2 + r_t * c_term * h_term)))


def _chroma_and_hue(lab_a: Floats, lab_b: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """
    Primed chroma and hue (degrees, 0…360) of both colours, equations 2 to 7.
    """
    mean = (np.hypot(lab_a[..., 1], lab_a[..., 2]) + np.hypot(lab_b[..., 1], lab_b[..., 2])) / 2
    stretch = 1.5 - 0.5 * np.sqrt(mean**7 / (mean**7 + _25_TO_7))
    a_a, a_b = lab_a[..., 1] * stretch, lab_b[..., 1] * stretch
    hue_a = np.degrees(np.arctan2(lab_a[..., 2], a_a)) % 360
    hue_b = np.degrees(np.arctan2(lab_b[..., 2], a_b)) % 360
    return np.hypot(a_a, lab_a[..., 2]), np.hypot(a_b, lab_b[..., 2]), hue_a, hue_b
