"""
Scoring a system: the original scores 1, a broken system scores 0 and stops nobody, cut-outs keep their truth.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from benchmarks.candidates import CANDIDATES_SCRIPT
from benchmarks.elements import ElementSpec, choose, cut
from benchmarks.items import Item
from benchmarks.report import markdown, summarise
from benchmarks.scoring import score_item
from benchmarks.sources import PageSpec
from benchmarks.store import load_page, store_page
from vision_code.render import Browser, Pixels

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="en"><title>T</title><body style="margin:0;font:16px Arial">
<h1 style="margin:20px">A page of its own</h1>
<div class="card" style="margin:0 40px;width:300px;height:120px;background:#eee;padding:10px;border:1px solid #999">
<h2>Card</h2><p>Some words in a card</p><a href="#">More</a></div>
<ul class="menu"><li>First entry</li><li>Second entry</li><li>Third entry</li></ul>"""

CARD = PAGE[PAGE.index("<div") : PAGE.index("<ul")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as running:
        yield running


@pytest.fixture
def page(browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PageSpec:
    """
    The page above, stored as a reference at both widths.
    """
    monkeypatch.setenv("VISION_CODE_BENCH_CACHE", str(tmp_path / "cache"))
    spec = PageSpec(id=f"t-{tmp_path.name}", source="t", split="tuning", path="i.html", width_px=600)
    shots = browser.render_widths(
        PAGE, widths_px=(600, 400), height_px=spec.viewport_px, javascript=True, probe=CANDIDATES_SCRIPT
    )
    store_page(spec, shots)
    return spec


@pytest.fixture(autouse=True)
def no_download(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    axe-core comes from a registry; scores do without it.
    """
    monkeypatch.setattr("benchmarks.scoring.axe_probe", lambda: "")


def _copy(text: str) -> object:
    def system(png: bytes, folder: Path) -> Path:
        assert png.startswith(b"\x89PNG")
        path = folder / "index.html"
        path.write_text(text)
        return path

    return system


def test_what_is_stored_comes_back(page: PageSpec, browser: Browser) -> None:
    stored = load_page(page, "full")
    again = browser.render(PAGE, width_px=600, height_px=page.viewport_px)
    assert stored.facts == again.facts
    assert np.array_equal(stored.pixels, again.pixels)
    assert {part.kind for part in stored.parts} >= {"card", "list"}


def test_the_original_scores_one_at_both_widths(page: PageSpec, browser: Browser) -> None:
    row = score_item("copy", _copy(PAGE), Item(page=page), browser, None)  # type: ignore[arg-type]
    assert (row["full"]["mean"], row["narrow"]["mean"]) == (1, 1)
    assert row["review"]["elements_ratio"] == 1
    assert "error" not in row


def test_a_system_that_fails_scores_nothing_and_is_counted(page: PageSpec, browser: Browser) -> None:
    def broken(png: bytes, folder: Path) -> Path:
        raise RuntimeError("no idea")

    rows = [
        score_item("x", broken, Item(page=page), browser, None),
        score_item("x", _copy(PAGE), Item(page=page), browser, None),  # type: ignore[arg-type]
    ]
    assert "no idea" in rows[0]["error"]
    summary = next(entry for entry in summarise(rows) if entry["split"] == "tuning")
    assert (summary["mean"], summary["narrow"]["mean"], summary["errors"], summary["n"]) == (0.5, 0.5, 1, 2)
    assert "0.500" in markdown(summarise(rows), {"cores": 2})


def test_an_element_shot_has_the_truth_of_its_part(page: PageSpec, browser: Browser) -> None:
    specs = {spec.kind: spec for spec in choose([page])}
    card = specs["card"]
    shot = cut(load_page(page, "full"), card)
    assert shot is not None
    assert [word.text for word in shot.facts.words] == ["Card", "Some", "words", "in", "a", "card", "More"]
    assert {node.role for node in shot.facts.roles} == {"heading", "link"}
    assert shot.facts.words[0].box.x == pytest.approx(8 + 1 + 10, abs=1)
    html = f'<body style="margin:0;font:16px Arial"><div style="margin:8px -32px">{CARD}</div>'
    row = score_item("copy", _copy(html), Item(page=page, element=card), browser, None)  # type: ignore[arg-type]
    assert row["full"]["mean"] > 0.97
    assert row["kind"] == "card"


def test_a_part_that_is_gone_at_the_narrow_width_is_left_out(page: PageSpec) -> None:
    card = next(spec for spec in choose([page]) if spec.kind == "card")
    gone = ElementSpec(id="g", page=page.id, kind="card", path="body > nothing", box=card.box)
    assert cut(load_page(page, "narrow"), gone) is None


def test_sheets_show_both_widths(page: PageSpec, browser: Browser) -> None:
    shown: dict[str, Pixels] = {}
    score_item("copy", _copy(PAGE), Item(page=page), browser, shown.__setitem__)  # type: ignore[arg-type]
    assert shown[page.id].shape[1] == 3 * 600 + 32
    assert shown[f"{page.id}-narrow"].shape[1] == 3 * 400 + 32
