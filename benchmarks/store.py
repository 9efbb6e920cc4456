"""
The cache of reference renderings: picture, facts and candidate parts of each page at each of its two widths.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.sources import PageSpec, Size, cache_folder
from vision_code.geometry import Box, Color
from vision_code.observation import FontFamily, TextStyle, Word
from vision_code.render import ElementFact, PageFacts, Pixels, Rendering, RoleNode

_SIZES: tuple[Size, Size] = ("full", "narrow")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """
    A piece of a page that could be an element shot.

    Attributes:
        kind: card, form, table, nav, list, section or modal.
        path: CSS path, the same at every width.
        box: Border box, px of the page.
        text: First words.
    """

    kind: str
    path: str
    box: Box
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPage:
    """
    One rendering of a page as it was stored.
    """

    pixels: Pixels
    facts: PageFacts
    parts: tuple[Part, ...]


def page_folder(page: PageSpec) -> Path:
    return cache_folder() / "pages" / page.id


def is_stored(page: PageSpec) -> bool:
    return (page_folder(page) / "complete").is_file()


def store_page(page: PageSpec, renderings: Sequence[Rendering]) -> None:
    """
    Write the renderings (full width, then narrow) of one page.
    """
    from PIL import Image

    folder = page_folder(page)
    folder.mkdir(parents=True, exist_ok=True)
    for size, rendering in zip(_SIZES, renderings, strict=False):
        Image.fromarray(rendering.pixels).save(folder / f"{size}.png")
        payload = {"facts": asdict(rendering.facts), "parts": rendering.probed, "notes": rendering.notes}
        with gzip.open(folder / f"{size}.json.gz", "wt", encoding="utf-8", compresslevel=3) as file:
            json.dump(payload, file)
    (folder / "complete").touch()


def picture_path(page: PageSpec, size: Size = "full") -> Path:
    """
    PNG of the whole page.
    """
    return page_folder(page) / f"{size}.png"


def load_page(page: PageSpec, size: Size) -> StoredPage:
    """
    Read one rendering back.
    """
    from PIL import Image

    with gzip.open(page_folder(page) / f"{size}.json.gz", "rt", encoding="utf-8") as file:
        payload = json.load(file)
    with Image.open(picture_path(page, size)) as image:
        pixels = np.asarray(image.convert("RGB"))
    parts = tuple(Part(kind=kind, path=path, box=Box(*box), text=text) for kind, path, box, text in payload["parts"])
    return StoredPage(pixels=pixels, facts=_facts(payload["facts"]), parts=parts)


def _facts(data: dict[str, Any]) -> PageFacts:
    return PageFacts(
        width_px=data["width_px"],
        height_px=data["height_px"],
        words=tuple(
            Word(text=word["text"], box=Box(**word["box"]), style=_style(word["style"])) for word in data["words"]
        ),
        elements=tuple(
            ElementFact(**{**element, "box": Box(**element["box"]), "classes": tuple(element["classes"])})
            for element in data["elements"]
        ),
        roles=tuple(RoleNode(**{**node, "box": Box(**node["box"])}) for node in data["roles"]),
        background=Color(*data["background"]),
        overflow_px=data["overflow_px"],
        title=data["title"],
    )


def _style(data: dict[str, Any]) -> TextStyle:
    return TextStyle(**{**data, "color": Color(*data["color"]), "family": FontFamily(data["family"])})
