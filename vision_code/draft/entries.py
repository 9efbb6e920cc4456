"""
What bullets and numbers make certain: a list, and entries of it that hold more than words.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.region import Annotation, Region, RegionKind, Role

#: What a list with bullets is taken for where nobody sees the bullets.
_UNSEEN = frozenset({Role.GROUP, Role.ARTICLE, Role.FORM})


def as_entries(node: Region, own: Annotation) -> Annotation:
    """
    The annotation of a region, as LIST if it is one, as GROUP if it is an entry with more in it; as it is otherwise.
    """
    if node.is_entry_list and (own.role in _UNSEEN or node.first_number is not None):
        return replace(own, role=Role.LIST, link=False)
    if node.kind is RegionKind.COLUMN and node.entry is not None:
        return replace(own, role=Role.GROUP, link=False)
    return own
