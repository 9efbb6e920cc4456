"""
Lines that were cut at the grounds of words to be read, put together again where they are one sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from vision_code.geometry import Box, bounding
from vision_code.read.raw import RawLine, RawWord

#: Over the height of the higher line: the space from a ground to what stands beside it, and the height of the ground.
#: Tags and buttons are further apart and higher.
_MAX_SPACE, _MAX_HEIGHT = 0.75, 1.8
#: Signs right behind a ground belong to the sentence, and to the word in front of them, read with the next word or not.
_SIGNS = re.compile(r"([,:;!?)]+|\.(?=$|[A-Z]))(.*)")
#: Width of a sign over that of a letter.
_SIGN_SHARE = 0.5


def rejoined(lines: Sequence[RawLine], grounds: Sequence[Box]) -> list[RawLine]:
    """
    The lines, those on a ground joined with what stands a word space beside it; any order.

    Args:
        grounds: Boxes that stand out from what is behind the line around them.
    """
    found = list(lines)
    for ground in sorted(grounds, key=lambda box: box.x):
        on_it = next((line for line in found if any(_lies_on(word, ground) for word in line.words)), None)
        if on_it is None:
            continue
        others = [line for line in found if line is not on_it and _is_beside(line, ground)]
        before = max((o for o in others if o.box.center_x < ground.x), key=lambda o: o.box.right, default=None)
        after = min((o for o in others if o.box.center_x > ground.right), key=lambda o: o.box.x, default=None)
        parts = [part for part in (before, on_it, after) if part is not None]
        if len(parts) > 1:
            found = [line for line in found if not any(line is part for part in parts)]
            found.append(_one_line(parts))
    return found


def _lies_on(word: RawWord, ground: Box) -> bool:
    return ground.x <= word.box.center_x <= ground.right and ground.y <= word.box.center_y <= ground.bottom


def _is_beside(line: RawLine, ground: Box) -> bool:
    space = max(ground.x - line.box.right, line.box.x - ground.right)
    is_level = ground.y <= line.box.center_y <= ground.bottom
    return is_level and ground.h <= _MAX_HEIGHT * line.box.h and space <= _MAX_SPACE * line.box.h


def _one_line(parts: Sequence[RawLine]) -> RawLine:
    words = list(parts[0].words)
    for part in parts[1:]:
        first, *others = part.words
        sign = _SIGNS.fullmatch(first.text)
        if sign is not None:
            cut = first.box.w * len(sign[1]) * _SIGN_SHARE / (len(sign[1]) * _SIGN_SHARE + len(sign[2]))
            last, end = words[-1], replace(first.box, w=cut)
            words[-1] = replace(last, text=last.text + sign[1], box=last.box.union(end))
            first = RawWord(text=sign[2], box=replace(first.box, x=end.right, w=first.box.w - cut))
        words += [first, *others] if first.text else others
    letters = sum(len(part.text) for part in parts)
    return RawLine(
        text=" ".join(word.text for word in words),
        box=bounding(word.box for word in words),
        words=tuple(words),
        confidence=sum(part.confidence * len(part.text) for part in parts) / letters,
    )
