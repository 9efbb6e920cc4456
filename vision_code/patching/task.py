"""
What a patch is made from: an issue, its pictures, and how much work may be spent on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from runtime.api import ImagePart
from vision_code.errors import InputRejected

if TYPE_CHECKING:
    from vision_code.compare import Reference

MAX_ISSUE_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """
    A picture of an issue.

    Attributes:
        part: For the engine.
        lines: The words that stand on it, line by line.
        reference: For holding a rendered page against it; None where that is not wanted.
    """

    part: ImagePart
    lines: tuple[str, ...]
    reference: Reference | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """
    One patch to make.

    Attributes:
        issue: Untrusted text; may be empty when there are pictures.
        pictures: In order.
        candidates: How many patches are written; one is chosen.
        repairs: Further turns that one candidate gets when its edits cannot be made.
        seed: Of everything drawn by chance.
        explore: Whether the engine looks around before it writes.
        about: Files that are meant, the most important first; nothing else is looked for then.
        approved: Paths that a person said yes to; see `vision_code.edits.stage`.
    """

    issue: str
    pictures: tuple[Picture, ...] = ()
    candidates: int = 3
    repairs: int = 2
    seed: int = 0
    explore: bool = True
    about: tuple[str, ...] = ()
    approved: tuple[str, ...] = ()

    @property
    def screen(self) -> tuple[str, ...]:
        """
        The words on all pictures.
        """
        return tuple(line for picture in self.pictures for line in picture.lines)


def read_picture(picture: Path | bytes, part: Sequence[int] | None = None) -> Picture:
    """
    Decode a picture and read what stands on it.

    Args:
        picture: A file or encoded bytes.
        part: x, y, width and height in pixels: only that of it.

    Raises:
        VisionCodeError: ``image.*``, ``input.*``; ``image.part``, it lies outside.
    """
    from vision_code.compare import reference_from_observation
    from vision_code.draft.large import picture_part
    from vision_code.intake import open_screenshot
    from vision_code.read import read

    screenshot = open_screenshot(None, picture) if isinstance(picture, bytes) else open_screenshot(picture)
    if part is not None:
        x, y, width, height = part
        pixels = screenshot.pixels[y : y + height, x : x + width]
        if not pixels.size:
            whole = "x".join(map(str, screenshot.pixels.shape[1::-1]))
            raise InputRejected("image.part", f"{width}x{height} at {x}, {y} lies outside of the picture ({whole})")
        screenshot = replace(screenshot, pixels=pixels)
    observation = read(screenshot)
    return Picture(
        part=picture_part(screenshot.pixels),
        lines=tuple(line.text for line in observation.lines),
        reference=reference_from_observation(screenshot.pixels, observation),
    )
