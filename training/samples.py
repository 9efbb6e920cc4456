"""
Training samples: rendered pages measured, divided, aligned and cut into chunks; kept as shards of JSON lines.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any, cast

import numpy as np
from PIL import Image

from training.align import align
from training.collect import SITE, RawPage
from training.observe import observe, raw_lines
from vision_code.divide import divide
from vision_code.draft import rules
from vision_code.draft.chunks import Chunk, cut
from vision_code.draft.labels import label_of
from vision_code.draft.page import Page, survey
from vision_code.draft.prompt import TOKEN_PX, Slot, picture, write
from vision_code.observation import Observation
from vision_code.read import read_with_lines

# A third through the real reader, whose faults the model will meet (0.15 s a page), the rest with drawn faults.
REAL_SHARE = 0.35
# A page of hundreds of regions would drown the others.
MAX_CHUNKS = 10
#: What each visual token is asked in the side loss, by bit.
CELL_KINDS = ("text", "heading", "link", "button", "field", "photo", "icon", "surface")
_FIELDS = ("textbox", "searchbox", "combobox", "checkbox", "radio", "switch", "slider", "progressbar")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """
    One chunk of one page with its truth.

    Attributes:
        question: Text after the picture.
        fixed: Text before each slot.
        labels: True label word of each slot; ``rules`` is what the rules say there.
        kinds: Region kind of each slot: which options are valid.
        webp: The picture, base64.
        cells: Bits of ``CELL_KINDS`` of each visual token, row by row.
    """

    family: str
    seed: int
    question: str
    fixed: tuple[str, ...]
    labels: tuple[str, ...]
    rules: tuple[str, ...]
    kinds: tuple[str, ...]
    webp: str
    cells: tuple[int, ...]


def samples_of(raw: RawPage, variant: int = 0) -> Iterator[Sample]:
    """
    The samples of one rendered page; the same page and variant always give the same ones.

    Args:
        variant: Another number reads the same page with other faults.
    """
    rng = Random(raw.seed * 100 + variant)
    pixels = np.asarray(Image.open(io.BytesIO(raw.png)).convert("RGB"))
    observation = _observation(raw, pixels, rng)
    root = divide(observation)
    truth = align(raw.facts, root)
    page = survey(observation, root)
    floor = rules.annotate(observation, root)
    chunks = cut(page)
    for chunk in rng.sample(chunks, min(len(chunks), MAX_CHUNKS)):
        prompt = write(page, chunk, floor)
        slots = [piece for piece in prompt.answer if isinstance(piece, Slot)]
        shown = picture(pixels, 1.0, chunk)
        yield Sample(
            family=raw.family,
            seed=raw.seed,
            question=prompt.question,
            fixed=tuple(piece for piece in prompt.answer if isinstance(piece, str)),
            labels=tuple(truth[slot.region_id] for slot in slots),
            rules=tuple(label_of(floor[slot.region_id]) for slot in slots),
            kinds=tuple(_option_kind(page, slot) for slot in slots),
            webp=_webp(shown),
            cells=_cells(chunk, truth, shown.size),
        )


def write_shard(samples: Iterable[Sample], path: Path) -> int:
    """
    Write samples to one gzipped file, whole or not at all; returns how many.
    """
    count = 0
    partial = path.with_suffix(".partial")
    with gzip.open(partial, "wt", compresslevel=3) as file:
        for sample in samples:
            file.write(json.dumps(asdict(sample), ensure_ascii=False) + "\n")
            count += 1
    partial.rename(path)
    return count


def read_shard(path: Path) -> Iterator[Sample]:
    """
    The samples of one shard.
    """
    with gzip.open(path, "rt") as file:
        for line in file:
            row = {key: tuple(value) if isinstance(value, list) else value for key, value in json.loads(line).items()}
            yield Sample(**cast("dict[str, Any]", row))


def _observation(raw: RawPage, pixels: np.ndarray, rng: Random) -> Observation:
    if raw.family.startswith(SITE) or rng.random() < REAL_SHARE:
        return read_with_lines(pixels, raw_lines(raw.facts, rng))
    return observe(raw.facts, rng)


def _option_kind(page: Page, slot: Slot) -> str:
    node = page.nodes[slot.region_id]
    return "text" if node.kind.value == "text" else "pixels" if node.is_leaf else "group"


def _webp(image: Image.Image) -> str:
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=60, method=2)
    return base64.b64encode(buffer.getvalue()).decode()


def _cells(chunk: Chunk, truth: dict[int, str], size: tuple[int, int]) -> tuple[int, ...]:
    columns, rows = -(-size[0] // TOKEN_PX), -(-size[1] // TOKEN_PX)
    grid = np.zeros((rows, columns), dtype=np.int64)
    per_px = size[0] / max(1.0, chunk.box.w) / TOKEN_PX
    for region in chunk.regions:
        bits = _bits(truth[region.id], region.is_leaf, region.surface is not None)
        left, top = (region.box.x - chunk.box.x) * per_px, (region.box.y - chunk.box.y) * per_px
        right, bottom = left + region.box.w * per_px, top + region.box.h * per_px
        grid[max(0, int(top)) : int(bottom) + 1, max(0, int(left)) : int(right) + 1] |= bits
    return tuple(int(v) for v in grid.ravel())


def _bits(label: str, is_leaf: bool, has_surface: bool) -> int:
    names = {"surface"} if has_surface else set()
    if label.startswith("heading"):
        names.add("heading")
    if label.startswith("link") or label.endswith("linked"):
        names.add("link")
    if label == "button":
        names.add("button")
    if label.removesuffix("on") in _FIELDS:
        names.add("field")
    if is_leaf and label.startswith("img"):
        names.add("photo")
    if is_leaf and label.startswith("decoration"):
        names.add("icon")
    if is_leaf and label in ("text", "label", "code"):
        names.add("text")
    return sum(1 << i for i, name in enumerate(CELL_KINDS) if name in names)
