"""
Takes pictures: of a monitor or a region of the screen, and of a page at an address that the user named.

The screen is read, and a page from the network is loaded, in child processes with a deadline; nothing is kept.
"""

from vision_code.capture.areas import Area, Monitor, parse_region
from vision_code.capture.page import Page, capture_page
from vision_code.capture.picture import Picture
from vision_code.capture.screen import Grab, capture_screen, monitors

__all__ = [
    "Area",
    "Grab",
    "Monitor",
    "Page",
    "Picture",
    "capture_page",
    "capture_screen",
    "monitors",
    "parse_region",
]
