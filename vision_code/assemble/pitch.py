"""
The line height of paragraphs, measured together: texts of one size mostly have one, and the longest tell it best.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vision_code.divide.paragraphs import rows_of
from vision_code.region import Region

#: A baseline is measured to half a pixel, so the distance of two to one.
_NOISE_PX = 1.0
#: How far that is off, as a standard deviation, and so many of them a mean may be from the truth.
_NOISE_SD_PX, _SURE_SD = 0.4, 2.5
#: Line heights, px, are round: the first of these steps that the measures allow.
_STEPS_PX = (1.0, 0.5, 0.25, 0.1)


@dataclass(frozen=True, slots=True)
class _Span:
    """
    The distance from the first baseline of a text to its last, over so many gaps.
    """

    region_id: int
    px: float
    gaps: int


def line_pitches(texts: Iterable[Region], size: Mapping[int, float]) -> dict[int, float]:
    """
    Distance of the lines, px, of the texts that have more than one, by ``Region.id``.

    Args:
        texts: TEXT regions.
        size: Font size of each, px.
    """
    groups: defaultdict[float, list[_Span]] = defaultdict(list)
    for region in texts:
        rows = rows_of(region.lines)
        if len(rows) > 1:
            span = _Span(region.id, rows[-1][0].baseline_y - rows[0][0].baseline_y, len(rows) - 1)
            groups[size[region.id]].append(span)
    found: dict[int, float] = {}
    for spans in groups.values():
        left = sorted(spans, key=lambda span: -span.gaps)
        while left:
            alike, pitch = _alike(left)
            found |= dict.fromkeys((span.region_id for span in alike), pitch)
            left = [span for span in left if span not in alike]
    return found


def _alike(spans: list[_Span]) -> tuple[list[_Span], float]:
    """
    The spans that the pitch of the first, the longest, explains, and the pitch of all of them.
    """
    mean = spans[0].px / spans[0].gaps
    alike = [span for span in spans if abs(span.px - mean * span.gaps) <= _NOISE_PX]
    gaps = sum(span.gaps for span in alike)
    mean = sum(span.px for span in alike) / gaps
    near = _SURE_SD * _NOISE_SD_PX * len(alike) ** 0.5 / gaps
    rounded = [round(round(mean / step) * step, 2) for step in _STEPS_PX]
    return alike, next((pitch for pitch in rounded if abs(pitch - mean) < near + 0.01), rounded[-1])
