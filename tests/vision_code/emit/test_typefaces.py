"""
What a page is set in reaches every target, and words are as wide where that face is not installed.
"""

from __future__ import annotations

import pytest

from vision_code.emit import Target, emit, single_page
from vision_code.observation import FontFamily, Typeface
from vision_code.render import find_browser
from vision_code.uitree import Element, Style, Text, UITree

NOWHERE = Typeface(family=FontFamily.SANS, name="Face Of Nowhere", width_ratio=1.15, bold_width_ratio=1.2)


def _tree(*faces: Typeface) -> UITree:
    words = [
        Element(tag="span", style=Style(font_weight=weight, font_size=20), children=(Text(text="Choose the plan"),))
        for weight in (400, 700)
    ]
    root = Element(tag="div", style=Style(font_family=FontFamily.SANS), children=tuple(words))
    return UITree(
        root=root, assets=(), title="Plan", name="Plan", is_page=False, width_px=400, height_px=80, typefaces=faces
    )


@pytest.mark.parametrize("target", list(Target))
def test_the_face_stands_before_a_fallback_of_its_width(target: Target) -> None:
    text = "\n".join(file.content.decode() for file in emit(_tree(NOWHERE), target))
    assert '"Face Of Nowhere", "Face Of Nowhere Fallback", sans-serif' in text
    assert "size-adjust: 115%" in text
    assert "size-adjust: 120%" in text
    plain = "\n".join(file.content.decode() for file in emit(_tree(), target))
    assert "@font-face" not in plain


@pytest.mark.browser
def test_words_are_as_wide_as_the_face_would_make_them() -> None:
    chromium = find_browser()
    if chromium is None:
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    widths = "() => [...document.querySelectorAll('span')].map(each => each.getBoundingClientRect())"
    seen = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for tree in (_tree(), _tree(NOWHERE)):
            page = browser.new_page(viewport={"width": 800, "height": 200})
            page.set_content(single_page(tree))
            if not page.evaluate(
                "() => document.fonts.check('20px Arial') || document.fonts.check('20px Liberation Sans')"
            ):
                pytest.skip("neither Arial nor Liberation Sans is installed")
            seen.append(page.evaluate(widths))
        browser.close()
    ratios = [ours["width"] / plain["width"] for plain, ours in zip(*seen, strict=True)]
    assert ratios == [pytest.approx(1.15, abs=0.02), pytest.approx(1.2, abs=0.02)]
    assert [box["height"] for box in seen[0]] == [pytest.approx(box["height"], abs=1) for box in seen[1]]
