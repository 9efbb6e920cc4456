"""
Menus that narrower screens hide: a link opens them, a choice in them closes them, without a script.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from vision_code.assemble.menu_link import free_id, hidden, opener
from vision_code.emit import Target, emit
from vision_code.uitree import Element, Text, UITree

HIDDEN = "[...document.querySelectorAll('#menu a')].every((link) => !link.checkVisibility())"


def _tree() -> UITree:
    links = [
        Element(tag="a", attrs=(("href", "#"),), children=(Text(text=text),)) for text in ("Orders", "Reports", "Help")
    ]
    entries = tuple(Element(tag="li", children=(link,)) for link in links)
    menu = hidden(Element(tag="nav", children=(Element(tag="ul", children=entries),)), "menu", "md")
    words = Element(tag="p", children=(Text(text="What the page says"),))
    root = Element(tag="div", children=(opener("menu", "md"), menu, words))
    return UITree(root=root, assets=(), title="Shop", name="Shop", is_page=False, width_px=1200, height_px=800)


@pytest.mark.browser
@pytest.mark.parametrize("target", [Target.HTML, Target.HTML_CSS])
def test_a_link_opens_the_menu_and_a_choice_closes_it(target: Target, browser: Browser, tmp_path: Path) -> None:
    (file,) = (file for file in emit(_tree(), target) if file.path.suffix == ".html")
    (tmp_path / "page.html").write_bytes(file.content)
    shown = browser.new_page(viewport={"width": 700, "height": 800})
    shown.goto((tmp_path / "page.html").as_uri())
    assert shown.evaluate(HIDDEN)
    shown.get_by_role("link", name="Menu").click()
    assert not shown.evaluate(HIDDEN)
    shown.get_by_role("link", name="Reports").click()
    assert shown.evaluate(HIDDEN)
    shown.set_viewport_size({"width": 1280, "height": 800})
    assert not shown.evaluate(HIDDEN)
    assert not shown.get_by_role("link", name="Menu").is_visible()


def test_a_menu_has_an_id_of_its_own() -> None:
    field = Element(tag="input", attrs=(("id", "menu"), ("type", "text")))
    assert free_id(Element(tag="div", children=(field,)), "menu") == "menu-2"
    assert free_id(Element(tag="div"), "menu") == "menu"
