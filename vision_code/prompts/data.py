"""
Untrusted text inside a prompt: between boundaries that it cannot contain.
"""

from __future__ import annotations

import hashlib


def as_data(kind: str, text: str, *, seed: int = 0) -> str:
    """
    ``text`` between two boundary lines that name what it is.

    The boundary is drawn from the text's own hash: nobody can write a text that holds it, and the same request is the
    same prompt.

    Args:
        kind: One word or path for people and models: ``issue``, ``src/a.py``.
    """
    number = 0
    while True:
        mark = hashlib.sha256(f"{seed}\0{number}\0{text}".encode("utf-8", "replace")).hexdigest()[:16]
        if mark not in text and mark not in kind:
            break
        number += 1
    label = " ".join(kind.split())
    ending = "" if text.endswith("\n") or not text else "\n"
    return f"<<data {mark} {label}>>\n{text}{ending}<<end {mark}>>"
