"""
Read: the pixels of a screenshot in, everything that can be measured in them out.
"""

from vision_code.read.draw import draw, draw_palette
from vision_code.read.erase import erase_text
from vision_code.read.raw import RawLine, RawWord
from vision_code.read.reader import read, read_with_lines

__all__ = ["RawLine", "RawWord", "draw", "draw_palette", "erase_text", "read", "read_with_lines"]
