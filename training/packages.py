"""
Unpacks packages of npm, PyPI and Debian. Nothing in them is run, but for source archives, whose metadata pip asks for.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Literal

PackageKind = Literal["npm", "deb", "wheel", "sdist"]


def download(kind: PackageKind, package: str, target: Path) -> None:
    """
    Fetch a package and unpack it into ``target``; several packages of Debian may share one folder.

    Args:
        package: ``name`` or ``name@version`` of npm, ``name==version`` of PyPI, name of Debian.

    Raises:
        subprocess.CalledProcessError: There is no such package, or no network.
    """
    with tempfile.TemporaryDirectory() as scratch:
        if kind == "npm":
            _run(["npm", "pack", "--silent", package], Path(scratch))
            (archive,) = Path(scratch).glob("*.tgz")
            with tarfile.open(archive) as tar:
                tar.extractall(target, filter="data")
        elif kind == "wheel":
            _pip("--only-binary", package, Path(scratch))
            (archive,) = Path(scratch).glob("*.whl")
            shutil.unpack_archive(archive, target, "zip")
        elif kind == "sdist":
            _pip("--no-binary", package, Path(scratch))
            (archive,) = Path(scratch).glob("*.tar.gz")
            with tarfile.open(archive) as tar:
                tar.extractall(target, filter="data")
        else:
            _run(["apt-get", "download", "-qq", package], Path(scratch))
            (archive,) = Path(scratch).glob("*.deb")
            _run(["dpkg", "-x", str(archive), str(target)], Path(scratch))


def _pip(form: str, package: str, folder: Path) -> None:
    # An archive is asked for its metadata by the build tools that are there, or it does not count.
    options = ["-q", "--no-deps", "--no-build-isolation", form, ":all:"]
    _run([sys.executable, "-m", "pip", "download", *options, package], folder)


def _run(command: list[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=600)
