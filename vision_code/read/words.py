"""
From decoded characters to words with ink boxes: spaces are snapped to blank columns, glued words are split.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box, bounding
from vision_code.read.ink import ink_box
from vision_code.read.lineink import line_ink
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


#: Ink at the end of a word that blank columns part from it, more than there are between letters (so many and this share
#: of the ink's height), and where no character was read is a bullet or an icon. A full stop is read up to a step of the
#: recogniser, a third of the ink's height, beside its place; it stands near its word.
_STRAY_GAP_PX, _STRAY_GAP_SHARE = 2, 0.2
_CENTER_PX, _STEP_SHARE, _STOP_GAP_SHARE = 3, 0.4, 0.35

#: The detector's margin around the ink, over the height of its box.
_MARGIN_SHARE = 0.18

_THIN = frozenset(".,:;'`\"!|-_()[]·")


_Found = tuple[RawWord, list[Character]]

#: Gaps inside an identifier, in ink heights: prose has its space and the glyph's own blank, half as much again.
_CODE_GAP_SHARE = 0.42
_AFTER_DOT_SHARE = 0.6


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
    if not characters:
        return []
    ink = line_ink(pixels, box)
    if ink is None:
        return [_on_picture(box, characters)]
    rows = np.flatnonzero(ink.any(axis=1))
    if rows.size == 0:
        return []
    left, top = int(box.x), int(box.y)
    height = int(rows[-1] - rows[0] + 1)
    gaps = _gaps(np.asarray(ink.any(axis=0)))
    pieces = _split_words(characters, gaps, left, height)
    words = [_word(ink, piece, left, top) for piece in pieces]
    found = [(w, p.characters) for w, p in zip(words, pieces, strict=True) if w is not None]
    return _break_lines(_join_code(found, height), height)


def _on_picture(box: Box, characters: Sequence[Character]) -> RawLine:
    """
    Words over a photograph, where ink cannot be told from picture: boxes from the characters' positions.
    """
    inner = box.inset(min(box.h, box.w) * _MARGIN_SHARE)
    letters = [c for c in characters if c.text != " "]
    pitch = box.w / max(1, len(characters))
    words = []
    for word in _decoded_words(characters):
        left, right = max(inner.x, word[0].x - pitch / 2), min(inner.right, word[-1].x + pitch / 2)
        words.append(
            RawWord(text="".join(c.text for c in word), box=Box(left, inner.y, max(1.0, right - left), inner.h))
        )
    confidence = float(np.mean([c.confidence for c in letters]))
    return RawLine(
        text=" ".join(w.text for w in words),
        box=bounding(w.box for w in words),
        words=tuple(words),
        confidence=confidence,
    )


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
    for before, after in pairwise(words):
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
    pitch = [b.x - a.x for word in words for a, b in pairwise(word)]
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
        pair = rest[count - 1].text + rest[count].text
        thin = bool(_THIN & set(pair)) or pair.isdigit()  # digits share one width: a 1 has blanks beside it
        if (mono or _is_mono([piece.characters]) or thin) and width < _WIDE_SPLIT_SHARE * height:
            continue
        parts.append(_Piece(rest[:count], start, middle))
        start, rest = middle, rest[count:]
    return [*parts, _Piece(rest, start, piece.end)]


def _word(ink: NDArray[np.bool_], piece: _Piece, left: int, top: int) -> RawWord | None:
    """
    The word with its box trimmed to ink; None when its columns hold none.
    """
    start, end = max(0, round(piece.start)), min(ink.shape[1], round(piece.end))
    part = _near_characters(ink[:, start:end], [c.x - left - start for c in piece.characters])
    box = ink_box(part)
    if box is None:
        return None
    box = replace(box, x=left + start + box.x, y=top + box.y)
    return RawWord(text="".join(c.text for c in piece.characters), box=box)


def _near_characters(ink: NDArray[np.bool_], centers: list[float]) -> NDArray[np.bool_]:
    """
    The ink from the first to the last part in which a character was read.
    """
    inked = np.flatnonzero(ink.any(axis=0))
    if inked.size == 0:
        return ink
    height = np.count_nonzero(ink.any(axis=1))
    gap = max(_STRAY_GAP_PX, round(_STRAY_GAP_SHARE * height))
    parts = np.split(inked, np.flatnonzero(np.diff(inked) > gap) + 1)
    apart = [0, *(after[0] - before[-1] for before, after in pairwise(parts))]
    reaches = [_STEP_SHARE * height if 0 < room <= _STOP_GAP_SHARE * height else _CENTER_PX for room in apart]
    near = [
        part
        for part, reach in zip(parts, reaches, strict=True)
        if any(part[0] - reach <= center <= part[-1] + reach for center in centers)
    ]
    if len(near) in (0, len(parts)):
        return ink
    own = np.zeros_like(ink)
    own[:, near[0][0] : near[-1][-1] + 1] = ink[:, near[0][0] : near[-1][-1] + 1]
    return own


def _join_code(words: list[_Found], height: int) -> list[_Found]:
    """
    Identifiers in one piece (``.btn-sm``, ``file.ext``): in monospace a dot or hyphen has wide blanks beside it.
    """
    joined: list[_Found] = []
    for word, characters in words:
        if joined and _belongs(joined[-1][0], word, height):
            before, earlier = joined.pop()
            whole = RawWord(text=before.text + word.text, box=before.box.union(word.box))
            joined.append((whole, [*earlier, *characters]))
        else:
            joined.append((word, characters))
    return joined


def _belongs(before: RawWord, after: RawWord, height: int) -> bool:
    gap = (after.box.x - before.box.right) / max(1, height)
    if not after.text[0].isalnum() and after.text[0] not in ".-_":
        return False
    if before.text == ".":
        return gap < _AFTER_DOT_SHARE
    if (after.text[0] == "." and len(after.text) > 1) or after.text == ".":
        return before.text[-1].isalnum() and gap < _CODE_GAP_SHARE
    return before.text[-1] in "-_" and len(before.text) > 1 and gap < _CODE_GAP_SHARE


def _break_lines(words: list[_Found], height: int) -> list[RawLine]:
    """
    Words to lines: a very wide gap parts them.
    """
    lines: list[list[_Found]] = []
    for word, characters in words:
        if lines and word.box.x - lines[-1][-1][0].box.right < _BREAK_HEIGHTS * height:
            lines[-1].append((word, characters))
        else:
            lines.append([(word, characters)])
    return [_line(members) for members in lines]


def _line(members: list[_Found]) -> RawLine:
    words = tuple(word for word, _ in members)
    confidences = [c.confidence for _, characters in members for c in characters]
    return RawLine(
        text=" ".join(w.text for w in words),
        box=bounding(w.box for w in words),
        words=words,
        confidence=float(np.mean(confidences)),
    )
