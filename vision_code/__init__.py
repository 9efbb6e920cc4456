"""
Vision Code: a picture of a user interface in, a component out.

    >>> import vision_code
    >>> made = vision_code.component("shot.png", target="react")
    >>> made.write("src/components")
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vision_code.pipeline import Component

__all__ = ["__version__", "component"]
__version__ = "0.1.0"


def component(
    image: str | Path | bytes, *, target: str = "html", engine: str = "embedded", verify: bool = True
) -> Component:
    """
    Turn a picture of a user interface into a component.

    Args:
        image: Path or encoded bytes of a PNG, JPEG, WebP, GIF or BMP.
        target: ``html``, ``html-css``, ``react``, ``vue`` or ``svelte``.
        engine: ``embedded``, ``none`` (rules only), ``local:PATH`` or ``https://host/v1#model``.
        verify: Render the result and compare it with the picture (needs a Chromium).

    Returns:
        The files in memory; nothing is written until ``write(folder)``.

    Raises:
        VisionCodeError: With ``kind``, ``message`` and ``exit_code``; see `vision_code.errors`.
    """
    from vision_code import _bootstrap

    _bootstrap.activate()
    from vision_code.emit import Target
    from vision_code.pipeline import Options
    from vision_code.pipeline import component as run

    picture = Path(image) if isinstance(image, str) else image
    return run(picture, Options(target=Target(target), engine=engine, verify=verify))
