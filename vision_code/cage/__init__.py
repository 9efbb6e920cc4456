"""
The cage: a repository's own tests, run on a copy, without network, with nothing of the user's in sight, and bounded.

    folder, changes, TestCommand ─▶ walls (bubblewrap or namespaces) ─▶ inner (copy, limits, run) ─▶ TestRun ─▶ judged
"""

from vision_code.cage.commands import TestCommand, detect, given
from vision_code.cage.limits import CageLimits
from vision_code.cage.run import Cage, TestRun

__all__ = ["Cage", "CageLimits", "TestCommand", "TestRun", "detect", "given"]
