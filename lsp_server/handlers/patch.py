"""
`visionCode/patch`: answered honestly until the road of patches is there.
"""

from __future__ import annotations

from typing import NoReturn

from lsp_server.session import Params, Session
from vision_code.errors import EngineUnavailable


def patch(_: Session, __: Params) -> NoReturn:
    """
    Raises:
        EngineUnavailable: ``engine.capability``, always.
    """
    raise EngineUnavailable("engine.capability", "this version makes components; patches are not served yet")
