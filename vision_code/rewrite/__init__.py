"""
A component's file rewritten to a new picture: what it looks like is new, what it does stays where that is certain.

    old file ──▶ a reader ─▶ markup ─┐
                                     ├─▶ match ─▶ boxes ─▶ carry ─▶ weave ─▶ the file, what was kept, what was left
    generated ─▶ a reader ─▶ markup ─┘

Elements are paired by what they are and how they are called, never by their place alone. What is not certain is left
out and said. All of this is the same for every language; a language is a reader, a `Dialect`, and where the parts of
the generated file go in the old one.
"""

from __future__ import annotations

from vision_code.rewrite.languages import LANGUAGES, Language, language_of
from vision_code.rewrite.renew import Rewritten

__all__ = ["LANGUAGES", "Language", "Rewritten", "language_of"]
