"""
The shipped table of real fonts as arrays: how wide, high and dark each character is in each of 26 faces.

The reference face of each generic family is metric-compatible with the font that browsers fall back to everywhere:
Arial, Times New Roman, Courier New. Letter spacing is measured against it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vision_code.observation import FontFamily

REFERENCE: dict[FontFamily, str] = {
    FontFamily.SANS: "Liberation Sans",
    FontFamily.SERIF: "Liberation Serif",
    FontFamily.MONO: "Liberation Mono",
}


@dataclass(frozen=True, slots=True)
class FontTable:
    """
    Faces × characters, lengths in em with up positive, areas in em².

    Attributes:
        names, families, weights: [F], one entry a face.
        index: Column of each character.
        advance, left, right, top, bottom, area: [F, C] float32.
    """

    names: tuple[str, ...]
    families: tuple[FontFamily, ...]
    weights: tuple[int, ...]
    index: dict[str, int]
    advance: NDArray[np.float32]
    left: NDArray[np.float32]
    right: NDArray[np.float32]
    top: NDArray[np.float32]
    bottom: NDArray[np.float32]
    area: NDArray[np.float32]

    def columns(self, text: str) -> NDArray[np.intp] | None:
        """
        Columns of the characters of a word; None when one is not in the table.
        """
        found = [self.index.get(character, -1) for character in text]
        return None if not found or min(found) < 0 else np.array(found, np.intp)

    def ink_width(self, columns: NDArray[np.intp]) -> NDArray[np.float32]:
        """
        Ink width in each face of a word whose characters are in ``columns``: [F] em.
        """
        first, last = columns[0], columns[-1]
        result: NDArray[np.float32] = (
            self.advance[:, columns[:-1]].sum(axis=1) - self.left[:, first] + self.right[:, last]
        )
        return result

    def face(self, name: str, weight: int) -> int:
        """
        Row of a face.
        """
        return next(
            i for i, (n, w) in enumerate(zip(self.names, self.weights, strict=True)) if (n, w) == (name, weight)
        )


@cache
def font_table() -> FontTable:
    """
    The table beside this file; a character that a face lacks has the reference face's measures.
    """
    fonts = json.loads(Path(__file__).with_name("font_metrics.json").read_text(encoding="utf-8"))
    faces = [
        (font["name"], FontFamily(font["family"]), int(weight), glyphs)
        for font in fonts
        for weight, glyphs in font["weights"].items()
    ]
    characters = sorted(faces[0][3])
    values = np.array([[glyphs.get(c, faces[0][3][c]) for c in characters] for _, _, _, glyphs in faces], np.float32)
    values /= 1000
    return FontTable(
        names=tuple(face[0] for face in faces),
        families=tuple(face[1] for face in faces),
        weights=tuple(face[2] for face in faces),
        index={c: i for i, c in enumerate(characters)},
        advance=values[..., 0],
        left=values[..., 1],
        right=values[..., 2],
        top=values[..., 3],
        bottom=values[..., 4],
        area=values[..., 5],
    )
