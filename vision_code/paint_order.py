"""
In which order the boxes of a picture were painted: what is smaller lies on what is larger, but for cards that hang over
the edge of a lower band behind them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from vision_code.observation import Picture, Rect

Host = TypeVar("Host", bound=Rect | Picture)


def upwards(hosts: Sequence[Host]) -> list[Host]:
    """
    Rectangles and pictures from the lowest to the topmost; of equal boxes the earlier is the lower one.
    """
    ordered: list[Host] = []
    for host in sorted(hosts, key=lambda host: -host.box.area):
        hanging = [card for card in ordered if covers(card, host)]
        rest = [other for other in ordered if all(other is not card for card in hanging)]
        ordered = [*rest, host, *hanging]
    return ordered


def covers(card: Rect | Picture, band: Rect | Picture) -> bool:
    """
    Whether a filled rectangle hangs over the lower edge of another, and so lies on it.
    """
    return isinstance(card, Rect) and card.fill is not None and card.box.hangs_over(band.box)
