"""
Each part of Fidelity sees its own fault: identity is 1, one broken thing lowers its part and leaves the others.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from vision_code.compare import (
    Fidelity,
    compare,
    reference_from_observation,
    reference_from_rendering,
    side_by_side,
)
from vision_code.geometry import Box, Color
from vision_code.observation import Observation, TextLine, TextStyle, Word
from vision_code.render import Browser, Rendering

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="en"><title>Shop</title><style>
body { margin: 0; font: 16px/1.5 sans-serif; color: #222; background: #fff }
header { background: #1d4ed8; color: #fff; padding: 16px 24px } main { padding: 24px }
.row { display: flex; gap: 24px } .card { flex: 1; background: #f1f5f9; padding: 16px; border-radius: 8px }
a { color: #1d4ed8 } button { background: #16a34a; color: #fff; border: 0; padding: 8px 16px; font: inherit }
</style><header><nav><a href="#" style="color:#fff">Home</a> <a href="#" style="color:#fff">Prices</a></nav></header>
<main><h1>Choose your plan</h1><p>All plans include support and updates for twelve months.</p>
<div class="row"><div class="card"><h2>Basic</h2><p>Five projects and one seat</p><button>Order basic</button></div>
<div class="card"><h2>Team</h2><p>Fifty projects and nine seats</p><button>Order team</button></div></div>
<p><a href="#">Compare all details</a></p></main>"""

PARTS = ("words", "place", "size", "colour", "picture", "roles")


@pytest.fixture(scope="module")
def render() -> Iterator[Callable[[str], Rendering]]:
    with Browser() as browser:
        yield lambda page: browser.render(page, width_px=800, height_px=600)


@pytest.fixture(scope="module")
def original(render: Callable[[str], Rendering]) -> Rendering:
    return render(PAGE)


def _broken(render: Callable[[str], Rendering], original: Rendering, old: str, new: str) -> Fidelity:
    assert old in PAGE
    return compare(reference_from_rendering(original), render(PAGE.replace(old, new)))


def test_identity_is_exactly_one(render: Callable[[str], Rendering], original: Rendering) -> None:
    fidelity = compare(reference_from_rendering(original), render(PAGE))
    assert {part: getattr(fidelity, part) for part in PARTS} == dict.fromkeys(PARTS, 1.0)
    assert (fidelity.mean, fidelity.flow, fidelity.roles_counted, fidelity.names) == (1, 1, 1, 1)
    assert (fidelity.missing, fidelity.extra, fidelity.worst, fidelity.height_ratio) == ((), (), (), 1)


#: What is broken: text in the page, what it becomes, parts that must fall, parts that must stay.
FAULTS = {
    "words": ("Five projects and one seat", "Some other words stand here", {"words"}, {"roles"}),
    "move": (
        ".row { display: flex;",
        ".row { position: relative; top: 90px; display: flex;",
        {"place", "picture"},
        {"words", "size", "roles"},
    ),
    "resize": ("main { padding: 24px }", "main { padding: 24px; font-size: 12px }", {"size"}, {"words", "roles"}),
    "ink": ("<h1>", '<h1 style="color:#dc2626">', {"colour"}, {"words", "place", "size", "roles"}),
    "background": (
        ".card { flex: 1; background: #f1f5f9",
        ".card { flex: 1; background: #0f172a",
        {"colour", "picture"},
        {"words", "place", "size", "roles"},
    ),
    "shadow": (
        "border-radius: 8px",
        "box-shadow: 0 0 40px 20px #000",
        {"picture"},
        {"words", "place", "size", "roles"},
    ),
    "role": (
        "<button>Order team</button>",
        '<div style="background:#16a34a;color:#fff;display:inline-block;padding:8px 16px">Order team</div>',
        {"roles"},
        {"words", "colour"},
    ),
}


@pytest.mark.parametrize(("old", "new", "falls", "stay"), FAULTS.values(), ids=FAULTS)
def test_a_fault_lowers_its_part_and_leaves_the_others(
    render: Callable[[str], Rendering], original: Rendering, old: str, new: str, falls: set[str], stay: set[str]
) -> None:
    fidelity = _broken(render, original, old, new)
    scores = {part: getattr(fidelity, part) for part in PARTS}
    assert {part for part in falls if scores[part] > 0.99} == set(), scores
    assert {part for part in stay if scores[part] < 0.995} == set(), scores
    assert fidelity.mean < 0.999


def test_leaving_words_out_lowers_every_word_part(render: Callable[[str], Rendering], original: Rendering) -> None:
    text = "All plans include support and updates for twelve months."
    fidelity = _broken(render, original, text, f'<span style="visibility:hidden">{text}</span>')
    assert max(fidelity.words, fidelity.place, fidelity.size, fidelity.colour) < 0.85
    assert "updates" in fidelity.missing
    assert any("missing" in finding.what for finding in fidelity.worst)


def test_words_in_the_colour_of_the_page_are_no_words(render: Callable[[str], Rendering], original: Rendering) -> None:
    cheat = _broken(render, original, "<p>All plans include", '<p style="color:#fff">All plans include')
    assert cheat.words < 0.9
    assert "updates" in cheat.missing


def test_more_is_worse_the_further_a_word_moves(render: Callable[[str], Rendering], original: Rendering) -> None:
    places = [
        _broken(render, original, "<h1>", f'<h1 style="position:relative;left:{px}px">').place for px in (4, 40, 160)
    ]
    assert 1 > places[0] > places[1] > places[2]


def test_a_page_of_another_height_pays_for_it(render: Callable[[str], Rendering], original: Rendering) -> None:
    fidelity = _broken(render, original, "</main>", '</main><div style="height:1200px"></div>')
    assert fidelity.height_ratio > 2
    assert fidelity.picture < 0.6
    assert fidelity.place == 1


def test_positioning_everything_absolutely_lowers_flow_and_nothing_else(
    render: Callable[[str], Rendering], original: Rendering
) -> None:
    facts = original.facts
    spans = "".join(
        f'<b style="position:absolute;left:{w.box.x}px;top:{w.box.y}px;font:{w.style.size_px}px Arial">{w.text}</b>'
        for w in facts.words
        if w.style
    )
    traced = compare(reference_from_rendering(original), render(f"<!doctype html><body>{spans}"))
    assert traced.words == 1
    assert traced.flow < 0.1


def test_a_badge_on_a_picture_is_an_overlay_and_no_fault(render: Callable[[str], Rendering]) -> None:
    page = """<div style="position:relative;width:200px"><svg width="200" height="100"></svg>
    <span style="position:absolute;top:8px;left:8px;background:red">New</span></div><p>text</p>"""
    rendering = render(page)
    assert compare(reference_from_rendering(rendering), rendering).flow == 1
    loose = render(page.replace("top:8px;left:8px", "top:300px;left:300px"))
    assert compare(reference_from_rendering(rendering), loose).flow < 1


def test_overflow_is_reported(render: Callable[[str], Rendering], original: Rendering) -> None:
    assert _broken(render, original, "<main>", '<main style="width:1000px">').overflow_px > 200


def test_same_roles_in_other_places_only_fool_the_count(
    render: Callable[[str], Rendering], original: Rendering
) -> None:
    moved = render(PAGE.replace("<header>", '<div style="height:1500px"></div><header>').replace("Order", "Take"))
    fidelity = compare(reference_from_rendering(original), moved)
    assert fidelity.roles_counted == 1
    assert fidelity.roles is not None
    assert fidelity.roles < 0.9


def test_a_screenshot_alone_has_no_roles_and_the_mean_leaves_them_out(original: Rendering) -> None:
    reference = reference_from_observation(original.pixels, _observed(original))
    fidelity = compare(reference, original)
    assert (fidelity.roles, fidelity.roles_counted, fidelity.names) == (None, None, None)
    assert fidelity.mean == 1


def test_a_page_without_words_is_judged_by_its_picture(render: Callable[[str], Rendering]) -> None:
    red, blue = (render(f'<body style="margin:0;background:{name}">') for name in ("red", "blue"))
    assert compare(reference_from_rendering(red), red).mean == 1
    other = compare(reference_from_rendering(red), blue)
    assert other.colour < 0.2
    assert other.picture < 0.7


def test_scale_of_the_screen_is_no_difference(original: Rendering) -> None:
    double = replace(original, pixels=original.pixels.repeat(2, axis=0).repeat(2, axis=1), device_scale=2.0)
    assert compare(reference_from_rendering(double), double).mean == 1
    assert compare(reference_from_rendering(original), double).mean == pytest.approx(1, abs=1e-6)


def test_side_by_side_shows_both_and_outlines_the_worst(
    render: Callable[[str], Rendering], original: Rendering
) -> None:
    candidate = render(PAGE.replace("#1d4ed8; color: #fff; padding", "#dc2626; color: #fff; padding"))
    fidelity = compare(reference_from_rendering(original), candidate)
    drawn = side_by_side(original.pixels, candidate.pixels, fidelity)
    assert drawn.shape == (original.pixels.shape[0], 3 * 800 + 2 * 16, 3)
    assert np.array_equal(drawn[300:, 816 : 816 + 800], candidate.pixels[300:])
    box = fidelity.worst[0].box
    assert box.y < 60
    assert tuple(drawn[int(box.y) + 1, int(box.x) + 10]) == (220, 38, 38)


def test_a_big_page_is_compared_in_a_moment(original: Rendering) -> None:
    style = TextStyle(size_px=14, color=Color(30, 30, 30))
    words = tuple(
        Word(text=f"w{i % 700}", box=Box(i % 40 * 30, i // 40 * 20, 25, 16), style=style) for i in range(3000)
    )
    pixels = np.full((3000, 1440, 3), 240, dtype=np.uint8)
    pixels[::3] = 30  # every word crosses ink
    facts = replace(original.facts, words=words, width_px=1440, height_px=3000)
    page = Rendering(pixels=pixels, facts=facts)
    started = time.process_time()
    assert compare(reference_from_rendering(page), page).mean == 1
    assert time.process_time() - started < 3  # 0.3 s when nothing else runs


def _observed(rendering: Rendering) -> Observation:
    """
    A perfect reading of a rendering.
    """
    lines = tuple(
        TextLine(
            id=index,
            text=word.text,
            box=word.box,
            words=(Word(text=word.text, box=word.box),),
            style=word.style,
            baseline_y=word.box.bottom,
            background=Color(255, 255, 255),
        )
        for index, word in enumerate(rendering.facts.words)
        if word.style
    )
    height, width = rendering.pixels.shape[:2]
    return Observation(
        width_px=width,
        height_px=height,
        scale=1.0,
        background=Color(255, 255, 255),
        lines=lines,
        rects=(),
        pictures=(),
    )


def test_words_read_out_of_a_picture_are_no_fault(render: Callable[[str], Rendering]) -> None:
    chart = '<body style="margin:0"><p>Sales</p><svg width="300" height="80"><text y="40">March</text></svg>'
    written = '<body style="margin:0"><p>Sales</p><div style="height:80px;padding:20px">March</div>'
    assert compare(reference_from_rendering(render(chart)), render(written)).words == 1
    assert compare(reference_from_rendering(render(written)), render(chart)).words < 1
