"""
From measured things to a tree of regions: containment, paragraphs, cuts by whitespace, repeated groups, tables.

Knows nothing of meaning (roles are the draft's) and nothing of CSS (that is assemble's).
"""

from vision_code.divide.draw import draw
from vision_code.divide.tree import divide

__all__ = ["divide", "draw"]
