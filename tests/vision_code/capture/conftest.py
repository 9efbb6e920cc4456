"""
A screen with four known rectangles, and the environment of a program that sits in front of it.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.vision_code.capture.screens import NO_XVFB, XVFB, Screen, silent_display

#: What would make the product take the test's machine for a distant one, or its screen for Wayland's.
ELSEWHERE = (
    *("SSH_CONNECTION", "SSH_TTY", "REMOTE_CONTAINERS", "CODESPACES"),
    *("WSL_DISTRO_NAME", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "DISPLAY"),
)


@pytest.fixture(autouse=True)
def at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    No screen, and no sign of another machine, unless the test asks for one.
    """
    for name in ELSEWHERE:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def drawn_screen() -> Iterator[Screen]:
    """
    A virtual screen of 320 × 200 with a rectangle in each corner's quarter; one of them is a window.
    """
    if XVFB is None:
        pytest.skip(NO_XVFB)
    with Screen(320, 200) as screen:
        screen.draw((0, 0, 160, 100, (200, 30, 40)), (160, 0, 160, 100, (10, 180, 90)), (0, 100, 160, 100, (1, 2, 3)))
        screen.open_window(160, 100, 160, 100, (250, 240, 5))
        yield screen


@pytest.fixture
def screen(drawn_screen: Screen, monkeypatch: pytest.MonkeyPatch) -> Screen:
    """
    The same, as this process's display.
    """
    monkeypatch.setenv("DISPLAY", drawn_screen.display)
    return drawn_screen


@pytest.fixture(name="silent_display")
def display_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """
    This process's display takes connections and never answers.
    """
    with silent_display() as display:
        monkeypatch.setenv("DISPLAY", display)
        yield
