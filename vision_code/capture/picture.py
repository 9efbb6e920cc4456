"""
A picture that was taken.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """
    A PNG, and what a person should know about it.
    """

    png: bytes = field(repr=False)
    width_px: int
    height_px: int
    notes: tuple[str, ...] = ()
