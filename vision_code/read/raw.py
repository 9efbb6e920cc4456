"""
Text as the recogniser returns it, before anything about its look is measured.
"""

from __future__ import annotations

from dataclasses import dataclass

from vision_code.geometry import Box


@dataclass(frozen=True, slots=True, kw_only=True)
class RawWord:
    """
    One word and its ink box in pixels of the picture.
    """

    text: str
    box: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class RawLine:
    """
    One line of text in pixels of the picture (not divided by the scale).

    Attributes:
        text: Words joined by single spaces.
        box: Ink bounding box.
        words: At least one.
        confidence: Mean character confidence, 0…1.
    """

    text: str
    box: Box
    words: tuple[RawWord, ...]
    confidence: float = 1.0
