"""
Every way in that a person has, and the preview for everybody: keyboard, screen reader, dark and high contrast.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Frame, expect

from tests.vscode.installed import EXTENSION, ROOT
from tests.vscode.workbench import PATIENCE_MS, Host, Window

Open = Callable[..., Window]
pytestmark = pytest.mark.e2e

_COPY = """async (data) => {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    await navigator.clipboard.write([new ClipboardItem({"image/png": new Blob([bytes], {type: "image/png"})})]);
}"""


@pytest.fixture(scope="module")
def quick(start_host: Callable[..., Host]) -> Host:
    """
    A VS Code whose user wants the rules alone, not verified: the ways in are tested here, not what is made.
    """
    return start_host({"vision-code.engine": "none", "vision-code.verify": False})


def copy_picture(window: Window) -> None:
    """
    Put a picture into the clipboard, as a screenshot tool does.
    """
    picture = (ROOT / "examples" / "login-card.png").read_bytes()
    window.page.evaluate(_COPY, base64.b64encode(picture).decode())


def page_of(window: Window) -> Frame:
    """
    The frame of the preview's page.
    """
    return next(frame for frame in window.page.frames if frame.query_selector("#way-in") is not None)


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
    window.page.keyboard.press("Control+Period")
    window.page.locator(".action-widget .action", has_text="Turn this picture into a component").first.click()
    expect(window.preview().locator("#apply")).to_be_enabled(timeout=PATIENCE_MS)
    assert {path.name for path in (project / "src" / "components").iterdir()} == {"Footer.tsx"}


def test_the_preview_is_for_everybody(quick: Host, open_window: Open, project: Path) -> None:
    axe = (EXTENSION / "node_modules" / "axe-core" / "axe.min.js").read_text()
    window = open_window(quick, project)
    window.wait_until_ready()
    window.in_explorer("design", "login.png", "Turn Picture into Component…")
    preview = window.preview()
    expect(preview.locator("#apply")).to_be_enabled(timeout=PATIENCE_MS)
    frame = page_of(window)
    frame.evaluate(axe)
    for theme in ("Light Modern", "Dark Modern", "Dark High Contrast"):
        window.theme(theme)
        # The frame of the component is judged by its own scores; its policy lets no script in.
        found = frame.evaluate("axe.run(document, {iframes: false})")
        broken = [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found["violations"]]
        assert broken == [], theme
        window.picture(f"preview-{theme.lower().replace(' ', '-')}")
    # With the keyboard alone.
    preview.locator("input[value=both]").focus()
    window.page.keyboard.press("ArrowRight")
    expect(preview.locator("#slider")).to_be_visible()
    window.picture("slider")
    preview.locator("#slider").focus()
    window.page.keyboard.press("Home")
    expect(preview.locator("#over")).to_have_attribute("style", re.compile("100%"))
    preview.locator("input[value=slider]").focus()
    window.page.keyboard.press("ArrowRight")
    window.picture("difference")
    assert frame.evaluate("getComputedStyle(document.getElementById('over')).mixBlendMode") == "difference"


def test_generated_code_can_do_nothing_in_the_preview(quick: Host, open_window: Open, project: Path) -> None:
    window = open_window(quick, project)
    window.wait_until_ready()
    window.in_explorer("design", "login.png", "Turn Picture into Component…")
    expect(window.preview().locator("#apply")).to_be_enabled(timeout=PATIENCE_MS)
    frame = page_of(window)
    asked: list[str] = []
    window.page.on("request", lambda request: asked.append(request.url))
    hostile = """<script>parent.document.title = 'owned'; parent.postMessage({kind: 'apply'}, '*')</script>
        <img src="http://127.0.0.1:1/leak.png" onerror="parent.document.title = 'owned'">
        <link rel="stylesheet" href="http://127.0.0.1:1/leak.css"><meta http-equiv="refresh" content="0;url=http://127.0.0.1:1/away">"""
    frame.evaluate(f"document.getElementById('page').srcdoc = {json.dumps(hostile)}")
    window.page.wait_for_timeout(1500)
    assert frame.evaluate("document.title") == "Vision Code preview"
    assert not [url for url in asked if "leak" in url]
    assert not (project / "src" / "components" / "WelcomeBack.tsx").exists()
