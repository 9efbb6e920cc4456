"""
What a virtual screen shows is captured to the pixel; what it does not show is refused.
"""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.marked_processes import MARK, left_after, survivors
from tests.vision_code.capture.screens import NO_XVFB, XVFB, Screen
from vision_code.capture import Area, capture_screen, monitors, parse_region
from vision_code.capture import screen as screen_module
from vision_code.errors import EngineUnavailable, UsageError

ROOT = Path(__file__).resolve().parents[3]


def _pixels(png: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(png)) as image:
        assert image.format == "PNG"
        return np.asarray(image.convert("RGB"))


def _expected() -> np.ndarray:
    drawn = np.empty((200, 320, 3), np.uint8)
    drawn[:100, :160], drawn[:100, 160:] = (200, 30, 40), (10, 180, 90)
    drawn[100:, :160], drawn[100:, 160:] = (1, 2, 3), (250, 240, 5)
    return drawn


def test_monitors_are_listed_as_they_are(screen: Screen) -> None:
    (monitor,) = monitors()
    assert (monitor.number, monitor.area, monitor.scale) == (1, Area(0, 0, 320, 200), 1.0)
    assert monitor.name == "screen"


@pytest.mark.parametrize("number", [None, 1])
def test_a_monitor_is_captured_to_the_pixel(screen: Screen, number: int | None) -> None:
    grab = capture_screen(monitor=number)
    assert (grab.monitor, grab.area, grab.scale) == (1, Area(0, 0, 320, 200), 1.0)
    assert (grab.picture.width_px, grab.picture.height_px) == (320, 200)
    assert grab.picture.notes == ()
    assert np.array_equal(_pixels(grab.picture.png), _expected())


@pytest.mark.parametrize(
    "area", [Area(0, 0, 320, 200), Area(150, 90, 21, 33), Area(319, 199, 1, 1), Area(0, 99, 320, 2)], ids=str
)
def test_a_region_is_that_part_of_it(screen: Screen, area: Area) -> None:
    grab = capture_screen(region=area)
    assert (grab.monitor, grab.area) == (None, area)
    wanted = _expected()[area.y : area.y + area.height, area.x : area.x + area.width]
    assert np.array_equal(_pixels(grab.picture.png), wanted)


@pytest.mark.parametrize("area", [Area(300, 0, 21, 10), Area(-1, 0, 10, 10), Area(0, 200, 1, 1)], ids=str)
def test_a_region_past_the_screen_is_refused(screen: Screen, area: Area) -> None:
    with pytest.raises(UsageError, match=r"usage\.region: .* which is 320x200 at 0,0"):
        capture_screen(region=area)


@pytest.mark.parametrize("number", [0, 2, -1])
def test_a_monitor_that_is_not_there_is_refused(screen: Screen, number: int) -> None:
    with pytest.raises(UsageError, match=r"usage\.monitor: .* only monitor 1"):
        capture_screen(monitor=number)


def test_one_colour_is_noted(screen: Screen) -> None:
    (note,) = capture_screen(region=Area(10, 10, 20, 20)).picture.notes
    assert "one single colour" in note


@pytest.mark.skipif(XVFB is None, reason=NO_XVFB)
def test_a_black_screen_is_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    with Screen(64, 64) as dark:
        monkeypatch.setenv("DISPLAY", dark.display)
        with pytest.raises(EngineUnavailable, match=r"capture\.unavailable: .* black"):
            capture_screen()


@pytest.mark.skipif(XVFB is None, reason=NO_XVFB)
def test_of_several_monitors_the_primary_one_is_taken_unless_another_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with Screen(300, 200) as wide:
        wide.set_monitor("LEFT", (0, 0, 100, 200))
        wide.set_monitor("RIGHT", (100, 50, 200, 150), primary=True)
        wide.draw((0, 0, 100, 200, (9, 9, 90)), (100, 50, 200, 150, (90, 9, 9)), (100, 0, 200, 50, (1, 90, 1)))
        monkeypatch.setenv("DISPLAY", wide.display)
        found = monitors()
        assert [monitor.number for monitor in found] == [1, 2, 3]
        right, left = Area(100, 50, 200, 150), Area(0, 0, 100, 200)
        assert {monitor.area: monitor.primary for monitor in found[:2]} == {right: True, left: False}
        grab = capture_screen()
        assert grab.area == right
        assert (_pixels(grab.picture.png) == (90, 9, 9)).all()
        grab = capture_screen(monitor=next(monitor.number for monitor in found if monitor.area == left))
        assert (_pixels(grab.picture.png) == (9, 9, 90)).all()
        # A region may lie on several.
        pixels = _pixels(capture_screen(region=Area(99, 49, 2, 2)).picture.png)
        assert pixels.tolist() == [[[9, 9, 90], [1, 90, 1]], [[9, 9, 90], [90, 9, 9]]]


def test_a_display_that_is_gone_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":32123")
    with pytest.raises(EngineUnavailable, match=r"capture\.unavailable: no display: ':32123' does not answer"):
        monitors()


def test_a_screen_on_wayland_is_refused_and_a_virtual_one_there_is_not(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert len(monitors()) == 1
    monkeypatch.delenv("DISPLAY")
    with pytest.raises(EngineUnavailable, match="Wayland"):
        monitors()


def test_the_screen_of_a_distant_machine_is_captured_with_a_word(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22")
    assert "not the one you sit at" in capture_screen().picture.notes[0]


@pytest.mark.usefixtures("silent_display")
def test_a_display_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen_module, "DEADLINE_S", 1.5)
    started = time.monotonic()
    with pytest.raises(EngineUnavailable, match=r"did not answer within 1\.5 s"):
        monitors()
    assert time.monotonic() - started <= 10


@pytest.mark.usefixtures("silent_display")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=str)
def test_waiting_for_it_can_be_ended(number: int, tmp_path: Path) -> None:
    mark = f"screen-{number}-{os.getpid()}"
    environment = {**os.environ, MARK: mark, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "vision_code", "capture", "-o", "shot.png"]
    with subprocess.Popen(command, env=environment, cwd=tmp_path) as process:
        limit = time.monotonic() + 20
        while len(survivors(mark)) < 2 and time.monotonic() < limit:
            time.sleep(0.05)
        process.send_signal(number)
        assert process.wait(10) == 128 + number
    assert left_after(mark) == []
    assert list(tmp_path.iterdir()) == []


def test_regions_are_read() -> None:
    assert parse_region("1,2,3,4") == Area(1, 2, 3, 4)
    assert parse_region(" -1920, +5 ,640,480 ") == Area(-1920, 5, 640, 480)


@pytest.mark.parametrize(
    "text",
    ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "1.5,0,2,2", "0,0,0,5", "0,0,5,-1", "0,0,99999,5", "1,,2,3", "1,2,3,٤"],
)
def test_what_is_no_region_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"usage\.region"):
        parse_region(text)
