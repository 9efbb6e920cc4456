"""
``make demo``: every example picture becomes a component, with its scores and a side-by-side picture.

``make pictures`` also writes the pictures of the README.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from PIL import Image, ImageDraw
from rich.console import Console
from rich.table import Table

from vision_code import _bootstrap

_bootstrap.activate()

from vision_code.compare import side_by_side  # noqa: E402  (after the import root is set)
from vision_code.errors import VisionCodeError  # noqa: E402
from vision_code.explain import Explainer  # noqa: E402
from vision_code.intake import open_screenshot  # noqa: E402
from vision_code.pipeline import Component, component  # noqa: E402

HERE = Path(__file__).resolve().parent
PARTS = ("words", "place", "size", "colour", "picture")

#: The pictures of the README: greatest width, room for the arrow, edge, colours, and what stands at its top.
WIDTH_PX, ARROW_PX, EDGE_PX = 1200, 64, 16
BACKGROUND, INK = "#e5e7eb", "#4b5563"
OVERVIEW = ("login-card", "dashboard")


def _row(name: str, made: Component, seconds: float) -> list[str]:
    scores = [f"{getattr(made.fidelity, part):.2f}" for part in PARTS] if made.fidelity else ["-"] * len(PARTS)
    mean = f"{made.fidelity.mean:.3f}" if made.fidelity else "unverified"
    return [name, mean, *scores, f"{seconds:.1f}"]


def pair(picture: Image.Image, rendering: Image.Image) -> Image.Image:
    """
    The picture, an arrow, what was made of it; reduced to ``WIDTH_PX``, never enlarged.
    """
    width = min((WIDTH_PX - ARROW_PX) // 2 - EDGE_PX, picture.width, rendering.width)
    left, right = (side.resize((width, round(side.height * width / side.width))) for side in (picture, rendering))
    size = (2 * (EDGE_PX + width) + ARROW_PX, max(left.height, right.height) + 2 * EDGE_PX)
    canvas = Image.new("RGB", size, BACKGROUND)
    canvas.paste(left, (EDGE_PX, EDGE_PX))
    canvas.paste(right, (EDGE_PX + width + ARROW_PX, EDGE_PX))
    x, y = size[0] // 2, size[1] // 2
    draw = ImageDraw.Draw(canvas)
    draw.rectangle((x - 18, y - 3, x, y + 3), INK)
    draw.polygon(((x, y - 14), (x, y + 14), (x + 18, y)), INK)
    return canvas


def stacked(pictures: list[Image.Image]) -> Image.Image:
    """
    Below one another, in the middle.
    """
    canvas = Image.new("RGB", (max(p.width for p in pictures), sum(p.height for p in pictures)), BACKGROUND)
    top = 0
    for picture in pictures:
        canvas.paste(picture, ((canvas.width - picture.width) // 2, top))
        top += picture.height
    return canvas


def write_pictures(pairs: dict[str, Image.Image], folder: Path) -> None:
    """
    Each pair, and the overview if its examples are there; 256 colours keep them small.
    """
    folder.mkdir(parents=True, exist_ok=True)
    named = dict(pairs)
    if set(OVERVIEW) <= set(pairs):
        named["overview"] = stacked([pairs[name] for name in OVERVIEW])
    for name, picture in named.items():
        picture.quantize(256).save(folder / f"{name}.png", optimize=True)


def main() -> int:
    """
    Make all examples; exit 0 when each one became a component.
    """
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--out", type=Path, default=Path("out/demo"), help="folder to write into")
    parser.add_argument("--pictures", type=Path, metavar="DIR", help="also write the README's pictures into DIR")
    args = parser.parse_args()
    console = Console()
    table = Table("example", "fidelity", *PARTS, "seconds")
    unverified = ""
    pairs: dict[str, Image.Image] = {}
    for picture in sorted(HERE.glob("*.png")):
        folder = args.out / picture.stem
        console.print(f"[dim]{picture.name} → {folder}/index.html[/dim]")
        start = time.monotonic()
        try:
            made = component(picture)
        except VisionCodeError as error:
            console.print(f"error[{error.kind}]: {error.message}", markup=False)
            return error.exit_code
        table.add_row(*_row(picture.stem, made, time.monotonic() - start))
        made.write(folder, force=True)
        if made.rendering is not None and made.fidelity is not None:
            shot, rendering = open_screenshot(picture).pixels, made.rendering.pixels
            Explainer(folder / "explain").picture("comparison", side_by_side(shot, rendering, made.fidelity))
            pairs[picture.stem] = pair(Image.fromarray(shot), Image.fromarray(rendering))
        unverified = made.unverified_because or unverified
    console.print(table)
    console.print(f"components and side-by-side pictures are in {args.out}/")
    if args.pictures:
        write_pictures(pairs, args.pictures)
    if unverified:
        console.print(f"not verified: {unverified}", markup=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
