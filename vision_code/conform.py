"""
From what is known of a project to how a component for it is emitted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from vision_code.emit import ScriptStyle, Target, without_token
from vision_code.geometry import Color
from vision_code.project.sense import Project
from vision_code.uitree import UITree

#: In a note.
MAX_SHOWN_COLORS = 8


def script_style(project: Project, ending: str = "") -> ScriptStyle:
    """
    How scripts are written in a project.

    Args:
        ending: Of the component's file where that is decided: ``.tsx`` is TypeScript, ``.jsx`` is not.
    """
    found, language = project.style, project.language
    style = ScriptStyle(
        typed=ending == ".tsx" or (ending != ".jsx" and (language is None or language.value == "ts")),
        named_export=project.export is not None and project.export.value == "named",
    )
    if found.semicolons is not None:
        style = replace(style, semicolons=found.semicolons.value)
    if found.quotes is not None:
        style = replace(style, quotes=found.quotes.value)
    return replace(style, indent=found.indent.value) if found.indent is not None else style


def color_tokens(project: Project) -> Mapping[str, Color]:
    """
    The colours of a project's theme, by the name that classes use.
    """
    tokens = project.tailwind.tokens if project.tailwind is not None else ()
    return {token.name: token.color for token in tokens if token.color is not None}


def what_stays_raw(tree: UITree, target: Target, tokens: Mapping[str, Color]) -> tuple[str, ...]:
    """
    The colours that a project with tokens has none for, as a note; nothing where there is none.
    """
    raw = without_token(tree, tokens) if tokens and target not in (Target.HTML, Target.HTML_CSS) else ()
    if not raw:
        return ()
    shown = ", ".join(color.hex for color in raw[:MAX_SHOWN_COLORS])
    more = f" and {len(raw) - MAX_SHOWN_COLORS} more" if len(raw) > MAX_SHOWN_COLORS else ""
    return (f"colours that the project has no token for: {shown}{more}",)
