"""
Renders a page in a hermetic browser and measures what came out: pixels and the facts of the DOM.
"""

from vision_code.render.browser import Browser
from vision_code.render.facts import ElementFact, PageFacts, Pixels, Rendering, RoleNode
from vision_code.render.hermetic import ServedPage, TreePage
from vision_code.render.locate import BrowserMissing, browser_or_reason, find_browser, mending_command, required_browser

__all__ = [
    "Browser",
    "BrowserMissing",
    "ElementFact",
    "PageFacts",
    "Pixels",
    "Rendering",
    "RoleNode",
    "ServedPage",
    "TreePage",
    "browser_or_reason",
    "find_browser",
    "mending_command",
    "required_browser",
]
