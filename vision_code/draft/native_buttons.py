"""
Buttons that nobody styled: words in the middle of the grey that browsers give a button.
"""

from __future__ import annotations

from vision_code.draft.page import Page, is_text
from vision_code.draft.text_rules import looks_like_button
from vision_code.geometry import Color, color_distance
from vision_code.region import Region

#: CSS ``ButtonFace`` as Chromium paints it; the measurement of a fill errs by this at most.
BUTTON_FACE, ERROR = Color(239, 239, 239), 4
#: One line in the browser's 13 px and its padding, up to buttons whose type was enlarged.
MAX_PX = 40.0


def is_native_button(page: Page, region: Region) -> bool:
    """
    Whether words stand so: 97 of 101 were buttons (tuning half, and pages of other packages), a third of them taken for
    links or mere words.
    """
    surface = page.own_surface(region) if is_text(region) else None
    if surface is None or surface.fill is None or surface.border is None:
        return False
    return color_distance(surface.fill, BUTTON_FACE) <= ERROR and looks_like_button(page, region, max_px=MAX_PX)
