"""
Which files are components that this program made.
"""

from __future__ import annotations

from pathlib import Path

from vision_code.project.files import Files

_ENDINGS = (".tsx", ".jsx", ".vue", ".svelte")
#: How the theme that lies beside each component of a framework begins (`vision_code.emit.component.theme_file`).
_THEME_BEGINS = "/* Colours and fonts of this component."


def made_by_us(document: Path, *, root: Path) -> bool:
    """
    Whether a component of a framework was made here: its theme, ``Card.theme.css``, lies beside it.

    The component itself carries no mark, because nobody wants one in their code. So a component whose theme was moved
    is not recognised, nor is a page of the ``html`` targets, which has no second file.
    """
    if document.suffix not in _ENDINGS:
        return False
    files = Files.below(root)
    place = files.real(document.parent) / document.name
    theme = files.text(place.with_name(f"{place.stem}.theme.css"))
    return theme is not None and is_theme_of_ours(theme)


def is_theme_of_ours(text: str) -> bool:
    """
    Whether a stylesheet is the theme of one component that this program made.
    """
    return text.startswith(_THEME_BEGINS)
