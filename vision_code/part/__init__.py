"""
One part of a component made anew from a new picture; all else of its file stays as it is, byte for byte.

    picture ─▶ pipeline ─▶ Component ─┐
    document ─▶ branches ─▶ the part ─┴▶ its counterpart ─▶ emit_part ─▶ in its place, with what it needs
"""

from __future__ import annotations

from vision_code.part.update import Updated, update_part

__all__ = ["Updated", "update_part"]
