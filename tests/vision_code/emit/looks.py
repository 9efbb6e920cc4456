"""
What a document looks like in a browser and what it says, for tests that hold two of them against each other.
"""

from __future__ import annotations

import io
import re
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Page

from vision_code.emit import Target
from vision_code.uitree import UITree

#: Share of pixels that may differ: antialiasing of text between two layouts that agree to 1/64 px.
MOST_DIFFERING = 0.01


def document(page: str, tree: UITree) -> str:
    """
    The page with its pictures inside, as the bundled components have them.
    """
    for asset in tree.assets:
        page = page.replace(f"assets/index/{asset.name}", f"data:image/png;base64,{b64encode(asset.png).decode()}")
    return page


def compiled(workshop: Path, run_tool: Callable[..., str], target: Target, name: str) -> str:
    """
    The stylesheet of a component in the workshop, by Tailwind.
    """
    source = next(path for path in (workshop / target).glob(f"{name}.*") if path.suffix in (".tsx", ".vue", ".svelte"))
    (workshop / "input.css").write_text(
        f'@import "tailwindcss" source(none);\n@source "{source}";\n@import "./{target}/{name}.theme.css";\n'
    )
    run_tool("tailwindcss", "-i", "input.css", "-o", "out.css")
    return (workshop / "out.css").read_text()


def look(browser: Browser, content: str, tree: UITree) -> tuple[np.ndarray, list[str]]:
    """
    The picture of a page, and its texts and attributes with white space as a reader sees it.
    """
    page = browser.new_page(viewport={"width": int(tree.width_px), "height": int(tree.height_px)})
    page.set_content(content)
    words = page.evaluate(
        """() => [...document.body.querySelectorAll("*")].filter((e) => !e.matches("script, style")).flatMap((e) => [
          ...(e.matches("p, li, a, button, label, td, th, h1, h3") ? [e.textContent] : []),
          ...["placeholder", "aria-label", "title", "alt", "href"].map((name) => e.getAttribute(name) ?? ""),
        ])"""
    )
    picture = shot(page)
    page.close()
    return picture, [re.sub(r"[ \t\r\n\f]+", " ", each).strip(" ") for each in words if each.strip()]


def shot(page: Page) -> np.ndarray:
    """
    The picture of a page, all of it.
    """
    return np.asarray(Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB"))


def differing(first: np.ndarray, second: np.ndarray) -> float:
    """
    Share of pixels that are not alike.
    """
    if first.shape != second.shape:
        return 1.0
    return float((np.abs(first.astype(int) - second).max(axis=2) > 8).mean())
