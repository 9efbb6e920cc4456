"""
Unpacks packages of npm and Debian that hold web pages: nothing in them is run.
"""

from __future__ import annotations

import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Literal

PackageKind = Literal["npm", "deb"]


def download(kind: PackageKind, package: str, target: Path) -> None:
    """
    Fetch a package and unpack it into ``target``; several packages of Debian may share one folder.

    Args:
        package: ``name`` or ``name@version`` of npm, name of Debian.

    Raises:
        subprocess.CalledProcessError: There is no such package, or no network.
    """
    with tempfile.TemporaryDirectory() as scratch:
        if kind == "npm":
            _run(["npm", "pack", "--silent", package], Path(scratch))
            (archive,) = Path(scratch).glob("*.tgz")
            with tarfile.open(archive) as tar:
                tar.extractall(target, filter="data")
        else:
            _run(["apt-get", "download", "-qq", package], Path(scratch))
            (archive,) = Path(scratch).glob("*.deb")
            _run(["dpkg", "-x", str(archive), str(target)], Path(scratch))


def _run(command: list[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=600)
