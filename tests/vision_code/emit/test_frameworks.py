"""
Framework output against the frameworks' own tools: it compiles, it shows the same picture, it says the same words.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.vision_code.emit.looks import MOST_DIFFERING, compiled, differing, document, look
from tests.vision_code.emit.sample_trees import pricing, sign_in
from vision_code.emit import Target, emit
from vision_code.uitree import Element, Style, Text, UITree

FRAMEWORKS = (Target.REACT, Target.VUE, Target.SVELTE)
#: What ends, opens or escapes something in one of the targets' syntaxes.
DANGEROUS = [
    "</script>", "<script>", "<!--", "-->", "{{ x }}", "{x}", "{", "}", "{{", "}}", "${x}", "`", "\\", "'", '"',
    "&amp;", "&", "<b>", ">", "\u2028", "\u2029", "{#if a}", "{@html b}", "{/each}", "v-if", "*/", "//", "\u00a0", "é",
    "漢字", "🙂", "</template>", "</style>", "%", "#", "\\n", "\\u0041", "]]>", "=>", "(", "undefined", " ", "a",
]  # fmt: skip


def hostile_strings(count: int) -> list[str]:
    """
    Random words out of `DANGEROUS`, each with a number so that all are different.
    """
    chance = random.Random(7)
    return [f"{n} " + "".join(chance.choices(DANGEROUS, k=chance.randint(1, 6))) + "." for n in range(count)]


def hostile() -> UITree:
    """
    A page of dangerous texts: alone, beside inline elements, in attributes, and as data of repeated items.
    """
    words = hostile_strings(60)
    plain = tuple(Element(tag="p", children=(Text(text=each),)) for each in words[:20])
    mixed = tuple(
        Element(tag="p", children=(Text(text=f"{a} "), Element(tag="em", children=(Text(text=b),)), Text(text=f" {a}")))
        for a, b in zip(words[20:30], words[30:40], strict=True)
    )
    fields = tuple(
        Element(tag="input", attrs=(("type", "text"), ("placeholder", a), ("aria-label", a))) for a in words[40:50]
    )
    items = tuple(
        Element(
            tag="li",
            repeat=1,
            attrs=(("title", each),),
            children=(Element(tag="strong", children=(Text(text=each[::-1]),)), Text(text=f" {each}")),
        )
        for each in words[50:]
    )
    root = Element(
        tag="body",
        children=(*plain, *mixed, Element(tag="form", children=fields), Element(tag="ul", children=items)),
    )
    return UITree(
        root=root, assets=(), title="</title>{{x}}", name="Hostile", is_page=True, width_px=800, height_px=600
    )


TREES = (sign_in, pricing, hostile)


@pytest.fixture
def emitted(workshop: Path) -> Path:
    """
    A workshop that holds every tree in every framework.
    """
    for make in TREES:
        tree = make()
        for target in FRAMEWORKS:
            for file in emit(tree, target):
                path = workshop / target / file.path
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(file.content)
    return workshop


@pytest.mark.node
@pytest.mark.slow
def test_components_pass_the_type_checkers_of_their_frameworks(emitted: Path, run_tool: Callable[..., str]) -> None:
    run_tool("tsc", "-p", "tsconfig.react.json")
    run_tool("vue-tsc", "-p", "tsconfig.vue.json")
    run_tool("svelte-check", "--tsconfig", "./tsconfig.svelte.json", "--fail-on-warnings")


@pytest.mark.node
@pytest.mark.browser
@pytest.mark.slow
def test_components_look_and_read_like_the_html(emitted: Path, run_tool: Callable[..., str], browser: Browser) -> None:
    run_tool("node", "render.mjs")
    for make in TREES:
        tree = make()
        page = document(emit(tree, Target.HTML)[0].content.decode(), tree)
        expected = look(browser, page, tree)
        plain = look(browser, document(emit(tree, Target.HTML_CSS)[0].content.decode(), tree), tree)
        assert plain[1] == expected[1]
        assert differing(plain[0], expected[0]) <= MOST_DIFFERING
        for target in FRAMEWORKS:
            fragment = (emitted / target / f"{tree.name}.fragment.html").read_text()
            css = compiled(emitted, run_tool, target, tree.name)
            shown = look(browser, f"<!doctype html><style>{css}</style><body>{fragment}</body>", tree)
            assert shown[1] == expected[1], target
            assert differing(shown[0], expected[0]) <= MOST_DIFFERING, target


def test_an_unstyled_tree_needs_no_classes() -> None:
    tree = UITree(
        root=Element(tag="div", style=Style(), children=(Text(text="x"),)),
        assets=(), title="", name="", is_page=False, width_px=10, height_px=10,
    )  # fmt: skip
    for target in FRAMEWORKS:
        assert b"class" not in emit(tree, target)[0].content
