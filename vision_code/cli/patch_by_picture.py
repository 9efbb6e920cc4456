"""
The half of ``vision-code patch`` that rewrites one component to a new picture, with the engine that draws components.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from vision_code.cli.report import note, progress
from vision_code.errors import Denied, InputRejected, UsageError
from vision_code.input import file_status

if TYPE_CHECKING:
    from vision_code.edits import Edit, Staged, Tree
    from vision_code.pipeline import Options
    from vision_code.project.sense import Project
    from vision_code.project.settings import Settings
    from vision_code.rewrite.redraw import Redrawn


def configure(parser: argparse._MutuallyExclusiveGroup) -> None:
    """
    Add the source of edits that this half is.
    """
    what = "a component of React, Vue or Svelte, or a page, below --repo that is rewritten to the picture of --image"
    parser.add_argument("--target-file", metavar="FILE", help=what)


def run(args: argparse.Namespace, tree: Tree) -> int:
    """
    Rewrite the component; what was kept and what was not is said either way.
    """
    from vision_code.cli.patch import deliver, refused
    from vision_code.edits import stage
    from vision_code.edits.staged import Refusals

    path, image, old = _asked(args, tree)
    redrawn = _redrawn(args, path, image, old)
    edits = _edits(path, old, redrawn, tree)
    # Fewer lines are meant here: the guard is against replies that were cut off.
    staged = stage(tree, edits, approved=[*args.approve, path])
    if isinstance(staged, Refusals):
        return refused(staged)
    return deliver(args, _noted(staged, redrawn), _facts(redrawn))


def _asked(args: argparse.Namespace, tree: Tree) -> tuple[str, Path, str]:
    """
    The path below the repository, the picture, and what the file holds.
    """
    from vision_code.edits.paths import checked, protected
    from vision_code.edits.tree import LINK
    from vision_code.rewrite import LANGUAGES, language_of

    for name in ("predictions", "report", "test_cmd", "tests", "serve_cmd", "page_url"):
        if getattr(args, name):
            raise UsageError("usage.arguments", f"--{name.replace('_', '-')} is for issues; leave it away")
    if len(args.image) != 1:
        raise UsageError("usage.arguments", "--target-file needs one picture of the new design: --image IMG")
    path = checked(PurePosixPath(args.target_file.replace("\\", "/")).as_posix())
    language = language_of(path)
    if language is None:
        what = f"{path}: only components and pages are rewritten ({', '.join(LANGUAGES)})"
        raise InputRejected("rewrite.unsupported", what)
    if protected(path) and path not in args.approve:
        raise Denied("path.protected", f"{path} is protected; --approve {path} if it is meant")
    entry = tree.entry(path)
    if entry is None:
        raise InputRejected("file.missing", f"{path} is not there; --target-file is relative to --repo")
    if entry.mode == LINK:
        raise Denied("path.symlink", f"{path} is a symbolic link; name the file that it leads to")
    try:
        old = entry.content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise InputRejected("file.encoding", f"{path} is not UTF-8 at byte {error.start}") from error
    language.check(old, path)  # what cannot be rewritten is refused before any work
    file_status(args.image[0])
    return path, args.image[0], old


def _redrawn(args: argparse.Namespace, path: str, image: Path, old: str) -> Redrawn:
    from vision_code.localise.texts import texts_by_language
    from vision_code.pipeline import component
    from vision_code.project.caveats import caveats
    from vision_code.project.sense import sense
    from vision_code.project.settings import settings_for
    from vision_code.project.workspace import workspace_of
    from vision_code.rewrite.redraw import redraw

    root, place = workspace_of(args.repo), args.repo.absolute() / path
    asked, passed_over = settings_for(root, place.parent)
    project = sense(root, place)
    options = _options(args, path, project, asked)
    for line in (*passed_over, *caveats(project, options.target)):
        note(f"note: {line}")
    with progress(not args.json) as show:
        result = component(image, options, progress=show)
    return redraw(result, options, old, path, texts_by_language(root))


def _options(args: argparse.Namespace, path: str, project: Project, asked: Settings) -> Options:
    from vision_code.conform import color_tokens, script_style
    from vision_code.emit import Target
    from vision_code.pipeline import Options
    from vision_code.rewrite import language_of

    language = language_of(path)
    assert language is not None
    target = Target(language.target)
    if target is Target.HTML and asked.target == Target.HTML_CSS:
        target = Target.HTML_CSS
    suffix = PurePosixPath(path).suffix.lower()
    return Options(
        target=target,
        name=PurePosixPath(path).stem,
        engine=args.engine or asked.engine or "embedded",
        candidates=args.candidates or asked.candidates or 1,
        seed=(asked.seed or 0) if args.seed is None else args.seed,
        verify=asked.verify is not False,
        scale=asked.scale,
        style=script_style(project, ".jsx" if suffix == ".js" else suffix),
        tokens=color_tokens(project),
    )


def _edits(path: str, old: str, redrawn: Redrawn, tree: Tree) -> list[Edit]:
    from vision_code.edits import Write, WriteBytes
    from vision_code.project.made import is_theme_of_ours

    edits: list[Edit] = [Write(path=path, content=redrawn.rewritten.text, line=1, overwrite=True)]
    folder = PurePosixPath(path).parent
    for file in redrawn.files[1:]:
        place = (folder / file.path).as_posix()
        if file.path.suffix == ".css":
            entry = tree.entry(place)
            ours = entry is not None and is_theme_of_ours(entry.content.decode("utf-8", "replace"))
            edits.append(Write(path=place, content=file.content.decode(), line=1, overwrite=ours))
        else:
            known = file.path.as_posix() in old
            edits.append(WriteBytes(path=place, content=file.content, line=1, overwrite=known))
    return edits


def _noted(staged: Staged, redrawn: Redrawn) -> Staged:
    theme = [change.path for change in staged.changes if change.path.endswith(".theme.css")]
    lines = [f"import {name} in the main stylesheet, after Tailwind" for name in theme]
    component = redrawn.component
    if not component.verified:
        lines.append(f"not verified: {component.unverified_because}")
    return replace(staged, notes=(*staged.notes, *component.notes, *redrawn.notes, *lines))


def _facts(redrawn: Redrawn) -> dict[str, object]:
    component, rewritten = redrawn.component, redrawn.rewritten
    return {
        "component": rewritten.name,
        "carried": list(rewritten.kept),
        "left": list(rewritten.left),
        "verified": component.verified,
        "fidelity": asdict(component.fidelity) if component.fidelity else None,
        "drafted_by": component.drafted_by,
        "seconds": {station: round(seconds, 3) for station, seconds in component.seconds.items()},
    }
