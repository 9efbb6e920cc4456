"""
One visit to one page: load it, let it settle, measure it and draw it at each width asked for.

Knows nothing of threads, restarts and deadlines.
"""

from __future__ import annotations

import asyncio
import base64
import io
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np

from vision_code.render.accessibility import read_roles
from vision_code.render.facts import PageFacts, Pixels, Rendering, parse
from vision_code.render.hermetic import Folder, Route

if TYPE_CHECKING:
    from playwright.async_api import Browser as PlaywrightBrowser
    from playwright.async_api import BrowserContext, CDPSession, Page

#: Taller pages are cut: the largest side that Chromium's software compositor draws in one piece.
MAX_HEIGHT_PX = 16_384

#: How often a page that moves is looked at before it is taken as it is.
_MOMENTS = 4
#: Longest wait for the load event; all files come from this machine.
_LOAD_S = 5.0
#: Longest wait for fonts and pictures after the load event.
_SETTLE_S = 2.0
#: Scripts get this long to draw what they draw after the load event (charts, tables).
_SCRIPT_PAUSE_S = 0.6

#: Lazy pictures are loaded, animations brought to their end (endless ones to their start), the caret hidden.
#: Layout is forced first: fonts begin to load when it meets the text that needs them.
_SETTLE = """() => {
  void document.documentElement.offsetHeight;
  for (const el of document.querySelectorAll('[loading="lazy"]')) el.loading = 'eager';
  for (const a of document.getAnimations()) { try { a.finish(); } catch { a.cancel(); } }
  if (document.activeElement && document.activeElement !== document.body) document.activeElement.blur();
  return document.fonts.status === 'loaded' && [...document.images].every((img) => img.complete);
}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """
    What to render.

    Attributes:
        folder: Where the page and its files come from.
        widths_px: Viewport widths, one rendering each.
        height_px: Viewport height.
        device_scale: Device pixels per CSS px.
        javascript: Whether the page's own scripts run.
        timeout_s: Deadline of each step inside the browser.
        prepare: JavaScript expression evaluated before measuring (opens a dialog); empty for none.
        probe: JavaScript expression evaluated after measuring; its result is ``Rendering.probed``; empty for none.
        draw: Whether its picture is wanted.
        roles: Whether its accessibility tree is wanted.
    """

    folder: Folder
    widths_px: tuple[int, ...]
    height_px: int
    device_scale: float
    javascript: bool
    timeout_s: float
    prepare: str = ""
    probe: str = ""
    draw: bool = True
    roles: bool = True


class Tab:
    """
    A page in a profile of its own.

    Pages without scripts follow one another in the same one: nothing but a script could leave something behind, every
    visit has an origin of its own, and a process for each page costs .5 s. One in which scripts ran is thrown away.
    """

    def __init__(self, context: BrowserContext, page: Page, session: CDPSession, scale: float, scripts: bool) -> None:
        self._context = context
        self._page = page
        self._session = session
        self._scale = scale
        self._scripts = scripts
        self._folder: Folder | None = None

    @classmethod
    async def open(cls, browser: PlaywrightBrowser, *, device_scale: float, javascript: bool) -> Tab:
        """
        A blank one.
        """
        context = await browser.new_context(
            java_script_enabled=javascript,
            device_scale_factor=device_scale,
            service_workers="block",
            accept_downloads=False,
            offline=True,
            reduced_motion="reduce",
            color_scheme="light",
            locale="en-US",
            timezone_id="UTC",
        )
        page = await context.new_page()
        context.on("page", lambda popup: popup.close())
        tab = cls(context, page, await context.new_cdp_session(page), device_scale, javascript)
        await context.route("**/*", tab._answer())
        return tab

    def serves(self, visit: Visit) -> bool:
        """
        Whether a visit can be made in it after another.
        """
        return not self._scripts and not visit.javascript and self._scale == visit.device_scale

    async def close(self) -> None:
        """
        Throw the profile away.
        """
        await self._context.close()

    async def render(self, visit: Visit, notes: Sequence[str]) -> list[Rendering]:
        """
        Load the page and render it at every width, in order.
        """
        started = time.monotonic()
        self._folder = visit.folder
        self._context.set_default_timeout(visit.timeout_s * 1000)
        await self._page.set_viewport_size({"width": visit.widths_px[0], "height": visit.height_px})
        await self._page.goto(visit.folder.url, wait_until="commit")
        await _wait_for_load(self._page)
        if visit.javascript:
            await asyncio.sleep(_SCRIPT_PAUSE_S)
        return await _each_width(self._page, self._session, visit, notes, started)

    def _answer(self) -> Callable[[Route], Awaitable[None]]:
        """
        A plain function: Playwright writes attributes onto the owner of a bound method, which slots forbid.
        """

        async def answer(route: Route) -> None:
            if self._folder is not None:
                await self._folder.answer(route)

        return answer


async def _each_width(
    page: Page, session: CDPSession, visit: Visit, notes: Sequence[str], started: float
) -> list[Rendering]:
    renderings = []
    for index, width in enumerate(visit.widths_px):
        if index:
            await page.set_viewport_size({"width": width, "height": visit.height_px})
        if visit.prepare:
            await page.evaluate(visit.prepare)
        facts, cut, pixels = await _still(page, session, visit, width)
        probed: object = await page.evaluate(visit.probe) if visit.probe else None
        renderings.append(
            Rendering(
                pixels=pixels,
                facts=facts,
                device_scale=visit.device_scale,
                seconds=time.monotonic() - started,
                notes=(*notes, *cut, *_blocked(visit.folder)),
                probed=probed,
            )
        )
        started = time.monotonic()
    return renderings


async def _still(
    page: Page, session: CDPSession, visit: Visit, width_px: int
) -> tuple[PageFacts, tuple[str, ...], Pixels]:
    """
    Facts and picture of the same moment: where scripts run, both are taken again until the words stay where they were.
    """
    for _ in range(_MOMENTS):
        await _settle(page)
        facts, cut = await _measure(page, session, visit, width_px)
        pixels = await _draw(session, facts, visit.device_scale) if visit.draw else np.zeros((0, 0, 3), np.uint8)
        if not visit.javascript or (await _measure(page, session, visit, width_px))[0].words == facts.words:
            break
    return facts, cut, pixels


async def _wait_for_load(page: Page) -> None:
    """
    Until all files are there, within limits: a script that keeps the page loading must not keep us.
    """
    limit = time.monotonic() + _LOAD_S
    while await page.evaluate("document.readyState") != "complete" and time.monotonic() < limit:
        await page.wait_for_timeout(20)


async def _settle(page: Page) -> None:
    limit = time.monotonic() + _SETTLE_S
    while not await page.evaluate(_SETTLE) and time.monotonic() < limit:
        await page.wait_for_timeout(20)


async def _measure(page: Page, session: CDPSession, visit: Visit, width_px: int) -> tuple[PageFacts, tuple[str, ...]]:
    payload: dict[str, Any] = await page.evaluate(_measure_script(), MAX_HEIGHT_PX)
    height = int(payload["height"])
    roles = await read_roles(session, width_px, min(height, MAX_HEIGHT_PX)) if visit.roles else []
    cut = (f"page is {height} px high, drawn to {MAX_HEIGHT_PX}",) if height > MAX_HEIGHT_PX else ()
    return parse(payload, roles, MAX_HEIGHT_PX), cut


@cache
def _measure_script() -> str:
    return resources.files("vision_code.render").joinpath("measure.js").read_text(encoding="utf-8")


async def _draw(session: CDPSession, facts: PageFacts, device_scale: float) -> Pixels:
    """
    Picture of the whole page. ``optimizeForSpeed`` halves the time of the PNG and loses nothing.
    """
    from PIL import Image

    clip = {"x": 0, "y": 0, "width": facts.width_px, "height": facts.height_px, "scale": device_scale}
    options = {"format": "png", "captureBeyondViewport": True, "optimizeForSpeed": True, "clip": clip}
    data = base64.b64decode((await session.send("Page.captureScreenshot", options))["data"])
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB"))


def _blocked(folder: Folder) -> tuple[str, ...]:
    count = len(folder.blocked)
    return (f"render.blocked: {count} request{'s' if count > 1 else ''}",) if count else ()
