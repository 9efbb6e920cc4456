"""
What goes wrong for real people: they change their mind, the server dies, files change meanwhile, nothing is installed,
the folder is a stranger's.
"""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.marked_processes import MARK
from tests.vscode.workbench import PATIENCE_MS, Host, Window

Open = Callable[..., Window]
pytestmark = pytest.mark.e2e


def servers(host: Host) -> list[int]:
    """
    Ids of the language servers of a VS Code.
    """
    mark = f"{MARK}={host.environment[MARK]}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().split(b"\0")
            if command[-2:-1] == [b"lsp"] and mark in (process / "environ").read_bytes():
                found.append(int(process.name))
        except OSError:
            continue
    return found


def test_a_cancel_half_way_leaves_nothing_and_the_next_one_works(host: Host, open_window: Open, project: Path) -> None:
    window = open_window(host, project)
    window.wait_until_ready()
    window.in_explorer("design", "login.png", "Turn Picture into Component…")
    preview = window.preview()
    window.page.locator(".notifications-toasts .monaco-button", has_text="Cancel").click()
    expect(preview.locator("#state")).to_have_text("Cancelled.")
    assert {path.name for path in (project / "src" / "components").iterdir()} == {"Footer.tsx"}
    preview.locator("#again").click()
    expect(preview.locator("#apply")).to_be_enabled(timeout=PATIENCE_MS)


def test_a_server_that_is_killed_half_way_starts_again_with_one_message(
    host: Host, open_window: Open, project: Path
) -> None:
    window = open_window(host, project)
    window.wait_until_ready()
    window.in_explorer("design", "login.png", "Turn Picture into Component…")
    preview = window.preview()
    # Told by the notification: it is there long before the panel is on a busy machine.
    expect(window.notice(re.compile("opening|reading|deciding|comparing"))).to_be_visible()
    (server,) = servers(host)
    os.kill(server, signal.SIGKILL)
    expect(preview.locator("#state")).to_have_class("failed")
    message = window.notice("Vision Code:")
    expect(message).to_be_visible()
    window.picture("killed")
    expect(window.page.locator(".notifications-toasts .notification-list-item")).to_have_count(1)
    window.wait_until_ready()
    message.locator(".monaco-button", has_text="Try Again").click()
    expect(preview.locator("#apply")).to_be_enabled(timeout=PATIENCE_MS)


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


def test_a_patch_is_answered_in_the_servers_own_words(host: Host, open_window: Open, project: Path) -> None:
    window = open_window(host, project)
    window.wait_until_ready()
    window.command("Vision Code: Fix This Issue…")
    window.page.locator(".quick-input-widget input").first.fill("The button is blue")
    window.page.keyboard.press("Enter")
    window.pick("Without a picture")
    expect(window.notice("patches are not served yet")).to_be_visible()


def test_a_missing_server_is_said_with_the_click_that_mends_it(
    start_host: Callable[..., Host], open_window: Open, project: Path
) -> None:
    host = start_host({"vision-code.server.path": "/nowhere/vision-code"})
    window = open_window(host, project)
    expect(window.status()).to_have_attribute("aria-label", re.compile("not installed"))
    window.in_explorer("design", "login.png", "Turn Picture into Component…")
    notice = window.notice("server is not installed")
    expect(notice.locator(".monaco-button", has_text="Install")).to_be_visible()
    window.picture("missing")


def test_nothing_starts_in_a_strangers_folder(
    start_host: Callable[..., Host], open_window: Open, project: Path
) -> None:
    host = start_host({}, trusting=False)
    window = open_window(host, project)
    window.page.locator(".monaco-dialog-box .monaco-button", has_text="No").click()
    window.page.locator(".explorer-folders-view .monaco-list-row[aria-label='notes.md']").wait_for()
    window.page.wait_for_timeout(2000)
    window.picture("untrusted")
    assert servers(host) == []
    assert window.status().get_attribute("aria-label") != "Vision Code: ready"
