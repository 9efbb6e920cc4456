"""
``vision-code compare REFERENCE CANDIDATE``: Fidelity between two pictures, two pages, or one of each.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from vision_code.cli.arguments import output_file
from vision_code.cli.report import out, out_json
from vision_code.errors import UsageError

if TYPE_CHECKING:
    from vision_code.compare import Fidelity, Reference
    from vision_code.observation import Observation
    from vision_code.render import Browser, Pixels, Rendering

PAGES = {".html", ".htm"}
PARTS = ("words", "place", "size", "colour", "picture", "roles")
DEFAULT_VIEWPORT_PX = (1280, 800)


def configure(parser: argparse.ArgumentParser) -> None:
    """
    Add the options of ``compare``.
    """
    parser.add_argument("reference", type=Path, metavar="REFERENCE", help="picture or .html page that is right")
    parser.add_argument("candidate", type=Path, metavar="CANDIDATE", help="picture or .html page to judge")
    parser.add_argument("--width", type=int, metavar="PX", help="viewport for pages (default: the picture's width)")
    parser.add_argument(
        "--picture", type=output_file, metavar="FILE", help="write both and their difference side by side"
    )
    parser.add_argument("--force", action="store_true", help="replace FILE if it exists")


def run(args: argparse.Namespace) -> int:
    """
    Print Fidelity and its parts; exit 0 whatever the score is.
    """
    if args.width is not None and not 64 <= args.width <= 8192:
        raise UsageError("usage.width", f"--width {args.width}: choose 64 to 8192")
    _refuse_early(args)
    from vision_code.compare import compare

    reference, candidate = _sides(args)
    fidelity = compare(reference, candidate)
    if args.picture:
        _write_picture(args, reference, candidate, fidelity)
    if args.json:
        out_json({"fidelity": asdict(fidelity)})
    else:
        _tell(fidelity)
    return 0


def _refuse_early(args: argparse.Namespace) -> None:
    """
    What can be refused without work is refused before any work.
    """
    from vision_code.input import file_status
    from vision_code.output import refuse_early

    for path in (args.reference, args.candidate):
        file_status(path)
    if args.picture:
        refuse_early(args.picture, force=args.force)


def _sides(args: argparse.Namespace) -> tuple[Reference, Rendering]:
    """
    Both sides at one width. A picture has no accessibility tree, so roles count only between two pages.
    """
    from contextlib import ExitStack
    from dataclasses import replace

    from vision_code.compare import reference_from_observation, reference_from_rendering
    from vision_code.render import Browser

    paths = (args.reference, args.candidate)
    with ExitStack() as stack:
        browser = Browser() if any(map(_is_page, paths)) else None
        if browser is not None:
            stack.enter_context(browser)
        seen = {path: _seen(path) for path in paths if not _is_page(path)}
        sizes = [(round(o.width_px), round(o.height_px)) for _, o in seen.values()]
        width, height = sizes[0] if sizes else DEFAULT_VIEWPORT_PX
        viewport = (args.width or width, height)
        if args.reference in seen:
            reference = reference_from_observation(*seen[args.reference])
        else:
            reference = reference_from_rendering(_rendered(browser, args.reference, viewport))
        if args.candidate in seen:
            return replace(reference, roles=None), _as_rendering(*seen[args.candidate])
        return reference, _rendered(browser, args.candidate, viewport)


def _is_page(path: Path) -> bool:
    return path.suffix.lower() in PAGES


def _seen(path: Path) -> tuple[Pixels, Observation]:
    from vision_code.intake import open_screenshot
    from vision_code.read import read

    screenshot = open_screenshot(path)
    return screenshot.pixels, read(screenshot)


def _as_rendering(pixels: Pixels, observation: Observation) -> Rendering:
    """
    What was read from a picture, in the place of what a browser would tell of a page.
    """
    from vision_code.compare import reference_from_observation
    from vision_code.render import PageFacts, Rendering

    facts = PageFacts(
        width_px=round(observation.width_px),
        height_px=round(observation.height_px),
        words=reference_from_observation(pixels, observation).words,
        elements=(),
        roles=(),
        background=observation.background,
        overflow_px=0.0,
    )
    return Rendering(pixels=pixels, facts=facts, device_scale=observation.scale)


def _rendered(browser: Browser | None, path: Path, viewport_px: tuple[int, int]) -> Rendering:
    assert browser is not None
    return browser.render(path.resolve(), width_px=viewport_px[0], height_px=viewport_px[1], root=path.resolve().parent)


def _write_picture(args: argparse.Namespace, reference: Reference, candidate: Rendering, fidelity: Fidelity) -> None:
    import cv2

    from vision_code.compare import side_by_side
    from vision_code.output import write_all

    pixels = side_by_side(reference.pixels, candidate.pixels, fidelity)
    encoded = cv2.imencode(".png", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))[1].tobytes()
    write_all({args.picture: encoded}, force=args.force)


def _tell(fidelity: Fidelity) -> None:
    out(f"fidelity {fidelity.mean:.3f}")
    for part in PARTS:
        score = getattr(fidelity, part)
        out(f"  {part:<8} {'-' if score is None else f'{score:.3f}'}")
    out(f"  {'flow':<8} {fidelity.flow:.3f}")
    for finding in fidelity.worst[:5]:
        box = finding.box
        out(f"worst: {finding.what} at {box.x:.0f},{box.y:.0f} {box.w:.0f}x{box.h:.0f} ({finding.score:.2f})")
