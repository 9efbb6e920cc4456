"""
Scripts are written as the project writes them, and mean the same in every style.
"""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vision_code.emit.sample_trees import pricing, sign_in
from vision_code.emit import ScriptStyle, Target, emit, without_token
from vision_code.geometry import Color
from vision_code.uitree import Element, Style, UITree

FRAMEWORKS = (Target.REACT, Target.VUE, Target.SVELTE)
OTHER = ScriptStyle(typed=False, semicolons=False, quotes="single", indent="\t", named_export=True)


def code(target: Target, style: ScriptStyle | None = None) -> str:
    return emit(pricing(), target, "pricing-page", style)[0].content.decode()


@pytest.mark.parametrize("target", FRAMEWORKS)
def test_only_the_style_differs(target: Target) -> None:
    usual, other = code(target), code(target, OTHER)
    assert 'lang="ts"' not in other
    assert not [line for line in other.splitlines() if line.startswith(("type ", "import ")) and line.endswith(";")]
    assert "const navLinks = [" in other
    assert "const navLinks: NavLink[] = [" in usual
    assert not [line for line in other.splitlines() if line.startswith("  ")]
    if target is Target.REACT:
        assert "export function PricingPage() {" in other
        assert "export default function PricingPage() {" in usual
        assert ";" not in other


def test_a_file_called_index_does_not_name_the_component() -> None:
    main = emit(sign_in(), Target.REACT, "index", OTHER)[0]
    assert str(main.path) == "index.jsx"
    assert b"export function SignIn() {" in main.content


@given(st.text(alphabet="'\"\\</!-a\n\u2028", max_size=20))
def test_a_string_means_the_same_in_either_quotes(text: str) -> None:
    single = ScriptStyle(quotes="single").string(text)
    if single.startswith("'"):
        single = '"' + single[1:-1].replace("\\'", "'").replace('"', '\\"') + '"'
    assert json.loads(single) == text


def test_texts_whose_spaces_are_shown_keep_them() -> None:
    tree = sign_in()
    shown = UITree(
        root=Element(tag="main", children=(tree.root, Element(tag="pre", children=()))),
        assets=(), title="", name="SignIn", is_page=False, width_px=100, height_px=100,
    )  # fmt: skip
    assert b"\n\t" not in emit(shown, Target.VUE, "SignIn", OTHER)[0].content


def box(*colors: Color) -> UITree:
    children = tuple(Element(tag="div", style=Style(background=color), children=()) for color in colors)
    root = Element(tag="section", style=Style(), children=children)
    return UITree(root=root, assets=(), title="", name="Box", is_page=False, width_px=100, height_px=100)


RED, NEAR_RED, GREEN, WHITE = Color(200, 30, 60), Color(201, 30, 60), Color(31, 97, 83), Color(255, 255, 255)
TOKENS = {"danger-foreground": RED, "danger": RED, "card": WHITE}


@pytest.mark.parametrize("target", FRAMEWORKS)
def test_colours_that_the_project_has_names_for_go_by_them(target: Target) -> None:
    main, theme, *_ = emit(box(NEAR_RED, GREEN, GREEN, WHITE), target, "box", None, TOKENS)
    text = main.content.decode()
    assert "bg-danger" in text
    assert "bg-danger-foreground" not in text
    assert "bg-white" in text
    assert "danger" not in theme.content.decode()
    assert without_token(box(NEAR_RED, GREEN, GREEN, WHITE), TOKENS) == (GREEN,)


def test_a_page_defines_its_colours_itself() -> None:
    assert emit(box(RED), Target.HTML, "box", None, TOKENS) == emit(box(RED), Target.HTML, "box")
