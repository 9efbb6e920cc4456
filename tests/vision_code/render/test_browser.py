"""
The browser's life: early start, deadline, crash, restart, no orphans.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from pathlib import Path

import pytest

from vision_code.errors import UsageError, VerificationFailed
from vision_code.render import Browser, find_browser
from vision_code.render.chromium import Chromium
from vision_code.render.locate import required_browser

pytestmark = pytest.mark.browser

PAGE = "<!doctype html><title>T</title><h1>Hello there</h1>"


def _descendants(pid: int) -> set[int]:
    """
    Ids of all processes below ``pid``.
    """
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except (OSError, IndexError):
            continue
        if fields[0] != "Z":
            parents[int(stat.parent.name)] = int(fields[1])
    found, grown = {pid}, True
    while grown:
        more = {child for child, parent in parents.items() if parent in found} - found
        found |= more
        grown = bool(more)
    return found - {pid}


def _alive(pids: set[int]) -> set[int]:
    alive = set()
    for pid in pids:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z":
                alive.add(pid)
        except OSError:
            continue
    return alive


def _wait_until_gone(pids: set[int], seconds: float = 8) -> set[int]:
    limit = time.monotonic() + seconds
    while (left := _alive(pids)) and time.monotonic() < limit:
        time.sleep(0.1)
    return left


def test_starting_early_does_not_block_and_leaves_nothing_behind() -> None:
    before = _descendants(os.getpid())
    browser = Browser()
    started = time.monotonic()
    browser.start_in_background()
    assert time.monotonic() - started < 0.2
    assert browser.render(PAGE, width_px=320).facts.title == "T"
    ours = _descendants(os.getpid()) - before
    assert ours
    browser.close()
    assert _wait_until_gone(ours) == set()


@pytest.mark.parametrize("after_s", [0, 0.002, 0.004, 0.008])
def test_a_start_broken_off_at_any_moment_leaves_nothing_behind(
    after_s: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The driver's own folders come a few milliseconds before the process.
    """
    executable = required_browser()
    monkeypatch.setenv("TMPDIR", str(tmp_path))

    async def start() -> None:
        chromium = Chromium(executable)
        await chromium._driven()
        starting = asyncio.ensure_future(chromium.ensure())
        await asyncio.sleep(after_s)
        starting.cancel()
        await asyncio.wait({starting})
        await chromium.close()

    before = _descendants(os.getpid())
    asyncio.run(start())
    assert [path.name for path in tmp_path.iterdir()] == []
    assert _wait_until_gone(_descendants(os.getpid()) - before) == set()


def test_a_browser_killed_between_pages_is_started_again() -> None:
    with Browser() as browser:
        browser.render(PAGE, width_px=320)
        first = browser.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        assert browser.render(PAGE, width_px=320).facts.words[0].text == "Hello"
        assert browser.pid not in (None, first)


@pytest.mark.parametrize("after_s", [0.0, 0.03, 0.06, 0.1, 0.15, 0.2])
def test_a_browser_killed_at_any_moment_of_a_page_is_started_again(after_s: float) -> None:
    with Browser(deadline_s=20) as browser:
        browser.render(PAGE, width_px=320)
        first = browser.pid
        assert first is not None
        killer = threading.Timer(after_s, os.kill, (first, signal.SIGKILL))
        started = time.monotonic()
        killer.start()
        assert browser.render(PAGE, width_px=320).facts.title == "T"
        killer.join()
        assert time.monotonic() - started < 15  # not by the deadline


def _kill_twice(browser: Browser) -> None:
    """
    Kill the browser, wait for the one that replaces it, kill that too.
    """
    first = browser.pid
    assert first is not None
    time.sleep(0.5)
    os.kill(first, signal.SIGKILL)
    limit = time.monotonic() + 20
    while (second := browser.pid) in (None, first) and time.monotonic() < limit:
        time.sleep(0.05)
    assert second not in (None, first)
    time.sleep(0.5)
    os.kill(second, signal.SIGKILL)


def test_a_browser_that_dies_again_is_an_error_of_its_own_kind() -> None:
    before = _descendants(os.getpid())
    with Browser(deadline_s=20) as browser:
        browser.render(PAGE, width_px=320)
        killer = threading.Thread(target=_kill_twice, args=(browser,))
        killer.start()
        with pytest.raises(VerificationFailed) as caught:
            browser.render("<script>for(;;){}</script>" + PAGE, width_px=320, javascript=True)
        killer.join()
        assert caught.value.kind == "render.crashed"
        assert caught.value.exit_code == 9
        assert browser.render(PAGE, width_px=320).facts.title == "T"
    assert _wait_until_gone(_descendants(os.getpid()) - before) == set()


def test_a_page_that_never_ends_hits_the_deadline_and_the_next_page_works() -> None:
    with Browser(deadline_s=6) as browser:
        browser.render(PAGE, width_px=320)
        started = time.monotonic()
        with pytest.raises(VerificationFailed) as caught:
            browser.render("<script>for(;;){}</script>" + PAGE, width_px=320, javascript=True)
        assert caught.value.kind == "render.timeout"
        assert time.monotonic() - started < 10
        assert browser.render(PAGE, width_px=320).facts.title == "T"


def test_a_page_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with Browser() as browser, pytest.raises(UsageError):
        browser.render(tmp_path / "gone.html", width_px=320)


def test_a_program_that_is_no_browser_is_unavailable(tmp_path: Path) -> None:
    fake = tmp_path / "chromium"
    fake.write_text("#!/bin/sh\nexit 1\n")
    fake.chmod(0o755)
    with Browser(fake) as browser, pytest.raises(VerificationFailed) as caught:
        browser.render(PAGE, width_px=320)
    assert caught.value.kind == "render.unavailable"


@pytest.mark.parametrize("folder", ["t", "t" * 120])
def test_what_the_browser_keeps_in_a_temporary_folder_goes_with_it(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    However long that folder's path is: a socket's has at most 107 bytes. And also when a browser is killed. A shell
    without windows keeps nothing there.
    """
    whole = find_browser()
    if whole is None:
        pytest.skip("no Chromium, Chrome or Edge on this machine")
    (tmp_path / folder).mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    with Browser(whole) as browser:
        assert browser.render(PAGE, width_px=320).facts.title == "T"
        environment = dict(each.split("=", 1) for each in _environment(browser.pid) if "=" in each)
        assert list(Path(environment["TMPDIR"]).glob("*/SingletonSocket"))
        os.kill(browser.pid or 0, signal.SIGKILL)
        assert browser.render(PAGE, width_px=320).facts.title == "T"
    assert not Path(environment["TMPDIR"]).exists()
    assert list(tmp_path.rglob("*")) == [tmp_path / folder]


def _environment(pid: int | None) -> list[str]:
    return Path(f"/proc/{pid}/environ").read_text().split("\0")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_the_browser_dies_with_its_parent(how: signal.Signals) -> None:
    code = """
        import sys, time
        from vision_code.render import Browser
        with Browser() as browser:
            browser.render("<h1>Hello</h1>", width_px=320)
            print("up", flush=True)
            time.sleep(60)
    """
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "up\n"
    below = _descendants(child.pid)
    assert below
    child.send_signal(how)
    child.wait(10)
    child.stdout.close()
    assert _wait_until_gone(below) == set()
