"""
Code in a sentence is an element of that sentence, with its ground; signs behind it stay outside.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.vision_code.sample_pages import card, line, page
from vision_code.emit import Target, emit
from vision_code.geometry import Color
from vision_code.observation import FontFamily, Ground, TextLine
from vision_code.region import Role
from vision_code.render import Browser
from vision_code.uitree import Element, Length, Text

from .test_assemble import build, find

GREY = Color(243, 244, 246)


def _with_code(text: str, codes: dict[str, float], family: FontFamily = FontFamily.MONO) -> TextLine:
    """
    A line in which some words stand on a grey ground; ``codes`` says how many letters of each do.
    """
    plain = line(text, 60, 100)
    words = []
    for word in plain.words:
        box = replace(word.box, w=codes.get(word.text, 0) * 0.6 * 13)
        ground = Ground(box=box.inset(-5), fill=GREY, radius_px=3.8)
        style = replace(plain.style, family=family, size_px=13)
        words.append(replace(word, style=style, ground=ground) if word.text in codes else word)
    return replace(plain, words=tuple(words))


def _said(element: Element) -> list[str]:
    return [c.text if isinstance(c, Text) else f"<{c.tag}>{''.join(_said(c))}" for c in element.children]


def test_lines_of_code_are_preformatted_and_break_where_they_broke() -> None:
    lines = [line(words, 60, 100 + 21.0 * n, size=13) for n, words in enumerate(("npm install", "npm start", "ls"))]
    lines = [replace(each, style=replace(each.style, family=FontFamily.MONO)) for each in lines]
    tree = build(page(lines=lines, rects=[card(40, 70, 600, 90)]), {"npm install npm start ls": Role.CODE})
    (block,) = find(tree, "pre")
    (code,) = (child for child in block.children if isinstance(child, Element))
    assert code.tag == "code"
    assert [(c.text, c.break_after) for c in code.children if isinstance(c, Text)] == [
        ("npm install", True),
        ("npm start", True),
        ("ls", False),
    ]
    assert (block.style.overflow, block.style.background) == ("auto", Color(240, 240, 240))


def test_lines_of_code_have_the_ink_of_most_of_them_and_others_say_theirs() -> None:
    words = ("import tomllib", "name", "a longer line of code", "it")
    lines = [line(text, 60 + 18.0 * (n % 2), 100 + 21.0 * n, size=13) for n, text in enumerate(words)]
    red, black = (replace(lines[0].style, family=FontFamily.MONO, color=Color(r, 0, 0)) for r in (220, 0))
    lines = [replace(each, style=red if n in (0, 3) else black) for n, each in enumerate(lines)]
    tree = build(page(lines=lines, rects=[card(40, 70, 500, 110)]), {" ".join(words): Role.CODE})
    (block,) = find(tree, "pre")
    assert (block.style.color, block.style.text_align) == (black.color, None)
    (code,) = (child for child in block.children if isinstance(child, Element))
    coloured = [(_said(child), child.style.color) for child in code.children if isinstance(child, Element)]
    assert coloured == [(["import tomllib"], red.color), (["it"], red.color)]


def test_lines_of_output_break_where_they_broke() -> None:
    words = ("should hide the original box and", "should add a class", "should create a new element")
    lines = [line(text, 60, 100 + 21.0 * n, size=13) for n, text in enumerate(words)]
    lines = [replace(each, style=replace(each.style, family=FontFamily.MONO)) for each in lines]
    tree = build(page(lines=lines))
    (block,) = (element for element in tree.root.walk() if element.tag == "p")
    assert [(c.text, c.break_after) for c in block.children if isinstance(c, Text)] == [
        ("should hide the original box and", True),
        ("should add a class", True),
        ("should create a new element", False),
    ]


def test_code_in_a_sentence_keeps_its_place_and_its_ground() -> None:
    tree = build(page(lines=[_with_code("Create it with the create command", {"create": 6})]))
    (code,) = find(tree, "code")
    paragraph = next(element for element in tree.root.walk() if code in element.children)
    assert _said(paragraph) == ["Create it with the ", "<code>create", " command"]
    style = code.style
    assert (style.background, style.radius, style.font_size, style.font_family) == (GREY, 4, 13, FontFamily.MONO)
    assert style.padding is not None
    assert style.padding.left == style.padding.right == Length(4)


@pytest.mark.browser
def test_a_line_with_code_in_it_is_no_higher_than_one_without(tmp_path: Path) -> None:
    first, second = "the words of a sentence that goes on and on", "with the create command in the row after it"
    lines = [line(first, 60, 100), _with_code(second, {"create": 6}), line(first, 60, 300), line(second, 60, 318)]
    lines[1] = replace(lines[1], box=replace(lines[1].box, y=118), baseline_y=lines[0].baseline_y + 18)
    (file, *_) = emit(build(page(lines=lines)), Target.HTML)
    (tmp_path / "page.html").write_bytes(file.content)
    with Browser(deadline_s=30) as browser:
        (shown,) = browser.render_widths(tmp_path / "page.html", widths_px=(640,), height_px=400)
    plain, with_code = (element.box.h for element in shown.facts.elements if element.tag == "p")
    assert with_code == plain


def test_a_sign_behind_code_is_no_part_of_it() -> None:
    codes = {"src/,": 4, "dist/.": 5}
    tree = build(page(lines=[_with_code("Sources are in src/, results in dist/.", codes)]))
    code = find(tree, "code")[0]
    paragraph = next(element for element in tree.root.walk() if code in element.children)
    assert _said(paragraph) == ["Sources are in ", "<code>src/", ", results in ", "<code>dist/", "."]


def test_words_of_code_with_a_sign_behind_them_are_padded_like_their_ground() -> None:
    plain = line("Call set(key, value), and look", 60, 100)
    look, em = replace(plain.style, family=FontFamily.MONO), 16.0
    left = plain.words[1].box.x
    first, second = (replace(plain.words[n].box, x=left + 0.6 * em * at, w=0.6 * em * count)
                     for n, at, count in ((1, 0, 8), (2, 9, 7)))  # fmt: skip
    ground = Ground(box=replace(first, x=left - 4, w=0.6 * em * 15 + 8), fill=GREY)
    words = list(plain.words)
    words[1:3] = (
        replace(w, style=look, ground=ground, box=b) for w, b in zip(words[1:3], (first, second), strict=True)
    )
    (code,) = find(build(page(lines=[replace(plain, words=tuple(words))])), "code")
    assert _said(code) == ["set(key, value)"]
    assert code.style.padding is not None
    assert code.style.padding.left is not None
    assert code.style.padding.left.value <= 4


def test_code_without_a_ground_is_code_and_the_sign_behind_it_is_none() -> None:
    given = _with_code("Sources are in src/, results in dist/.", {"src/,": 4, "dist/.": 5})
    bare = replace(given, words=tuple(replace(word, ground=None) for word in given.words))
    tree = build(page(lines=[bare]))
    code = find(tree, "code")[0]
    paragraph = next(element for element in tree.root.walk() if code in element.children)
    assert _said(paragraph) == ["Sources are in ", "<code>src/", ", results in ", "<code>dist/", "."]
    assert (code.style.font_size, code.style.font_family, code.style.background) == (13, FontFamily.MONO, None)


def test_a_marked_word_in_the_face_of_the_sentence_is_no_code() -> None:
    tree = build(page(lines=[_with_code("Press the Enter key to go on", {"Enter": 5}, FontFamily.SANS)]))
    assert not find(tree, "code")
    (marked,) = (element for element in find(tree, "span") if element.style.background == GREY)
    assert _said(marked) == ["Enter"]


def test_coloured_code_is_code_in_a_link() -> None:
    given = _with_code("Create it with the create command", {"create": 6})
    blue = tuple(
        replace(word, style=replace(word.style, color=Color(40, 90, 220))) if word.style else word
        for word in given.words
    )
    (link,) = find(build(page(lines=[replace(given, words=blue)])), "a")
    assert _said(link) == ["<code>create"]


def test_coloured_words_of_code_are_no_links() -> None:
    plain = line("def total(items): return sum(items)", 60, 100)
    keyword = replace(plain.style, family=FontFamily.MONO, color=Color(0, 0, 255))
    words = [replace(word, style=keyword) if word.text in ("def", "return") else word for word in plain.words]
    code = replace(plain, style=replace(plain.style, family=FontFamily.MONO), words=tuple(words))
    tree = build(page(lines=[code]), {code.text: Role.CODE})
    assert not find(tree, "a")
    assert {element.style.color for element in find(tree, "span")} == {Color(0, 0, 255)}
