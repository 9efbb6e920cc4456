"""
Renders generated pages and keeps picture and facts on disk: the raw material that samples are made from.
"""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from training.pages.layouts import GeneratedPage
from vision_code.render import required_browser

MAX_HEIGHT_PX = 4000
#: Families of real pages begin with it.
SITE = "site_"
#: JavaScript that returns what ``RawPage.facts`` holds.
FACTS = (Path(__file__).parent / "facts.js").read_text()


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPage:
    """
    What Chromium said of one page.

    Attributes:
        png: The screenshot, whole page, at most ``MAX_HEIGHT_PX`` high.
        facts: Elements and words as ``facts.js`` returns them.
    """

    seed: int
    family: str
    width_px: int
    png: bytes
    facts: dict[str, Any]


def render(pages: Iterable[GeneratedPage]) -> Iterator[RawPage]:
    """
    Render one page after another in one browser, the one that the product would take.

    Raises:
        VerificationFailed: ``render.unavailable``: there is none.
    """
    from playwright.sync_api import sync_playwright

    chromium = required_browser()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        tab = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
        session = tab.context.new_cdp_session(tab)
        for page in pages:
            tab.set_viewport_size({"width": page.width_px, "height": 720})
            tab.set_content(page.html, wait_until="load")
            facts = tab.evaluate(FACTS)
            height = max(16, min(MAX_HEIGHT_PX, int(facts["height"])))
            if page.family == "element":
                height = max(16, min(height, int(max(e[7] + e[9] for e in facts["elements"])) + 8))
            clip = {"x": 0, "y": 0, "width": page.width_px, "height": height, "scale": 1}
            shot = session.send(
                "Page.captureScreenshot",
                {"clip": clip, "captureBeyondViewport": True, "optimizeForSpeed": True, "format": "png"},
            )
            facts["height"] = height
            yield RawPage(
                seed=page.seed, family=page.family, width_px=page.width_px, png=_bytes(shot["data"]), facts=facts
            )
        browser.close()


def save(page: RawPage, folder: Path) -> None:
    """
    Write picture and facts beside each other, the facts last: a page with facts is whole.
    """
    stem = folder / f"{page.family}-{page.seed:08d}"
    stem.with_suffix(".png").write_bytes(page.png)
    head = {"seed": page.seed, "family": page.family, "width": page.width_px}
    with gzip.open(stem.with_suffix(".json.gz"), "wt", compresslevel=3) as file:
        json.dump({**head, **page.facts}, file)


def load(facts_path: Path) -> RawPage:
    """
    Read back what ``save`` wrote; ``facts_path`` is the ``.json.gz``.
    """
    with gzip.open(facts_path, "rt") as file:
        facts = json.load(file)
    png = facts_path.with_name(facts_path.name.replace(".json.gz", ".png")).read_bytes()
    return RawPage(seed=facts["seed"], family=facts["family"], width_px=facts["width"], png=png, facts=facts)


def png_of(pixels: np.ndarray) -> bytes:
    """
    uint8 [height, width, 3] as a PNG file.
    """
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def _bytes(data: str) -> bytes:
    import base64

    return base64.b64decode(data)
