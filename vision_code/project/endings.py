"""
What is written into a file, as far as its ending says.
"""

from __future__ import annotations

_TARGETS = {".tsx": "react", ".jsx": "react", ".vue": "vue", ".svelte": "svelte", ".html": "html", ".htm": "html"}
_PAGES = ("html", "html-css")


def target_of(ending: str, asked: str | None) -> str | None:
    """
    The target that a main file's ending names; None when it names none.

    Args:
        asked: The target that the settings ask for: it decides between the two for pages.
    """
    target = _TARGETS.get(ending.lower())
    return asked if target == "html" and asked in _PAGES else target
