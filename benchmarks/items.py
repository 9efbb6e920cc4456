"""
The things to be turned into code: whole pages and element shots, each with its truth at two widths.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from benchmarks.elements import ElementSpec, cut, load_elements
from benchmarks.sources import PageSpec, Size, Split, load_sources
from benchmarks.store import StoredPage, is_stored, load_page, picture_path


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """
    One screenshot of the set.

    Attributes:
        element: The part of the page that is the screenshot; None for the whole page.
    """

    page: PageSpec
    element: ElementSpec | None = None

    @property
    def id(self) -> str:
        return self.element.id if self.element else self.page.id

    @property
    def split(self) -> Split:
        return self.page.split

    @property
    def kind(self) -> str:
        return self.element.kind if self.element else "page"

    def screenshot(self) -> bytes:
        """
        The picture as PNG.
        """
        if self.element is None:
            return picture_path(self.page).read_bytes()
        from PIL import Image

        truth = self.truth("full")
        assert truth is not None
        buffer = io.BytesIO()
        Image.fromarray(truth.pixels).save(buffer, "PNG")
        return buffer.getvalue()

    def truth(self, size: Size) -> StoredPage | None:
        """
        Picture and facts at one of the widths; None where an element does not exist at it.
        """
        stored = _loaded(self.page, size)
        return cut(stored, self.element) if self.element else stored

    def viewport_px(self, truth: StoredPage) -> int:
        """
        Height of the viewport that a candidate is rendered in: the page's own, or the whole element shot.
        """
        return self.page.viewport_px if self.element is None else int(truth.pixels.shape[0])


def load_items(split: str, kinds: Sequence[str], limit: int | None) -> list[Item]:
    """
    Items of the stored set.

    Args:
        split: ``tuning``, ``held_out`` or ``all``.
        kinds: ``page`` and kinds of elements; empty for all.
        limit: At most so many pages and so many elements, spread over the sources; None for all.
    """
    pages = {page.id: page for source in load_sources() for page in source.pages}
    whole = [Item(page=page) for page in pages.values() if not page.modal]
    parts = [Item(page=pages[spec.page], element=spec) for spec in load_elements() if spec.page in pages]
    chosen: list[Item] = []
    for group in (whole, parts):
        wanted = [
            item
            for item in group
            if split in ("all", item.split)
            and (not kinds or item.kind in kinds or (item.element is not None and "element" in kinds))
            and is_stored(item.page)
        ]
        chosen += wanted if limit is None else _spread(wanted)[:limit]
    return chosen


def _spread(items: list[Item]) -> list[Item]:
    """
    A fixed shuffle, the first item of every source before the second of any.
    """
    seen: dict[str, int] = {}
    ranked = []
    for item in sorted(items, key=lambda item: hashlib.sha256(item.id.encode()).digest()):
        seen[item.page.source] = seen.get(item.page.source, 0) + 1
        ranked.append((seen[item.page.source], item))
    return [item for _, item in sorted(ranked, key=lambda entry: entry[0])]


@lru_cache(maxsize=4)
def _loaded(page: PageSpec, size: Size) -> StoredPage:
    return load_page(page, size)
