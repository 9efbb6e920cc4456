"""
What every target promises: files, structure, white space, data.
"""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vision_code.emit.sample_trees import pricing, sign_in, text
from vision_code.emit import TARGETS, Target, emit, single_page
from vision_code.geometry import Color
from vision_code.uitree import BorderEdge, Edges, Element, Length, Style, Text, UITree


def tree_of(*children: Element | Text, style: Style | None = None) -> UITree:
    root = Element(tag="body", style=style or Style(), children=children)
    return UITree(root=root, assets=(), title="T", name="Thing", is_page=True, width_px=100, height_px=100)


def code(tree: UITree, target: Target = Target.HTML) -> str:
    return emit(tree, target)[0].content.decode()


class Words(HTMLParser):
    """
    The texts of a document's body as a browser reads them.
    """

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.feed(page[page.index("<body") :])

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def test_every_target_is_described_and_names_its_component_first() -> None:
    assert set(TARGETS) == set(Target)
    names = {target: str(emit(sign_in(), target)[0].path) for target in Target}
    assert names == {
        Target.HTML: "index.html",
        Target.HTML_CSS: "index.html",
        Target.REACT: "SignIn.tsx",
        Target.VUE: "SignIn.vue",
        Target.SVELTE: "SignIn.svelte",
    }


@pytest.mark.parametrize("target", Target)
def test_assets_lie_beside_the_component(target: Target) -> None:
    main, *others = emit(sign_in(), target)
    files = {str(file.path): file.content for file in others}
    assert files[f"assets/{main.path.stem}/logo.png"] == sign_in().assets[0].png
    assert f"assets/{main.path.stem}/logo.png" in main.content.decode()


@pytest.mark.parametrize("target", Target)
def test_two_components_of_one_folder_share_no_file(target: Target) -> None:
    one, two = ({str(file.path) for file in emit(sign_in(), target, name)} for name in ("one", "two"))
    assert len(one) == len(two) >= 2
    assert not one & two


@pytest.mark.parametrize("target", [Target.REACT, Target.VUE, Target.SVELTE])
def test_two_components_of_one_app_share_no_colour(target: Target) -> None:
    def colours(name: str) -> set[str]:
        main, theme, *_ = emit(sign_in(), target, name)
        found = set(re.findall(r"--color-([\w-]+):", theme.content.decode()))
        assert any(re.search(rf"-{colour}\b", main.content.decode()) for colour in found)
        return found

    assert colours("one")
    assert not colours("one") & colours("two")


@pytest.mark.parametrize("target", Target)
@pytest.mark.parametrize("name", ["my card #1", "a'b\"c", "50%?", "\udcff", "..", "карта"])
def test_any_file_name_gives_addresses_that_need_no_quoting(name: str, target: Target) -> None:
    main, *others = emit(sign_in(), target, name)
    assert main.path.name.startswith(name)
    (asset,) = [str(file.path) for file in others if file.path.suffix == ".png"]
    assert re.fullmatch(r"assets/\w[\w.-]*/logo\.png", asset)
    assert asset in main.content.decode()


@pytest.mark.parametrize("target", Target)
def test_emitting_twice_gives_the_same_bytes(target: Target) -> None:
    assert emit(pricing(), target) == emit(pricing(), target)


@given(st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1))
def test_any_text_survives_in_html(words: str) -> None:
    for target in (Target.HTML, Target.HTML_CSS):
        shown = "".join(Words(code(tree_of(text("p", words)), target)).found)
        assert shown.split() == words.split()


def test_spaces_between_inline_elements_are_neither_lost_nor_made() -> None:
    paragraph = Element(
        tag="p", children=(Text(text="a"), text("b", "c"), Text(text=" d "), text("a", "e", href="/e"), text("i", "f"))
    )
    assert '<p>a<b>c</b> d <a href="/e">e</a><i>f</i></p>' in code(tree_of(paragraph))


def test_long_text_wraps_at_spaces_only() -> None:
    words = " ".join(f"word{n}" for n in range(60))
    page = code(tree_of(text("p", words)))
    assert max(len(line) for line in page[page.index("<body") :].splitlines()) <= 120
    assert " ".join("".join(Words(page).found).split()) == words


def test_wrappers_that_add_nothing_are_dropped() -> None:
    inner = text("p", "x")
    wrapped = Element(tag="div", children=(Element(tag="div", children=(inner,)),))
    assert "<div" not in code(tree_of(wrapped))


def test_a_wrapper_that_is_a_flex_item_around_a_sized_child_stays() -> None:
    child = text("p", "x", Style(width=Length(100, "%")))
    row = Element(tag="div", style=Style(display="flex"), children=(Element(tag="div", children=(child,)),))
    assert code(tree_of(row)).count("<div") == 2


def test_inherited_type_is_not_repeated() -> None:
    ink = Color(17, 24, 39)
    page = code(tree_of(text("p", "x", Style(color=ink, font_size=16)), style=Style(color=ink, font_size=16)))
    assert "<p>x</p>" in page


def test_inherited_type_that_a_narrow_viewport_changes_is_repeated() -> None:
    child = text("p", "x", Style(font_size=18, line_height=28))
    box = Element(
        tag="div",
        style=Style(font_size=18, line_height=28),
        below=(("md", Style(font_size=14)),),
        children=(child, child),
    )
    assert '<p class="text-lg">x</p>' in code(tree_of(box))


def test_near_equal_colors_become_one_theme_color() -> None:
    colors = [Color(78, 115, 223), Color(78, 115, 223), Color(79, 115, 223)]
    page = code(tree_of(*(text("p", "x", Style(color=color)) for color in colors)))
    assert page.count('class="text-brand"') == 3
    assert "--color-brand: #4e73df;" in page


def test_a_stripe_a_shade_off_white_stays_one_beside_white_words() -> None:
    white, stripe = Color(255, 255, 255), Color(250, 250, 250)
    words = [text("p", "x", Style(color=white, background=Color(0, 0, 0))) for _ in range(3)]
    boxes = [Element(tag="div", style=Style(background=fill)) for fill in (white, stripe, stripe)]
    assert code(tree_of(*words, *boxes)).count('class="bg-zinc-50"') == 2


def test_buttons_do_not_submit_and_pictures_have_an_alt() -> None:
    page = code(tree_of(text("button", "Go"), Element(tag="img", attrs=(("src", "a.png"),))))
    assert '<button type="button">Go</button>' in page
    assert '<img src="assets/index/a.png" alt="">' in page


def test_links_without_a_target_are_named_after_their_words() -> None:
    assert '<a href="#forgot-password">' in code(tree_of(text("a", "Forgot password?", href="#")))


def test_a_link_that_is_a_number_leads_to_its_page() -> None:
    assert '<a href="#page-2">' in code(tree_of(text("a", "2", href="#")))


def test_rows_with_a_line_below_each_but_the_last_are_data_that_says_which_is_the_last() -> None:
    line = BorderEdge(width_px=1, color=Color(229, 231, 235))
    rows = [
        Element(
            tag="tr",
            style=Style(border_bottom=line if n < 3 else None),
            children=(text("td", f"Name {n}"), text("td", f"{n} days")),
            repeat=1,
        )
        for n in range(4)
    ]
    page = code(tree_of(Element(tag="table", children=(Element(tag="tbody", children=tuple(rows)),))), Target.REACT)
    assert page.count("<tr") == 1
    assert "last: true" in page
    assert "featured" not in page


def test_repeated_items_become_typed_data() -> None:
    page = code(pricing(), Target.REACT)
    assert "const pricingCards: PricingCard[] = [" in page
    assert page.count("<article") == 1
    assert "badge?: string;" in page
    assert 'features: ["20 projects", "Chat help", "Audit log"],' in page
    assert "storageGb: string;" in page


def test_repeated_items_of_different_structure_are_written_out() -> None:
    items = (
        Element(tag="li", repeat=1, children=(text("b", "a"), text("i", "b"))),
        Element(tag="li", repeat=1, children=(text("i", "c"), text("b", "d"))),
        Element(tag="li", repeat=1, children=(text("u", "e"),)),
    )
    assert code(tree_of(Element(tag="ul", children=items)), Target.REACT).count("<li>") == 3


def test_equal_items_without_data_are_written_out() -> None:
    stars = tuple(Element(tag="li", repeat=1, children=(Text(text="*"),)) for _ in range(5))
    assert code(tree_of(Element(tag="ul", children=stars)), Target.VUE).count("<li>") == 5


def test_entries_with_equal_texts_are_keyed_by_position() -> None:
    items = tuple(Element(tag="li", repeat=1, children=(Text(text=words),)) for words in ("a", "b", "a"))
    page = code(tree_of(Element(tag="ul", children=items)), Target.REACT)
    assert ".map((item, index) => (" in page
    assert "key={index}" in page


def test_elements_of_equal_style_share_a_class() -> None:
    page = code(pricing(), Target.HTML_CSS)
    assert page.count('class="nav__link"') == 4
    assert page.count(".nav__link") == 1


def test_a_component_stands_on_the_color_of_its_page() -> None:
    card = Element(tag="div", style=Style(background=Color(238, 238, 238), padding=Edges(top=Length(8))))
    tree = replace(tree_of(), root=card, is_page=False)
    assert '<body class="bg-page">' in code(tree)


def test_form_state_is_a_default_in_react() -> None:
    select = Element(
        tag="select",
        attrs=(("name", "size"),),
        children=(text("option", "S"), text("option", "M", selected="")),
    )
    box = Element(tag="input", attrs=(("type", "checkbox"), ("checked", "")))
    page = code(tree_of(select, box), Target.REACT)
    assert 'defaultValue="M"' in page
    assert '<input type="checkbox" defaultChecked />' in page


def test_repeats_that_nobody_marked_are_found() -> None:
    links = tuple(text("a", words, href=f"/{words}") for words in ("docs", "blog", "help"))
    nav = Element(tag="nav", style=Style(display="flex"), children=links)
    page = code(tree_of(nav), Target.SVELTE)
    assert page.count("<a ") == 1
    assert "{#each navLinks as link (link.href)}" in page


def test_paragraphs_stay_prose() -> None:
    page = code(tree_of(*(text("p", words) for words in ("one", "two", "three", "four"))), Target.REACT)
    assert page.count("<p>") == 4


def test_what_is_laid_out_differently_is_no_data_and_what_looks_different_is() -> None:
    def items(*styles: Style) -> Element:
        children = [
            Element(tag="li", style=style, children=(text("b", f"Name {n}"), text("span", f"${n}.50")), repeat=1)
            for n, style in enumerate(styles)
        ]
        return Element(tag="ul", children=tuple(children))

    moved = items(*(Style(margin=Edges(top=Length(px))) for px in (4, 8, 12)))
    page = code(tree_of(moved), Target.REACT)
    assert ".map(" not in page
    assert page.count("<li") == 3
    coloured = items(*(Style(background=Color(200, level, 40)) for level in (20, 120, 220)))
    page = code(tree_of(coloured), Target.REACT)
    assert page.count("<li") == 1
    assert "key={item.name}" in page
    assert "{item.price}" in page


def test_lists_of_one_kind_share_a_type_and_a_loop_variable() -> None:
    def linked(*words: str) -> Element:
        items = tuple(
            Element(tag="li", children=(text("a", each, href=f"/{each}"), text("small", each.upper())))
            for each in words
        )
        return Element(tag="ul", children=items)

    page = code(tree_of(linked("a", "b", "c"), text("p", "-"), linked("d", "e", "f", "g")), Target.REACT)
    assert page.count("type Item = {") == 1
    assert "const items2: Item[] = [" in page
    assert "items2.map((item) => (" in page


@pytest.mark.parametrize("target", [Target.HTML, Target.HTML_CSS])
def test_a_placeholder_has_its_own_colour(target: Target) -> None:
    style = Style(placeholder_color=Color(1, 2, 3))
    field = Element(tag="input", attrs=(("placeholder", "you@company.com"),), style=style)
    root = Element(tag="div", children=(field, Element(tag="p", children=(Text(text="words"),))))
    tree = UITree(root=root, assets=(), title="", name="Card", is_page=False, width_px=400, height_px=100)
    page = emit(tree, target)[0].content.decode()
    assert "::placeholder { color: #010203; }" in " ".join(page.split())


def test_a_page_a_shade_off_white_is_not_its_white_card() -> None:
    card = Element(tag="div", style=Style(background=Color(255, 255, 255)), children=(Text(text="words"),))
    root = Element(tag="body", style=Style(background=Color(250, 250, 250)), children=(card, card))
    tree = UITree(root=root, assets=(), title="", name="Page", is_page=True, width_px=400, height_px=100)
    page = emit(tree, Target.HTML)[0].content.decode()
    assert "bg-zinc-50" in page or "bg-neutral-50" in page
    assert "bg-white" in page


def test_a_single_page_is_the_page_with_its_pictures_in_it() -> None:
    tree = sign_in()
    page, *assets = emit(tree, Target.HTML)
    expected = page.content.decode()
    for asset in assets:
        data = base64.b64encode(asset.content).decode()
        assert str(asset.path) in expected
        expected = expected.replace(str(asset.path), f"data:image/png;base64,{data}")
    assert assets
    assert "".join(single_page(tree).split()) == "".join(expected.split())  # long lines are broken elsewhere


@pytest.mark.parametrize(
    ("target", "written"),
    [
        (Target.HTML, '<ol class="list-decimal" start="5">'),
        (Target.HTML_CSS, "list-style-type: decimal"),
        (Target.REACT, '<ol className="list-decimal" start={5}>'),
        (Target.VUE, '<ol class="list-decimal" start="5">'),
        (Target.SVELTE, '<ol class="list-decimal" start="5">'),
    ],
)
def test_a_list_counts_from_where_it_begins(target: Target, written: str) -> None:
    entries = tuple(text("li", words) for words in ("Charge it for an hour", "Hold the button"))
    list_ = Element(tag="ol", attrs=(("start", "5"),), style=Style(list_marker="decimal"), children=entries)
    files = emit(tree_of(list_), target)
    assert written in "".join(file.content.decode() for file in files)


def test_lists_that_begin_at_different_numbers_are_written_out() -> None:
    def part(start: int) -> Element:
        steps = tuple(text("li", f"Step {n}") for n in range(start, start + 3))
        return Element(
            tag="li",
            children=(text("p", f"Part {start}"), Element(tag="ol", attrs=(("start", str(start)),), children=steps)),
        )

    written = code(tree_of(Element(tag="ul", children=tuple(part(n) for n in (2, 5, 8)))), Target.REACT)
    assert re.findall(r"start={(.*?)}", written) == ["2", "5", "8"]
