"""
The Kimi family from checkpoint files to text: tokens and pictures in, tokens out.

Importing this package imports no torch; ``load``, ``Model`` and ``Engine`` do when they are first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runtime.engine import Engine
    from runtime.model import Model, load

__all__ = ["Engine", "Model", "load"]


def __getattr__(name: str) -> object:
    if name == "Engine":
        from runtime.engine import Engine

        return Engine
    if name in {"Model", "load"}:
        from runtime import model

        return getattr(model, name)
    raise AttributeError(f"module 'runtime' has no attribute {name!r}")
