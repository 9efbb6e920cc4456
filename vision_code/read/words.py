"""
From decoded characters to words with ink boxes: spaces are snapped to blank columns, glued words are split.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box, bounding
from vision_code.read.flat import modal
from vision_code.read.ink import INK_SHARE, coverage
from vision_code.read.raw import RawLine, RawWord
from vision_code.read.recognise import Character

#: A gap that no decoded space accounts for splits a word only from this share of the ink height …
_SPLIT_HEIGHT_SHARE = 0.28
#: … and this share of the line's usual space (measured: even at 1x, mends glued menu items).
_SPLIT_SPACE_SHARE = 0.75
#: Without a space in the line to compare with, the gap must be wider.
_LONE_SPLIT_SHARE = 0.35
#: Beside punctuation, and in a line of equal pitch, blank columns belong to the glyph: only a gap like a whole letter
#: splits there.
_WIDE_SPLIT_SHARE = 0.75
#: Spread of the pitch (standard deviation over mean) under which a line is taken for monospaced; proportional text
#: has .3 and more, the recogniser's step of 8 columns alone makes about .1.
_MONO_SPREAD = 0.18
#: A gap of this many ink heights ends the line: two cells, columns or menu items, not two words.
_BREAK_HEIGHTS = 1.6

#: Ascenders with accents and descenders, over the x-height.
_ASCENT_SHARE = 0.8
_DESCENT_SHARE = 0.6
#: Rows with this share of the fullest row's ink belong to the x-height; the middle of capitals may dip below it.
_FULL_ROW = 0.42
_DIP_SHARE = 0.15

_THIN = frozenset(".,:;'`\"!|-_()[]·")


@dataclass(frozen=True, slots=True)
class _Piece:
    """
    Characters of one word with the columns [start, end) it may use.
    """

    characters: list[Character]
    start: float
    end: float


def build_lines(pixels: NDArray[np.uint8], box: Box, characters: Sequence[Character]) -> list[RawLine]:
    """
    The line or lines (columns that the detector glued) that were read in ``box``; empty when there is no ink.

    Args:
        pixels: [H, W, 3] uint8 RGB.
    """
    left, top = int(box.x), int(box.y)
    crop = pixels[top : round(box.bottom), left : round(box.right)]
    if not characters or crop.size == 0:
        return []
    ink = _own_rows(coverage(crop, modal(crop)[0]) > INK_SHARE)
    rows = np.flatnonzero(ink.any(axis=1))
    if rows.size == 0:
        return []
    height = int(rows[-1] - rows[0] + 1)
    gaps = _gaps(ink.any(axis=0))
    pieces = _split_words(characters, gaps, left, height)
    words = [_word(ink, piece, left, top) for piece in pieces]
    return _break_lines([(w, p.characters) for w, p in zip(words, pieces, strict=True) if w is not None], height)


def _own_rows(ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """
    The ink without that of the lines above and below, which a tall crop may touch.

    Rows with a good part of the fullest row's ink span the x-height (or the capitals); ascenders and descenders
    reach at most so much further.
    """
    profile = ink.sum(axis=1)
    if profile.max(initial=0) == 0:
        return ink
    typical = np.sort(profile)[-min(4, len(profile))]  # an underline fills up to three rows more than letters do
    first, last = _middle_run(profile >= max(1.0, _FULL_ROW * typical), max(1, round(_DIP_SHARE * len(profile))))
    height = last - first + 1
    top = max(0, first - max(3, round(_ASCENT_SHARE * height)))
    bottom = last + 1 + max(2, round(_DESCENT_SHARE * height))
    own = ink.copy()
    own[:top] = False
    own[bottom:] = False
    return own


def _middle_run(full: NDArray[np.bool_], dip: int) -> tuple[int, int]:
    """
    First and last row of the run of full rows nearest the middle; dips of so many rows do not end a run.
    """
    rows = np.flatnonzero(full)
    parts = np.split(rows, np.flatnonzero(np.diff(rows) > dip + 1) + 1)
    middle = (len(full) - 1) / 2
    best = min(parts, key=lambda part: max(part[0] - middle, middle - part[-1], 0.0) - 0.1 * len(part))
    return int(best[0]), int(best[-1])


def _gaps(columns: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """
    Blank runs [start, end) between ink columns; the margins at both ends are not gaps.
    """
    inked = np.flatnonzero(columns)
    breaks = np.flatnonzero(np.diff(inked) > 1)
    return [(int(inked[i]) + 1, int(inked[i + 1])) for i in breaks]


def _split_words(characters: Sequence[Character], gaps: list[tuple[int, int]], left: int, height: int) -> list[_Piece]:
    """
    One piece a decoded word, parted at gaps; then further cuts at wide gaps that no decoded space accounts for.
    """
    words = _decoded_words(characters)
    cuts, used = _space_cuts(words, gaps, left)
    edges = [-1e9, *cuts, 1e9]
    pieces = [_Piece(word, a, b) for word, a, b in zip(words, edges, edges[1:], strict=False)]
    free = [g for g in gaps if g not in used]
    spaces = [b - a for a, b in used]
    least = _split_threshold(spaces, height)
    mono = _is_mono(words)
    return [part for piece in pieces for part in _split_glued(piece, free, least, left, height, mono=mono)]


def _decoded_words(characters: Sequence[Character]) -> list[list[Character]]:
    words: list[list[Character]] = [[]]
    for character in characters:
        if character.text == " ":
            words.append([])
        else:
            words[-1].append(character)
    return [word for word in words if word]


def _space_cuts(
    words: list[list[Character]], gaps: list[tuple[int, int]], left: int
) -> tuple[list[float], set[tuple[int, int]]]:
    """
    For each pair of neighbouring words the column that parts them, and the gaps this used up.

    Each gap serves one space, from left to right: the widest near the middle between the last and first letters.
    """
    cuts: list[float] = []
    used: set[tuple[int, int]] = set()
    reached = -1
    for before, after in zip(words, words[1:], strict=False):
        low, high = before[-1].x - left, after[0].x - left
        inside = [g for g in gaps if g[0] >= reached and g[1] > low - 2 and g[0] < high + 2]
        if not inside:
            cuts.append(max((low + high) / 2, cuts[-1] if cuts else 0.0))
            continue
        middle = (low + high) / 2
        best = max(inside, key=lambda g: (g[1] - g[0]) - 0.25 * abs((g[0] + g[1]) / 2 - middle))
        used.add(best)
        reached = best[1]
        cuts.append((best[0] + best[1]) / 2)
    return cuts, used


def _split_threshold(spaces: list[int], height: int) -> float:
    if not spaces:
        return max(3.0, _LONE_SPLIT_SHARE * height)
    return max(3.0, _SPLIT_HEIGHT_SHARE * height, _SPLIT_SPACE_SHARE * float(np.median(spaces)))


def _is_mono(words: list[list[Character]]) -> bool:
    pitch = [b.x - a.x for word in words for a, b in zip(word, word[1:], strict=False)]
    return len(pitch) >= 4 and float(np.std(pitch)) < _MONO_SPREAD * float(np.mean(pitch))


def _split_glued(
    piece: _Piece, free: list[tuple[int, int]], least: float, left: int, height: int, *, mono: bool
) -> list[_Piece]:
    parts = []
    start, rest = piece.start, piece.characters
    for gap in free:
        width, middle = gap[1] - gap[0], (gap[0] + gap[1]) / 2
        if width < least or not piece.start < middle < piece.end:
            continue
        count = sum(c.x - left < middle for c in rest)
        if not 0 < count < len(rest):
            continue
        thin = rest[count - 1].text in _THIN or rest[count].text in _THIN
        if (mono or thin) and width < _WIDE_SPLIT_SHARE * height:
            continue
        parts.append(_Piece(rest[:count], start, middle))
        start, rest = middle, rest[count:]
    return [*parts, _Piece(rest, start, piece.end)]


def _word(ink: NDArray[np.bool_], piece: _Piece, left: int, top: int) -> RawWord | None:
    """
    The word with its box trimmed to ink; None when its columns hold none.
    """
    start, end = max(0, round(piece.start)), min(ink.shape[1], round(piece.end))
    part = ink[:, start:end]
    columns, rows = np.flatnonzero(part.any(axis=0)), np.flatnonzero(part.any(axis=1))
    if columns.size == 0:
        return None
    box = Box(
        float(left + start + columns[0]),
        float(top + rows[0]),
        float(columns[-1] - columns[0] + 1),
        float(rows[-1] - rows[0] + 1),
    )
    return RawWord(text="".join(c.text for c in piece.characters), box=box)


def _break_lines(words: list[tuple[RawWord, list[Character]]], height: int) -> list[RawLine]:
    """
    Words to lines: a very wide gap parts them.
    """
    lines: list[list[tuple[RawWord, list[Character]]]] = []
    for word, characters in words:
        if lines and word.box.x - lines[-1][-1][0].box.right < _BREAK_HEIGHTS * height:
            lines[-1].append((word, characters))
        else:
            lines.append([(word, characters)])
    return [_line(members) for members in lines]


def _line(members: list[tuple[RawWord, list[Character]]]) -> RawLine:
    words = tuple(word for word, _ in members)
    confidences = [c.confidence for _, characters in members for c in characters]
    return RawLine(
        text=" ".join(w.text for w in words),
        box=bounding(w.box for w in words),
        words=words,
        confidence=float(np.mean(confidences)),
    )
