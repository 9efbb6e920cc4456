"""
The annotate prompt: what one chunk of regions looks like to the model, as picture, question and answer template.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vision_code.draft.chunks import Chunk
from vision_code.draft.features import line_words, page_words
from vision_code.draft.labels import options
from vision_code.draft.page import Page
from vision_code.region import Draft, Region

if TYPE_CHECKING:
    from PIL.Image import Image

# One visual token covers 28 × 28 px (patch 14, merge 2). 64 of them cost a tenth of a sequence.
TOKEN_PX = 28
MAX_PICTURE_TOKENS = 64
SHOWN_ANCESTORS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """
    One place in the answer where the model picks: region and the words it may say (each with its leading space).
    """

    region_id: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """
    Question and answer template of one chunk.

    Attributes:
        question: Text that follows the picture: the page, and the containers around the chunk.
        answer: Fixed text and slots in order; concatenated they are the whole answer.
    """

    question: str
    answer: tuple[str | Slot, ...]


def write(page: Page, chunk: Chunk, rules: Draft) -> Prompt:
    """
    The prompt for ``chunk``: one line of features a region, each followed by a slot for its label.
    """
    order = _reading_neighbours(page)
    above = [node for node in page.ancestors(chunk.regions[0]) if node not in chunk.regions][:SHOWN_ANCESTORS]
    question = page_words(page) + "".join(line_words(page, node, rules, (None, None)) for node in reversed(above))
    answer: list[str | Slot] = []
    fixed = ""
    for region in chunk.regions:
        fixed += line_words(page, region, rules, order.get(region.id, (None, None)))
        if region.id in chunk.asked:
            answer += [fixed, Slot(region_id=region.id, words=tuple(f" {word}" for word in options(region)))]
            fixed = ""
    return Prompt(question=question, answer=tuple(answer))


def picture(pixels: np.ndarray, scale: float, chunk: Chunk) -> Image:
    """
    The part of the screenshot that holds ``chunk``, shrunk to at most ``MAX_PICTURE_TOKENS`` visual tokens.

    Args:
        pixels: [height, width, 3] uint8, the whole screenshot in device pixels.
        scale: Device pixels per CSS pixel.
    """
    from PIL import Image as PillowImage

    box = chunk.box
    left, top = max(0, int(box.x * scale)), max(0, int(box.y * scale))
    crop = pixels[top : max(top + 1, int(box.bottom * scale)), left : max(left + 1, int(box.right * scale))]
    if not crop.size:
        crop = pixels[:1, :1]
    height, width = crop.shape[:2]
    shrunk = _fit(width, height)
    return PillowImage.fromarray(crop).resize(shrunk, PillowImage.Resampling.BOX, reducing_gap=2.0)


def _fit(width: int, height: int) -> tuple[int, int]:
    """
    The largest size of the same shape, never larger than the given one, whose padded tokens stay within the limit.
    """
    ratio = min(1.0, (MAX_PICTURE_TOKENS * TOKEN_PX**2 / (width * height)) ** 0.5)
    while True:
        w, h = max(1, int(width * ratio)), max(1, int(height * ratio))
        if -(-w // TOKEN_PX) * -(-h // TOKEN_PX) <= MAX_PICTURE_TOKENS:
            return w, h
        ratio *= 0.97


def _reading_neighbours(page: Page) -> dict[int, tuple[Region | None, Region | None]]:
    found = [node for node in page.nodes if node.is_leaf]
    before: list[Region | None] = [None, *found[:-1]]
    after: list[Region | None] = [*found[1:], None]
    return {node.id: (b, a) for node, b, a in zip(found, before, after, strict=True)}
