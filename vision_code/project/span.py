"""
A place in a text.
"""

from __future__ import annotations

from typing import NamedTuple


class Span(NamedTuple):
    """
    Characters (code points) of a text: from ``start`` to before ``end``.
    """

    start: int
    end: int
