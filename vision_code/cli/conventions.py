"""
What the command line leaves open, the project says: its settings file first, then what it is made of.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from vision_code.project.caveats import caveats
from vision_code.project.endings import target_of
from vision_code.project.sense import Project, sense
from vision_code.project.settings import Settings, settings_for
from vision_code.project.workspace import workspace_of


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
    asked, notes = settings_for(root, folder)
    project = sense(root, args.output.absolute() if args.output is not None else folder)
    by_ending = target_of(args.output.suffix, asked.target) if args.output is not None else None
    said = Settings(
        engine=args.engine or None,
        target=args.target or by_ending,
        candidates=args.candidates,
        seed=args.seed,
        verify=args.verify,
        scale=args.scale,
    )
    settings = said.or_else(asked)
    target = settings.target or project.target
    if settings.target is None and target != "html":
        notes += (f"target {target}, because {project.framework.because}; --target chooses another",)
    return Conventions(settings=settings, target=target, project=project, notes=(*notes, *caveats(project, target)))
