"""
What the command line leaves open, the project says: its settings file first, then what it is made of.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from vision_code.errors import UsageError
from vision_code.project.caveats import caveats
from vision_code.project.sense import Project, sense
from vision_code.project.settings import Settings, find_settings
from vision_code.project.workspace import workspace_of

#: A main file's ending says what is in it.
_TARGETS = {".tsx": "react", ".jsx": "react", ".vue": "vue", ".svelte": "svelte", ".html": "html", ".htm": "html"}
_PAGES = ("html", "html-css")


@dataclass(frozen=True, slots=True, kw_only=True)
class Conventions:
    """
    What counts for one component.

    Attributes:
        settings: Every value that the command line or the settings file gives.
        target: What is written.
        project: The project that the component goes into.
        notes: What was chosen that nobody said, and what will not fit.
    """

    settings: Settings
    target: str
    project: Project
    notes: tuple[str, ...]


def conventions(args: argparse.Namespace) -> Conventions:
    """
    Ask the project that the output lies in, or without one the folder at hand.

    Raises:
        UsageError: ``config.syntax``, ``config.key``, ``config.value``: the settings file is wrong.
    """
    folder = args.output.parent.absolute() if args.output is not None else Path.cwd()
    root = workspace_of(folder)
    asked, notes = _settings(root, folder)
    project = sense(root, args.output.absolute() if args.output is not None else folder)
    settings = Settings(
        engine=args.engine or asked.engine,
        target=args.target or _by_ending(args.output, asked.target) or asked.target,
        candidates=asked.candidates if args.candidates is None else args.candidates,
        seed=asked.seed if args.seed is None else args.seed,
        verify=asked.verify if args.verify is None else args.verify,
        scale=asked.scale if args.scale is None else args.scale,
    )
    target = settings.target or project.target
    if settings.target is None and target != "html":
        notes += (f"target {target}, because {project.framework.because}; --target chooses another",)
    return Conventions(settings=settings, target=target, project=project, notes=(*notes, *caveats(project, target)))


def _settings(root: Path, folder: Path) -> tuple[Settings, tuple[str, ...]]:
    found = find_settings(root, folder)
    if found is None:
        return Settings(), ()
    for problem in found.problems:
        if problem.is_error:
            raise UsageError(problem.kind, f"{found.position(problem)}: {problem.message}")
    return found.settings, tuple(f"{found.position(problem)}: {problem.message}" for problem in found.problems)


def _by_ending(output: Path | None, asked: str | None) -> str | None:
    """
    The target that the output's ending names; of the two for pages the one that the project asked for.
    """
    target = _TARGETS.get(output.suffix.lower()) if output is not None else None
    return asked if target == "html" and asked in _PAGES else target
