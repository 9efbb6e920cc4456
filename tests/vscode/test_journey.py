"""
From a picture in the Explorer to a component on disk and back, in a real VS Code with the real server and the embedded
model.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.vscode.workbench import PATIENCE_MS, Host, Window

Open = Callable[..., Window]


def files(project: Path) -> dict[str, int]:
    """
    Paths below the project, and sizes.
    """
    return {str(path.relative_to(project)): path.stat().st_size for path in project.rglob("*") if path.is_file()}


def test_a_picture_becomes_a_component_and_one_undo_takes_it_back(host: Host, open_window: Open, project: Path) -> None:
    before = files(project)
    window = open_window(host, project)
    window.wait_until_ready()
    window.in_explorer("design", "login.png", "Turn Picture into Component…")
    preview = window.preview()
    expect(preview.locator("#page")).to_have_attribute("srcdoc", re.compile("Welcome back"), timeout=PATIENCE_MS)
    window.picture("draft")
    expect(preview.locator("#apply")).to_be_enabled(timeout=PATIENCE_MS)
    expect(preview.locator("#state")).to_contain_text("640 × 560 px, read by the server from its file")
    expect(preview.locator("#scores tr")).to_have_count(7)
    proposed = window.page.locator(".tab[data-resource-name='WelcomeBack.tsx']")
    expect(proposed).to_contain_text("(proposed)")
    expect(window.page.locator(".monaco-diff-editor").first).to_contain_text("export")
    window.portrait("proposed")
    assert files(project) == before

    # What the rules alone made of it can be looked at, and would be applied.
    choices = preview.locator("#versions label")
    expect(choices).to_have_count(2)
    drawn = preview.locator("#page").get_attribute("srcdoc")
    preview.get_by_role("radio", name="drafted by rules").check()
    window.until(lambda: preview.locator("#page").get_attribute("srcdoc") != drawn)
    expect(proposed).to_contain_text("(proposed)")
    preview.get_by_role("radio", name="drafted by embedded").check()
    window.until(lambda: preview.locator("#page").get_attribute("srcdoc") == drawn)
    expect(preview.locator("#apply")).to_be_enabled()
    assert files(project) == before

    window.page.get_by_role("button", name="Apply", exact=True).first.click()
    expect(window.page.locator(".tab.active[data-resource-name='WelcomeBack.tsx']")).not_to_contain_text("proposed")
    expect(preview.locator("#state")).to_contain_text("Applied")
    window.picture("applied")
    made = files(project)
    assert set(made) - set(before) == {
        "src/components/WelcomeBack.tsx",
        "src/components/WelcomeBack.theme.css",
        "src/components/assets/WelcomeBack/icon.png",
    }
    text = (project / "src" / "components" / "WelcomeBack.tsx").read_text()
    assert "export default function WelcomeBack()" in text
    assert "At least 8 characters" in text

    window.page.locator(".editor-instance .view-lines").first.click()
    window.page.keyboard.press("Control+z")
    expect(window.page.locator(".tab[data-resource-name='WelcomeBack.tsx']")).to_have_count(0)
    # The editor takes one file back after the other.
    window.until(lambda: files(project) == before)
