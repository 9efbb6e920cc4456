"""
Who writes patches: an engine that follows an issue in words, not one that only draws components.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from vision_code.engine import DistantEngine

if TYPE_CHECKING:
    from vision_code.engine import DraftingEngine


@dataclass(frozen=True, slots=True)
class Writer:
    """
    An engine that can write patches.

    Attributes:
        name: Of its model.
        window: Tokens that it holds; None when it does not say.
    """

    engine: DistantEngine | DraftingEngine
    name: str
    window: int | None


def writer_of(spec: str, engine: DistantEngine | DraftingEngine) -> Writer:
    """
    An open engine as a writer.
    """
    if isinstance(engine, DistantEngine):
        return Writer(engine, engine.server.model, engine.server.window)
    return Writer(engine, Path(spec.removeprefix("local:")).name, None)
