"""
Two patches that differ in comments and white space only are one when votes are counted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from vision_code.edits import Staged
from vision_code.syntax import known, parsed

if TYPE_CHECKING:
    from tree_sitter import Node


def normal_form(staged: Staged) -> str:
    """
    A hash of what a patch makes of the files, comments, docstrings and layout left out.
    """
    held = hashlib.sha256()
    for change in staged.changes:
        new = b"" if change.new is None else b"\0".join(_tokens(change.path, change.new.content))
        held.update(repr((change.path, change.new is None, new)).encode())
    return held.hexdigest()


def _tokens(path: str, content: bytes) -> Iterator[bytes]:
    """
    The leaves of the syntax tree; words where no grammar is known. Python's layout has meaning and stays.
    """
    ending = PurePosixPath(path).suffix.lower()
    if not known(path):
        yield from content.split()
        return
    waiting = [parsed(path, content)]
    while waiting:
        node = waiting.pop()
        if "comment" in node.type or _is_docstring(node):
            continue
        if node.type == "block" and ending in (".py", ".pyi"):
            yield str(node.start_point.column).encode()
        if not node.child_count or node.type == "string":
            yield b" ".join((node.text or b"").split()) if node.type != "string" else node.text or b""
        else:
            waiting += reversed(node.children)


def _is_docstring(node: Node) -> bool:
    return node.type == "expression_statement" and node.child_count == 1 and node.children[0].type == "string"
