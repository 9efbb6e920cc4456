"""
The same pages as people's screenshots show them: ``python -m benchmarks.conditions``.

The development set is drawn at one pixel per CSS pixel, with grey letters, and kept without loss. A laptop draws at
1.25 or 1.5, a phone at 3, Windows and many Linux desktops put coloured fringes on letters, a chat compresses what is
pasted into it. Each condition draws or changes the picture of every page; what comes out is scored against the page
itself as in ``benchmarks.quality``, whose cache is used.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Any

from benchmarks.displays import display
from benchmarks.fetch import render_page, unpack
from benchmarks.items import Item, load_items
from benchmarks.machine import describe
from benchmarks.rows import append_row, read_rows
from benchmarks.scoring import score_item
from benchmarks.sources import PageSpec, cache_folder, load_sources
from benchmarks.store import is_stored
from vision_code.pipeline import Options, component
from vision_code.render import Browser

RESULTS = Path(__file__).with_name("results")

#: Width of a phone, CSS px: pages are laid out anew at it.
_PHONE_PX = 390


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """
    One way to come by a screenshot.

    Attributes:
        scale: Device pixels per CSS pixel.
        fringes: Letters drawn on thirds of pixels, in colour.
        lossy: Format and quality that the picture went through.
        phone: The page as it is on a phone.
    """

    scale: float = 1.0
    fringes: bool = False
    lossy: tuple[str, int] | None = None
    phone: bool = False


CONDITIONS = {
    "plain": Condition(),
    "scale 1.25": Condition(scale=1.25),
    "scale 1.5": Condition(scale=1.5),
    "scale 1.75": Condition(scale=1.75),
    "scale 2": Condition(scale=2.0),
    "phone": Condition(phone=True),
    "phone, scale 2": Condition(phone=True, scale=2.0),
    "phone, scale 2.625": Condition(phone=True, scale=2.625),
    "phone, scale 3": Condition(phone=True, scale=3.0),
    "fringes": Condition(fringes=True),
    "fringes, scale 1.25": Condition(fringes=True, scale=1.25),
    "JPEG 90": Condition(lossy=("JPEG", 90)),
    "JPEG 75": Condition(lossy=("JPEG", 75)),
    "WebP 80": Condition(lossy=("WEBP", 80)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot(Item):
    """
    A page under a condition.
    """

    name: str

    def screenshot(self) -> bytes:
        condition = CONDITIONS[self.name]
        if condition.lossy is None:
            return _picture_path(self).read_bytes()
        from PIL import Image

        kind, quality = condition.lossy
        buffer = io.BytesIO()
        with Image.open(_picture_path(self)) as image:
            image.convert("RGB").save(buffer, kind, quality=quality)
        return buffer.getvalue()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--condition", action="append", choices=tuple(CONDITIONS), help="repeatable (default: all)")
    parser.add_argument("--split", choices=("tuning", "held_out", "all"), default="tuning")
    parser.add_argument("--limit", type=int, metavar="N", default=24, help="N pages, spread over the packages")
    parser.add_argument("--engine", default="embedded")
    parser.add_argument("--tell-scale", action="store_true", help="give the scale, as a user may")
    parser.add_argument("--rows", type=Path, metavar="FILE", help="append each row to FILE, skip what it holds")
    parser.add_argument("--save", action="store_true", help="write results/conditions-<date>.json and .md")
    args = parser.parse_args()
    names = args.condition or list(CONDITIONS)
    pages = load_items(args.split, ["page"], args.limit)
    if not pages:
        print("nothing to measure: python -m benchmarks.fetch", file=sys.stderr)
        return 2
    shots = [Shot(page=_page(item.page, CONDITIONS[name]), name=name) for name in names for item in pages]
    for name in names:
        _draw_missing(CONDITIONS[name], [shot for shot in shots if shot.name == name])
    rows = read_rows(args.rows)
    known = {(row["condition"], row["item"]) for row in rows}
    with Browser(deadline_s=30) as browser:
        for shot in shots:
            if (shot.name, shot.id) in known:
                continue
            row = _scored(shot, args.engine, browser, CONDITIONS[shot.name].scale if args.tell_scale else None)
            rows.append(row)
            print(f"{shot.name} {shot.id}: {row['full']['mean']:.3f} at scale {row.get('scale')}", flush=True)
            if args.rows:
                append_row(args.rows, row)
    text = table(rows)
    print(text)
    if args.save:
        stem = RESULTS / f"conditions-{time.strftime('%Y-%m-%d')}"
        machine = describe()
        stem.with_suffix(".json").write_text(json.dumps({"machine": machine, "rows": rows}, indent=1), encoding="utf-8")
        stem.with_suffix(".md").write_text(f"{text}\n{json.dumps(machine)}\n", encoding="utf-8")
    return 0


def _page(page: PageSpec, condition: Condition) -> PageSpec:
    return replace(page, id=f"{page.id}-phone", width_px=_PHONE_PX) if condition.phone else page


def _picture_path(shot: Shot) -> Path:
    condition = CONDITIONS[shot.name]
    drawn = f"{condition.scale:g}{'-fringes' if condition.fringes else ''}"
    return cache_folder() / "conditions" / drawn / f"{shot.id}.png"


def _draw_missing(condition: Condition, shots: Sequence[Shot]) -> None:
    missing = [shot for shot in shots if not _picture_path(shot).is_file()]
    if not missing:
        return
    sources = {source.id: source for source in load_sources()}
    with display(condition.scale, fringes=condition.fringes) as shown, Browser(deadline_s=30) as plain:
        for shot in missing:
            page, source = shot.page, sources[shot.page.source]
            root = unpack(source)
            if not is_stored(page):
                render_page(plain, source, page, root)
            png = shown.draw(
                root / page.path, width_px=page.width_px, height_px=page.viewport_px, scripts=source.scripts
            )
            path = _picture_path(shot)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(png)


def _scored(shot: Shot, engine: str, browser: Browser, scale: float | None) -> dict[str, Any]:
    scales: list[float] = []

    def system(png: bytes, folder: Path) -> Path:
        made = component(png, Options(engine=engine, verify=False, scale=scale))
        scales.append(made.scale)
        return made.write(folder)

    row = score_item(engine, system, shot, browser, None)
    return {**row, "condition": shot.name, "scale": scales[0] if scales else None}


def table(rows: Sequence[dict[str, Any]]) -> str:
    """
    A line for each condition: what its pages score, and what the same pages score plain. Pages that are longer at a
    scale than pictures may be are left out.
    """
    parts = ("mean", "words", "place", "size", "colour", "picture", "roles")
    plain = {row["item"]: row for row in rows if row["condition"] in ("plain", "phone")}
    rows = [row for row in rows if not row.get("error", "").startswith("image.too_large")]
    lines = [
        f"| condition | pages | scale found | {' | '.join(parts)} | plain | seconds |",
        "|" + "---|" * (len(parts) + 5),
    ]
    for name, condition in CONDITIONS.items():
        chosen = [row for row in rows if row["condition"] == name]
        if not chosen:
            continue
        found = sum(row["scale"] == condition.scale for row in chosen)
        means = " | ".join(f"{fmean(row['full'][part] for row in chosen):.3f}" for part in parts)
        same = [plain[row["item"]]["full"]["mean"] for row in chosen if row["item"] in plain]
        beside = f"{fmean(same):.3f}" if same else "–"
        seconds = fmean(row["seconds"] for row in chosen)
        lines.append(f"| {name} | {len(chosen)} | {found} | {means} | {beside} | {seconds:.1f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
