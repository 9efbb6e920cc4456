"""
What was found, and where: every answer about a project can be explained.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """
    An answer with its reason.

    Attributes:
        because: For people: the file, relative to the workspace, and what it says.
    """

    value: T
    because: str
