"""
The files of a commit in a folder of their own: for indexing and testing, without a checkout and what it may run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from vision_code.edits.paths import checked
from vision_code.edits.tree import EXECUTABLE, PLAIN
from vision_code.errors import Denied
from vision_code.repository.commit import Commit

_AT_ONCE = 200


def lay_out(commit: Commit, folder: Path) -> None:
    """
    Write the plain files of ``commit`` below ``folder``; links, submodules and names that no patch may touch are left
    out.

    Raises:
        InputRejected: ``repository.git``.
    """
    files = list(_files(commit))
    for start in range(0, len(files), _AT_ONCE):
        part = files[start : start + _AT_ONCE]
        for (mode, _, path), content in zip(part, _contents(commit, [blob for _, blob, _ in part]), strict=True):
            lay(folder / path, content, executable=mode == EXECUTABLE)


def lay(path: Path, content: bytes, *, executable: bool) -> None:
    """
    Write one file as git would, folders included.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(0o755 if executable else 0o644)


def _files(commit: Commit) -> Iterator[tuple[int, str, str]]:
    for name, (mode, blob) in commit.blobs.items():
        try:
            path = checked(name)
        except Denied:
            continue
        if mode in (PLAIN, EXECUTABLE):
            yield mode, blob, path


def _contents(commit: Commit, blobs: Sequence[str]) -> Iterator[bytes]:
    said = commit.git.run("cat-file", "--batch", data="".join(f"{blob}\n" for blob in blobs).encode())
    place = 0
    for _ in blobs:
        end = said.index(b"\n", place)
        size = int(said[place:end].rpartition(b" ")[2])
        yield said[end + 1 : end + 1 + size]
        place = end + 1 + size + 1
