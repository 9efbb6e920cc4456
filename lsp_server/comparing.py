"""
How faithful one picture or page is to another: what `vision-code compare` says.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lsp_server.program.child import answered

#: A page of many screens on a busy machine; the browser itself has shorter deadlines.
DEADLINE_S = 120.0


async def compared(reference: Path, candidate: Path) -> dict[str, Any]:
    """
    The fields of :class:`vision_code.compare.Fidelity`.

    Args:
        reference: Picture or page that is right.
        candidate: Picture or page to judge; a page is shown as wide as the picture.

    Raises:
        VisionCodeError: What the program refuses.
    """
    files = str(reference), str(candidate)
    answer, _ = await answered("compare", "--", *files, deadline_s=DEADLINE_S, silence="render.timeout")
    fidelity: dict[str, Any] = answer["fidelity"]
    return fidelity
