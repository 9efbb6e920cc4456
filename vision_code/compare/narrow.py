"""
What goes wrong when the page is narrower than the picture: content past the edge, words over words.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vision_code.render.facts import PageFacts

#: The width looked at, as a share of the picture's; 320 px is the narrowest that pages are made for (WCAG 2.2, 1.4.10).
SHARE, LEAST_PX = 2 / 3, 320
#: One px of rounding is no overflow.
_OVERFLOW_PX = 1.5
#: Words lie on one another from this share of the smaller one's box on: line boxes of tight headings touch.
_OVERLAP_SHARE = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrow:
    """
    A page at two thirds of its picture's width.

    Attributes:
        width_px: The width looked at.
        overflow_px: How far content reaches past the right edge; 0 when it does not.
        overlapping: Words that lie on others, in document order.
    """

    width_px: int
    overflow_px: float
    overlapping: tuple[str, ...]

    @property
    def problems(self) -> tuple[str, ...]:
        """
        One sentence for each thing that is wrong.
        """
        found = []
        if self.overflow_px:
            found.append(f"at {self.width_px} px content reaches {self.overflow_px:.0f} px past the edge")
        if self.overlapping:
            found.append(f"at {self.width_px} px words lie on others: {' '.join(self.overlapping[:6])}")
        return tuple(found)


def narrow_width_px(width_px: float) -> int:
    """
    The width to look at for a picture of ``width_px``.
    """
    return max(min(LEAST_PX, round(width_px)), round(SHARE * width_px))


def look(facts: PageFacts) -> Narrow:
    """
    Judge a page by what was measured in it at the narrow width.
    """
    return Narrow(
        width_px=facts.width_px,
        overflow_px=facts.overflow_px if facts.overflow_px > _OVERFLOW_PX else 0.0,
        overlapping=_overlapping(facts),
    )


def _overlapping(facts: PageFacts) -> tuple[str, ...]:
    boxes = np.array([(w.box.x, w.box.y, w.box.right, w.box.bottom) for w in facts.words]).reshape(-1, 4)
    areas = np.maximum(1e-6, (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]))
    found = []
    for index, box in enumerate(boxes):  # a row at a time: all pairs of 3,000 words at once take 300 MB
        others = boxes[index + 1 :]
        w = np.minimum(others[:, 2], box[2]) - np.maximum(others[:, 0], box[0])
        h = np.minimum(others[:, 3], box[3]) - np.maximum(others[:, 1], box[1])
        shared = np.maximum(0, w) * np.maximum(0, h)
        if (shared >= _OVERLAP_SHARE * np.minimum(areas[index], areas[index + 1 :])).any():
            found.append(facts.words[index].text)
    return tuple(found)
