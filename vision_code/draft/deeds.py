"""
Words that say that something is done where they stand.
"""

from __future__ import annotations

# What these words begin is done where it stands; links lead elsewhere, states are.
_DEEDS = frozenset(
    {
        *("add", "apply", "cancel", "close", "confirm", "delete", "edit"),
        *("pay", "remove", "reset", "save", "send", "submit", "update"),
    }
)


def is_deed(words: str) -> bool:
    """
    Whether words begin with a deed: "Save changes".
    """
    first = words.lower().split()[:1]
    return bool(first) and first[0] in _DEEDS
