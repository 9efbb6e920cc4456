"""
``vision-code component IMAGE``: a picture in, files out.
"""

from __future__ import annotations

import argparse
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from vision_code.cli.arguments import output_file
from vision_code.cli.report import note, out, out_json, progress
from vision_code.errors import UsageError, VerificationFailed

if TYPE_CHECKING:
    from vision_code.pipeline import Component
    from vision_code.render import Browser

TARGETS = ("html", "html-css", "react", "vue", "svelte")
MAX_CANDIDATES = 8


def configure(parser: argparse.ArgumentParser) -> None:
    """
    Add the options of ``component``.
    """
    parser.add_argument("image", type=Path, metavar="IMAGE", help="PNG, JPEG, WebP, GIF or BMP of a user interface")
    default = "(default: index.html, or named for the component, here)"
    parser.add_argument("-o", "--output", type=output_file, metavar="FILE", help=f"main file {default}")
    parser.add_argument("--target", choices=TARGETS, default="html", help="what to write (default: html)")
    parser.add_argument("--engine", default="embedded", metavar="E", help="embedded (default), local:PATH or none")
    parser.add_argument("--candidates", type=int, default=1, metavar="N", help="drafts to try; the best one wins")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="seed of the further drafts")
    parser.add_argument("--scale", type=float, metavar="X", help="device pixels per CSS pixel (default: measured)")
    parser.add_argument("--no-verify", action="store_true", help="do not render and compare")
    parser.add_argument("--explain", type=Path, metavar="DIR", help="write each station's picture into DIR")
    parser.add_argument("--force", action="store_true", help="replace files that exist")


def run(args: argparse.Namespace) -> int:
    """
    Make the component and write it; exit 0 also when it could not be verified (the answer says so).
    """
    if not 1 <= args.candidates <= MAX_CANDIDATES:
        raise UsageError("usage.candidates", f"--candidates {args.candidates}: choose 1 to {MAX_CANDIDATES}")
    if args.scale is not None and not 0.25 <= args.scale <= 8:
        raise UsageError("usage.scale", f"--scale {args.scale}: choose 0.25 to 8")
    _refuse_early(args)
    from vision_code.engine import open_engine

    # First of all, and the slowest first: both load while everything else starts.
    with open_engine(args.engine) or nullcontext() as engine, _open_browser(args) as browser:
        from vision_code.emit import Target
        from vision_code.pipeline import Options, component

        options = Options(
            target=Target(args.target),
            name=args.output.stem if args.output else "",
            engine=args.engine,
            candidates=args.candidates,
            seed=args.seed,
            verify=not args.no_verify,
            scale=args.scale,
        )
        with progress(not args.json) as show:
            result = component(args.image, options, engine=engine, browser=browser, explain=args.explain, progress=show)
    written = _write(result, args)
    if args.json:
        out_json(_facts(result, written))
    else:
        _tell(result, written)
    return 0


def _refuse_early(args: argparse.Namespace) -> None:
    """
    What can be refused without work is refused before any work.
    """
    from vision_code.input import file_status
    from vision_code.output import refuse_closed_folder, refuse_early

    if args.output is None:  # the name is found with the component
        refuse_closed_folder(Path())
    else:
        refuse_early(args.output, force=args.force)
    if args.explain is not None:
        refuse_closed_folder(args.explain)
    file_status(args.image)


def _open_browser(args: argparse.Namespace) -> AbstractContextManager[Browser | None]:
    from vision_code.render import Browser

    try:
        return nullcontext() if args.no_verify else Browser()
    except VerificationFailed:  # the pipeline finds out again, and says so
        return nullcontext()


def _write(result: Component, args: argparse.Namespace) -> list[Path]:
    from vision_code.output import write_all

    main = args.output or Path(result.files[0].path)
    renamed = {main: result.files[0].content}
    renamed |= {main.parent / file.path: file.content for file in result.files[1:]}
    write_all(renamed, force=args.force)
    return list(renamed)


def _facts(result: Component, written: list[Path]) -> dict[str, object]:
    scores = asdict(result.fidelity) if result.fidelity else None
    return {
        "files": [str(path) for path in written],
        "target": result.target.value,
        "name": result.tree.name,
        "verified": result.verified,
        "unverified_because": result.unverified_because,
        "fidelity": scores,
        "narrow": asdict(result.narrow) if result.narrow else None,
        "drafted_by": result.drafted_by,
        "notes": list(result.notes),
        "seconds": {station: round(s, 3) for station, s in result.seconds.items()},
    }


def _tell(result: Component, written: list[Path]) -> None:
    others = f" and {len(written) - 1} more" if len(written) > 1 else ""
    out(f"{written[0]}{others} ({result.tree.name}, {result.target.value}, drafted by {result.drafted_by})")
    if result.fidelity:
        parts = ("words", "place", "size", "colour", "picture")
        scores = "  ".join(f"{part} {getattr(result.fidelity, part):.2f}" for part in parts)
        out(f"fidelity {result.fidelity.mean:.2f}  ({scores})")
    else:
        note(f"not verified: {result.unverified_because}")
    for line in result.notes:
        note(f"note: {line}")
