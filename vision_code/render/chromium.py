"""
Starts and ends the Chromium process; turns the ways it can die into our error kinds. Lives on one thread.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from playwright.sync_api import Browser as PlaywrightBrowser
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Playwright, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from vision_code.errors import VerificationFailed
from vision_code.render.hermetic import LAUNCH_FLAGS

_NO_SANDBOX_ROOT = "browser sandbox off (running as root): the page's scripts and the network stay off"
_NO_SANDBOX = "browser sandbox off (this machine forbids it): the page's scripts and the network stay off"

T = TypeVar("T")


class Chromium:
    """
    One Chromium process and the driver that speaks to it.

    Attributes:
        notes: What a person should know about how it runs.
    """

    def __init__(self, executable: Path) -> None:
        self._executable = executable
        self._driver: Playwright | None = None
        self._browser: PlaywrightBrowser | None = None
        self.pid: int | None = None
        self.notes: tuple[str, ...] = ()

    @property
    def browser(self) -> PlaywrightBrowser:
        assert self._browser is not None
        return self._browser

    def ensure(self) -> None:
        """
        Start the process unless it runs.

        Raises:
            VerificationFailed: ``render.unavailable``: it does not start.
        """
        if self._browser is not None and self._browser.is_connected():
            return
        self._browser = None
        try:
            if self._driver is None:
                self._driver = sync_playwright().start()
            self._browser, self.notes = self._launch(self._driver)
            self.pid = _process_id(self._browser)
        except PlaywrightError as error:
            raise VerificationFailed(
                "render.unavailable", f"the browser does not start: {_first_line(error)}"
            ) from error

    def _launch(self, driver: Playwright) -> tuple[PlaywrightBrowser, tuple[str, ...]]:
        """
        With its sandbox where that works. Chromium never runs its sandbox as root, and cannot where the kernel forbids
        user namespaces; there a page is held by the absence of scripts and network alone, and a note says so.
        """
        as_root = hasattr(os, "geteuid") and os.geteuid() == 0
        if not as_root:
            with contextlib.suppress(PlaywrightError):
                return self._launch_once(driver, sandbox=True), ()
        return self._launch_once(driver, sandbox=False), (_NO_SANDBOX_ROOT if as_root else _NO_SANDBOX,)

    def _launch_once(self, driver: Playwright, *, sandbox: bool) -> PlaywrightBrowser:
        return driver.chromium.launch(
            executable_path=self._executable, chromium_sandbox=sandbox, args=list(LAUNCH_FLAGS), headless=True
        )

    def guarded(self, work: Callable[[Chromium], T]) -> T:
        """
        Run ``work`` with this browser.

        Raises:
            VerificationFailed: ``render.timeout`` or ``render.crashed``.
        """
        try:
            return work(self)
        except PlaywrightTimeout as error:
            raise VerificationFailed("render.timeout", _first_line(error), retry=True) from error
        except PlaywrightError as error:
            raise VerificationFailed("render.crashed", _first_line(error), retry=True) from error

    def close(self) -> None:
        """
        End the process and the driver; what is already dead is left in peace.
        """
        browser, self._browser = self._browser, None
        driver, self._driver = self._driver, None
        with contextlib.suppress(PlaywrightError):
            if browser is not None:
                browser.close()
        with contextlib.suppress(PlaywrightError):
            if driver is not None:
                driver.stop()


def _process_id(browser: PlaywrightBrowser) -> int | None:
    """
    Id of the browser's main process, asked of the browser itself.
    """
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    return next((int(process["id"]) for process in processes if process["type"] == "browser"), None)


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
