"""
Puts the private import root first on ``sys.path``, so that ``runtime`` and ``kernels`` are always ours.

Both names are taken on PyPI and common in users' projects: in the wheel they lie in ``vision_code/_bundled``; in a
checkout the root is the checkout itself.
"""

from __future__ import annotations

import sys
from pathlib import Path


def activate() -> None:
    """
    Make ``import runtime`` and ``import kernels`` find the copies that belong to this package.
    """
    package = Path(__file__).resolve().parent
    bundled = package / "_bundled"
    root = str(bundled if bundled.is_dir() else package.parent)
    if sys.path[:1] != [root]:
        sys.path.insert(0, root)
