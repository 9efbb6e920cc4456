"""
The development set: large enough, split by package, every element shot of a listed page.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from benchmarks.elements import load_elements
from benchmarks.items import Item, _spread
from benchmarks.sources import PageSpec, load_sources

SOURCES = load_sources()
PAGES = {page.id: page for source in SOURCES for page in source.pages}


def test_there_are_enough_pages_and_elements() -> None:
    assert sum(not page.modal for page in PAGES.values()) >= 40
    assert len(load_elements()) >= 100


def test_names_are_unique() -> None:
    assert len(PAGES) == sum(len(source.pages) for source in SOURCES)
    elements = [spec.id for spec in load_elements()]
    assert len(set(elements)) == len(elements)


def test_a_quarter_or_more_is_held_out_and_shares_no_package_with_what_is_tuned_on() -> None:
    parts = Counter(page.split for page in PAGES.values())
    assert parts["tuning"] >= parts["held_out"] >= len(PAGES) / 4
    packages = [(source.package.rsplit("@", 1)[0], source.split) for source in SOURCES]
    assert len({package for package, _ in packages}) == len(packages)


def test_no_package_makes_up_more_than_a_quarter() -> None:
    for source in SOURCES:
        assert len(source.pages) <= len(PAGES) / 4


def test_elements_are_cut_from_listed_pages() -> None:
    assert {spec.page for spec in load_elements()} <= set(PAGES)


def test_widths_cover_phone_laptop_and_desktop() -> None:
    widths = {page.width_px for page in PAGES.values()}
    assert min(widths) < 480
    assert max(widths) >= 1920


def test_a_page_is_looked_at_again_at_two_thirds_but_never_below_a_phone() -> None:
    page = PageSpec(id="x", source="x", split="tuning", path="x.html", width_px=1440)
    assert page.narrow_px == 960
    assert PageSpec(id="x", source="x", split="tuning", path="x.html", width_px=390).narrow_px == 320


def test_a_limit_takes_one_of_each_package_first() -> None:
    items = [Item(page=page) for page in PAGES.values() if not page.modal]
    first = _spread(items)[: len(SOURCES)]
    assert len({item.page.source for item in first}) == len(SOURCES)
    assert _spread(list(reversed(items)))[:5] == first[:5]


def test_the_pages_themselves_are_not_in_the_repository() -> None:
    root = Path(__file__).resolve().parents[2] / "benchmarks"
    ours = {path.name for path in root.rglob("*.html")}
    assert ours == {"card.html", "page.html"}
    assert json.loads((root / "elements.json").read_text())[0].keys() == {"id", "page", "kind", "path", "box"}
