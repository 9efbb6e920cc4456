"""
The development set as data: which packages, which pages in them, at which width, in which half.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Split = Literal["tuning", "held_out"]
Size = Literal["full", "narrow"]

PAGES_FILE = Path(__file__).with_name("pages.toml")

#: Phones cannot be narrowed to two thirds; 320 px is the narrowest viewport that pages are made for (WCAG 2.2, 1.4.10).
MIN_WIDTH_PX = 320


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSpec:
    """
    One page of a source.

    Attributes:
        id: Unique name, also the folder in the cache.
        source: ``Source.id``.
        path: File inside ``Source.root``.
        width_px: Width of the screenshot.
        modal: The page's first dialog is opened first; such a page only lends its dialog as an element shot.
    """

    id: str
    source: str
    split: Split
    path: str
    width_px: int
    modal: bool = False

    @property
    def narrow_px(self) -> int:
        """
        Two thirds of the width, but never below ``MIN_WIDTH_PX``.
        """
        return max(MIN_WIDTH_PX, round(self.width_px * 2 / 3))

    @property
    def viewport_px(self) -> int:
        """
        Height of the viewport: a phone's, a laptop's or a desktop's.
        """
        return 844 if self.width_px < 600 else 1080 if self.width_px >= 1920 else 900


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """
    One package and its pages; see the head of ``pages.toml`` for the fields.
    """

    id: str
    kind: Literal["npm", "deb"]
    package: str
    root: str
    split: Split
    scripts: bool
    vendor: tuple[tuple[str, str], ...]
    rewrite: tuple[tuple[str, str], ...]
    pages: tuple[PageSpec, ...]


def load_sources(path: Path = PAGES_FILE) -> list[Source]:
    """
    The sources of ``pages.toml`` in the order of the file.
    """
    return [_source(entry) for entry in tomllib.loads(path.read_text(encoding="utf-8"))["source"]]


def cache_folder() -> Path:
    """
    Where pages, references and intermediate results are kept: ``$VISION_CODE_BENCH_CACHE``, else the user's cache.
    """
    chosen = os.environ.get("VISION_CODE_BENCH_CACHE")
    return Path(chosen) if chosen else Path.home() / ".cache" / "vision-code" / "bench"


def _source(entry: dict) -> Source:  # type: ignore[type-arg]
    pages = [_page(entry, path, width, modal=False) for path, width in entry["pages"]]
    pages += [_page(entry, path, 1440, modal=True) for path in entry.get("modals", ())]
    return Source(
        id=entry["id"],
        kind=entry["kind"],
        package=entry["package"],
        root=entry["root"],
        split=entry["split"],
        scripts=entry.get("scripts", False),
        vendor=tuple((package, folder) for package, folder in entry.get("vendor", ())),
        rewrite=tuple((old, new) for old, new in entry.get("rewrite", ())),
        pages=tuple(pages),
    )


def _page(entry: dict, path: str, width_px: int, *, modal: bool) -> PageSpec:  # type: ignore[type-arg]
    stem = path.removesuffix(".html").replace("/", "_")
    name = f"{entry['id']}-{stem}-{'modal' if modal else width_px}"
    return PageSpec(id=name, source=entry["id"], split=entry["split"], path=path, width_px=width_px, modal=modal)
