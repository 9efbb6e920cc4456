"""
The ink that real faces leave, from the shipped table itself.
"""

from __future__ import annotations

from vision_code.read.fit import WordShape
from vision_code.read.fonts import font_table


def shapes(text: str, face: str, weight: int, size_px: float) -> list[WordShape]:
    """
    The words of a line set in a face.
    """
    table = font_table()
    row = table.face(face, weight)
    words = []
    for word in text.split():
        columns = table.columns(word)
        assert columns is not None
        width = table.advance[row, columns[:-1]].sum() - table.left[row, columns[0]] + table.right[row, columns[-1]]
        height = table.top[row, columns].max() - table.bottom[row, columns].min()
        area = table.area[row, columns].sum() * size_px**2
        words.append(WordShape(word, float(width) * size_px, float(height) * size_px, float(area)))
    return words
