"""
What a component will not do in a project as it comes: said, rather than found out.
"""

from __future__ import annotations

from vision_code.project.framework import HTML
from vision_code.project.sense import Project

#: The version that the classes are written for.
_TAILWIND = 4


def caveats(project: Project, target: str) -> tuple[str, ...]:
    """
    What a person must know of a component of ``target`` in this project, a line each.
    """
    if target in ("html", "html-css") or project.framework.value == HTML:
        return ()
    found = []
    if project.tailwind is None:
        found.append("the classes are those of Tailwind 4, and no Tailwind was found in the project")
    elif project.tailwind.major.value < _TAILWIND:
        major = project.tailwind.major
        found.append(f"the classes are those of Tailwind 4, and the project has {major.value} ({major.because})")
    if project.tailwind is not None:
        found += (f"the theme was not read whole: {unread}" for unread in project.tailwind.unread)
    if target != project.target:
        found.append(f"the project is written in {project.framework.value.name} ({project.framework.because})")
    return tuple(found)
