"""
What goes wrong for real people: they change their mind, the server dies, files change meanwhile, nothing is installed,
the folder is a stranger's.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.vscode.workbench import PATIENCE_MS, Host, Window

Open = Callable[..., Window]
pytestmark = pytest.mark.e2e


def test_a_cancel_half_way_leaves_nothing_and_the_next_one_works(host: Host, open_window: Open, project: Path) -> None:
    window = open_window(host, project)
    window.wait_until_ready()
    with host.held() as started:
        window.in_explorer("design", "login.png", "Turn Picture into Component…")
        window.until(started)
        preview = window.preview()
        window.notice("login.png").locator(".monaco-button", has_text="Cancel").click()
        expect(preview.locator("#state")).to_have_text("Cancelled.")
        window.picture("cancelled")
    assert {path.name for path in (project / "src" / "components").iterdir()} == {"Footer.tsx"}
    preview.locator("#again").click()
    expect(preview.locator("#apply")).to_be_enabled(timeout=PATIENCE_MS)


def test_a_server_that_is_killed_half_way_starts_again_with_one_message(
    start_host: Callable[..., Host], open_window: Open, project: Path
) -> None:
    host = start_host()
    window = open_window(host, project)
    window.wait_until_ready()
    with host.held() as started:
        window.in_explorer("design", "login.png", "Turn Picture into Component…")
        window.until(started)
        preview = window.preview()
        (server,) = host.servers()
        os.kill(server, signal.SIGKILL)
        expect(preview.locator("#state")).to_have_class("failed")
        message = window.notice("Vision Code: The server ended before it had answered")
        expect(message).to_be_visible()
        expect(window.page.locator(".notifications-toasts .notification-list-item")).to_have_count(1)
        window.wait_until_ready()
        window.picture("killed")
        (another,) = host.servers()
        assert another != server
    message.locator(".monaco-button", has_text="Try Again").click()
    expect(preview.locator("#apply")).to_be_enabled(timeout=PATIENCE_MS)


def test_a_second_window_waits_for_its_turn(start_host: Callable[..., Host], open_window: Open, project: Path) -> None:
    host = start_host({"vision-code.engine": "none", "vision-code.verify": False})
    windows = [open_window(host, project) for _ in range(2)]
    for window in windows:
        window.wait_until_ready()
    with host.held() as started:
        first, second = windows
        first.in_explorer("design", "login.png", "Turn Picture into Component…")
        first.until(started)
        second.in_explorer("design", "login.png", "Turn Picture into Component…")
        expect(second.preview().locator("#picture")).to_have_attribute("src", re.compile("^data:image/png"))
        for window in windows:
            expect(window.preview().locator("#apply")).to_be_disabled()
    for window in windows:
        expect(window.preview().locator("#apply")).to_be_enabled(timeout=PATIENCE_MS)
    second.preview().locator("#apply").click()
    expect(second.preview().locator("#state")).to_contain_text("Applied")
    # What the other one has applied meanwhile is in the way of the same name.
    first.preview().locator("#apply").click()
    expect(first.notice("exists by now; nothing was applied")).to_be_visible()


def test_what_somebody_else_wrote_meanwhile_is_not_touched(host: Host, open_window: Open, project: Path) -> None:
    window = open_window(host, project)
    window.wait_until_ready()
    window.in_explorer("design", "login.png", "Turn Picture into Component…")
    preview = window.preview()
    expect(preview.locator("#apply")).to_be_enabled(timeout=PATIENCE_MS)
    theirs = project / "src" / "components" / "WelcomeBack.tsx"
    theirs.write_text("// mine\n")
    preview.locator("#apply").click()
    expect(window.notice("exists by now; nothing was applied")).to_be_visible()
    assert theirs.read_text() == "// mine\n"
    assert not theirs.with_suffix(".theme.css").exists()


def test_a_missing_server_is_said_with_the_click_that_mends_it(
    start_host: Callable[..., Host], open_window: Open, project: Path
) -> None:
    host = start_host({"vision-code.server.path": "/nowhere/vision-code"})
    window = open_window(host, project)
    expect(window.status()).to_have_attribute("aria-label", re.compile("not installed"))
    notice = window.notice("server is not installed")
    window.command("Vision Code: Restart Server")
    notice.locator(".monaco-button", has_text="Show Logs").click()
    expect(notice).to_be_hidden()
    window.in_explorer("design", "login.png", "Turn Picture into Component…")
    expect(notice.locator(".monaco-button", has_text="Install")).to_be_visible()
    window.picture("missing")


def test_the_server_is_installed_with_one_click(
    start_host: Callable[..., Host], open_window: Open, project: Path, tmp_path: Path
) -> None:
    wheel = launcher(tmp_path)
    settings = {"vision-code.server.path": "", "vision-code.server.package": str(wheel), "vision-code.engine": "none"}
    host = start_host({**settings, "vision-code.verify": False})
    window = open_window(host, project)
    expect(window.status()).to_have_attribute("aria-label", re.compile("not installed"))
    window.in_explorer("design", "login.png", "Turn Picture into Component…")
    window.notice("server is not installed").locator(".monaco-button", has_text="Install").click()
    expect(window.notice("is installed and runs")).to_be_visible()
    window.picture("installed")
    # What was asked for goes on by itself.
    expect(window.preview().locator("#apply")).to_be_enabled(timeout=PATIENCE_MS)
    program = next((host.home / "data").rglob("globalStorage/vision-code.vision-code/server/bin/vision-code"))
    assert "launcher" in program.read_text()


def launcher(folder: Path) -> Path:
    """
    A package as pip takes it, whose program is the one under test: the real one brings torch, which takes minutes.
    """
    name = "vision_code_launcher-1.0"
    wheel = folder / f"{name}-py3-none-any.whl"
    program = str(Path(sys.executable).parent / "vision-code")
    about = f"{name}.dist-info"
    parts = {
        "launcher.py": f"import os, sys\n\ndef main():\n    os.execv({program!r}, [{program!r}, *sys.argv[1:]])\n",
        f"{about}/METADATA": "Metadata-Version: 2.1\nName: vision-code-launcher\nVersion: 1.0\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{about}/entry_points.txt": "[console_scripts]\nvision-code = launcher:main\n",
        f"{about}/RECORD": "",
    }
    with zipfile.ZipFile(wheel, "w") as package:
        for path, content in parts.items():
            package.writestr(path, content)
    return wheel


def test_nothing_starts_in_a_strangers_folder_before_it_is_trusted(
    start_host: Callable[..., Host], open_window: Open, project: Path
) -> None:
    host = start_host({}, trusting=False)
    window = open_window(host, project)
    window.page.locator(".monaco-dialog-box .monaco-button", has_text="No").click()
    # The extension runs: it shows its item, and has started what it starts.
    expect(window.status()).to_have_attribute("aria-label", "Vision Code: starts with the first picture")
    window.show_menu("design", "login.png")
    entry = window.page.locator(".monaco-menu .action-item", has_text="Turn Picture into Component…")
    expect(entry).to_have_class(re.compile("disabled"))
    window.picture("untrusted")
    window.page.keyboard.press("Escape")
    assert host.servers() == []
    window.command("Workspaces: Manage Workspace Trust")
    window.page.locator(".workspace-trust-editor .monaco-button", has_text="Trust").first.click()
    window.wait_until_ready()
    assert len(host.servers()) == 1
