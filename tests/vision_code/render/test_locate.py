"""
Finding a browser, and saying what to do without one.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from vision_code.errors import VerificationFailed
from vision_code.render import Browser, BrowserMissing, browser_or_reason, find_browser


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """
    A machine without any browser; returns an empty folder that is its whole PATH.
    """
    monkeypatch.delenv("VISION_CODE_BROWSER", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "playwright"))
    monkeypatch.setattr("vision_code.render.locate._PLACES", ())
    return tmp_path


def _program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_no_browser_gives_a_reason_and_one_command(bare_machine: Path) -> None:
    assert find_browser() is None
    missing = browser_or_reason()
    assert isinstance(missing, BrowserMissing)
    assert "no Chromium" in missing.reason
    assert missing.command


def test_no_home_folder_is_no_place_to_look(bare_machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", homeless)
    monkeypatch.delenv("PLAYWRIGHT_BROWSERS_PATH")
    assert find_browser() is None


def test_using_a_browser_that_is_missing_names_the_command(bare_machine: Path) -> None:
    with pytest.raises(VerificationFailed) as caught:
        Browser()
    assert caught.value.kind == "render.unavailable"
    assert str(caught.value.detail["command"]) in caught.value.message


def test_browsers_on_path_are_found_in_order_of_preference(bare_machine: Path) -> None:
    edge = _program(bare_machine / "microsoft-edge")
    assert find_browser() == edge
    chrome = _program(bare_machine / "google-chrome")
    assert find_browser() == chrome


def test_the_variable_wins(bare_machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _program(bare_machine / "chromium")
    mine = _program(bare_machine / "mine" / "browser")
    monkeypatch.setenv("VISION_CODE_BROWSER", str(mine))
    assert find_browser() == mine


def test_a_variable_that_names_nothing_is_said(bare_machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _program(bare_machine / "chromium")
    monkeypatch.setenv("VISION_CODE_BROWSER", str(bare_machine / "gone"))
    missing = browser_or_reason()
    assert isinstance(missing, BrowserMissing)
    assert "VISION_CODE_BROWSER" in missing.reason


def test_a_browser_that_playwright_downloaded_is_found(bare_machine: Path) -> None:
    chrome = _program(bare_machine / "playwright" / "chromium-1200" / "chrome-linux" / "chrome")
    assert find_browser() == chrome


@pytest.mark.parametrize(
    "place",
    [
        "chromium-headless-shell",
        "playwright/chromium_headless_shell-1200/chrome-linux/headless_shell",
        "playwright/chromium_headless_shell-1300/chrome-headless-shell-linux64/chrome-headless-shell",
    ],
)
def test_a_shell_without_windows_renders_rather_than_a_whole_browser(bare_machine: Path, place: str) -> None:
    chromium = _program(bare_machine / "chromium")
    shell = _program(bare_machine / place)
    assert browser_or_reason() == shell
    assert find_browser() == chromium


def test_the_variable_wins_over_a_shell(bare_machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chromium = _program(bare_machine / "chromium")
    _program(bare_machine / "chromium-headless-shell")
    monkeypatch.setenv("VISION_CODE_BROWSER", str(chromium))
    assert browser_or_reason() == chromium
