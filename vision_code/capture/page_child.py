"""
Loads one page over the network and draws it: the child's side of `page`. Its browser has a profile of its own, without
cookies and permissions, that goes with it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import struct
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from vision_code.capture.address import shown
from vision_code.capture.child import answer
from vision_code.errors import InputRejected, VerificationFailed, VisionCodeError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Playwright, Response

#: The same picture on every machine, and no word to anybody but the page's own servers.
_FLAGS = (
    *("--font-render-hinting=none", "--disable-lcd-text", "--force-color-profile=srgb", "--hide-scrollbars"),
    *("--disable-domain-reliability", "--no-pings", "--force-webrtc-ip-handling-policy=disable_non_proxied_udp"),
)
#: Scripts get this long to draw what they draw after the load event, fonts and pictures a little more.
_SCRIPT_PAUSE_MS = 600
_SETTLE_S = 2.0
_START_GRACE_S = 1.0
#: How often a page may send on by script.
_MAX_HOPS = 4
_SETTLED = "() => document.fonts.status === 'loaded' && [...document.images].every((img) => img.complete)"
_HEIGHT = "() => Math.max(document.documentElement.scrollHeight, document.body ? document.body.scrollHeight : 0)"
_REASONS = {
    "ERR_CONNECTION_REFUSED": "the connection is refused",
    "ERR_CONNECTION_RESET": "the server broke the connection off",
    "ERR_EMPTY_RESPONSE": "the server sent nothing",
    "ERR_NAME_NOT_RESOLVED": "no such host is known",
    "ERR_INTERNET_DISCONNECTED": "this machine has no network",
    "ERR_TOO_MANY_REDIRECTS": "it redirects in a circle",
    "ERR_ABORTED": "it is a download, not a page",
}


def main() -> None:
    """
    Answer one question.
    """
    answer(_drawn, abandon=_kill_browser)


class _Running:
    """
    The browser that is ours to end.
    """

    starting = False
    process_id: int | None = None


def _kill_browser() -> None:
    """
    It writes into its folder until it is dead; one that is just being started is waited for.
    """
    limit = time.monotonic() + _START_GRACE_S
    while _Running.starting and _Running.process_id is None and time.monotonic() < limit:
        time.sleep(0.02)
    if _Running.process_id is not None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(_Running.process_id, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        time.sleep(0.05)


def _drawn(question: dict[str, Any]) -> tuple[dict[str, object], bytes]:
    from playwright.sync_api import Error as PlaywrightError
    from playwright.sync_api import sync_playwright

    try:
        with sync_playwright() as driver:
            _Running.starting = True
            browser, notes = _launched(driver, question["browser"])
            _Running.process_id = _process_id(browser)
            try:
                return _visited(browser, question, notes)
            finally:
                with contextlib.suppress(PlaywrightError):
                    browser.close()
    except PlaywrightError as error:
        raise _explained(error, question) from error


def _launched(driver: Playwright, executable: str) -> tuple[Browser, list[str]]:
    from playwright.sync_api import Error as PlaywrightError

    def launch(sandbox: bool) -> Browser:
        return driver.chromium.launch(executable_path=executable, chromium_sandbox=sandbox, args=list(_FLAGS))

    try:
        if not hasattr(os, "geteuid") or os.geteuid() != 0:  # Chromium's sandbox does not run as root
            with contextlib.suppress(PlaywrightError):
                return launch(True), []
        return launch(False), ["browser sandbox off: name only addresses that you trust"]
    except PlaywrightError as error:
        raise VerificationFailed("render.unavailable", f"the browser does not start: {_first_line(error)}") from error


def _process_id(browser: Browser) -> int | None:
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    return next((int(process["id"]) for process in processes if process["type"] == "browser"), None)


def _visited(browser: Browser, question: dict[str, Any], notes: list[str]) -> tuple[dict[str, object], bytes]:
    window = {"width": int(question["width"]), "height": int(question["height"])}
    context = browser.new_context(
        viewport={"width": window["width"], "height": window["height"]},
        accept_downloads=False,
        service_workers="block",
        reduced_motion="reduce",
        color_scheme="light",
    )
    limit = time.monotonic() + float(question["deadline"])
    context.set_default_timeout(question["deadline"] * 1000)
    page = context.new_page()
    context.on("page", lambda popup: popup.close())
    response = page.goto(question["url"], wait_until="load")
    _arrive(page, limit)
    height = window["height"]
    if question["whole"]:
        height = max(height, int(page.evaluate(_HEIGHT)))
    drawn = min(height, int(question["max_height"]))
    png = page.screenshot(
        full_page=True,
        clip={"x": 0, "y": 0, "width": window["width"], "height": drawn},
        animations="disabled",
        caret="hide",
        timeout=max(1.0, limit - time.monotonic()) * 1000,
    )
    if drawn < height:
        from vision_code.capture.page import cut_note

        notes = [*notes, cut_note(height, drawn)]
    fields: dict[str, object] = {
        "size": list(struct.unpack(">II", png[16:24])),
        "url": page.url,
        "status": response.status if response else None,
        "notes": [*notes, *_status_notes(response)],
    }
    return fields, png


def _arrive(page: Page, limit: float) -> None:
    """
    Wait where the page stays: scripts may send on to another one after the load event.
    """
    from playwright.sync_api import Error as PlaywrightError

    for _ in range(_MAX_HOPS):
        before = page.url
        try:
            _settle(page, limit)
        except PlaywrightError as error:
            if "context was destroyed" not in str(error):
                raise
        else:
            if page.url == before:
                break
        page.wait_for_load_state("load", timeout=max(1.0, limit - time.monotonic()) * 1000)
    if urlsplit(page.url).scheme not in ("http", "https"):
        raise InputRejected("url.denied", "the address leads to something that is no page on the network")


def _settle(page: Page, limit: float) -> None:
    page.wait_for_timeout(min(_SCRIPT_PAUSE_MS, max(0.0, limit - time.monotonic()) * 1000))
    until = min(limit, time.monotonic() + _SETTLE_S)
    while not page.evaluate(_SETTLED) and time.monotonic() < until:
        page.wait_for_timeout(50)


def _status_notes(response: Response | None) -> list[str]:
    if response is None or response.status < 400:
        return []
    return [f"the server answered {response.status}: this may be the page of an error"]


def _explained(error: Exception, question: dict[str, Any]) -> VisionCodeError:
    from playwright.sync_api import TimeoutError as PlaywrightTimeout

    where = shown(question["url"])
    if isinstance(error, PlaywrightTimeout):
        return VerificationFailed("render.timeout", f"{where}: {question['deadline']:g} s", retry=True)
    told = _first_line(error)
    code = next((word.rstrip(":") for word in told.replace("net::", " ").split() if word.startswith("ERR_")), "")
    if "Download is starting" in told:
        code = "ERR_ABORTED"
    if not code:
        return VerificationFailed("render.crashed", told, retry=True)
    reason = "its certificate is not valid" if "CERT" in code else _REASONS.get(code, code)
    return InputRejected("url.unreachable", f"{where} cannot be loaded: {reason}", retry=True)


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
