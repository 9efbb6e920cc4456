"""
The browser as one object: started early, kept for many pages, restarted once when it dies, gone when we are.

Playwright's objects belong to one event loop. It runs on a thread of its own, so that callers need none and an
interrupt of theirs never ends inside it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from vision_code.errors import UsageError, VerificationFailed
from vision_code.render.facts import Rendering
from vision_code.render.hermetic import ServedPage, TreePage, folder_of
from vision_code.render.locate import required_browser
from vision_code.render.visit import Visit

if TYPE_CHECKING:
    from vision_code.render.chromium import Chromium

logger = logging.getLogger(__name__)

#: Deadline of one page (reliability contract: 10 s).
PAGE_DEADLINE_S = 10.0
#: How long the browser's thread may take to end: a little more than the browser itself.
_CLOSE_DEADLINE_S = 12.0


class Browser:
    """
    Renders pages without network and without their scripts.

    Use it as a context manager; ``start_in_background()`` lets the start (about 1 s) overlap with other work.
    Methods may be called from any thread; pages are rendered one after the other.

    Args:
        executable: Browser to run; found on this machine when not given.
        deadline_s: Longest time for one page.

    Raises:
        VerificationFailed: ``render.unavailable``: no browser; the message names the command that installs one.
    """

    def __init__(self, executable: Path | None = None, *, deadline_s: float = PAGE_DEADLINE_S) -> None:
        self._executable = executable or required_browser()
        self._deadline_s = deadline_s
        self._turn = threading.Lock()
        self._running: _Running | None = None

    def __enter__(self) -> Self:
        self.start_in_background()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def start_in_background(self) -> None:
        """
        Begin to start the browser and return at once. Failures show up at the first ``render``.
        """
        self._on()

    def _on(self) -> _Running:
        if self._running is None:
            self._running = _Running(self._executable)
        return self._running

    def close(self) -> None:
        """
        End the browser and all its processes; harmless when it never ran.
        """
        running, self._running = self._running, None
        if running is not None:
            running.close()

    @property
    def pid(self) -> int | None:
        """
        Id of the browser's process; None while none runs.
        """
        return self._running.pid if self._running else None

    def render(
        self,
        page: Path | str | TreePage | ServedPage,
        *,
        width_px: int,
        height_px: int = 900,
        root: Path | None = None,
        device_scale: float = 1.0,
        javascript: bool = False,
    ) -> Rendering:
        """
        Render one page at one width; see ``render_widths``.
        """
        (rendering,) = self.render_widths(
            page,
            widths_px=(width_px,),
            height_px=height_px,
            root=root,
            device_scale=device_scale,
            javascript=javascript,
        )
        return rendering

    def render_widths(
        self,
        page: Path | str | TreePage | ServedPage,
        *,
        widths_px: Sequence[int],
        height_px: int = 900,
        root: Path | None = None,
        device_scale: float = 1.0,
        javascript: bool = False,
        prepare: str = "",
        probe: str = "",
        draw: bool = True,
        roles: bool = True,
    ) -> list[Rendering]:
        """
        Load one page once and render it, whole, at each width.

        Args:
            page: An HTML file, the HTML itself, or a page of a tree or a server.
            widths_px: Viewport widths, CSS px.
            height_px: Viewport height, CSS px (what ``100vh`` means); the picture always holds the whole page.
            root: The only folder that the page may read. For a file: its own folder unless given.
            device_scale: Device pixels per CSS px.
            javascript: Let the page's scripts run (still without network).
            prepare, probe: JavaScript expressions evaluated before and after each measurement, whether or not the
                page's scripts run; what ``probe`` returns is ``Rendering.probed``.
            draw: Whether the pictures are wanted; without, ``Rendering.pixels`` is [0, 0, 3].
            roles: Whether the accessibility trees are wanted; without, ``PageFacts.roles`` is empty.

        Raises:
            VerificationFailed: ``render.timeout`` after the deadline; ``render.crashed`` when the browser died twice;
                ``render.unavailable`` when it does not start.
            UsageError: ``render.page``: the page does not exist or lies outside ``root``.
        """
        try:
            folder_of(page, root)
        except (OSError, ValueError) as error:
            raise UsageError("render.page", f"cannot open the page: {error}") from error

        def visit() -> Visit:
            return Visit(
                folder=folder_of(page, root),
                widths_px=tuple(widths_px),
                height_px=height_px,
                device_scale=device_scale,
                javascript=javascript,
                timeout_s=self._deadline_s,
                prepare=prepare,
                probe=probe,
                draw=draw,
                roles=roles,
            )

        with self._turn:
            return self._on().render(visit, self._deadline_s)


class _Running:
    """
    One event loop on one thread, and the browser on it.
    """

    def __init__(self, executable: Path) -> None:
        self._executable = executable
        self._chromium: Chromium | None = None
        self._loop = asyncio.new_event_loop()
        self._over = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="browser", daemon=True)
        self._thread.start()
        self._start = asyncio.run_coroutine_threadsafe(self._started(), self._loop)

    @property
    def pid(self) -> int | None:
        return self._chromium.pid if self._chromium else None

    def render(self, visit: Callable[[], Visit], deadline_s: float) -> list[Rendering]:
        rendering: Future[list[Rendering]] = asyncio.run_coroutine_threadsafe(
            self._rendered(visit, deadline_s), self._loop
        )
        try:
            return rendering.result()
        finally:
            rendering.cancel()  # an interrupt ends the page as well

    def close(self) -> None:
        self._start.cancel()
        with contextlib.suppress(RuntimeError):  # the loop has ended already
            self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(_CLOSE_DEADLINE_S)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._live())

    async def _live(self) -> None:
        await self._over.wait()
        if self._chromium is not None:
            await self._chromium.close()

    async def _started(self) -> Chromium:
        if self._chromium is None:
            from vision_code.render.chromium import Chromium

            self._chromium = Chromium(self._executable)
        await self._chromium.ensure()
        return self._chromium

    async def _rendered(self, visit: Callable[[], Visit], deadline_s: float) -> list[Rendering]:
        """
        A browser that died is started again once.
        """
        chromium = await self._started()
        try:
            return await chromium.render(visit(), deadline_s)
        except VerificationFailed as error:
            if error.kind != "render.crashed":
                raise
            logger.warning("browser died, starting it again")
        chromium = await self._started()
        return await chromium.render(visit(), deadline_s)
