"""
A page as a picture. The one place of this program where the network is used: the page, and what it loads, comes from
the address that the user named. A file: page has no network; the browser that verifies components shows it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from vision_code.capture import child
from vision_code.capture.address import checked_address, shown
from vision_code.capture.picture import Picture
from vision_code.errors import UsageError, VerificationFailed
from vision_code.output import remove_folder

DEADLINE_S = 30.0
MAX_DEADLINE_S = 300.0
WIDTH_PX, HEIGHT_PX = 1280, 800
MIN_WIDTH_PX, MAX_WIDTH_PX = 64, 8192
#: Intake's limits, so that what is captured can become a component.
MAX_PIXELS, MAX_SIDE_PX = 40_000_000, 16_384
_CHILD = "vision_code.capture.page_child"
#: The browser's start and end are not the page's fault.
_BROWSER_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """
    A captured page.

    Attributes:
        url: Where it came from in the end, without user, query and fragment.
        status: What the server answered; None for a file.
    """

    picture: Picture
    url: str
    status: int | None


def capture_page(
    url: str,
    *,
    width_px: int = WIDTH_PX,
    whole: bool = True,
    deadline_s: float = DEADLINE_S,
    folder: Path | None = None,
) -> Page:
    """
    Load the page in a window of ``width_px`` × 800 and draw it.

    Args:
        whole: All of the page; else only what the window shows.
        folder: Where file: pages, and all they load, must lie; the current folder unless given.

    Raises:
        InputRejected: ``url.denied``, ``url.unreachable``, ``input.missing``.
        Denied: ``path.outside``, ``path.remote``.
        UsageError: ``usage.width``, ``usage.deadline``.
        VerificationFailed: ``render.timeout``, ``render.crashed``, ``render.unavailable``.
    """
    if not MIN_WIDTH_PX <= width_px <= MAX_WIDTH_PX:
        raise UsageError("usage.width", f"a width of {width_px}: choose {MIN_WIDTH_PX} to {MAX_WIDTH_PX}")
    if not 0 < deadline_s <= MAX_DEADLINE_S:
        raise UsageError("usage.deadline", f"a deadline of {deadline_s:g} s: choose up to {MAX_DEADLINE_S:g}")
    base = (folder or Path()).resolve()
    address = checked_address(url, base)
    if isinstance(address, Path):
        return _from_folder(address, base, width_px, whole, deadline_s)
    return _from_network(address, width_px, whole, deadline_s)


def _from_folder(path: Path, base: Path, width_px: int, whole: bool, deadline_s: float) -> Page:
    import io

    from PIL import Image

    from vision_code.render import Browser

    with Browser(deadline_s=deadline_s) as browser:
        rendering = browser.render(path, root=base, width_px=width_px, height_px=HEIGHT_PX, javascript=True)
    wanted = _max_height(width_px) if whole else HEIGHT_PX
    pixels = rendering.pixels[:wanted]
    # Here scripts run; that there is neither network nor another folder holds.
    notes = [line for line in rendering.notes if not line.startswith("browser sandbox off")]
    if whole and len(rendering.pixels) > wanted:
        notes.append(cut_note(len(rendering.pixels), wanted))
    encoded = io.BytesIO()
    Image.fromarray(pixels).save(encoded, "PNG")
    height, width = pixels.shape[:2]
    picture = Picture(png=encoded.getvalue(), width_px=width, height_px=height, notes=tuple(notes))
    return Page(picture=picture, url=path.as_uri(), status=None)


def _from_network(url: str, width_px: int, whole: bool, deadline_s: float) -> Page:
    from vision_code.render import required_browser
    from vision_code.render.temporary import browser_folder

    question = {
        "browser": str(required_browser()),
        "url": url,
        "width": width_px,
        "height": HEIGHT_PX,
        "max_height": _max_height(width_px) if whole else HEIGHT_PX,
        "whole": whole,
        "deadline": deadline_s,
    }
    started = time.monotonic()
    scratch = browser_folder()
    try:
        fields, png = child.ask(_CHILD, question, deadline_s=deadline_s + _BROWSER_S, folder=Path(scratch.name))
    except child.ChildTimeout:
        spent = time.monotonic() - started
        raise VerificationFailed("render.timeout", f"{shown(url)}: given up after {spent:.0f} s", retry=True) from None
    except child.ChildDied as error:
        raise VerificationFailed("render.crashed", f"the browser's process ended ({error})", retry=True) from error
    finally:
        remove_folder(Path(scratch.name))
        scratch.cleanup()
    width, height = fields["size"]
    picture = Picture(png=png, width_px=width, height_px=height, notes=tuple(fields["notes"]))
    return Page(picture=picture, url=shown(fields["url"]), status=fields["status"])


def _max_height(width_px: int) -> int:
    return min(MAX_SIDE_PX, MAX_PIXELS // width_px)


def cut_note(height_px: int, drawn_px: int) -> str:
    """
    For a page that is too high to be drawn whole.
    """
    return f"page is {height_px} px high, drawn to {drawn_px}"
