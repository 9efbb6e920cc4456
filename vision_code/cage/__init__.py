"""
The cage: a repository's own tests, run on a copy, without network, with nothing of the user's in sight, and bounded.

    folder, changes, TestCommand ─▶ walls (bubblewrap or namespaces) ─▶ inner (copy, limits, run) ─▶ TestRun ─▶ judged
"""

from vision_code.cage.commands import TestCommand, detect, given
from vision_code.cage.limits import CageLimits
from vision_code.cage.run import Cage, TestRun
from vision_code.cage.serve import PageAddress, page_address, served, serving_cage

__all__ = [
    "Cage",
    "CageLimits",
    "PageAddress",
    "TestCommand",
    "TestRun",
    "detect",
    "given",
    "page_address",
    "served",
    "serving_cage",
]
