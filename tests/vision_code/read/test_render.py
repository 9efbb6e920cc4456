"""
Read against a live browser: words and boxes are where the document says they are.
"""

from __future__ import annotations

import pytest

from vision_code.geometry import Box
from vision_code.intake import open_screenshot
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


@pytest.mark.browser
def test_words_and_surfaces_are_where_the_document_has_them() -> None:
    chromium = find_browser()
    if chromium is None:
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 900, "height": 360})
        page.set_content(PAGE)
        png, truth = page.screenshot(), page.evaluate(WORDS)
        surfaces = page.evaluate(
            "() => [...document.querySelectorAll('section, button')].map(e => {"
            "const b = e.getBoundingClientRect(); return [b.x, b.y, b.width, b.height] })"
        )
        browser.close()
    observation = read(open_screenshot(None, png))
    found = [word for line in observation.lines for word in line.words]
    for text, x, y, w, h in truth:
        around = Box(x, y, w, h).inset(-2)
        assert any(word.text == text and around.contains(word.box) for word in found), text
    assert len(found) == len(truth)
    for x, y, w, h in surfaces:
        assert max(rect.box.iou(Box(x, y, w, h)) for rect in observation.rects) > 0.97
