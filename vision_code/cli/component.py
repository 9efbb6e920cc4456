"""
``vision-code component IMAGE``: a picture in, files out.
"""

from __future__ import annotations

import argparse
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from vision_code.cli.arguments import output_file
from vision_code.cli.conventions import Conventions, conventions
from vision_code.cli.report import note, out, out_json, progress
from vision_code.errors import UsageError, VerificationFailed
from vision_code.project.place import Placement, belongs_to, place
from vision_code.project.settings import MAX_CANDIDATES, MAX_SCALE, MIN_SCALE, TARGETS

if TYPE_CHECKING:
    from runtime.api import Engine
    from vision_code.pipeline import Component, Options
    from vision_code.render import Browser
    from vision_code.source_map import Span


def configure(parser: argparse.ArgumentParser) -> None:
    """
    Add the options of ``component``.
    """
    parser.add_argument("image", type=Path, metavar="IMAGE", help="PNG, JPEG, WebP, GIF or BMP of a user interface")
    default = "(default: where the project keeps its components, else index.html here)"
    parser.add_argument("-o", "--output", type=output_file, metavar="FILE", help=f"main file {default}")
    parser.add_argument("--target", choices=TARGETS, help="what to write (default: as the project is written)")
    parser.add_argument("--engine", metavar="E", help="embedded (default), local:PATH, https://host/v1#model or none")
    parser.add_argument("--candidates", type=int, metavar="N", help="drafts to try; the best one wins (1)")
    parser.add_argument("--seed", type=int, metavar="S", help="seed of the further drafts (0)")
    parser.add_argument("--scale", type=float, metavar="X", help="device pixels per CSS pixel (default: measured)")
    verify = "render the result and compare it with the picture (default: yes)"
    parser.add_argument("--verify", action=argparse.BooleanOptionalAction, help=verify)
    formats = "lay the result out with the project's own Prettier, Biome or dprint; this runs code of the project"
    parser.add_argument("--format", action="store_true", help=formats)
    parser.add_argument("--explain", type=Path, metavar="DIR", help="write each station's picture into DIR")
    parser.add_argument("--force", action="store_true", help="replace files that exist")


def run(args: argparse.Namespace) -> int:
    """
    Make the component and write it; exit 0 also when it could not be verified (the answer says so).
    """
    if args.candidates is not None and not 1 <= args.candidates <= MAX_CANDIDATES:
        raise UsageError("usage.candidates", f"--candidates {args.candidates}: choose 1 to {MAX_CANDIDATES}")
    if args.scale is not None and not MIN_SCALE <= args.scale <= MAX_SCALE:
        raise UsageError("usage.scale", f"--scale {args.scale}: choose {MIN_SCALE:g} to {MAX_SCALE:g}")
    _refuse_early(args)
    chosen = conventions(args)
    for line in chosen.notes:
        note(f"note: {line}")
    from vision_code.engine import open_engine

    verify = chosen.settings.verify is not False
    # First of all, and the slowest first: both load while everything else starts.
    with open_engine(_engine(chosen)) or nullcontext() as engine, _open_browser(verify) as browser:
        options = _options(args, chosen)
        result = _component(args, options, engine, browser)
    placement = _placement(args, chosen, result)
    if placement is not None:
        result = result.called(placement.file.stem, placement.name, options)
    if args.format:
        result = _formatted(chosen, result, placement.file if placement else args.output)
    written = _write(result, placement.file if placement else args.output, force=args.force)
    if placement is not None:
        note(f"note: placed there because {placement.because}; -o chooses another file")
    if args.json:
        out_json(_facts(result, written, chosen))
    else:
        _tell(result, written)
    return 0


def _engine(chosen: Conventions) -> str:
    return chosen.settings.engine or "embedded"


def _options(args: argparse.Namespace, chosen: Conventions) -> Options:
    from vision_code.conform import color_tokens, script_style
    from vision_code.emit import Target
    from vision_code.pipeline import Options

    asked = chosen.settings
    return Options(
        target=Target(chosen.target),
        name=args.output.stem if args.output else "",
        engine=_engine(chosen),
        candidates=1 if asked.candidates is None else asked.candidates,
        seed=asked.seed or 0,
        verify=asked.verify is not False,
        scale=asked.scale,
        style=script_style(chosen.project, args.output.suffix if args.output else ""),
        tokens=color_tokens(chosen.project),
    )


def _component(args: argparse.Namespace, options: Options, engine: Engine | None, browser: Browser | None) -> Component:
    from vision_code.pipeline import component

    with progress(not args.json) as show:
        return component(args.image, options, engine=engine, browser=browser, explain=args.explain, progress=show)


def _placement(args: argparse.Namespace, chosen: Conventions, result: Component) -> Placement | None:
    """
    Where a component of the project's framework goes when nobody said; everything else lies in the folder at hand.
    """
    if args.output is not None or not belongs_to(chosen.project, chosen.target):
        return None
    # Whoever works deep in the project means that folder; at its top they mean the project.
    project = chosen.project
    folder = None if project.folder in (project.root, project.package) else project.folder
    return place(project, result.tree.name, chosen.target, folder)


def _formatted(chosen: Conventions, result: Component, output: Path | None) -> Component:
    from vision_code.reformat import reformat

    folder = output.parent.absolute() if output is not None else Path.cwd()
    files, notes = reformat(chosen.project, result.files, folder)
    return replace(result, files=files, notes=(*result.notes, *notes))


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


def _open_browser(verify: bool) -> AbstractContextManager[Browser | None]:
    from vision_code.render import Browser

    try:
        return Browser() if verify else nullcontext()
    except VerificationFailed:  # the pipeline finds out again, and says so
        return nullcontext()


def _write(result: Component, output: Path | None, *, force: bool) -> list[Path]:
    from vision_code.output import write_all

    main = output or Path(result.files[0].path)
    renamed = {main: result.files[0].content}
    renamed |= {main.parent / file.path: file.content for file in result.files[1:]}
    write_all(renamed, force=force)
    return list(renamed)


def _facts(result: Component, written: list[Path], chosen: Conventions) -> dict[str, object]:
    return {
        "files": [str(path) for path in written],
        "target": result.target.value,
        "name": result.tree.name,
        "verified": result.verified,
        "unverified_because": result.unverified_because,
        "fidelity": _scores(result) if result.fidelity else None,
        "narrow": asdict(result.narrow) if result.narrow else None,
        "drafted_by": result.drafted_by,
        "notes": [*chosen.notes, *result.notes],
        "seconds": {station: round(s, 3) for station, s in result.seconds.items()},
    }


def _scores(result: Component) -> dict[str, object]:
    """
    Fidelity, each of the worst regions with what draws it: places in the main file as `SourceMap.position` gives them.
    """
    from vision_code.anchor import source_map

    assert result.fidelity is not None
    sources = source_map(result.files[0], result.boxes)

    def place(span: Span | None) -> object:
        if span is None:
            return None
        ends = (sources.position(index) for index in (span.start, span.stop))
        return dict(zip(("start", "end"), ({"line": line, "character": at} for line, at in ends), strict=True))

    worst = []
    for finding in result.fidelity.worst:
        source = sources.source_of(finding.box)
        markup, entry = (source.markup, source.entry) if source is not None else (None, None)
        worst.append({**asdict(finding), "range": place(markup), "entry": place(entry)})
    return {**asdict(result.fidelity), "worst": worst}


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
