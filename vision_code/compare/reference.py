"""
The side that is right: a real page with DOM truth, or only a screenshot and what was read from it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vision_code.geometry import Box
from vision_code.observation import Observation, Word
from vision_code.render.facts import PageFacts, Pixels, Rendering, RoleNode

#: Elements whose inside has no words of the DOM.
_DRAWN = frozenset({"img", "canvas", "svg", "video", "object", "iframe"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """
    What a candidate is held against.

    Attributes:
        pixels: uint8 [H, W, 3] at one pixel per CSS px.
        words: Words with boxes in CSS px; every word has a style.
        roles: Accessibility nodes; None when only a picture is known.
        pictures: Boxes of what is drawn as a picture (images, charts). Words in there are not the reference's words,
            yet who writes them out has done no wrong.
    """

    pixels: Pixels
    words: tuple[Word, ...]
    roles: tuple[RoleNode, ...] | None
    pictures: tuple[Box, ...] = ()

    @property
    def width_px(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height_px(self) -> int:
        return int(self.pixels.shape[0])


def reference_from_rendering(rendering: Rendering) -> Reference:
    """
    A real page: words and roles are the DOM's own.
    """
    return reference_from_facts(rendering.pixels, rendering.facts, rendering.device_scale)


def reference_from_facts(pixels: Pixels, facts: PageFacts, device_scale: float = 1.0) -> Reference:
    """
    A real page whose picture and facts were stored.

    Args:
        pixels: uint8 [H, W, 3] device pixels.
        device_scale: Device pixels per CSS px of ``pixels``.
    """
    return Reference(
        pixels=at_css_scale(pixels, device_scale),
        words=facts.words,
        roles=facts.roles,
        pictures=tuple(element.box for element in facts.elements if element.tag in _DRAWN),
    )


def reference_from_observation(pixels: Pixels, observation: Observation) -> Reference:
    """
    A screenshot: the words are what was read, roles are unknown.

    Args:
        pixels: uint8 [H, W, 3], the screenshot itself (device pixels).
    """
    words = tuple(
        word if word.style else Word(text=word.text, box=word.box, style=line.style)
        for line in observation.lines
        for word in line.words
    )
    pictures = tuple(picture.box for picture in observation.pictures)
    return Reference(pixels=at_css_scale(pixels, observation.scale), words=words, roles=None, pictures=pictures)


def at_css_scale(pixels: Pixels, device_scale: float) -> Pixels:
    """
    The picture at one pixel per CSS px (area average).
    """
    if device_scale == 1.0:
        return pixels
    from PIL import Image

    height, width = pixels.shape[:2]
    size = (max(1, round(width / device_scale)), max(1, round(height / device_scale)))
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BOX))
