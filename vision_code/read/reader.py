"""
The reader: one screenshot in, everything measured in it out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box, Color
from vision_code.intake import Screenshot
from vision_code.observation import Observation, Picture, PictureKind, Rect, TextLine
from vision_code.read.bullets import with_bullets, without_bullets
from vision_code.read.calm import calm, is_noisy
from vision_code.read.chips import behind_grounds
from vision_code.read.css_pixels import in_css_pixels, sampled, shrinking, shrunk
from vision_code.read.dashes import with_dashes
from vision_code.read.enclosure import unframed
from vision_code.read.faint import Bar, bar_of, faded, find_bars, read_bars, with_bars
from vision_code.read.mask import MARGIN_PX, Surround, surround, without_text
from vision_code.read.one_ink import has_fringes, with_colors_back, without_fringes
from vision_code.read.ordinals import with_ordinals
from vision_code.read.palette import build_palette
from vision_code.read.pictures import claim_text, find_pictures
from vision_code.read.raw import RawLine
from vision_code.read.rects import find_rects, nest
from vision_code.read.scale import detect_scale, likely_shrinking
from vision_code.read.style import measure_lines

#: A picture over this share of the screenshot, with hardly anything else, is a photograph and no user interface.
_ALL_PHOTO_SHARE = 0.6
_LOSSY = frozenset({"JPEG", "WEBP"})
#: For a line over a photograph; its colour stands in only where no ink can be told from the picture.
_BUSY = Surround(Color(128, 128, 128), "busy")


def read(screenshot: Screenshot, *, scale: float | None = None) -> Observation:
    """
    Measure a screenshot: text, rectangles, pictures, colours.

    Args:
        scale: Device pixels per CSS pixel; told from type and lines when None.

    Returns:
        All measures divided by the scale. ``notes`` holds the screenshot's own and what a person should know.
    """
    pixels = screenshot.pixels
    lossy = screenshot.format in _LOSSY and is_noisy(pixels)
    even = calm(pixels) if lossy else None
    flat = pixels if even is None else even

    def read_at(by: int) -> Observation:
        return _read(shrunk(pixels, by), None if even is None else shrunk(even, by), sampled(flat, by))

    by = likely_shrinking(flat, screenshot.dpi) if scale is None else shrinking(scale)
    observation = read_at(by)
    said: tuple[str, ...] = ()
    if scale is None:
        scale = detect_scale(observation.lines, by, flat, screenshot.dpi)
        if shrinking(scale) != by:
            by = shrinking(scale)
            observation = read_at(by)
        said = _of_scale(scale, pixels)
    observation = in_css_pixels(observation, scale)
    return replace(observation, notes=(*screenshot.notes, *said, *observation.notes))


def _of_scale(scale: float, pixels: NDArray[np.uint8]) -> tuple[str, ...]:
    """
    What a person should know of a scale that was told from the picture.
    """
    if scale == 1.0:
        return ()
    height, width = (round(side / scale) for side in pixels.shape[:2])
    return (f"Taken as {width} x {height} CSS px at scale {scale:g}; give the scale if that is wrong.",)


def _read(pixels: NDArray[np.uint8], even: NDArray[np.uint8] | None, sharp: NDArray[np.uint8]) -> Observation:
    """
    The same in pixels of the picture.

    Args:
        even: A lossy picture with its flat areas made flat again, for all but recognition.
        sharp: As for `read_with_lines`.
    """
    from vision_code.read.again import read_again  # onnxruntime: only where text is recognised
    from vision_code.read.discs import read_discs, with_frames
    from vision_code.read.ocr import read_text

    flat, raw = (pixels, None) if even is None else (even, pixels)
    lines = read_text(pixels)
    observation = read_with_lines(flat, lines, raw=raw, sharp=sharp)
    mended = read_again(pixels, observation, lines)
    if overlooked := read_discs(pixels, observation):
        others = [line for line in mended if not any(line.box.intersection_area(sign.box) for sign in overlooked)]
        mended = sorted([*others, *overlooked], key=lambda line: (line.box.y, line.box.x))
    bars = find_bars(pixels, mended) if even is None else []
    if faint := read_bars(pixels, bars):
        mended = sorted([*mended, *faint], key=lambda line: (line.box.y, line.box.x))
    if mended != lines:
        observation = read_with_lines(flat, mended, raw=raw, sharp=sharp, bars=bars if faint else ())
    pictures, rects = with_frames(pixels, observation)
    if len(rects) > len(observation.rects):
        observation = replace(observation, pictures=tuple(pictures), rects=tuple(nest(rects)))
    return observation


def read_with_lines(
    pixels: NDArray[np.uint8],
    detected: Sequence[RawLine],
    *,
    raw: NDArray[np.uint8] | None = None,
    sharp: NDArray[np.uint8] | None = None,
    bars: Sequence[Bar] = (),
) -> Observation:
    """
    The same with the lines of text given, in pixels of the picture: everything but recognition.

    Args:
        pixels: [H, W, 3] uint8 RGB.
        detected: Boxes may be somewhat larger than the ink.
        raw: The picture as it came, where that is lossy and ``pixels`` has its flat areas made flat again.
        sharp: Where shapes are looked for when ``pixels`` are means of others: one of each of those.
        bars: Where lines are too faint to be measured as they are.
    """
    detected = without_bullets(detected)
    vivid = with_bars(pixels, bars)
    behind = [behind_grounds(vivid, line, surround(vivid, line.box, lossy=raw is not None)) for line in detected]
    detected = [line if b is None else unframed(vivid, line, b) for line, b in zip(detected, behind, strict=True)]
    if raw is not None:
        vivid = with_colors_back(vivid, raw, detected, behind)
    elif has_fringes(vivid, detected, behind):
        vivid = without_fringes(vivid, detected, behind)
    measured, faces = measure_lines(vivid, detected, [b or _BUSY for b in behind])
    on_bars = [bar_of(line.box, bars) for line in detected]
    lines = [line if bar is None else faded(line, bar) for line, bar in zip(measured, on_bars, strict=True)]
    behind = [b if bar is None else Surround(bar.ground, "flat") for b, bar in zip(behind, on_bars, strict=True)]
    covered = [(line.box, b) for line, b in zip(detected, behind, strict=True)]
    covered += [
        (word.ground.box, b) for line, b in zip(lines, behind, strict=True) for word in line.words if word.ground
    ]
    clean = without_text(pixels if sharp is None else sharp, covered)
    for bar in bars:
        bar.paint(clean)
    page, rects = find_rects(clean)
    painted = [box.inset(-MARGIN_PX) for box, b in covered if b is not None and b.kind == "soft"]
    rects = [rect for rect in rects if not _is_in_any(rect.box, painted)]
    even = [line.box for line, b in zip(lines, behind, strict=True) if b is not None]
    found = find_pictures(clean, rects, page, even)
    uneven = [line for line, b in zip(lines, behind, strict=True) if b is None]
    drawn = [picture for picture in found.pictures if not _is_in_any(picture.box, painted)]
    pictures, owned = claim_text(pixels, drawn, uneven)
    kept = [line for line in lines if line.id not in owned]
    kept, pictures = with_bullets(kept, pictures, found.specks)
    kept, pictures, shapes = with_dashes(clean, kept, replace(found, pictures=pictures))
    nested = nest(shapes)
    observation = _observation(pixels, page, with_ordinals(kept, nested), nested, pictures)
    return replace(observation, typefaces=faces)


def _is_in_any(box: Box, painted: Sequence[Box]) -> bool:
    """
    Whether a thing lies where nothing of the picture is left: streaks of what a texture was blended over a text with.
    """
    return any(other.contains(box, 1.0) for other in painted)


def _observation(
    pixels: NDArray[np.uint8],
    page: Color,
    lines: Sequence[TextLine],
    rects: Sequence[Rect],
    pictures: Sequence[Picture],
) -> Observation:
    height, width = pixels.shape[:2]
    return Observation(
        width_px=width,
        height_px=height,
        scale=1.0,
        background=page,
        lines=tuple(replace(line, id=number) for number, line in enumerate(lines)),
        rects=tuple(rects),
        pictures=tuple(pictures),
        palette=build_palette(page, _page_area(height * width, rects), lines, rects, pictures),
        notes=_notes(lines, pictures, height * width),
    )


def _page_area(total_px: float, rects: Sequence[Rect]) -> float:
    return max(0.0, total_px - sum(r.box.area for r in rects if r.parent is None))


def _notes(lines: Sequence[TextLine], pictures: Sequence[Picture], area: float) -> tuple[str, ...]:
    """
    One sentence each on what is unusual.
    """
    photos = sum(p.box.area for p in pictures if p.kind is PictureKind.PHOTO)
    if photos > _ALL_PHOTO_SHARE * area and len(lines) <= 2:
        return ("This looks like a photograph, not a user interface.",)
    if not lines and not pictures:
        return ("Nothing to read: no text and no pictures.",)
    if not lines:
        return ("No text was found.",)
    return ()
