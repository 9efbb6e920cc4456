"""
``make demo``: every example picture becomes a component, with its scores and a side-by-side picture.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

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


def _row(name: str, made: Component, seconds: float) -> list[str]:
    scores = [f"{getattr(made.fidelity, part):.2f}" for part in PARTS] if made.fidelity else ["-"] * len(PARTS)
    mean = f"{made.fidelity.mean:.3f}" if made.fidelity else "unverified"
    return [name, mean, *scores, f"{seconds:.1f}"]


def main() -> int:
    """
    Make all examples; exit 0 when each one became a component.
    """
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--out", type=Path, default=Path("out/demo"), help="folder to write into")
    args = parser.parse_args()
    console = Console()
    table = Table("example", "fidelity", *PARTS, "seconds")
    unverified = ""
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
            pair = side_by_side(open_screenshot(picture).pixels, made.rendering.pixels, made.fidelity)
            Explainer(folder / "explain").picture("comparison", pair)
        unverified = made.unverified_because or unverified
    console.print(table)
    console.print(f"components and side-by-side pictures are in {args.out}/")
    if unverified:
        console.print(f"not verified: {unverified}", markup=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
