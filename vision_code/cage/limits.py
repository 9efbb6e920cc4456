"""
What a run of tests may use.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CageLimits:
    """
    Attributes:
        wall_s: Seconds until everything in the cage is killed.
        memory_bytes: Of one process, as data.
        processes: At the same time.
        disk_bytes: Of the copy and everything written; it lies in memory and is gone with the cage.
        report_bytes: Of the report that is read afterwards.
    """

    wall_s: float = 300.0
    memory_bytes: int = 4 * 2**30
    processes: int = 512
    disk_bytes: int = 2 * 2**30
    report_bytes: int = 16 * 2**20
