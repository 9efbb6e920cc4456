"""
Checksums of a checkpoint's files, where its folder lists them; torch-free.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from runtime.errors import CheckpointError

MANIFEST_NAME = "SHA256SUMS"
_LINE = re.compile(r"([0-9a-f]{64}) [ *]([^/\\\x00]+)")


def verify_hashes(folder: Path) -> None:
    """
    Compare every file listed in ``SHA256SUMS`` (as ``sha256sum`` writes it); no list, nothing to compare.

    Raises:
        CheckpointError: ``checkpoint.hash`` or ``checkpoint.missing``.
    """
    path = folder / MANIFEST_NAME
    if not path.is_file():
        return
    for line in path.read_text(errors="replace").splitlines():
        match = _LINE.fullmatch(line)
        if match is None:
            raise CheckpointError("checkpoint.hash", f"{MANIFEST_NAME} holds a line that is no checksum and file name")
        expected, name = match.groups()
        if not (folder / name).is_file():
            raise CheckpointError("checkpoint.missing", f"{name} is listed in {MANIFEST_NAME} and not there")
        with (folder / name).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != expected:
            raise CheckpointError("checkpoint.hash", f"{name}: expected {expected[:12]}…, got {found[:12]}…")
