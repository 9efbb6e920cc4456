from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from vision_code.draft.page import Page, survey
from vision_code.geometry import Box, Color
from vision_code.observation import (
    Border,
    FontFamily,
    Observation,
    Picture,
    PictureKind,
    Rect,
    TextLine,
    TextStyle,
    Word,
)
from vision_code.region import Annotation, Draft, Region, RegionKind, Role

INK, WHITE, BLUE = Color(33, 37, 41), Color(255, 255, 255), Color(13, 110, 253)

MakeText = Callable[..., Region]
MakeTree = Callable[[Sequence[Region]], tuple[Observation, Region]]
Step = Callable[[Page, Draft], Draft]
Settled = Callable[..., dict[int, Role]]


def _number(region: Region, counter: list[int]) -> Region:
    from dataclasses import replace

    own = counter[0]
    counter[0] += 1
    return replace(region, id=own, children=tuple(_number(child, counter) for child in region.children))


@pytest.fixture
def text() -> MakeText:
    """
    Makes a TEXT leaf; keyword arguments of TextStyle are passed on.
    """

    def make(words: str, x: float, y: float, surface: Rect | None = None, **style: object) -> Region:
        size = float(str(style.get("size_px", 16.0)))
        look = TextStyle(**{"size_px": size, "color": INK, "family": FontFamily.SANS, **style})  # type: ignore[arg-type]
        box = Box(x, y, len(words) * size * 0.5, size * 0.72)
        line = TextLine(
            id=int(x * 10_000 + y),
            text=words,
            box=box,
            words=(Word(text=words, box=box),),
            style=look,
            baseline_y=box.bottom,
            background=WHITE,
        )
        outer = surface.box if surface else box
        return Region(id=0, kind=RegionKind.TEXT, box=outer, lines=(line,), surface=surface)

    return make


@pytest.fixture
def tree() -> MakeTree:
    """
    Makes a page of 1000 × 800 px out of regions in one column, numbered in pre-order.
    """

    def make(children: Sequence[Region]) -> tuple[Observation, Region]:
        root = Region(id=0, kind=RegionKind.COLUMN, box=Box(0, 0, 1000, 800), children=tuple(children))
        root = _number(root, [0])
        nodes = list(root.walk())
        observation = Observation(
            width_px=1000,
            height_px=800,
            scale=1.0,
            background=WHITE,
            lines=tuple(line for node in nodes for line in node.lines),
            rects=tuple(node.surface for node in nodes if node.surface),
            pictures=tuple(node.picture for node in nodes if node.picture),
        )
        return observation, root

    return make


def rect(
    x: float, y: float, w: float, h: float, *, fill: Color | None = WHITE, radius: float = 0, line: bool = False
) -> Rect:
    border = Border(color=Color(206, 212, 218), width_px=1) if line else None
    return Rect(id=0, box=Box(x, y, w, h), fill=fill, border=border, radius_px=radius)


def photo(x: float, y: float, w: float, h: float) -> Region:
    picture = Picture(id=0, kind=PictureKind.PHOTO, box=Box(x, y, w, h), color=INK, background=WHITE)
    return Region(id=0, kind=RegionKind.PICTURE, box=picture.box, picture=picture)


@pytest.fixture
def make_rect() -> Callable[..., Rect]:
    return rect


@pytest.fixture
def make_photo() -> Callable[..., Region]:
    return photo


@pytest.fixture
def body(text: MakeText) -> list[Region]:
    """
    A few paragraphs, so that the page has a body type to compare with.
    """
    return [
        text("Some words that make up the body of this page, more than anything else.", 40, 400 + 30 * n)
        for n in range(4)
    ]


@pytest.fixture
def settled(tree: MakeTree) -> Settled:
    """
    Roles by region after one step that settles a draft, of which the model is not sure by default; what ``roles`` does
    not name is text where there are words.
    """

    def run(
        step: Step, children: Sequence[Region], roles: dict[int, Role], *, confidence: float = 0.55
    ) -> dict[int, Role]:
        observation, root = tree(children)
        page = survey(observation, root)
        draft = {
            node.id: Annotation(role=roles.get(node.id, Role.TEXT if node.lines else Role.GROUP), confidence=confidence)
            for node in page.nodes
        }
        return {region_id: note.role for region_id, note in step(page, draft).items()}

    return run
