"""
Released packages that measures are made from: unpacked once, and kept outside of the repository.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.sources import cache_folder
from training.packages import PackageKind, download


def release(kind: PackageKind, package: str, version: str) -> Path:
    """
    The folder of a release; downloaded unless it is there.

    Raises:
        subprocess.CalledProcessError: There is no such release, or no network.
    """
    folder = cache_folder() / "releases" / kind / f"{package}-{version}"
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            fresh = Path(scratch) / "unpacked"
            download(kind, f"{package}@{version}" if kind == "npm" else f"{package}=={version}", fresh)
            fresh.rename(folder)
    return folder
