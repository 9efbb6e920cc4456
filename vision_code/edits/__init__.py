"""
From a model's reply to files on disk and a diff; nothing is changed anywhere before every check has passed.

    reply ─▶ parse_reply ─▶ edits ─▶ stage(tree) ─▶ Staged ─▶ unified_diff
                                         │              └───▶ apply(root) ─▶ Applied, undo(root)
                                         └─▶ Refusals ─▶ feedback() ─▶ the engine's next turn

Formats read (`parse_reply`, `Parser`, `call_edits`): SEARCH/REPLACE blocks, which prompts ask for; whole files; unified
diffs, whose line numbers are ignored; the apply_patch envelope; tool calls with old and new text. A place that is not
certain is an error.
"""

from __future__ import annotations

from vision_code.edits.apply import Applied, apply, undo
from vision_code.edits.calls import call_edits
from vision_code.edits.diff import unified_diff
from vision_code.edits.edit import Delete, Edit, Executable, Move, Replace, Write, WriteBytes
from vision_code.edits.folder import FolderTree
from vision_code.edits.overlay import OverlayTree
from vision_code.edits.recover import recover
from vision_code.edits.reply import Parser, parse_reply
from vision_code.edits.stage import stage
from vision_code.edits.staged import Change, Refusal, Refusals, Staged
from vision_code.edits.tree import Entry, MemoryTree, Tree

__all__ = [
    "Applied",
    "Change",
    "Delete",
    "Edit",
    "Entry",
    "Executable",
    "FolderTree",
    "MemoryTree",
    "Move",
    "OverlayTree",
    "Parser",
    "Refusal",
    "Refusals",
    "Replace",
    "Staged",
    "Tree",
    "Write",
    "WriteBytes",
    "apply",
    "call_edits",
    "parse_reply",
    "recover",
    "stage",
    "undo",
    "unified_diff",
]
