"""
Every way in that a person has.
"""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from playwright.sync_api import expect

from tests.vision_code.capture.screens import NO_XVFB, XVFB, Screen
from tests.vscode.installed import ROOT
from tests.vscode.site import serving
from tests.vscode.workbench import PATIENCE_MS, Host, Window

Open = Callable[..., Window]
pytestmark = pytest.mark.e2e

_COPY = """async (data) => {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    await navigator.clipboard.write([new ClipboardItem({"image/png": new Blob([bytes], {type: "image/png"})})]);
}"""


def copy_picture(window: Window) -> None:
    """
    Put a picture into the clipboard, as a screenshot tool does.
    """
    picture = (ROOT / "examples" / "login-card.png").read_bytes()
    window.page.evaluate(_COPY, base64.b64encode(picture).decode())


def test_a_picture_is_pasted_into_a_blank_document(quick: Host, open_window: Open, project: Path) -> None:
    (project / "src" / "Login.vue").write_text("")
    window = open_window(quick, project)
    window.wait_until_ready()
    window.open("src", "Login.vue")
    copy_picture(window)
    window.page.locator(".editor-instance .view-lines").first.click()
    window.page.keyboard.press("Control+v")
    preview = window.preview()
    expect(preview.locator("#apply")).to_be_enabled(timeout=PATIENCE_MS)
    expect(preview.locator("#state")).to_contain_text("KiB sent to the server")
    window.picture("pasted")
    preview.locator("#apply").click()
    expect(preview.locator("#state")).to_contain_text("Applied")
    expect(window.page.locator(".tab.active[data-resource-name='Login.vue']")).to_have_count(1)
    expect(window.page.locator(".editor-instance .view-lines").first).to_contain_text("template")


def test_a_picture_of_the_clipboard_comes_through_the_panel(quick: Host, open_window: Open, project: Path) -> None:
    window = open_window(quick, project)
    window.wait_until_ready()
    window.command("Vision Code: Turn Pasted Picture into Component…")
    preview = window.preview()
    expect(preview.locator("#way-in")).to_be_visible()
    window.picture("way-in")
    copy_picture(window)
    preview.locator("#way-in").click()
    window.page.keyboard.press("Control+v")
    expect(preview.locator("#apply")).to_be_enabled(timeout=PATIENCE_MS)
    expect(preview.locator("#name")).to_have_text("WelcomeBack")
    preview.locator("#discard").click()
    expect(preview.locator("#state")).to_contain_text("nothing was changed")
    assert not (project / "src" / "components" / "WelcomeBack.tsx").exists()
    # The same picture for another framework.
    preview.locator("#target").select_option("svelte")
    expect(window.page.locator(".tab[data-resource-name$='.svelte']")).to_have_count(1, timeout=PATIENCE_MS)


def test_the_light_bulb_on_a_reference_proposes_too(quick: Host, open_window: Open, project: Path) -> None:
    window = open_window(quick, project)
    window.wait_until_ready()
    window.open("", "notes.md")
    window.page.locator(".view-line", has_text="The design").first.click()
    # The bulb is there when the server has answered.
    window.page.locator(".lightbulb-glyph, .codicon-light-bulb, .codicon-gutter-lightbulb").first.wait_for()
    action = window.page.locator(".action-widget .action.focused")

    def is_open() -> bool:
        window.page.keyboard.press("Control+Period")  # an editor that asks for actions anew closes their list
        with suppress(PlaywrightTimeout):
            action.wait_for(timeout=5_000)
        return action.is_visible()

    window.until(is_open)
    expect(action).to_have_text("Turn this picture into a component")
    window.page.keyboard.press("Enter")
    expect(window.preview().locator("#apply")).to_be_enabled(timeout=PATIENCE_MS)
    assert {path.name for path in (project / "src" / "components").iterdir()} == {"Footer.tsx"}


def test_a_picture_is_dropped_into_an_editor(quick: Host, open_window: Open, project: Path) -> None:
    (project / "src" / "Login.svelte").write_text("")
    window = open_window(quick, project)
    window.wait_until_ready()
    window.open("src", "Login.svelte")
    window.drag("design", "login.png")
    preview = window.preview()
    expect(preview.locator("#apply")).to_be_enabled(timeout=PATIENCE_MS)
    expect(preview.locator("#state")).to_contain_text("read by the server from its file")
    preview.locator("#apply").click()
    expect(window.page.locator(".tab.active[data-resource-name='Login.svelte']")).to_have_count(1)
    expect(window.page.locator(".editor-instance .view-lines").first).to_contain_text("Welcome back")


def test_a_large_picture_goes_in_pieces(quick: Host, open_window: Open, project: Path, tmp_path: Path) -> None:
    large = tmp_path / "large.png"
    large.write_bytes(padded((ROOT / "examples" / "login-card.png").read_bytes(), 5 << 19))
    window = open_window(quick, project)
    window.wait_until_ready()
    window.command("Vision Code: Turn Pasted Picture into Component…")
    preview = window.preview()
    preview.locator("#file").set_input_files(large)
    expect(preview.locator("#apply")).to_be_enabled(timeout=PATIENCE_MS)
    expect(preview.locator("#state")).to_contain_text("large.png: 640 × 560 px, 2.5 MiB sent to the server")


def padded(picture: bytes, size: int) -> bytes:
    """
    The same PNG with bytes in it that nobody shows.
    """
    filler = b"vcTx" + bytes(size)
    chunk = size.to_bytes(4) + filler + zlib.crc32(filler).to_bytes(4)
    return picture[:-12] + chunk + picture[-12:]


def test_a_page_is_captured_by_its_address(quick: Host, open_window: Open, project: Path) -> None:
    window = open_window(quick, project)
    window.wait_until_ready()
    with serving("<!doctype html><title>Shop</title><h1>Fresh bread</h1><button>Order now</button>") as site:
        window.command("Vision Code: Capture a Page by Address…")
        window.enter("Capture a Page by Address", "file:///etc/passwd")
        expect(window.page.locator(".quick-input-message")).to_contain_text("An address that begins with https://")
        window.enter("Capture a Page by Address", f"{site.address}/bread")
        preview = window.preview()
        expect(preview.locator("#apply")).to_be_enabled(timeout=PATIENCE_MS)
        expect(preview.locator("#page")).to_have_attribute("srcdoc", re.compile("Fresh bread"))
        assert "/bread" in site.asked
    window.picture("address")
    # An address where nobody is: told in the program's own words.
    window.command("Vision Code: Capture a Page by Address…")
    window.enter("Capture a Page by Address", site.address)
    expect(window.notice(f"Vision Code: {site.address}/ c")).to_be_visible()
    window.picture("address-refused")


def test_where_the_screen_is_another_pasting_is_offered(
    start_host: Callable[..., Host], open_window: Open, project: Path
) -> None:
    distant = {"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22", "DISPLAY": "", "WAYLAND_DISPLAY": ""}
    window = open_window(start_host({"vision-code.engine": "none"}, environment=distant), project)
    window.wait_until_ready()
    window.command("Vision Code: Turn Part of the Screen into Component…")
    notice = window.notice("The server runs on another machine than the editor")
    expect(notice).to_be_visible()
    window.picture("screen-refused")
    notice.locator(".monaco-button", has_text="Paste a Picture").click()
    expect(window.preview().locator("#way-in")).to_be_visible()


@pytest.mark.skipif(XVFB is None, reason=NO_XVFB)
def test_a_part_of_the_screen_is_chosen(start_host: Callable[..., Host], open_window: Open, project: Path) -> None:
    with Screen(800, 600) as screen:
        screen.draw((0, 0, 800, 600, (240, 240, 240)), (100, 100, 400, 200, (200, 30, 30)))
        here = {"DISPLAY": screen.display, "SSH_CONNECTION": "", "SSH_CLIENT": "", "SSH_TTY": "", "WAYLAND_DISPLAY": ""}
        settings = {"vision-code.engine": "none", "vision-code.verify": False}
        window = open_window(start_host(settings, environment=here), project)
        window.wait_until_ready()
        window.command("Vision Code: Turn Part of the Screen into Component…")
        preview = window.preview()
        expect(preview.locator("#region-width")).to_have_value("800")
        for side, value in {"x": 50, "y": 60, "width": 500, "height": 300}.items():
            preview.locator(f"#region-{side}").fill(str(value))
        window.picture("screen")
        preview.locator("#region-form button").click()
        expect(preview.locator("#apply")).to_be_enabled(timeout=PATIENCE_MS)
        expect(preview.locator("#state")).to_contain_text("500 × 300 px")
