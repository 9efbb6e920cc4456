"""
Which code draws which part of a picture: every element is found in every target, or nothing is said.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from html.parser import HTMLParser
from itertools import count
from pathlib import Path

import pytest

from tests.vision_code.emit.sample_trees import pricing, sign_in
from tests.vision_code.emit.test_frameworks import hostile
from vision_code.anchor import source_map
from vision_code.emit import OutputFile, ScriptStyle, Target, emit
from vision_code.geometry import Box
from vision_code.pipeline import Options, component
from vision_code.project.sense import sense
from vision_code.reformat import reformat
from vision_code.rewrite.redraw import redraw
from vision_code.source_map import Source, SourceMap, Span
from vision_code.uitree import Element, Text, UITree

ROOT = Path(__file__).resolve().parents[3]
TARGETS = list(Target)
VOID_TAGS = ("img", "input", "hr", "br", "textarea")
TREES = (sign_in, pricing, hostile)


def numbered(tree: UITree) -> tuple[UITree, dict[int, Element], dict[int, Box]]:
    """
    The tree with a region for every element, each with a box that no other has; and both by the region's id.
    """
    ids, elements = count(1), dict[int, Element]()

    def number(element: Element) -> Element:
        region = next(ids)
        children = tuple(number(child) if isinstance(child, Element) else child for child in element.children)
        elements[region] = replace(element, region=region, children=children)
        return elements[region]

    numbered_tree = replace(tree, root=number(tree.root))
    return numbered_tree, elements, {region: Box(10 * region, 7 * region, 5, 3) for region in elements}


def words_of(element: Element) -> list[str]:
    """
    The plain words that stand in an element itself.
    """
    texts = [child.text for child in element.children if isinstance(child, Text)]
    return [word for text in texts for word in text.split() if word.isalnum() and word.isascii()]


def told(sources: SourceMap, boxes: Mapping[int, Box]) -> dict[int, Source]:
    """
    What is said of each region.
    """
    regions = {box: region for region, box in boxes.items()}
    return {regions[source.box]: source for source in sources.sources}


def check(file: OutputFile, elements: Mapping[int, Element], boxes: Mapping[int, Box]) -> dict[int, Source]:
    """
    That every element of the file is where the map says: its tag, its words, nothing of others.
    """
    sources = source_map(file, boxes)
    found = told(sources, boxes)
    for region, source in found.items():
        element, markup = elements[region], sources.text[source.markup.start : source.markup.stop]
        tag = "div" if element.tag == "body" and markup.startswith("<div") else element.tag
        assert markup.startswith(f"<{tag}"), (element, markup)
        assert markup.endswith(">"), markup
        assert len(re.findall(rf"<{tag}\b", markup)) == len(re.findall(rf"</{tag}\s*>", markup)) or tag in VOID_TAGS, (
            markup
        )
        entry = "" if source.entry is None else sources.text[source.entry.start : source.entry.stop]
        assert all(word in markup or word in entry for word in words_of(element)), (element, markup, entry)
    return found


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("make", TREES)
def test_every_element_is_found_in_every_target(make: Callable[[], UITree], target: Target) -> None:
    tree, elements, boxes = numbered(make())
    styles = [ScriptStyle(), ScriptStyle(typed=False, semicolons=False, quotes="single", indent="\t", loops=False)]
    for style in styles:
        file = emit(tree, target, style=style)[0]
        found = check(file, elements, boxes)
        left = {region for region in elements if region not in found}
        # What is not there is a wrapper that was dropped, or an option that became a default.
        assert all(elements[region].tag in ("div", "span") for region in left)
        assert len(found) > 0.9 * len(elements)


class Starts(HTMLParser):
    """
    Python's own reading of a page: where its elements begin, as line and column.
    """

    def __init__(self, page: str) -> None:
        super().__init__()
        self.starts: list[tuple[str, tuple[int, int]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line, column = self.getpos()
        self.starts.append((tag, (line - 1, column)))


@pytest.mark.parametrize("make", TREES)
def test_another_parser_finds_the_elements_at_the_same_places(make: Callable[[], UITree]) -> None:
    tree, elements, boxes = numbered(make())
    file = emit(tree, Target.HTML)[0]
    sources = source_map(file, boxes)
    starts = {place: tag for tag, place in Starts(sources.text).starts}
    found = told(sources, boxes)
    assert len(found) > 0.9 * len(elements)
    for region, source in found.items():
        assert starts[sources.position(source.markup.start)] == elements[region].tag


@pytest.mark.node
@pytest.mark.parametrize("target", [Target.REACT, Target.VUE, Target.HTML, Target.HTML_CSS])
@pytest.mark.parametrize("make", TREES)
def test_what_prettier_laid_out_anew_is_found_again(
    make: Callable[[], UITree], target: Target, node_modules: Path, tmp_path: Path
) -> None:
    shutil.copytree(node_modules / "prettier", tmp_path / "node_modules" / "prettier")
    (tmp_path / ".prettierrc").write_text('{"singleQuote": true, "tabWidth": 4, "endOfLine": "crlf", "printWidth": 60}')
    tree, elements, boxes = numbered(make())
    files = emit(tree, target)
    formatted, notes = reformat(sense(tmp_path, tmp_path), files, tmp_path)
    if make is hostile:  # it spells some of the dangerous texts its own way, and is not believed then
        assert notes == () or formatted[0] == files[0]
    else:
        assert notes == ()
        assert b"\r\n" in formatted[0].content
    assert set(check(formatted[0], elements, boxes)) == set(check(files[0], elements, boxes))


def test_of_a_file_with_other_elements_nothing_is_said() -> None:
    tree, _, boxes = numbered(pricing())
    for target in TARGETS:
        file = emit(tree, target)[0]
        assert source_map(file, boxes).sources
        for before, after in ((b"<h3", b"<h4"), (b"<h3", b"<hr /><h3"), (b"</ul>", b""), (b"<p", b"<p <")):
            changed = replace(file, content=file.content.replace(before, after, 1))
            assert changed.content != file.content
            assert source_map(changed, boxes).sources == ()
        assert source_map(replace(file, outline=None), boxes).sources == ()


def test_elements_of_a_file_that_a_person_changed_are_found_as_long_as_they_are_the_drawn_ones() -> None:
    options = Options(target=Target.REACT, engine="none", verify=False, name="Card")
    drawn = component(ROOT / "examples" / "login-card.png", options)
    theirs = drawn.files[0].content.decode().replace("<button", "<button onClick={go}").replace("<a ", "<a ref={link} ")
    theirs = f"// mine 😀\nfunction Other() {{\n  return <p>Mine</p>;\n}}\n\n{theirs}\nexport const last = <hr />;\n"
    redrawn = redraw(drawn, options, theirs, "Card.tsx")
    for content in (redrawn.files[0].content, b"\xef\xbb\xbf" + redrawn.files[0].content):
        sources = source_map(replace(redrawn.files[0], content=content), redrawn.component.boxes)
        assert len(sources.sources) == len(source_map(drawn.files[0], drawn.boxes).sources)
        told = [sources.text[source.markup.start : source.markup.stop] for source in sources.sources]
        assert sum(each.startswith("<button") and "onClick={go}" in each for each in told) == 1
        assert sum(each.startswith("<a ref={link} ") and each.endswith("</a>") for each in told) == 2
    routed = redraw(drawn, options, theirs.replace("<a ", "<Link ").replace("</a>", "</Link>"), "Card.tsx")
    assert source_map(routed.files[0], routed.component.boxes).sources == ()


CODE = """\
const plans: Plan[] = [
  { name: "One 😀" },
  { name: "Two" },
];

<main>
  <h1>Plans</h1>
  <ul>
    {plans.map((plan) => (
      <li
        className="p-4"
      >{plan.name}</li>
    ))}
  </ul>
  <p>a <em>b</em></p>
</main>
"""


def place(text: str) -> Span:
    """
    Where a text stands in `CODE`, which holds it once.
    """
    assert CODE.count(text) == 1
    return Span(CODE.index(text), CODE.index(text) + len(text))


def between(first: str, last: str) -> Span:
    return Span(place(first).start, place(last).stop)


ITEM, LIST = between("<li", "</li>"), between("<ul", "</ul>")
PAGE = Box(0, 0, 400, 300)
MAP = SourceMap(
    CODE,
    (
        Source(PAGE, between("<main", "</main>")),
        Source(Box(20, 10, 100, 30), place("<h1>Plans</h1>")),
        Source(Box(20, 50, 300, 100), LIST),
        Source(Box(20, 50, 145, 100), ITEM, place('{ name: "One 😀" }')),
        Source(Box(175, 50, 145, 100), ITEM, place('{ name: "Two" }')),
        Source(Box(20, 200, 60, 20), place("<p>a <em>b</em></p>")),
        Source(Box(50, 200, 30, 20), place("<em>b</em>")),
    ),
)


@pytest.mark.parametrize(
    ("box", "source"),
    [
        (Box(16, 8, 112, 32), 1),  # the tiles around a heading
        (Box(175, 50, 145, 100), 4),
        (Box(200, 100, 16, 16), 4),  # a corner of an item
        (Box(16, 48, 304, 112), 2),  # all of them
        (Box(16, 48, 304, 16), 2),
        (Box(350, 250, 16, 16), 0),  # where nothing else is
        (Box(48, 192, 32, 32), 6),
        (Box(500, 500, 16, 16), None),
    ],
)
def test_a_box_is_drawn_by_what_covers_it_and_little_else(box: Box, source: int | None) -> None:
    assert MAP.source_of(box) == (None if source is None else MAP.sources[source])


@pytest.mark.parametrize(
    ("span", "box"),
    [
        (place("Plans</h1>"), Box(20, 10, 100, 30)),
        (Span(place("  <h1>").start, place("  <h1>").start), Box(20, 10, 100, 30)),  # a cursor at the line's start
        (place('className="p-4"'), Box(20, 50, 300, 100)),  # of every item
        (place('name: "Two"'), Box(175, 50, 145, 100)),
        (place("{plans.map("), Box(20, 50, 300, 100)),
        (between("<h1>", "</ul>"), Box(20, 10, 300, 140)),
        (between("Plans</h1>\n", "Plans</h1>\n"), Box(20, 10, 100, 30)),  # up to the start of a line: not that line
        (place("<em>b"), Box(20, 200, 60, 20)),  # lines are meant whole
        (place("<main>"), PAGE),
        (Span(0, len(CODE)), PAGE),
        (place("const plans"), None),
        (Span(place("];").stop + 1, place("];").stop + 1), None),
    ],
)
def test_lines_draw_what_begins_or_ends_in_them_or_else_what_is_around_them(span: Span, box: Box | None) -> None:
    assert MAP.box_of(span) == box
    windows = CODE.replace("\n", "\r\n")
    index = [at + CODE.count("\n", 0, at) for at in range(len(CODE) + 1)]

    def moved(old: Span) -> Span:
        return Span(index[old.start], index[old.stop])

    sources = [Source(each.box, moved(each.markup), each.entry and moved(each.entry)) for each in MAP.sources]
    assert SourceMap(windows, tuple(sources)).box_of(moved(span)) == box


def test_a_map_travels_as_rows() -> None:
    import json

    assert SourceMap.from_rows(CODE, json.loads(json.dumps(MAP.rows()))) == MAP
    assert SourceMap(CODE).source_of(PAGE) is None
    assert SourceMap(CODE).box_of(LIST) is None
    assert MAP.position(place("One 😀").stop) == (1, 16)
