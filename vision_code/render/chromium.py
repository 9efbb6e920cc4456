"""
Starts and ends the Chromium process; turns the ways it can die into our error kinds. Lives on one event loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import tempfile
from pathlib import Path
from typing import Any

from playwright.async_api import Browser as PlaywrightBrowser
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Playwright, async_playwright
from playwright.async_api import TimeoutError as PlaywrightTimeout

from vision_code.errors import VerificationFailed
from vision_code.render.facts import Rendering
from vision_code.render.hermetic import LAUNCH_FLAGS
from vision_code.render.temporary import browser_folder
from vision_code.render.visit import Tab, Visit

#: Deadline of the browser's start; 1 s is usual, a cold disk takes ten times that.
START_DEADLINE_S = 30.0
#: How long the process and the driver may take to end by themselves.
_CLOSE_DEADLINE_S = 10.0
#: How long a start under way may still take when the browser is no longer wanted.
_LAUNCH_PATIENCE_S = 5.0
#: How long a page that was given up may take to end.
_GIVE_UP_S = 0.5

_NO_SANDBOX_ROOT = "browser sandbox off (running as root): the page's scripts and the network stay off"
_NO_SANDBOX = "browser sandbox off (this machine forbids it): the page's scripts and the network stay off"


class Chromium:
    """
    One Chromium process and the driver that speaks to it.

    Attributes:
        pid: Id of the process; None while none runs.
        notes: What a person should know about how it runs.
    """

    def __init__(self, executable: Path) -> None:
        self._executable = executable
        self._starting = asyncio.Lock()
        self._driver: asyncio.Task[Playwright] | None = None
        self._launching: asyncio.Task[PlaywrightBrowser] | None = None
        self._browser: PlaywrightBrowser | None = None
        self._died: asyncio.Future[None] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._tab: asyncio.Future[Tab] | None = None
        self.pid: int | None = None
        self.notes: tuple[str, ...] = ()

    async def ensure(self) -> None:
        """
        Start the process unless it runs.

        Raises:
            VerificationFailed: ``render.unavailable``: it does not start.
        """
        async with self._starting:
            if self._browser is not None and self._browser.is_connected():
                return
            self._browser, self._tab, self.pid = None, None, None
            if self._folder is None:
                self._folder = browser_folder()
            try:
                async with asyncio.timeout(START_DEADLINE_S):
                    self._browser = await self._launched(await self._driven())
                    self.pid = await _process_id(self._browser)
                # While the caller still works on the page.
                opening = Tab.open(self._browser, device_scale=1.0, javascript=False)
                self._tab = asyncio.ensure_future(opening)
                self._tab.add_done_callback(_read_error)  # whoever uses the tab meets it again
            except TimeoutError:
                raise VerificationFailed(
                    "render.unavailable", f"the browser did not start within {START_DEADLINE_S:g} s"
                ) from None
            except PlaywrightError as error:
                raise VerificationFailed(
                    "render.unavailable", f"the browser does not start: {_first_line(error)}"
                ) from error

    async def _driven(self) -> Playwright:
        """
        The driver. Its start is never broken off: nobody would end its process then.
        """
        if self._driver is None:
            self._driver = asyncio.ensure_future(async_playwright().start())
        return await asyncio.shield(self._driver)

    async def _launched(self, driver: Playwright) -> PlaywrightBrowser:
        """
        The browser. Its start is not broken off either: the driver would leave the folders that it made for it.
        """
        if self._launching is None:
            self._launching = asyncio.ensure_future(self._launch(driver))
        try:
            return await asyncio.shield(self._launching)
        finally:
            if self._launching.done():
                self._launching = None

    async def _launch(self, driver: Playwright) -> PlaywrightBrowser:
        """
        With its sandbox where that works. Chromium never runs its sandbox as root, and cannot where the kernel forbids
        user namespaces; there a page is held by the absence of scripts and network alone, and a note says so.
        """
        as_root = hasattr(os, "geteuid") and os.geteuid() == 0
        if not as_root:
            with contextlib.suppress(PlaywrightError):
                browser = await self._launch_once(driver, sandbox=True)
                self.notes = ()
                return browser
        browser = await self._launch_once(driver, sandbox=False)
        self.notes = (_NO_SANDBOX_ROOT if as_root else _NO_SANDBOX,)
        return browser

    async def _launch_once(self, driver: Playwright, *, sandbox: bool) -> PlaywrightBrowser:
        assert self._folder is not None
        browser = await driver.chromium.launch(
            executable_path=self._executable,
            chromium_sandbox=sandbox,
            args=list(LAUNCH_FLAGS),
            env={**os.environ, "TMPDIR": self._folder.name},
            headless=True,
        )
        died: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def ended(_: PlaywrightBrowser) -> None:
            died.set_result(None)

        browser.once("disconnected", ended)
        self._died = died
        return browser

    async def render(self, visit: Visit, deadline_s: float) -> list[Rendering]:
        """
        Render one page; the process must run.

        Not left to Playwright alone: it never answers a call for a new page during which the browser dies.

        Raises:
            VerificationFailed: ``render.timeout`` (the process is killed, too) or ``render.crashed``.
        """
        assert self._died is not None
        work = asyncio.ensure_future(self._visited(visit))
        either: set[asyncio.Future[Any]] = {work, self._died}
        try:
            await asyncio.wait(either, timeout=deadline_s, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                return work.result()
            if self._died.done():
                raise VerificationFailed("render.crashed", "the browser ended", retry=True)
            self._kill()
            raise VerificationFailed("render.timeout", f"{deadline_s:g} s", retry=True)
        except PlaywrightTimeout as error:
            raise VerificationFailed("render.timeout", _first_line(error), retry=True) from error
        except PlaywrightError as error:
            raise VerificationFailed("render.crashed", _first_line(error), retry=True) from error
        finally:
            await _give_up(work)

    async def _visited(self, visit: Visit) -> list[Rendering]:
        """
        In the tab of the last visit where that is allowed. One in which something went wrong is not used again.
        """
        assert self._browser is not None
        opening, self._tab = self._tab, None
        tab = await opening if opening is not None else None
        if tab is None or not tab.serves(visit):
            if tab is not None:
                await tab.close()
            tab = await Tab.open(self._browser, device_scale=visit.device_scale, javascript=visit.javascript)
        try:
            renderings = await tab.render(visit, self.notes)
        except BaseException:
            await tab.close()
            raise
        if visit.javascript:
            await tab.close()
        else:
            self._tab = asyncio.get_running_loop().create_future()
            self._tab.set_result(tab)
        return renderings

    def _kill(self) -> None:
        """
        Kill the process; its children end with it.
        """
        pid, self.pid, self._browser = self.pid, None, None
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)

    async def close(self) -> None:
        """
        End the process and the driver; what is already dead is left in peace, what does not end in time is killed.
        What it kept in its folder goes as well.
        """
        try:
            async with asyncio.timeout(_CLOSE_DEADLINE_S):
                with contextlib.suppress(PlaywrightError, TimeoutError):
                    if self._launching is not None:
                        self._browser = await asyncio.wait_for(self._launching, _LAUNCH_PATIENCE_S)
                with contextlib.suppress(PlaywrightError):
                    if self._browser is not None:
                        await self._browser.close()
                with contextlib.suppress(PlaywrightError):
                    if self._driver is not None:
                        await (await asyncio.shield(self._driver)).stop()
        except TimeoutError:
            self._kill()
        finally:
            if self._folder is not None:
                self._folder.cleanup()
                self._folder = None


async def _give_up(work: asyncio.Future[list[Rendering]]) -> None:
    """
    End work under way, whose calls may never be answered.
    """
    for _ in range(2):  # the second time it is waiting for the page's profile to close
        if not work.done():
            work.cancel()
            await asyncio.wait({work}, timeout=_GIVE_UP_S)
    if work.done():
        _read_error(work)


def _read_error(done: asyncio.Future[Any]) -> None:
    """
    asyncio logs an error that nobody has read.
    """
    if not done.cancelled():
        done.exception()


async def _process_id(browser: PlaywrightBrowser) -> int | None:
    """
    Id of the browser's main process, asked of the browser itself.
    """
    session = await browser.new_browser_cdp_session()
    processes = (await session.send("SystemInfo.getProcessInfo"))["processInfo"]
    await session.detach()
    return next((int(process["id"]) for process in processes if process["type"] == "browser"), None)


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
