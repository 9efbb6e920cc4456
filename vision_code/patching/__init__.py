"""
Patching: from an issue and its pictures to edits that were staged and chosen.

    Task ─▶ localise ─▶ explore (the engine looks around) ─▶ candidates (blocks, stage, repair) ─▶ select ─▶ Outcome
"""

from vision_code.patching.road import Outcome, make_patch
from vision_code.patching.task import Picture, Task, read_picture

__all__ = ["Outcome", "Picture", "Task", "make_patch", "read_picture"]
