"""
Read against a live browser: words and boxes are where the document says they are.
"""

from __future__ import annotations

import pytest

from vision_code.geometry import Box
from vision_code.intake import open_screenshot
from vision_code.observation import Observation
from vision_code.read import read
from vision_code.render import find_browser

PAGE = """<!doctype html><body style="margin:0;background:#fff;font:15px/1.6 sans-serif;color:#27272a;width:900px">
<section style="margin:24px;padding:20px;background:#f4f4f5;border-radius:8px;width:520px">
<h1 style="font-size:26px;margin:0">Quarterly figures</h1>
<p>Revenue grew in every region, and costs stayed where they had been since spring.</p>
<button style="font:600 15px sans-serif;background:#15803d;color:#fff;border:0;border-radius:6px;padding:10px 18px">
Download report</button></section></body>"""

WORDS = """() => { const out = []; const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let node; (node = walk.nextNode());) for (const match of node.data.matchAll(/\\S+/g)) {
  const range = document.createRange(); range.setStart(node, match.index);
  range.setEnd(node, match.index + match[0].length); const box = range.getBoundingClientRect();
  out.push([match[0], box.x, box.y, box.width, box.height]); } return out; }"""


SIZES = """() => Object.fromEntries([...document.querySelectorAll('[data-said]')].map(
  e => [e.innerText.trim().split(/\\s+/)[0], parseFloat(getComputedStyle(e).fontSize)]))"""

TIGHT = """<!doctype html><body style="margin:8px;width:800px;font:16px sans-serif">
<button data-said>Content 01</button>
<div style="background:#f2f2f2;margin:16px 0"><span data-said>Lorem ipsum dolor sit amet, consectetur adipiscing elit,
sed do eiusmod tempor incididunt ut labore et dolore magna aliqua; quis nostrud exercitation ullamco laboris nisi ut
aliquip ex ea commodo consequat, cupidatat non proident, sunt in culpa qui officia deserunt mollit anim.</span></div>
<ul style="font:14.4px/16px sans-serif;color:#336590">
<li data-said>Typing language</li><li data-said>Bundled VALUES</li><li data-said>The interface</li>
<li data-said>Logging and monitoring</li><li data-said>Counters, statistics</li></ul>
<p style="font:16px/16px sans-serif"><a href=x data-said>Large tree</a><br>
<a href=x data-said>Prerendered large tree</a><br><a href=x data-said>Async tree</a><br>
<a href=x data-said>Editable tree</a></p></body>"""
LINKED = ("Large", "Prerendered", "Async", "Editable")


BUTTONS = """<!doctype html><body style="margin:20px;width:800px;font:16px serif">
<p><button>Clear</button> <button>Today</button> <button>Undo</button> <button>Apply</button></p>
<p>Hello, William: all well <b>II</b> to <b>III</b>.</p>
<p style="font:40px sans-serif;margin:8px 0">Hello all Hills</p>
<p><button>Primary</button> <button>Secondary</button> <button>Warning</button></p>
<p style="font:13px sans-serif">First name: <input> Town: <input value="Oslo"></p></body>"""


@pytest.mark.browser
def test_words_and_surfaces_are_where_the_document_has_them() -> None:
    observation, words, surfaces, _ = _seen(PAGE)
    found = [word for line in observation.lines for word in line.words]
    for text, x, y, w, h in words:
        around = Box(x, y, w, h).inset(-2)
        assert any(word.text == text and around.contains(word.box) for word in found), text
    assert len(found) == len(words)
    for x, y, w, h in surfaces:
        assert max(rect.box.iou(Box(x, y, w, h)) for rect in observation.rects) > 0.97


@pytest.mark.browser
def test_type_is_not_measured_with_the_frame_of_a_button_the_end_of_a_card_or_the_next_line() -> None:
    observation, _, surfaces, sizes = _seen(TIGHT)
    said = {line.text.split()[0]: line.style for line in observation.lines}
    for first_word, size_px in sizes.items():
        assert said[first_word].size_px == pytest.approx(size_px, rel=0.08), first_word
        assert said[first_word].underline == (first_word in LINKED)
    assert {round(line.style.size_px) for line in observation.lines if line.box.y < surfaces[1][1] + 60} == {13, 16}
    for x, y, w, h in surfaces:
        assert max(rect.box.iou(Box(x, y, w, h)) for rect in observation.rects) > 0.95


@pytest.mark.browser
def test_buttons_and_fields_are_read_one_by_one_and_upright_letters_part_no_words() -> None:
    observation, _, buttons, _ = _seen(BUTTONS)
    said = {line.text: line.style for line in observation.lines}
    assert set(said) >= {"Hello all Hills", "First name:", "Town:", "Oslo"}
    for text in ("Clear", "Today", "Undo", "Apply", "Primary", "Secondary", "Warning"):
        assert said[text].size_px == pytest.approx(13.33, rel=0.08)
    assert any(text.startswith("Hello, William: all well") for text in said)
    for x, y, w, h in buttons:
        assert max(rect.box.iou(Box(x, y, w, h)) for rect in observation.rects) > 0.95


@pytest.mark.browser
def test_a_table_with_the_borders_of_browsers_is_boxes_and_no_picture() -> None:
    cells = "".join("<tr><td>Blue chair</td><td>sent</td><td>12</td></tr>" for _ in range(3))
    page = f"<!doctype html><body style='font:15px sans-serif'><table border=1 cellpadding=6>{cells}</table></body>"
    observation, _, _, _ = _seen(page)
    assert len([rect for rect in observation.rects if rect.border is not None]) == 1 + 9
    assert not observation.pictures


def _seen(html: str) -> tuple[Observation, list[list], list[list[float]], dict[str, float]]:
    """
    What is read from a page, and what the browser says: words, boxes of what has a ground, font sizes by first word.
    """
    chromium = find_browser()
    if chromium is None:
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 900, "height": 360})
        page.set_content(html)
        png, words, sizes = page.screenshot(), page.evaluate(WORDS), page.evaluate(SIZES)
        surfaces = page.evaluate(
            "() => [...document.querySelectorAll('section, button, div')].map(e => {"
            "const b = e.getBoundingClientRect(); return [b.x, b.y, b.width, b.height] })"
        )
        browser.close()
    return read(open_screenshot(None, png)), words, surfaces, sizes
