"""
Reads the screen: the child's side of `screen`. What comes from the system's libraries ends with this process.
"""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING, Any

from vision_code.capture.areas import Area, Monitor, checked_region, chosen_monitor, refuse_outside
from vision_code.capture.child import answer
from vision_code.capture.obstacles import refuse_wayland, refuse_without_grant, unavailable

if TYPE_CHECKING:
    from mss import MSS
    from mss.screenshot import ScreenShot

#: Side of the corner that tells a monitor's scale.
_CORNER = 8


def main() -> None:
    """
    Answer one question.
    """
    answer(_answered)


def _answered(question: dict[str, Any]) -> tuple[dict[str, object], bytes]:
    refuse_without_grant()
    # Before anything else that draws: on Windows it makes coordinates and pixels the same.
    from mss import MSS
    from mss.exception import ScreenShotError

    try:
        with MSS() as screen:
            known = screen.monitors
            refuse_wayland([str(each.get("output", "")) for each in known[1:]], os.environ)
            if len(known) < 2:
                raise unavailable("this machine has a display but no monitor")
            monitors = [_monitor(screen, number, each) for number, each in enumerate(known[1:], 1)]
            if question.get("list"):
                return {"monitors": [_as_json(monitor) for monitor in monitors]}, b""
            return _grabbed(screen, monitors, _area(known[0]), question)
    except ScreenShotError as error:
        raise unavailable(_reason(error)) from error


def _area(mapping: dict[str, Any]) -> Area:
    return Area(*(int(mapping[side]) for side in ("left", "top", "width", "height")))


def _monitor(screen: MSS, number: int, known: dict[str, Any]) -> Monitor:
    area = _area(known)
    return Monitor(
        number=number,
        name=str(known.get("name") or known.get("output") or ""),
        area=area,
        scale=_scale(screen, area),
        primary=bool(known.get("is_primary")),
    )


def _scale(screen: MSS, area: Area) -> float:
    """
    Coordinates are pixels, but not on a Mac: there a corner is read to see how many it has.
    """
    if sys.platform == "darwin":
        side = min(_CORNER, area.width, area.height)
        return _grab(screen, Area(area.x, area.y, side, side)).size.width / side
    return 1.0


def _as_json(monitor: Monitor) -> dict[str, object]:
    return {
        "number": monitor.number,
        "name": monitor.name,
        "area": _sides(monitor.area),
        "scale": monitor.scale,
        "primary": monitor.primary,
    }


def _sides(area: Area) -> list[int]:
    return [area.x, area.y, area.width, area.height]


def _grab(screen: MSS, area: Area) -> ScreenShot:
    return screen.grab({"left": area.x, "top": area.y, "width": area.width, "height": area.height})


def _grabbed(
    screen: MSS, monitors: list[Monitor], desktop: Area, question: dict[str, Any]
) -> tuple[dict[str, object], bytes]:
    from PIL import Image

    number: int | None = None
    if question["region"] is not None:
        area = checked_region(*question["region"])
        refuse_outside(area, desktop)
    else:
        monitor = chosen_monitor(monitors, question["monitor"])
        number, area = monitor.number, monitor.area
    shot = _grab(screen, area)
    picture = Image.frombytes("RGB", shot.size, bytes(shot.bgra), "raw", "BGRX")
    notes = _notes(picture)
    encoded = io.BytesIO()
    picture.save(encoded, "PNG")
    fields: dict[str, object] = {
        "size": list(picture.size),
        "area": _sides(area),
        "monitor": number,
        "scale": picture.width / area.width,
        "notes": notes,
    }
    return fields, encoded.getvalue()


def _notes(picture: Any) -> list[str]:
    """
    A screen that is off, locked or kept from programs comes out black; nobody is given that for a picture.
    """
    extremes = picture.getextrema()
    if all(high == 0 for _, high in extremes):
        raise unavailable("the picture would be all black: the screen is off, locked, empty or hidden from programs")
    if all(low == high for low, high in extremes):
        return ["the picture is one single colour: is the window that you mean there?"]
    return []


def _reason(error: Exception) -> str:
    told = str(error)
    if "connect to display" in told:
        display = os.environ.get("DISPLAY", "")[:80]
        return f"no display: {display!r} does not answer; is it running, and may this user see it (xauth)?"
    if "not found" in told:
        return f"{told}; install the X11 client libraries (Debian: libxcb1, libxcb-randr0)"
    return f"the screen cannot be read: {told[:200]}"
