"""
The screen: which monitors there are, and the picture of one of them or of a region. Read in a child process.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vision_code.capture import child
from vision_code.capture.areas import Area, Monitor
from vision_code.capture.obstacles import is_distant, refuse_without_screen, unavailable
from vision_code.capture.picture import Picture

#: A grab takes .4 s; an X server that answers to nothing is given up after this.
DEADLINE_S = 10.0
_CHILD = "vision_code.capture.screen_child"
_DISTANT_NOTE = "this is the screen of the machine that the program runs on, not the one you sit at"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grab:
    """
    What was captured.

    Attributes:
        area: In the screen's coordinates.
        monitor: Number of the monitor; None for a region.
        scale: Pixels of the picture for each unit of ``area``.
    """

    picture: Picture
    area: Area
    monitor: int | None
    scale: float


def monitors() -> list[Monitor]:
    """
    The monitors of this machine, in its own order.

    Raises:
        EngineUnavailable: ``capture.unavailable``.
        Denied: ``capture.denied``.
    """
    fields, _ = _asked({"list": True})
    return [
        Monitor(
            number=each["number"],
            name=each["name"],
            area=Area(*each["area"]),
            scale=each["scale"],
            primary=each["primary"],
        )
        for each in fields["monitors"]
    ]


def capture_screen(*, monitor: int | None = None, region: Area | None = None) -> Grab:
    """
    A picture of a monitor (the primary one unless a number is given), or of a region.

    Raises:
        EngineUnavailable: ``capture.unavailable``, also where the picture would be all black.
        Denied: ``capture.denied``.
        UsageError: ``usage.monitor``, ``usage.region``: not on this screen.
    """
    wanted = [region.x, region.y, region.width, region.height] if region else None
    fields, png = _asked({"monitor": monitor, "region": wanted})
    width, height = fields["size"]
    notes = list(fields["notes"])
    if is_distant(os.environ):
        notes.insert(0, _DISTANT_NOTE)
    return Grab(
        picture=Picture(png=png, width_px=width, height_px=height, notes=tuple(notes)),
        area=Area(*fields["area"]),
        monitor=fields["monitor"],
        scale=fields["scale"],
    )


def _asked(question: Mapping[str, object]) -> tuple[dict[str, Any], bytes]:
    refuse_without_screen(os.environ)
    try:
        fields, png = child.ask(_CHILD, question, deadline_s=DEADLINE_S)
    except child.ChildTimeout:
        raise unavailable(f"the screen did not answer within {DEADLINE_S:g} s") from None
    except child.ChildDied as error:
        raise unavailable(f"reading the screen ended without a picture ({error})") from error
    return fields, png
