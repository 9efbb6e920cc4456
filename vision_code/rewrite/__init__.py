"""
A component's file rewritten to a new picture: what it looks like is new, what it does stays where that is certain.

    old file ──▶ source ─▶ markup ─┐
                                   ├─▶ match ─▶ carry ─▶ weave ─▶ the file, what was kept, what was left
    generated ─▶ apart ─▶ markup ──┘

Elements are paired by what they are and how they are called, never by their place alone. What is not certain is left
out and said.
"""

from __future__ import annotations

from vision_code.rewrite.react import Rewritten, rewrite_react

__all__ = ["Rewritten", "rewrite_react"]
