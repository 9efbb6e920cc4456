"""
Measures fonts into the table that ships beside this file, so that no font file is needed to recognise type.

Run as ``python -m vision_code.read.font_metrics OUT.json NAME=CLASS=REGULAR.ttf=BOLD.ttf …`` by whoever changes the set
of fonts; CLASS is ``sans``, ``serif`` or ``mono``. The product reads the table only.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

#: Printable ASCII, Latin-1 letters, and the punctuation of user interfaces.
CHARACTERS = "".join(map(chr, range(33, 127))) + "".join(map(chr, range(0xC0, 0x100))) + "–—‘’“”•…·→←×©®™€£¥°«»›‹✓"
#: Em size at which glyphs are drawn and measured; the table is in thousandths of it.
_EM_PX = 500


def measure_font(path: Path) -> dict[str, list[int]]:
    """
    Each character's advance, ink left, ink right, ink top, ink bottom (up is positive) and ink area.

    Lengths in thousandths of the em, the area in thousandths of the em square; characters without ink are left out.
    """
    font = ImageFont.truetype(str(path), _EM_PX, layout_engine=ImageFont.Layout.BASIC)
    missing = _draw(font, "\U0010fffe").tobytes()
    table = {" ": [round(font.getlength(" ") * 1000 / _EM_PX), 0, 0, 0, 0, 0]}
    for character in CHARACTERS:
        canvas = _draw(font, character)
        box = canvas.getbbox()
        if box is None or canvas.tobytes() == missing:
            continue
        left, top, right, bottom = box
        area = sum(value * count for value, count in enumerate(canvas.histogram())) / 255
        lengths = (font.getlength(character), left - _EM_PX, right - _EM_PX, _EM_PX * 1.5 - top, _EM_PX * 1.5 - bottom)
        table[character] = [round(v * 1000 / _EM_PX) for v in lengths] + [round(area * 1000 / _EM_PX**2)]
    return table


def _draw(font: ImageFont.FreeTypeFont, character: str) -> Image.Image:
    """
    The character in white on black, its origin at (1 em, 1.5 em).
    """
    canvas = Image.new("L", (_EM_PX * 3, _EM_PX * 2), 0)
    ImageDraw.Draw(canvas).text((_EM_PX, round(_EM_PX * 1.5)), character, fill=255, font=font, anchor="ls")
    return canvas


def main() -> None:
    """
    Write the table for the fonts named on the command line.
    """
    fonts = []
    for argument in sys.argv[2:]:
        name, kind, regular, bold = argument.split("=")
        weights = {"400": measure_font(Path(regular)), "700": measure_font(Path(bold))}
        fonts.append({"name": name, "family": kind, "weights": weights})
    Path(sys.argv[1]).write_text(json.dumps(fonts, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
