"""
An issue in words and a picture, and the patch that an engine behind an address writes for it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.engine_server import answer, calls, engine_server
from tests.vscode.workbench import Host, Window

Open = Callable[..., Window]
pytestmark = pytest.mark.e2e

FOOTER = "src/components/Footer.tsx"
LOOKING = [calls(("grep", {"text": "Footer"})), calls(("choose", {"files": [FOOTER]}))]
MENDED = f"""{FOOTER}
<<<<<<< SEARCH
  return <footer className="p-4">Shop</footer>;
=======
  return <footer className="p-4">Our shop</footer>;
>>>>>>> REPLACE
src/components/Legal.tsx
<<<<<<< SEARCH
=======
export const legal = "Imprint";
>>>>>>> REPLACE
"""


@pytest.fixture
def project(project: Path) -> Path:
    """
    The project with an issue.
    """
    (project / "issue.md").write_text("The footer says Shop. It should say Our shop, as in the picture.\n")
    return project


def fix(window: Window) -> None:
    """
    Ask for a patch: the issue is in the editor, the picture in the workspace.
    """
    window.wait_until_ready()
    window.open("", "issue.md")
    window.page.locator(".editor-instance .view-lines").first.click()
    window.command("Vision Code: Fix This Issue…")
    window.pick("issue.md")
    window.tick("design/login.png")
    window.picture("issue")
    window.page.keyboard.press("Enter")


def test_an_issue_becomes_a_patch_that_is_seen_applied_and_taken_back(
    start_host: Callable[..., Host], open_window: Open, project: Path, tmp_path: Path
) -> None:
    footer, legal = project / FOOTER, project / "src" / "components" / "Legal.tsx"
    before = footer.read_text()
    with engine_server(tmp_path / "engine", [*LOOKING, answer(MENDED)]) as server:
        window = open_window(start_host({"vision-code.engine": server.address}), project)
        fix(window)
        told = window.notice("a fix in 2 files; 3 of 3 drafts agree")
        expect(told).to_be_visible()
        asked = str(server.questions[0])
    assert "The footer says Shop" in asked
    assert "data:image/png;base64," in asked
    diffs = window.page.locator(".monaco-diff-editor")
    expect(diffs).to_have_count(2)
    for text in ("Our shop", "Imprint"):
        expect(diffs.filter(has_text=text)).to_have_count(1)
    window.picture("fix-proposed")
    assert (footer.read_text(), legal.exists()) == (before, False)
    told.locator(".monaco-button", has_text="Apply").click()
    window.until(lambda: legal.exists() and footer.read_text() == before.replace("Shop<", "Our shop<"))
    expect(diffs).to_have_count(0)
    expect(window.page.locator(".tab.active[data-resource-name='Footer.tsx']")).to_be_visible()
    window.picture("fix-applied")
    window.command("Vision Code: Take Back What Was Applied Last")
    window.until(lambda: not legal.exists() and footer.read_text() == before)


def test_a_reply_that_fits_no_file_changes_nothing_and_is_said(
    start_host: Callable[..., Host], open_window: Open, project: Path, tmp_path: Path
) -> None:
    before = (project / FOOTER).read_text()
    wrong = MENDED.replace(">Shop<", ">Another shop altogether<").replace("p-4", "p-12 bg-red-500")
    with engine_server(tmp_path / "engine", [*LOOKING, answer(wrong)]) as server:
        window = open_window(start_host({"vision-code.engine": server.address}), project)
        fix(window)
        notice = window.notice(f"Vision Code: {FOOTER}")
        expect(notice.locator(".codicon-error")).to_be_visible()
        window.picture("fix-refused")
    expect(window.page.locator(".monaco-diff-editor")).to_have_count(0)
    assert (project / FOOTER).read_text() == before
    assert not (project / "src" / "components" / "Legal.tsx").exists()


def test_an_engine_that_cannot_solve_an_issue_is_said_with_the_way_to_one_that_can(
    host: Host, open_window: Open, project: Path
) -> None:
    window = open_window(host, project)
    fix(window)
    notice = window.notice("name an engine that can")
    expect(notice.locator(".codicon-info")).to_be_visible()
    window.picture("patch")
    notice.locator(".monaco-button", has_text="Choose Engine…").click()
    expect(window.page.locator(".settings-editor .setting-item-label", has_text="Engine").first).to_be_visible()
