"""
A component that was rewritten to a picture passes its framework's own checks, strictly, as the generated one does; it
looks like the picture and still does what it did.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.vision_code.emit import old_components as old
from tests.vision_code.emit.looks import MOST_DIFFERING, compiled, differing, document, look, shot
from tests.vision_code.emit.sample_trees import pricing, sign_in
from vision_code.emit import ScriptStyle, Target, emit
from vision_code.rewrite import language_of
from vision_code.rewrite.page import rewrite_page

#: Name → what it is written in, and the file.
OLD = {
    "Function": (Target.REACT, ".tsx", old.REACT),
    "Class": (Target.REACT, ".tsx", old.REACT_CLASS),
    "Setup": (Target.VUE, ".vue", old.VUE),
    "Options": (Target.VUE, ".vue", old.VUE_OPTIONS),
    "Four": (Target.SVELTE, ".svelte", old.SVELTE_4),
    "Five": (Target.SVELTE, ".svelte", old.SVELTE_5),
}


def _rewrite(workshop: Path, make: Callable[[], object], name: str, *, loops: bool) -> str:
    """
    Puts the rewritten component, and what it needs, into the workshop; its name there.
    """
    target, ending, text = OLD[name]
    tree = make()
    called = f"{name}{make.__name__.title().replace('_', '')}{loops}"
    files = emit(tree, target, called, ScriptStyle(loops=loops))  # type: ignore[arg-type]
    language = language_of(f"x{ending}")
    assert language is not None
    rewritten = language.rewrite(text, files[0].content.decode(), f"{called}{ending}", {})
    for file in files:
        path = workshop / target / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
    (workshop / target / files[0].path).write_text(rewritten.text)
    return called


@pytest.fixture
def workshop(workshop: Path) -> Path:
    """
    What only the old markup used may stand unused: it is told, and not taken away.
    """
    for folder in (Target.REACT, Target.VUE, Target.SVELTE):
        (workshop / folder / "calls.d.ts").write_text("interface Window {\n  calls: string[];\n}\n")
        path = workshop / f"tsconfig.{folder}.json"
        settings = path.read_text().replace('"assets.d.ts"', f'"assets.d.ts", "{folder}/calls.d.ts"')
        path.write_text(re.sub(r'("noUnused\w+": )true', r"\1false", settings))
    return workshop


@pytest.mark.node
@pytest.mark.slow
def test_rewritten_components_pass_the_type_checkers(workshop: Path, run_tool: Callable[..., str]) -> None:
    for make in (sign_in, pricing):
        for name in OLD:
            for loops in (True, False):
                if name != "Options" or not loops:
                    _rewrite(workshop, make, name, loops=loops)
    run_tool("tsc", "-p", "tsconfig.react.json")
    run_tool("vue-tsc", "-p", "tsconfig.vue.json")
    run_tool("svelte-check", "--tsconfig", "./tsconfig.svelte.json")


@pytest.mark.node
@pytest.mark.browser
@pytest.mark.slow
def test_rewritten_components_look_like_the_picture_and_do_what_they_did(
    workshop: Path, run_tool: Callable[..., str], browser: Browser
) -> None:
    names = {name: _rewrite(workshop, sign_in, name, loops=False) for name in OLD}
    run_tool("node", "mount.mjs")
    tree = sign_in()
    expected = look(browser, document(emit(tree, Target.HTML)[0].content.decode(), tree), tree)
    for name, called in names.items():
        target = OLD[name][0]
        css = compiled(workshop, run_tool, target, called)
        script = (workshop / target / f"{called}.client.js").read_text()
        page = browser.new_page(viewport={"width": int(tree.width_px), "height": int(tree.height_px)})
        page.set_content(f"<!doctype html><style>{css}</style><script>window.calls = []</script><div id='app'></div>")
        page.add_script_tag(content=script)
        page.wait_for_selector("form")
        assert differing(shot(page), expected[0]) <= MOST_DIFFERING, name
        _use(page)
        page.close()


def _use(page: Page) -> None:
    """
    Fills the form in and sends it.
    """
    page.get_by_role("link", name="Forgot password?").evaluate("(link) => (link.href = '#')")
    page.get_by_role("link", name="Forgot password?").click()
    page.locator("[type=email]").fill("me@example.com")
    page.locator("[type=password]").fill("secret")
    page.get_by_role("button", name="Sign in").click()
    calls = page.evaluate("window.calls")
    assert [call.split()[0] for call in calls] == ["forgot", "send"]
    assert calls[1] == "send me@example.com"


@pytest.mark.browser
@pytest.mark.parametrize("target", [Target.HTML, Target.HTML_CSS])
@pytest.mark.parametrize("part", [False, True])
def test_a_rewritten_page_looks_like_the_picture_and_does_what_it_did(
    browser: Browser, target: Target, *, part: bool
) -> None:
    tree = sign_in()
    drawn = document(emit(tree, target)[0].content.decode(), tree)
    text = old.PAGE[old.PAGE.index("<form") : old.PAGE.index("</body>")] if part else old.PAGE
    rewritten = rewrite_page(text, drawn, "page.html").text
    page = browser.new_page(viewport={"width": int(tree.width_px), "height": int(tree.height_px)})
    page.set_content(f"<!doctype html><body style='margin: 0'>{rewritten}</body>" if part else rewritten)
    assert differing(shot(page), look(browser, drawn, tree)[0]) <= MOST_DIFFERING
    _use(page)
    page.close()
