"""
The repo map: the likeliest files with their definitions, and around them the folders, within a budget of characters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from vision_code.localise.index import Index
from vision_code.localise.rank import Found

#: One file's part of the budget at most.
FILE_SHARE = 0.25
MAX_FOLDERS = 60


def repo_map(index: Index, found: Sequence[Found], max_chars: int) -> str:
    """
    A map to show to an engine: the likeliest files first, each with its definitions, then how the rest is laid out.
    """
    folders = _folders(index.sources.paths)
    left = max_chars - len(folders)
    parts = []
    for each in found:
        lines = index.outline(each.path)
        block = "\n".join([each.path, *(f"  {line}" for line in lines)])[: int(max_chars * FILE_SHARE)]
        if len(block) + 1 > left:
            block = each.path
        if len(block) + 1 > left:
            break
        parts.append(block)
        left -= len(block) + 1
    return "\n".join([*parts, folders])[:max_chars]


def _folders(paths: Sequence[str]) -> str:
    counts: Counter[str] = Counter()
    for folder, count in Counter(path.rpartition("/")[0] for path in paths).items():
        counts["/".join(folder.split("/")[:2]) + "/" if folder else "./"] += count
    shown = [f"{folder} ({count} files)" for folder, count in counts.most_common(MAX_FOLDERS)]
    return "Folders: " + ", ".join(shown)
