"""
Real pages to train on: none of the development set's, a fixed choice, measured like generated ones.
"""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.sources import load_sources
from training.samples import samples_of
from training.sites import Site, load_sites, pages_of, render_sites, shows, styled

PAGE = """<!doctype html><style>
 .away{{opacity:0}} .cut{{height:0;overflow:hidden}} i.star::before{{content:"*"}}
 i.star{{display:inline-block;width:16px;height:16px}}
</style><body style="font:16px sans-serif;margin:8px">
<h1>Sailing for beginners</h1><p>A boat needs <a href="#">wind</a>, water and a crew that knows <a>knots</a>.</p>
<div class="away"><p>Nobody can see this</p></div><div class="cut"><p>nor this paragraph</p></div>
<table><tr><td>left column</td><td>right column</td></tr><tr><td>more left</td><td>more right</td></tr></table>
<table><tr><th>Knot</th><th>Use</th></tr><tr><td>Bowline</td><td>{use}</td></tr></table>
<p><a href="#"><i class="star"></i></a></p></body>"""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """
    A package that is unpacked already.
    """
    made = Site(kind="npm", package="boats", limit=2, held_out=False)
    folder = tmp_path / made.family
    folder.mkdir()
    for number in range(4):
        (folder / f"{number}.html").write_text(PAGE.format(use="mooring " * 120))
    (folder / "frame.html").write_text("<frameset>" + " " * 2000)
    (folder / "partial.html").write_text("<p>a part of a page</p>" + " " * 2000)
    return made


def test_no_package_of_the_development_set_is_trained_on() -> None:
    measured = {source.package.rpartition("@")[0] or source.package for source in load_sources()}
    measured |= {package for source in load_sources() for package, _ in source.vendor}
    trained = {site.package for site in load_sites()}
    assert not measured & trained
    assert not [name for name in trained if name.startswith(("startbootstrap", "now-ui", "admin-lte", "gentelella"))]


def test_a_choice_of_pages_is_always_the_same(site: Site, tmp_path: Path) -> None:
    pages = pages_of(site, tmp_path)
    assert [page.path.name for page in pages] == [page.path.name for page in pages_of(site, tmp_path)]
    assert len({page.path for page in pages}) == 2
    assert {page.path.stem for page in pages} <= {"0", "1", "2", "3"}


def test_templates_are_looked_at_at_two_widths(site: Site, tmp_path: Path) -> None:
    pages = [page for page in pages_of(site, tmp_path) if page.style is None]
    assert len({page.seed for page in pages}) == len(pages) == 4
    for path in {page.path for page in pages}:
        assert len({page.width_px for page in pages if page.path == path}) == 2


@pytest.mark.browser
def test_another_style_changes_the_look_of_a_page_and_nothing_that_it_says(site: Site, tmp_path: Path) -> None:
    own = pages_of(site, tmp_path)[0]
    dressed = [replace(own, style=number) for number in (1, 1, 2, 3)]
    plain, first, again, *others = render_sites([own, *dressed])
    assert first.png == again.png, "one number is one style"
    assert len({page.png for page in (plain, first, *others)}) == 4
    for page in (first, *others):
        assert Counter(row[2] for row in page.facts["elements"]) == Counter(row[2] for row in plain.facts["elements"])
        assert {row[1].lower() for row in page.facts["words"]} == {row[1].lower() for row in plain.facts["words"]}


@pytest.mark.browser
def test_a_page_that_its_other_style_has_torn_is_left_out(site: Site, tmp_path: Path) -> None:
    own = pages_of(site, tmp_path)[0]
    heap = f'<div style="line-height:4px;width:200px">{"anchor " * 40}</div></body>'
    own.path.write_text(own.path.read_text().replace("</body>", heap))
    assert list(render_sites([own])), "its own look is its author's affair"
    assert not list(render_sites([replace(own, style=1)]))


@pytest.mark.browser
def test_what_cannot_be_seen_has_no_truth(site: Site, tmp_path: Path) -> None:
    (page,) = render_sites(pages_of(site, tmp_path)[:1])
    words = {row[1] for row in page.facts["words"]}
    assert "Sailing" in words
    assert not {"Nobody", "nor"} & words
    roles = [row[2] for row in page.facts["elements"]]
    assert roles.count("link") == 2, "an anchor without an address is no link"
    assert roles.count("table") == 1, "a table that only arranges is none"
    assert [row[1] for row in page.facts["elements"]].count("svg") == 1, "a glyph is a picture"


@pytest.mark.browser
def test_real_pages_become_samples(site: Site, tmp_path: Path) -> None:
    (page,) = render_sites(pages_of(site, tmp_path)[:1])
    samples = list(samples_of(page))
    said = {label for sample in samples for label in sample.labels}
    assert {"headingone", "text"} <= said


@pytest.mark.browser
def test_a_picture_that_shows_another_state_than_the_facts_is_noticed(site: Site, tmp_path: Path) -> None:
    (page,) = render_sites(pages_of(site, tmp_path)[:1])
    pixels = np.asarray(Image.open(io.BytesIO(page.png)))
    assert shows(pixels, page.facts)
    assert not shows(np.roll(pixels, 400, axis=1), page.facts)


@pytest.mark.browser
def test_templates_without_their_style_sheets_are_left_out(site: Site, tmp_path: Path) -> None:
    (page,) = render_sites(pages_of(site, tmp_path)[:1])
    assert styled(page.facts)
    for path in (tmp_path / site.family).glob("?.html"):
        bare = path.read_text().replace('style="font:16px sans-serif;margin:8px"', "")
        path.write_text(bare)
    assert not list(render_sites(pages_of(site, tmp_path)[:1]))


def test_what_nobody_ever_looked_at_is_no_page(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / site.family
    for path in folder.glob("?.html"):
        path.unlink()
    page = PAGE.format(use="mooring " * 200)
    (folder / "filled.html").write_text(page)
    (folder / "unfilled.html").write_text(page.replace("Sailing", "{{ title }}"))
    (folder / "remote.html").write_text(
        page.replace("<style>", '<link rel="stylesheet" href="https://cdn.example/a.css"><!--').replace(
            "</style>", "-->"
        )
    )
    (folder / "lcov-report").mkdir()
    (folder / "lcov-report" / "index.html").write_text(page)
    assert {path.path.name for path in pages_of(site, tmp_path)} == {"filled.html"}


def test_what_many_packages_share_is_no_page_of_each(tmp_path: Path) -> None:
    made = Site(kind="deb", package="boats-doc", limit=4, held_out=False)
    pages = tmp_path / made.family / "usr/share/doc"
    for package in ("boats-doc", "libjs-bootstrap"):
        (pages / package).mkdir(parents=True)
        (pages / package / "index.html").write_text(PAGE.format(use="mooring " * 200))
    assert {page.path.parent.name for page in pages_of(made, tmp_path)} == {"boats-doc"}
