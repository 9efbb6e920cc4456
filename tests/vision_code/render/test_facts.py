"""
Facts of a page: words as shown, elements and roles that can be seen, overflow, size.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from vision_code.geometry import Color
from vision_code.observation import FontFamily
from vision_code.render import Browser, PageFacts

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as running:
        yield running


def _facts(browser: Browser, body: str, width_px: int = 600) -> PageFacts:
    return browser.render(f"<!doctype html><html lang=en><body style='margin:0'>{body}", width_px=width_px).facts


def _texts(facts: PageFacts) -> list[str]:
    return [word.text for word in facts.words]


def test_words_have_the_style_that_is_shown(browser: Browser) -> None:
    body = """<p style="margin:0;font:italic 700 20px/30px monospace;color:#f00;text-decoration:underline;
    text-transform:uppercase">two words</p>"""
    first, second = _facts(browser, body).words
    assert (first.text, second.text) == ("TWO", "WORDS")
    style = first.style
    assert style is not None
    assert (style.size_px, style.weight, style.color) == (20, 700, Color(255, 0, 0))
    assert (style.family, style.italic, style.underline) == (FontFamily.MONO, True, True)
    assert 0 <= first.box.x < first.box.right < second.box.x
    assert 0 <= first.box.y < first.box.bottom <= 30


@pytest.mark.parametrize(
    "hidden",
    [
        '<p style="display:none">x</p>',
        '<p style="visibility:hidden">x</p>',
        '<div style="opacity:0"><p>x</p></div>',
        '<p style="position:absolute;left:-999px">x</p>',
        '<div style="height:0;overflow:hidden"><p>x</p></div>',
        '<p style="position:absolute;width:1px;height:1px;overflow:hidden;clip:rect(0,0,0,0)">x</p>',
        '<p style="font-size:0">x</p>',
        '<p style="color:transparent">x</p>',
        "<details><summary>shown</summary>x</details>",
        "<script>x</script><style>x{}</style><template>x</template><noscript hidden>x</noscript>",
    ],
)
def test_words_that_nobody_can_see_are_no_words(browser: Browser, hidden: str) -> None:
    assert "x" not in _texts(_facts(browser, hidden))


def test_controls_show_their_words(browser: Browser) -> None:
    body = """<input placeholder="Your name"><input value="Filled in"><input type="password" value="secret">
    <input type="submit" value="Send it"><select><option>First choice</option><option>Other</option></select>
    <textarea>Long text</textarea>"""
    words = _facts(browser, body, 900).words
    assert " ".join(w.text for w in words) == "Your name Filled in Send it First choice Long text"
    assert all(word.box.w > 5 and word.box.h > 5 for word in words)


def test_roles_come_from_the_accessibility_tree(browser: Browser) -> None:
    body = """<nav aria-label="Main"><ul><li><a href="#">Home</a></li></ul></nav>
    <main><h2>Title</h2><button aria-label="Close">x</button><img alt="Logo" width=20 height=20><img alt="" width=20>
    <label>Mail <input type="email"></label><select><option>a</option></select></main>
    <a href="#" style="position:absolute;left:-500px">Skip</a>"""
    roles = [(node.role, node.name) for node in _facts(browser, body).roles]
    for expected in [
        ("navigation", "Main"),
        ("list", ""),
        ("listitem", ""),
        ("link", "Home"),
        ("main", ""),
        ("heading", "Title"),
        ("button", "Close"),
        ("img", "Logo"),
        ("textbox", "Mail"),
        ("combobox", ""),
    ]:
        assert expected in roles
    assert len([role for role, _ in roles if role == "img"]) == 1
    assert ("link", "Skip") not in roles


def test_roles_have_levels_and_boxes(browser: Browser) -> None:
    (heading,) = _facts(browser, '<h3 style="margin:10px;height:40px">T</h3>').roles
    assert heading.level == 3
    assert (heading.box.x, heading.box.y, heading.box.w, heading.box.h) == (10, 10, 580, 40)


def test_roles_that_nobody_sees_are_left_out(browser: Browser) -> None:
    shut = '<ul style="max-height:0;overflow:hidden"><li><a href="#">folded</a></li></ul>'
    squeezed = '<a href="#" style="position:absolute;width:1px;height:1px;overflow:hidden;clip:rect(0,0,0,0)">aside</a>'
    faint = '<a href="#" style="opacity:0">gone</a>'
    drawn = '<input type="checkbox" style="opacity:0">'
    facts = _facts(browser, f'{shut}{squeezed}{faint}{drawn}<a href="#">shown</a>')
    assert [(node.role, node.name) for node in facts.roles] == [("checkbox", ""), ("link", "shown")]


def test_elements_know_their_position_and_parent(browser: Browser) -> None:
    body = '<div class="a b">text<span style="position:absolute;top:0">abs</span><i hidden>gone</i></div><br><p></p>'
    div, span = _facts(browser, body).elements
    assert (div.tag, div.classes, div.parent, div.out_of_flow) == ("div", ("a", "b"), None, False)
    assert (span.tag, span.parent, span.out_of_flow) == ("span", 0, True)


def test_overflow_is_measured_even_where_it_is_hidden(browser: Browser) -> None:
    wide = '<div style="width:750px;height:10px;background:red"></div>'
    assert _facts(browser, wide).overflow_px == 150
    assert _facts(browser, f'<div style="overflow:hidden">{wide}</div>').overflow_px == 0
    assert _facts(browser, '<div style="height:5000px">a</div>').overflow_px == 0


def test_the_page_is_drawn_whole_but_not_endless(browser: Browser) -> None:
    tall = browser.render('<body style="margin:0"><div style="height:3000px">a</div>', width_px=300, height_px=400)
    assert tall.pixels.shape == (3000, 300, 3)
    endless = browser.render('<div style="height:100000px">a</div>', width_px=300)
    assert endless.pixels.shape[0] == endless.facts.height_px == 16384
    assert any("100000" in note or "1000" in note for note in endless.notes)


def test_each_width_is_laid_out_anew(browser: Browser) -> None:
    page = "<body style='margin:0'><style>@media (max-width:500px){p{color:red}}</style><p>word</p>"
    wide, narrow = browser.render_widths(page, widths_px=(600, 400))
    assert (wide.pixels.shape[1], narrow.pixels.shape[1]) == (600, 400)
    assert wide.facts.words[0].style != narrow.facts.words[0].style


def test_device_scale_multiplies_pixels_and_not_facts(browser: Browser) -> None:
    rendering = browser.render(
        '<body style="margin:0"><div style="height:50px">a</div>', width_px=100, height_px=50, device_scale=2
    )
    assert rendering.pixels.shape == (100, 200, 3)
    assert (rendering.facts.width_px, rendering.facts.height_px) == (100, 50)


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        ("<b>Hel</b>lo <i>wor</i><u>ld</u>.", ["Hello", "world."]),
        ("<code>a</code>=<code>b</code>", ["a=b"]),
        ("<p>one</p><p>two</p>", ["one", "two"]),
        ("one<br>two", ["one", "two"]),
        ("<span>one</span> <span>two</span>", ["one", "two"]),
        ('<span>one</span><span style="padding-left:8px">two</span>', ["one", "two"]),
        ('<div style="width:90px;font:16px monospace">self-explaining</div>', ["self-", "explaining"]),
    ],
)
def test_a_word_is_what_the_eye_sees_as_one(browser: Browser, body: str, texts: list[str]) -> None:
    assert _texts(_facts(browser, body)) == texts


def test_an_invisible_placeholder_is_no_word(browser: Browser) -> None:
    assert _texts(_facts(browser, "<style>::placeholder{color:transparent}</style><input placeholder=Hint>")) == []


def test_what_is_not_wanted_is_left_out(browser: Browser) -> None:
    page = "<h1>Orders</h1>"
    whole = browser.render(page, width_px=400)
    (less,) = browser.render_widths(page, widths_px=(400,), draw=False, roles=False)
    assert whole.facts.roles
    assert whole.pixels.size
    assert less.facts == replace(whole.facts, roles=())
    assert less.pixels.shape == (0, 0, 3)
