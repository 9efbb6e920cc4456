"""
Finds a browser that can render pages, and says what to do when there is none.
"""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from vision_code.errors import VerificationFailed

#: Environment variable with the path of a browser; it wins over everything found.
BROWSER_VARIABLE = "VISION_CODE_BROWSER"

#: Chromium without a window system: the same pictures for two thirds of the processor time and half of the start.
_SHELLS = ("chromium-headless-shell", "chrome-headless-shell")

_PROGRAMS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
)

#: Usual places outside PATH. Source: Playwright's channel registry (chrome, msedge).
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserMissing:
    """
    Why pages cannot be rendered on this machine.

    Attributes:
        reason: One sentence.
        command: The one command that mends it.
    """

    reason: str
    command: str


def find_browser() -> Path | None:
    """
    A whole browser: ``$VISION_CODE_BROWSER``, else Chromium, Chrome or Edge on PATH or in their usual places, else the
    newest one that Playwright downloaded. None when there is none.
    """
    chosen = os.environ.get(BROWSER_VARIABLE)
    if chosen is not None:
        path = Path(chosen)
        return path if path.is_file() and os.access(path, os.X_OK) else None
    for name in _PROGRAMS:
        if found := shutil.which(name):
            return Path(found)
    for place in _PLACES:
        if Path(place).is_file():
            return Path(place)
    return _downloaded(
        "chromium-*", "chrome-linux*/chrome", "chrome-mac*/*.app/Contents/MacOS/*", "chrome-win*/chrome.exe"
    )


def find_shell() -> Path | None:
    """
    A headless shell on PATH, else the newest one that Playwright downloaded; None when there is none, or when
    ``$VISION_CODE_BROWSER`` names what to use.
    """
    if BROWSER_VARIABLE in os.environ:
        return None
    for name in _SHELLS:
        if found := shutil.which(name):
            return Path(found)
    return _downloaded(
        "chromium_headless_shell-*", "chrome-*/headless_shell", "chrome-*/chrome-headless-shell", "chrome-*/*shell.exe"
    )


def _downloaded(version: str, *programs: str) -> Path | None:
    """
    The newest in Playwright's own folder. Source: https://playwright.dev/python/docs/browsers

    Args:
        version: Pattern of its folder.
        programs: Patterns of the program in it, by system.
    """
    cache = {"darwin": "Library/Caches", "win32": "AppData/Local"}.get(sys.platform, ".cache")
    try:
        folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / cache / "ms-playwright")
    except RuntimeError:  # a user without a home, as in some containers
        return None
    found = [path for program in programs for path in folder.glob(f"{version}/{program}")]
    return max(found, key=lambda path: path.stat().st_mtime, default=None)


def browser_or_reason() -> Path | BrowserMissing:
    """
    The program to render with, or why there is none and the command that mends it.
    """
    if found := find_shell() or find_browser():
        return found
    chosen = os.environ.get(BROWSER_VARIABLE)
    if chosen is not None:
        return BrowserMissing(
            reason=f"{BROWSER_VARIABLE} names {chosen!r}, which is not a program", command=mending_command()
        )
    return BrowserMissing(reason="no Chromium, Chrome or Edge was found", command=mending_command())


def required_browser() -> Path:
    """
    The program to render with.

    Raises:
        VerificationFailed: ``render.unavailable``: there is none; the message names the command that mends it.
    """
    found = browser_or_reason()
    if isinstance(found, BrowserMissing):
        raise VerificationFailed(
            "render.unavailable", f"{found.reason}; run: {found.command}", detail={"command": found.command}
        )
    return found


def mending_command() -> str:
    """
    What to type where the browser is missing or does not work.
    """
    if BROWSER_VARIABLE in os.environ:
        return f"unset {BROWSER_VARIABLE}"
    if sys.platform == "linux" and shutil.which("apt-get"):
        prefix = "" if os.geteuid() == 0 else "sudo "
        return f"{prefix}apt-get install -y chromium"
    return f"{sys.executable} -m playwright install chromium"
