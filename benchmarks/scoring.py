"""
Runs one system on one item and scores what came out, at the screenshot's width and at two thirds of it.
"""

from __future__ import annotations

import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.items import Item
from benchmarks.review import axe_probe, review
from benchmarks.sources import Size
from benchmarks.store import StoredPage
from benchmarks.systems import System
from vision_code.compare import Fidelity, compare, reference_from_facts, side_by_side
from vision_code.compare.roles import by_role
from vision_code.errors import VisionCodeError
from vision_code.render import Browser, Pixels, Rendering

PARTS = ("words", "place", "size", "colour", "picture", "roles")
#: Scores of a system that gave no page: nothing is dropped from the mean.
_FAILED = {**dict.fromkeys((*PARTS, "flow", "mean", "roles_counted", "names"), 0.0), "overflow_px": 0.0}

#: Called with a name and a side-by-side picture.
Show = Callable[[str, Pixels], None]


def score_item(name: str, system: System, item: Item, browser: Browser, show: Show | None) -> dict[str, Any]:
    """
    One row of the results: item, system, seconds, the scores at both widths, the reviewer's counts, or an error.
    """
    row: dict[str, Any] = {"system": name, "item": item.id, "split": item.split, "kind": item.kind}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        started = time.monotonic()
        try:
            page = system(item.screenshot(), Path(folder))
            row["seconds"] = time.monotonic() - started
            row.update(_score_page(item, page, Path(folder), browser, show))
        except VisionCodeError as error:
            row.update(_failure(started, str(error)))
        except Exception as error:  # any system may fail in any way; it scores 0 and the run goes on
            row.update(_failure(started, "".join(traceback.format_exception_only(error)).strip()))
            row["traceback"] = traceback.format_exc()
    return row


def _failure(started: float, error: str) -> dict[str, Any]:
    return {"seconds": time.monotonic() - started, "error": error, "full": _FAILED, "narrow": _FAILED, "review": {}}


def _score_page(item: Item, page: Path, folder: Path, browser: Browser, show: Show | None) -> dict[str, Any]:
    full = item.truth("full")
    assert full is not None
    scores: dict[str, Any] = {}
    sizes: tuple[Size, Size] = ("full", "narrow")
    for size in sizes:
        truth = item.truth(size)
        if truth is None:
            scores[size] = None
            continue
        rendering = _rendered(item, truth, page, folder, browser, axe=size == "full")
        fidelity = compare(reference_from_facts(truth.pixels, truth.facts), rendering)
        scores[size] = _numbers(fidelity)
        if size == "full":
            scores["roles"] = by_role(truth.facts.roles, rendering.facts.roles, truth.pixels.shape[1])
            scores["review"] = asdict(review(rendering.facts, len(truth.facts.elements), rendering.probed))
        if show:
            show(
                f"{item.id}{'' if size == 'full' else '-narrow'}",
                side_by_side(truth.pixels, rendering.pixels, fidelity),
            )
    return scores


def _rendered(item: Item, truth: StoredPage, page: Path, folder: Path, browser: Browser, *, axe: bool) -> Rendering:
    probe = axe_probe() if axe else ""
    (rendering,) = browser.render_widths(
        page,
        widths_px=(int(truth.pixels.shape[1]),),
        height_px=item.viewport_px(truth),
        root=folder,
        javascript=bool(probe),
        probe=probe,
    )
    return rendering


def _numbers(fidelity: Fidelity) -> dict[str, Any]:
    fields = asdict(fidelity)
    fields["missing"], fields["extra"] = len(fidelity.missing), len(fidelity.extra)
    del fields["worst"]
    return fields
