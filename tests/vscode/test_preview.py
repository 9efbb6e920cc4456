"""
The preview: for everybody, for choosing and refining, and safe to look at.
"""

from __future__ import annotations

import base64
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Frame, FrameLocator, Locator, expect

from tests.vscode.installed import EXTENSION, ROOT
from tests.vscode.site import serving
from tests.vscode.workbench import PATIENCE_MS, Host, Window

Open = Callable[..., Window]
pytestmark = pytest.mark.e2e


def lines_of(link: Locator) -> tuple[int, int]:
    """
    The lines that a link of the preview names.
    """
    first, last = re.search(r"lines? (\d+)(?:–(\d+))?", link.inner_text()).groups()  # type: ignore[union-attr]
    return int(first), int(last or first)


def page_of(window: Window) -> Frame:
    """
    The frame of the preview's page.
    """
    return next(frame for frame in window.page.frames if frame.query_selector("#way-in") is not None)


def made(window: Window) -> FrameLocator:
    """
    The preview of a finished component.
    """
    window.wait_until_ready()
    window.in_explorer("design", "login.png", "Turn Picture into Component…")
    preview = window.preview()
    expect(preview.locator("#apply")).to_be_enabled(timeout=PATIENCE_MS)
    return preview


def states() -> dict[str, list[dict[str, object]]]:
    """
    What the page is told to come into each of its states.
    """
    shot = "data:image/png;base64," + base64.b64encode((ROOT / "examples" / "login-card.png").read_bytes()).decode()
    screen = {"number": 1, "name": "", "x": 0, "y": 0, "width": 640, "height": 560, "scale": 1, "primary": True}
    return {
        "result": [],
        "remark": [{"kind": "remark", "message": "Selected in WelcomeBack.tsx"}],
        "refused": [{"kind": "told", "message": "The engine follows no words", "failed": True}],
        "applied": [{"kind": "ended", "message": "Applied.", "how": "applied"}],
        "failed": [{"kind": "ended", "message": "No picture", "how": "failed"}],
        "working": [
            {"kind": "begin", "name": "login.png", "picture": shot, "target": "react"},
            {"kind": "progress", "message": "reading", "percentage": 40},
        ],
        "region": [{"kind": "region", "picture": shot, "monitor": screen}],
        "ask": [{"kind": "ask"}],
    }


#: Told to itself and heard, as the editor's messages are.
HEAR = """message => new Promise((heard) => {
    addEventListener('message', () => setTimeout(heard), { once: true });
    postMessage(message, '*');
})"""
#: The component's frame is judged by its own scores; its policy lets no script in. WCAG 2.2's targets are of 24 px.
AXE = "axe.run(document, { iframes: false, rules: { 'target-size': { enabled: true } } })"


def broken(frame: Frame) -> list[tuple[str, list[str]]]:
    """
    The rules that the page breaks, with the elements.
    """
    found = frame.evaluate(AXE)["violations"]
    return [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]


def test_every_state_of_the_preview_is_for_everybody(host: Host, open_window: Open, project: Path) -> None:
    axe = (EXTENSION / "node_modules" / "axe-core" / "axe.min.js").read_text()
    window = open_window(host, project)
    preview = made(window)
    frame = page_of(window)
    frame.evaluate(axe)
    for theme, kind in (("Light Modern", "light"), ("Dark Modern", "dark"), ("Dark High Contrast", "high-contrast")):
        window.page.set_viewport_size({"width": 1280, "height": 800})
        window.theme(theme)
        expect(preview.locator(f"body.vscode-{kind}")).to_be_attached()
        window.page.set_viewport_size({"width": 840, "height": 800})
        for state, messages in states().items():
            for message in messages:
                frame.evaluate(HEAR, message)
            assert broken(frame) == [], (theme, state)
            # Also where little room is left beside the code.
            assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth"), (theme, state)


def test_the_preview_is_for_everybody(quick: Host, open_window: Open, project: Path) -> None:
    axe = (EXTENSION / "node_modules" / "axe-core" / "axe.min.js").read_text()
    window = open_window(quick, project)
    preview = made(window)
    frame = page_of(window)
    frame.evaluate(axe)
    for theme in ("Light Modern", "Dark Modern", "Dark High Contrast"):
        window.theme(theme)
        assert broken(frame) == [], theme
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
    made(window)
    frame = page_of(window)
    refused: set[str] = set()
    window.page.on("requestfailed", lambda request: refused.add(request.url))
    with serving("<h1>Leaked</h1>") as site:
        hostile = f"""<script>parent.document.title = 'owned'; parent.postMessage({{kind: 'apply'}}, '*')</script>
            <img src="{site.address}/leak.png" onerror="parent.document.title = 'owned'">
            <link rel="stylesheet" href="{site.address}/leak.css">
            <meta http-equiv="refresh" content="0;url={site.address}/away">"""
        frame.evaluate(f"document.getElementById('page').srcdoc = {json.dumps(hostile)}")
        # Refused by the policy: scripts before them and the refresh behind them had their chance by then.
        window.until(lambda: {f"{site.address}/leak.png", f"{site.address}/leak.css"} <= refused)
        assert frame.evaluate("document.title") == "Vision Code preview"
        assert site.asked == []
    assert not (project / "src" / "components" / "WelcomeBack.tsx").exists()


def test_a_click_on_what_differs_shows_where_it_is_and_what_draws_it(
    host: Host, open_window: Open, project: Path
) -> None:
    shutil.copy(ROOT / "examples" / "mobile-dark.png", project / "design" / "login.png")
    window = open_window(host, project)
    preview = made(window)
    links = preview.locator("#worst button")
    first, data, last = links.first, links.filter(has_text="data in").first, links.filter(has_text="%").last
    first.click()
    for mark in ("#picture-mark", "#page-mark"):
        expect(preview.locator(mark)).to_be_visible()
    expect(preview.locator("#state")).to_contain_text("Selected in")
    selected = {first: window.selected_text()}
    # With the keyboard alone: the focus stays in the list.
    for link in (data, last):
        link.press("Enter")
        expect(link).to_be_focused()
        window.until(lambda: window.selected_text() not in selected.values())
        selected[link] = window.selected_text()
    window.theme("Dark Modern")
    last.click()
    window.portrait("worst")
    # In the file, once there is one.
    preview.locator("#apply").click()
    expect(preview.locator("#state")).to_contain_text("Applied")
    (written,) = (path for path in (project / "src" / "components").glob("*.tsx") if path.name != "Footer.tsx")
    lines = written.read_text().split("\n")
    for link, text in selected.items():
        start, end = lines_of(link)
        assert text.strip() in "\n".join(lines[start - 1 : end])
        assert text[0] == ("{" if "data" in link.inner_text() else "<")
    data.click()
    expect(preview.locator("#state")).to_contain_text("Selected in")
    expect(window.page.locator(".monaco-diff-editor")).to_have_count(0)
    assert window.selected_text() == selected[data]
    window.page.keyboard.press("Delete")
    first.click()
    expect(preview.locator("#state")).to_contain_text("not as it was made")
    preview.locator("#target").select_option("vue")
    expect(preview.locator("#page-mark")).to_be_hidden()


def test_every_result_of_a_picture_can_be_picked(quick: Host, open_window: Open, project: Path) -> None:
    window = open_window(quick, project)
    preview = made(window)
    expect(preview.locator("#versions-section")).to_be_hidden()
    preview.locator("#target").select_option("vue")
    expect(window.page.locator(".tab[data-resource-name='WelcomeBack.vue']")).to_have_count(1)
    preview.locator("#drafts").select_option("2")
    preview.locator("#again").click()
    choices = preview.locator("#versions input")
    expect(choices).to_have_count(3)
    expect(choices.nth(2)).to_be_checked()
    expect(preview.locator("#versions")).to_contain_text("1: react, drafted by rules")
    choices.first.check()
    expect(window.page.locator(".tab[data-resource-name='WelcomeBack.tsx']")).to_contain_text("(proposed)")
    expect(window.page.locator(".tab[data-resource-name='WelcomeBack.vue']")).to_have_count(0)
    expect(choices.first).to_be_checked()
    window.picture("versions")
    preview.locator("#apply").click()
    expect(preview.locator("#state")).to_contain_text("Applied")
    assert (project / "src" / "components" / "WelcomeBack.tsx").exists()
    assert not list(project.rglob("*.vue"))
    # From now on what is made anew goes where it was applied.
    preview.locator("#again").click()
    expect(preview.locator("#apply")).to_be_enabled(timeout=PATIENCE_MS)
    expect(preview.locator("#files")).to_contain_text("src/components/WelcomeBack.tsx made anew")


def test_words_that_no_engine_follows_leave_the_proposal_and_a_new_picture_replaces_it(
    quick: Host, open_window: Open, project: Path, tmp_path: Path
) -> None:
    window = open_window(quick, project)
    preview = made(window)
    preview.locator("#instruction").fill("a larger title")
    window.page.keyboard.press("Enter")
    expect(preview.locator("#state")).to_contain_text("Apply it first")
    expect(preview.locator("#apply")).to_be_enabled()
    expect(preview.locator("#instruction")).to_have_value("a larger title")
    preview.locator("#apply").click()
    expect(preview.locator("#state")).to_contain_text("Applied")
    preview.locator("#instruction").press("Enter")
    expect(preview.locator("#state")).to_contain_text("name an engine that can")
    expect(preview.locator("#state")).not_to_have_class("failed")
    window.picture("refine")
    preview.locator("#renew").set_input_files(ROOT / "examples" / "pricing.png")
    expect(preview.locator("#files")).to_contain_text("src/components/WelcomeBack.tsx made anew", timeout=PATIENCE_MS)
    expect(preview.locator("#state")).to_contain_text("pricing.png")
    window.picture("renewed")


def test_a_component_goes_where_somebody_says(quick: Host, open_window: Open, project: Path) -> None:
    window = open_window(quick, project)
    preview = made(window)
    preview.locator("#elsewhere").click()
    window.pick("A Folder…")
    window.enter("Which folder?", f"{project / 'src'}/", listed="components")
    expect(preview.locator("#files")).to_contain_text("src/WelcomeBack.tsx new", timeout=PATIENCE_MS)
    preview.locator("#elsewhere").click()
    window.pick("A File…")
    window.enter("Which file?", str(project / "src" / "components" / "Footer.tsx"), listed="Footer.tsx")
    window.page.locator(".quick-input-title", has_text="already exists").wait_for()
    window.page.locator(".quick-input-widget .monaco-button", has_text="OK").click()
    expect(preview.locator("#files")).to_contain_text("src/components/Footer.tsx replaces it", timeout=PATIENCE_MS)
    expect(window.page.locator(".monaco-diff-editor").first).to_contain_text("Shop")
    window.picture("elsewhere")
    preview.locator("#discard").click()
    expect(preview.locator("#state")).to_contain_text("nothing was changed")
    assert "Welcome" not in (project / "src" / "components" / "Footer.tsx").read_text()
