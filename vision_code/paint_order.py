"""
In which order the boxes of a picture were painted: what is smaller lies on what is larger, but for cards that hang over
the edge of a lower band behind them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from vision_code.observation import Picture, Rect

#: Lower boxes are neither cards nor bands.
CARD_PX = 64.0

Host = TypeVar("Host", bound=Rect | Picture)


def upwards(hosts: Sequence[Host]) -> list[Host]:
    """
    Rectangles and pictures from the lowest to the topmost; of equal boxes the earlier is the lower one.
    """
    ordered = sorted(hosts, key=lambda host: -host.box.area)
    for card, band in covering(ordered):
        places = {id(host): at for at, host in enumerate(ordered)}
        below, above = places[id(card)], places[id(band)]
        if below < above:
            ordered.insert(above, ordered.pop(below))
    return ordered


def covering(hosts: Sequence[Host]) -> list[tuple[Host, Host]]:
    """
    The cards that lie on another thing whose lower edge they hang over, each with that thing.
    """
    cards = [host for host in hosts if _is_card(host)]
    sides = np.array([(host.box.x, host.box.y, host.box.right, host.box.bottom) for host in hosts]).reshape(-1, 4)
    pairs: list[tuple[Host, Host]] = []
    for card in cards:
        # Nearly all are no such pair: only those whose lower edge the card crosses are asked.
        near = (sides[:, 1] < card.box.y) & (sides[:, 3] > card.box.y) & (sides[:, 3] < card.box.bottom)
        pairs += [(card, hosts[at]) for at in map(int, np.flatnonzero(near)) if covers(card, hosts[at])]
    return pairs


def covers(card: Rect | Picture, band: Rect | Picture) -> bool:
    """
    Whether a filled rectangle hangs over the lower edge of another, and so lies on it.
    """
    return _is_card(card) and card.box.hangs_over(band.box)


def _is_card(host: Rect | Picture) -> bool:
    return isinstance(host, Rect) and host.fill is not None and host.box.h >= CARD_PX
