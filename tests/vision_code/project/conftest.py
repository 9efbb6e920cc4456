"""
A folder to write small projects into.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

#: Text of each file, by its path below the project.
Write = Callable[[dict[str, str]], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """
    Writes files of a project and returns its folder.
    """
    root = tmp_path / "project"
    root.mkdir()

    def add(files: dict[str, str]) -> Path:
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return root

    return add
